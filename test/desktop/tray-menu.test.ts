import { existsSync } from 'node:fs';
import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { expect, test } from 'vitest';
import { createDeskTray, trayIcon, trayTip } from '../../electron/desktop/tray/tray';
import { trayMenu } from '../../electron/desktop/tray/tray-menu';
import { agentLabel } from '../../electron/desktop/tray/tray-sections';
import type { TrayChoices, TrayState } from '../../electron/desktop/tray/tray-state';
import { judge } from '../../electron/judgement/here';
import type { TrayAgent, TrayFacts } from '../../electron/nouns/tray-facts';
import type { Approval } from '../../shared/contract/approval';
import { nanosOfUsd } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import { approvalRecord } from '../support/approvals';
import { START } from '../support/world';

const approval = {
  ...approvalRecord({ action: { command: 'npm test' } }),
  guidance: { canAskAgain: false, sentence: '' },
};
const noFacts: TrayFacts = {
  agents: [],
  areThereMoreAgents: false,
  canResumeAll: false,
  isEverythingPaused: false,
  isPausingSingleOn: true,
  today: undefined,
  week: undefined,
};
/** As it is looked up for the operator. */
function looked(asked: Approval): Approval {
  const { level, reasons } = judge.request(asked);
  return { ...asked, risk: { level, reasons: [...reasons] } };
}
const stateOf = ({ waiting = [], ...different }: Partial<TrayState> = {}): TrayState => ({
  waiting: waiting.map(looked),
  names: { automationName: () => undefined, isExpired: () => false },
  waitingCount: 0,
  trouble: undefined,
  facts: noFacts,
  nowMs: START,
  mutedUntilMs: undefined,
  isCountShown: true,
  ...different,
});
const used = (dollars: number, totalTokens = 10) => ({ costNanos: nanosOfUsd(dollars), totalTokens });
const agentOf = (different: Partial<TrayAgent> = {}): TrayAgent => ({
  agentId: 'scout',
  isPaused: false,
  isSpendPaused: false,
  runCount: 0,
  week: undefined,
  capNanos: undefined,
  ...different,
});

/** Choices that note what was chosen. */
function choicesInto(chosen: unknown[]): TrayChoices {
  const note =
    (name: string) =>
    (...given: readonly unknown[]) =>
      void chosen.push([name, ...given]);
  return {
    decide: ({ approvalId }, verdict) => chosen.push([verdict, approvalId]),
    openRequest: note('openRequest'),
    decideNow: note('decideNow'),
    openApp: note('openApp'),
    openAgents: note('openAgents'),
    openSettings: note('openSettings'),
    pause: note('pause'),
    pauseAll: note('pauseAll'),
    resumeAll: note('resumeAll'),
    mute: note('mute'),
    quit: note('quit'),
  };
}
const menuOf = (different: Partial<TrayState>, chosen: unknown[] = []) =>
  trayMenu(stateOf(different), choicesInto(chosen));
const labels = (items: readonly MenuItemConstructorOptions[]) => items.map(({ label, type }) => label ?? type);
const under = (items: readonly MenuItemConstructorOptions[], label: string) => {
  const found = items.find((item) => item.label === label);
  if (found === undefined) throw new Error(`no entry “${label}”`);
  return (found.submenu ?? []) as MenuItemConstructorOptions[];
};
const choose = (item: MenuItemConstructorOptions | undefined) => (item as { readonly click: () => void }).click();

test('an empty queue says so, with agents, spend, mute, Open, Settings and Quit', () => {
  expect(labels(menuOf({}))).toEqual([
    'Nothing is waiting',
    'Decide now',
    'separator',
    'Pause agent',
    'Pause all',
    'separator',
    'No spend reported this week',
    'separator',
    'Mute notifications',
    'separator',
    'Open Gatehouse',
    'Settings',
    'Quit Gatehouse',
  ]);
});

test('each request has Approve, Deny and Open; the rest is counted; trouble comes first', () => {
  const chosen: unknown[] = [];
  const menu = menuOf(
    { waiting: [approval], waitingCount: 8, trouble: 'Port 4780 is taken', facts: undefined },
    chosen,
  );
  expect(labels(menu).slice(0, 7)).toEqual([
    'Port 4780 is taken',
    'separator',
    '8 requests are waiting',
    'scout: Run npm test · 60m left',
    '7 more…',
    'Decide now',
    'separator',
  ]);
  const submenu = menu[3]?.submenu as MenuItemConstructorOptions[];
  expect(labels(submenu)).toEqual(['npm test', 'separator', 'Approve', 'Deny', 'Open']);
  for (const item of [...submenu.slice(2), menu[4], menu[5]]) choose(item);
  expect(chosen.slice(0, 4)).toEqual([['approve', 'apr_1'], ['deny', 'apr_1'], ['openRequest', 'apr_1'], ['openApp']]);
  expect(chosen.slice(4)).toEqual([['decideNow']]);
});

