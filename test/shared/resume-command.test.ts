import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engines } from '../../shared/contract/engine';
import { resumeCommand } from '../../shared/resume-command';
import { removeFolder } from '../support/remove-folder';

test('each engine is resumed by its id, in the folder of the session', () => {
  const commands = engines.map((engine) => resumeCommand({ engine, sessionId: 's-1', workspace: '/home/me/shop' }));
  expect(commands).toEqual([
    "cd '/home/me/shop' && claude --resume s-1",
    "cd '/home/me/shop' && codex resume s-1",
    "cd '/home/me/shop' && gemini --resume s-1",
    "cd '/home/me/shop' && opencode --session s-1",
  ]);
  expect(resumeCommand({ engine: 'codex', sessionId: 's-1', workspace: String.raw`C:\shop` })).toBe('codex resume s-1');
});

test.each(['--dangerously-skip-permissions', 's1; rm -rf ~', '$(id)', 's1\nid', '`id`', '', 's1 s2', "s'1"])(
  'an id that could be more than an id is in no command: %j [sessions-7.resume-command]',
  (sessionId) => {
    expect(resumeCommand({ engine: 'claude', sessionId, workspace: '/home/me' })).toBeUndefined();
  },
);

test('a folder of any name is one word to a shell, and one that a terminal would not show as it is, is in no command [sessions-7.resume-command]', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-resume-')));
  try {
    for (const name of ["it's", '$(id) `id` $HOME', '"quoted" \\ & ; | >out', '-rf']) {
      const workspace = join(root, name);
      mkdirSync(workspace);
      const command = resumeCommand({ engine: 'claude', sessionId: 's1', workspace });
      const folder = execFileSync('sh', ['-c', String(command).replace(/&& claude .*$/, '&& pwd')], {
        encoding: 'utf8',
      });
      expect(folder).toBe(`${workspace}\n`);
    }
  } finally {
    removeFolder(root);
  }
  for (const workspace of ['/home/a\nid', '/home/a\u0007', '/home/a\u202Eb', '/home/a\u200Bb', '/home/a\u2028id']) {
    expect(resumeCommand({ engine: 'claude', sessionId: 's1', workspace })).toBeUndefined();
  }
});
