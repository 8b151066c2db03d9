import { expect, test } from 'vitest';
import { projectFolderOf } from '../../shared/act/engine-facts';

test.each([
  [{ cwd: '/home/me/shop/src', worktree: '/home/me/shop' }, '/home/me/shop'],
  [{ cwd: '/home/me/shop' }, '/home/me/shop'],
  [{ cwd: '/home/me/shop', worktree: '/home/me/shop' }, '/home/me/shop'],
  // One that the folder is not below is nobody's word.
  [{ cwd: '/home/me/shop', worktree: '/home/me/billing-api' }, '/home/me/shop'],
  [{ cwd: '/home/me/shop-old', worktree: '/home/me/shop' }, '/home/me/shop-old'],
  [{ cwd: '/home/me/shop', worktree: '/' }, '/home/me/shop'],
  [{ cwd: '/home/me/shop', worktree: '' }, '/home/me/shop'],
  [{ cwd: 'C:\\shop\\src', worktree: 'C:\\shop' }, 'C:\\shop'],
  [{ worktree: '/home/me/shop' }, undefined],
  [undefined, undefined],
])('of %j the project is %s', (context, folder) => {
  expect(projectFolderOf(context)).toBe(folder);
});