test('“Decide now” can be chosen while something waits', () => {
  const isEnabled = (waitingCount: number) =>
    menuOf({ waitingCount }).find(({ label }) => label === 'Decide now')?.enabled;
  expect([isEnabled(0), isEnabled(1)]).toEqual([false, true]);
});

test('a request of high risk says why, and has no Approve', () => {
  const shown = { ...approval, action: { command: 'sudo git push' } };
  const menu = menuOf({ waiting: [shown], waitingCount: 1 });
  expect(labels(under(menu, 'scout: Run sudo git push · 60m left'))[1]).toBe(
    'High risk: acts as the administrator, pushes commits to a remote',
  );
  expect(labels(under(menu, 'scout: Run sudo git push · 60m left')).slice(-2)).toEqual(['Deny', 'Open']);
});

test('a request that is cut off is not approved there', () => {
  const shown = { ...approval, action: { command: `echo ${'x '.repeat(900)}` } };
  const menu = menuOf({ waiting: [shown], waitingCount: 1 });
  const entries = menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? [labels(submenu)] : []));
  const [entry] = entries.filter((each) => each.includes('Open'));
  expect(entry?.slice(-3)).toEqual(['separator', 'Deny', 'Open']);
});

test('agents are listed with a mark for those that are paused, and a click turns it round', () => {
  const chosen: unknown[] = [];
  const agents = [agentOf(), agentOf({ agentId: 'a&b\n\u202Ec', isPaused: true })];
  const entries = under(menuOf({ facts: { ...noFacts, agents, areThereMoreAgents: true } }, chosen), 'Pause agent');
  expect(entries.map(({ label, type, checked }) => [label ?? type, checked])).toEqual([
    ['scout', false],
    ['a&&b ⟨U+202E⟩c', true],
    ['separator', undefined],
    ['All agents…', undefined],
  ]);
  for (const index of [0, 1, 3]) choose(entries[index]);
  expect(chosen).toEqual([['pause', 'scout', true], ['pause', 'a&b\n\u202Ec', false], ['openAgents']]);
});

test.each<[Partial<TrayAgent>, string]>([
  [{}, 'scout'],
  [{ agentId: 'claude-code/code-reviewer-a8a5aea3b68767861' }, 'code-reviewer of Claude Code'],
  [{ week: used(4.1) }, 'scout · $4.10 this week'],
  [{ week: used(4.1), capNanos: nanosOfUsd(5), runCount: 2 }, 'scout · 2 runs · $4.10 of $5.00 this week'],
  [{ week: used(0.0042), runCount: 1 }, 'scout · 1 run · $0.0042 this week'],
  [{ week: used(0), capNanos: nanosOfUsd(5) }, 'scout · cost unknown of $5.00 this week'],
  [
    { week: used(5.3), capNanos: nanosOfUsd(5), isSpendPaused: true },
    'scout · $5.30 of $5.00 this week · stopped by its cap',
  ],
])('an agent %j is called “%s”', (different, label) => {
  expect(agentLabel(agentOf(different))).toBe(label);
});

test.each<[Partial<TrayFacts>, string]>([
  [{}, 'No spend reported this week'],
  [{ week: used(7.5), today: used(1.25) }, 'Spent $1.25 today, $7.50 this week'],
  [{ week: used(7.5) }, 'Spent $0.00 today, $7.50 this week'],
  [{ week: used(0), today: used(0) }, 'Spent cost unknown today, cost unknown this week'],
])('spend %j is said as “%s”', (facts, line) => {
  expect(labels(menuOf({ facts: { ...noFacts, ...facts } }))).toContain(line);
});

test('all can be paused until everything is, and resumed when that was one action', () => {
  const offered = (facts: Partial<TrayFacts>) =>
    labels(menuOf({ facts: { ...noFacts, ...facts } })).filter((label) => label?.endsWith(' all') === true);
  expect(offered({})).toEqual(['Pause all']);
  expect(offered({ canResumeAll: true })).toEqual(['Pause all', 'Resume all']);
  expect(offered({ canResumeAll: true, isEverythingPaused: true })).toEqual(['Resume all']);
});

test('notifications can be muted, and are unmuted again', () => {
  const chosen: unknown[] = [];
  const open = under(menuOf({}, chosen), 'Mute notifications');
  // As the operator's own hours are written.
  expect(labels(open)).toEqual(['For one hour', expect.stringMatching(/^Until tomorrow, 0?8:00/)]);
  const muted = menuOf({ mutedUntilMs: START + HOUR_MS }, chosen);
  const label = labels(muted).find((one) => one?.startsWith('Muted until'));
  for (const item of [...open, under(muted, label ?? '').at(-1)]) choose(item);
  expect(chosen).toEqual([
    ['mute', 'hour'],
    ['mute', 'tomorrow'],
    ['mute', 'off'],
  ]);
});

