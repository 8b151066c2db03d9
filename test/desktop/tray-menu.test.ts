import type { MenuItemConstructorOptions } from 'electron';
import { expect, test, vi } from 'vitest';
import { trayMenu } from '../../electron/desktop/tray-menu';
import { approvalRecord } from '../support/approvals';

const approval = { ...approvalRecord(), guidance: { canAskAgain: false, sentence: '' } };
const noChoices = { decide() {}, openRequest() {}, openApp() {}, quit() {} };
const labels = (items: readonly MenuItemConstructorOptions[]) => items.map(({ label, type }) => label ?? type);

test('an empty queue says so, and leaves Open and Quit', () => {
  const menu = trayMenu({ waiting: [], waitingCount: 0, trouble: undefined }, noChoices);
  expect(labels(menu)).toEqual(['Nothing is waiting', 'separator', 'Open Gatehouse', 'Quit Gatehouse']);
});

test('each request has Approve, Deny and Open; the rest is counted; trouble comes first', () => {
  const chosen: unknown[] = [];
  const menu = trayMenu(
    { waiting: [approval], waitingCount: 8, trouble: 'Port 4780 is taken' },
    {
      decide: (decided, verdict) => chosen.push([decided.approvalId, verdict]),
      openRequest: (approvalId) => chosen.push(approvalId),
      openApp: () => chosen.push('open'),
      quit: vi.fn(),
    },
  );
  expect(labels(menu)).toEqual([
    'Port 4780 is taken',
    'separator',
    '8 requests are waiting',
    'scout wants to use tool Bash',
    '7 more…',
    'separator',
    'Open Gatehouse',
    'Quit Gatehouse',
  ]);
  const submenu = menu[3]?.submenu as MenuItemConstructorOptions[];
  expect(labels(submenu)).toEqual(['git push', 'separator', 'Approve', 'Deny', 'Open']);
  for (const item of [...submenu.slice(2), menu[4], menu[0]]) (item as { readonly click: () => void }).click();
  expect(chosen).toEqual([['apr_1', 'approve'], ['apr_1', 'deny'], 'apr_1', 'open', 'open']);
});

test("an agent's name cannot mark keys, break the line or hide characters in the menu", () => {
  const requestedBy = { kind: 'agent', actorId: 'a & b\n\u202Ec' } as const;
  const menu = trayMenu({ waiting: [{ ...approval, requestedBy }], waitingCount: 1, trouble: undefined }, noChoices);
  expect(menu[1]?.label).toBe('a && b ⟨U+202E⟩c wants to use tool Bash');
});

test('what would be approved stands before Approve, whole or cut off with a word', () => {
  const submenuOf = (command: string) => {
    const shown = { ...approval, action: { command } };
    const menu = trayMenu({ waiting: [shown], waitingCount: 1, trouble: undefined }, noChoices);
    return labels(menu[1]?.submenu as MenuItemConstructorOptions[]);
  };
  expect(submenuOf(`${'x'.repeat(80)}y`).slice(0, 3)).toEqual(['x'.repeat(80), 'y', 'separator']);
  expect(submenuOf('x'.repeat(900)).slice(7, 10)).toEqual([
    'x'.repeat(80),
    '… cut off: open to read all of it',
    'separator',
  ]);
});
