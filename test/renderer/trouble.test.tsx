// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type DeskStatus, type StoreTroubleKind, storeTroubleKinds } from '../../shared/contract/desk-contract';
import { succeeded } from '../../shared/kernel/errors';
import { approvalOf, Gatehouse, goodStatus } from './gatehouse';
import { cardTitle, click, installTestClock, openWindow, pass } from './window';

installTestClock();

function troubled(kind: StoreTroubleKind): DeskStatus {
  return { ...goodStatus, store: { state: 'trouble', kind, databasePath: '/data/gatehouse.db', detail: 'CODE 11' } };
}

const titles: Readonly<Record<StoreTroubleKind, string>> = {
  damaged: 'The database is damaged',
  newer_version: 'The database was written by a newer Gatehouse',
  unknown_history: 'The database has a history that this Gatehouse does not know',
  locked: 'Another program is using the database',
  disk_full: 'The disk is full',
  missing: 'The database is gone',
  taken_away: 'The database was taken away while Gatehouse runs',
  changes_lost: 'The disk has lost changes',
  not_permitted: 'Gatehouse may not open the database',
  unreadable: 'The database cannot be read',
};

describe('a database that cannot be used takes the whole window', () => {
  for (const kind of storeTroubleKinds) {
    it(`${kind}: says what happened, what to do, and where`, async () => {
      const gatehouse = new Gatehouse(approvalOf(1));
      gatehouse.status = troubled(kind);
      await openWindow(gatehouse);
      expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(titles[kind]);
      expect(screen.getAllByRole('listitem').length).toBeGreaterThanOrEqual(2);
      expect(screen.getByText('/data/gatehouse.db')).toBeTruthy();
      expect(screen.getByText('CODE 11')).toBeTruthy();
      expect(screen.queryByRole('navigation')).toBeNull();
      // Nothing that loses data is advised without saying so.
      for (const { textContent } of screen.getAllByRole('listitem')) {
        expect(textContent).not.toMatch(/\b(delete|remove|start over|reset)\b/i);
        if (/put back a backup|put it back and/.test(textContent ?? '')) expect(textContent).toContain('missing');
      }
    });
  }

  it('Try again says when it is still so, and goes on when it is not', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    gatehouse.status = troubled('locked');
    await openWindow(gatehouse);
    await click('Try again');
    expect(screen.getByText('Tried again: it is still so.')).toBeTruthy();
    gatehouse.answers.set('desk.retryStore', () => succeeded(goodStatus));
    await click('Try again');
    await pass(10);
    expect(cardTitle()).toContain('scout-1');
  });

  it('lost changes are counted, and the operator alone goes on without them', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    const loss = { atLeast: 1_200, afterMs: Date.UTC(2026, 10, 28, 14, 3) };
    const { store } = troubled('changes_lost');
    gatehouse.status = { ...goodStatus, store: { ...store, loss } as DeskStatus['store'] };
    await openWindow(gatehouse);
    expect(screen.getByText(/^Missing: at least 1,200 changes, after .*2026/)).toBeTruthy();
    await click('Try again');
    expect(gatehouse.inputsOf('desk.acceptLoss')).toEqual([]);
    gatehouse.answers.set('desk.acceptLoss', () => succeeded(goodStatus));
    await click('Go on without them');
    await pass(10);
    expect(cardTitle()).toContain('scout-1');
  });

  it('comes up, and goes, while the window is open', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    act(() => gatehouse.push({ kind: 'status', status: troubled('disk_full') }));
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('The disk is full');
    act(() => gatehouse.push({ kind: 'status', status: goodStatus }));
    expect(cardTitle()).toContain('scout-1');
  });

  it('the folder and quitting are asked of the app', async () => {
    const gatehouse = new Gatehouse();
    gatehouse.status = troubled('missing');
    await openWindow(gatehouse);
    await click('Show data folder');
    await click('Quit');
    expect(gatehouse.inputsOf('desk.openDataFolder')).toEqual([{}]);
    expect(gatehouse.inputsOf('desk.quit')).toEqual([{}]);
  });
});