test("an agent's name cannot mark keys, break the line or hide characters in the menu", () => {
  const requestedBy = { kind: 'agent', actorId: 'a & b\n\u202Ec' } as const;
  const menu = menuOf({ waiting: [{ ...approval, requestedBy }], waitingCount: 1 });
  expect(menu[1]?.label).toBe('a && b ⟨U+202E⟩c: Run npm test · 60m left');
});

test('what would be approved stands before Approve, whole or cut off with a word', () => {
  const submenuOf = (command: string) =>
    labels(
      menuOf({ waiting: [{ ...approval, action: { command } }], waitingCount: 1 })[1]
        ?.submenu as MenuItemConstructorOptions[],
    );
  expect(submenuOf(`${'x'.repeat(80)}y`).slice(0, 3)).toEqual(['x'.repeat(80), 'y', 'separator']);
  expect(submenuOf('x'.repeat(900)).slice(7, 10)).toEqual([
    'x'.repeat(80),
    '… cut off: open to read all of it',
    'separator',
  ]);
});

test.each<[Partial<TrayState>, string, string]>([
  [{}, 'idle', 'Gatehouse: Nothing is waiting'],
  [{ waitingCount: 3 }, '3', 'Gatehouse: 3 requests are waiting'],
  [{ waitingCount: 12 }, 'many', 'Gatehouse: 12 requests are waiting'],
  [{ waitingCount: 12, isCountShown: false }, 'waiting', 'Gatehouse: Requests are waiting'],
  [
    { waitingCount: 1, facts: { ...noFacts, isEverythingPaused: true } },
    'paused',
    'Gatehouse: All agents are paused. 1 request is waiting',
  ],
  [
    { waitingCount: 3, waiting: [{ ...approval, expiresAtMs: START + 60_000 }] },
    'urgent/3',
    'Gatehouse: 3 requests are waiting. One has little time left',
  ],
  [
    { waitingCount: 1, waiting: [{ ...approval, expiresAtMs: START + HOUR_MS }] },
    '1',
    'Gatehouse: 1 request is waiting',
  ],
  [{ waitingCount: 1, trouble: 'Port 4780 is taken' }, 'trouble', 'Gatehouse: Port 4780 is taken'],
])('the icon of %j is %s', (different, icon, tip) => {
  expect([trayIcon(stateOf(different)), trayTip(stateOf(different))]).toEqual([icon, tip]);
});

const fakeTray = { on() {}, setImage() {}, setTitle() {}, setToolTip() {}, setContextMenu() {}, destroy() {} };

test.each(['linux', 'darwin'] as const)('every icon that is loaded on %s was drawn', (platform) => {
  const loaded: string[] = [];
  const electron = {
    createTray: () => fakeTray as unknown as Tray,
    loadIcon: (path: string) => (loaded.push(path), {}) as NativeImage,
    buildMenu: () => ({}) as Menu,
    platform,
  };
  const tray = createDeskTray(electron, 'build/icons/tray', choicesInto([]), stateOf());
  const waiting = [{ ...approval, expiresAtMs: START }];
  for (let waitingCount = 0; waitingCount <= 10; waitingCount += 1) {
    tray.show(stateOf({ waitingCount }));
    tray.show(stateOf({ waitingCount, waiting }));
  }
  tray.show(stateOf({ waitingCount: 3, waiting, isCountShown: false }));
  tray.show(stateOf({ waitingCount: 3, isCountShown: false }));
  tray.show(stateOf({ facts: { ...noFacts, isEverythingPaused: true } }));
  tray.show(stateOf({ trouble: 'Port 4780 is taken' }));
  const files = loaded.flatMap((path) => [path, path.replace('.png', '@2x.png')]);
  expect([loaded.length > 13, files.filter((file) => !existsSync(file))]).toEqual([true, []]);
});

test('the menu is built anew only when something of it differs, or when a click changed a mark', () => {
  let built = 0;
  const tray = createDeskTray(
    {
      createTray: () => ({ ...fakeTray, setContextMenu: () => void (built += 1) }) as unknown as Tray,
      loadIcon: () => ({}) as NativeImage,
      buildMenu: () => ({}) as Menu,
      platform: 'linux',
    },
    '/icons',
    choicesInto([]),
    stateOf(),
  );
  const counts = [built];
  const show = (different: Partial<TrayState>) => {
    tray.show(stateOf(different));
    counts.push(built);
  };
  show({ nowMs: START + HOUR_MS });
  show({ waiting: [approval], waitingCount: 1 });
  show({ waiting: [{ ...approval }], waitingCount: 1 });
  // The words are the same, but Approve would decide another revision.
  show({ waiting: [{ ...approval, revision: 2 }], waitingCount: 1 });
  tray.forgetMenu();
  show({ waiting: [{ ...approval, revision: 2 }], waitingCount: 1 });
  tray.remake();
  counts.push(built);
  expect(counts).toEqual([1, 1, 2, 2, 3, 4, 5]);
});
