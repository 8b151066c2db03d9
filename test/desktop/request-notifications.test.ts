import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DesktopNotification, NotificationSurface } from '../../electron/desktop/notification-ports';
import { createRequestNotifications, requestNotification } from '../../electron/desktop/request-notifications';
import type { Approval } from '../../shared/approval';
import type { CommittedEvent, EventName } from '../../shared/events';
import { approvalRecord } from '../support/approvals';
import { START } from '../support/world';

const approvalOf = (different: Partial<Approval> = {}): Approval => ({
  ...approvalRecord(),
  guidance: { canAskAgain: false, sentence: '' },
  ...different,
});

describe('a request as a notification', () => {
  test('shows who, the act, the context and the reason, with the buttons that decide', () => {
    expect(requestNotification(approvalOf({ context: { branch: 'main' } }))).toMatchObject({
      key: 'apr_1',
      title: 'scout wants to use tool Bash',
      body: 'git push\n{"branch":"main"}\nWhy: The tests pass.',
      actions: [{ action: 'approve' }, { action: 'deny' }, { action: 'open', label: 'Open' }],
    });
  });

  test.each([
    ['an act too long for it', { action: { command: 'x'.repeat(200) } }],
    ['an act of many lines', { action: { command: 'a\n'.repeat(20) } }],
    ['a context too long for it', { context: { text: 'x'.repeat(500) } }],
    ['an asker with a name too long for it', { requestedBy: { kind: 'agent' as const, actorId: 'x'.repeat(90) } }],
    ['a target too long for it', { targetResource: { type: 'url', id: 'x'.repeat(90) } }],
  ])('%s can only be opened there', (_name, different) => {
    expect(requestNotification(approvalOf(different)).actions).toEqual([
      { action: 'open', label: 'Open to read all of it' },
    ]);
  });

  test('a reason too long is cut, and the act can still be decided', () => {
    const { body, actions } = requestNotification(approvalOf({ rationale: 'because '.repeat(100) }));
    expect(body).toMatch(/…$/);
    expect(actions).toHaveLength(3);
  });

  test('hidden characters are shown, in each part', () => {
    const hidden = 'a\u202Eb';
    const { title, body } = requestNotification(
      approvalOf({ action: { command: hidden }, rationale: hidden, requestedBy: { kind: 'agent', actorId: hidden } }),
    );
    expect(title).toContain('a⟨U+202E⟩b');
    expect(body).toBe('a⟨U+202E⟩b\nWhy: a⟨U+202E⟩b');
  });

  test('a request that names no act says so', () => {
    const { action: _action, ...withoutAct } = approvalOf();
    expect(requestNotification(withoutAct).body).toContain('No exact act is given.');
  });
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Notifications on a surface that remembers what is on it. */
function desk(options: { areOn?: boolean } = {}) {
  const onScreen = new Map<string, DesktopNotification>();
  const told: string[] = [];
  const approvals = new Map<string, Approval>();
  const surface: NotificationSurface = {
    hasButtons: true,
    show(notification) {
      onScreen.set(notification.key, notification);
      told.push(notification.title);
      return Promise.resolve(true);
    },
    isShown: (key) => onScreen.has(key),
    withdraw: (key) => void onScreen.delete(key),
    close: () => Promise.resolve(),
  };
  const waiting = () => [...approvals.values()].filter(({ status }) => status === 'pending');
  const notifications = createRequestNotifications({
    surface,
    areOn: () => options.areOn ?? true,
    find: (approvalId) => approvals.get(approvalId),
    waiting,
    waitingCount: () => waiting().length,
  });
  const event = (name: EventName, approvalId: string): CommittedEvent => ({
    seq: 1,
    atMs: START,
    eventType: name,
    name,
    actor: { kind: 'system' },
    payload: {},
    subjects: { approvalId },
  });
  const happen = (name: EventName, approval: Approval) => {
    approvals.set(approval.approvalId, approval);
    notifications.hear([event(name, approval.approvalId)]);
    vi.advanceTimersByTime(250);
  };
  const addTogether = (approvalIds: readonly string[]) => {
    for (const approvalId of approvalIds) approvals.set(approvalId, approvalOf({ approvalId }));
    notifications.hear(approvalIds.map((approvalId) => event('approval.requested', approvalId)));
  };
  const add = (approvalId: string) => happen('approval.requested', approvalOf({ approvalId }));
  return { notifications, approvals, add, addTogether, happen, keys: () => [...onScreen.keys()], onScreen, told };
}

describe('the notifications', () => {
  test.each(['approved', 'denied', 'expired', 'cancelled'] as const)('of one that is %s are withdrawn', (status) => {
    const { add, happen, keys } = desk();
    add('apr_1');
    expect(keys()).toEqual(['apr_1']);
    happen(`approval.${status}`, approvalOf({ status }));
    expect(keys()).toEqual([]);
  });

  test('the summary says how many wait now, and one that was closed stays closed', () => {
    const { add, happen, keys, onScreen, approvals } = desk();
    for (let count = 1; count <= 6; count++) add(`apr_${count}`);
    const deny = (approvalId: string) =>
      happen('approval.denied', { ...(approvals.get(approvalId) ?? approvalOf()), status: 'denied' });
    deny('apr_6');
    expect(onScreen.get('summary')?.title).toBe('5 requests are waiting');
    onScreen.delete('summary');
    deny('apr_5');
    expect(keys()).toEqual(['apr_1', 'apr_2', 'apr_3', 'apr_4']);
  });

  test('that were closed by the person make room for new ones', () => {
    const { add, keys, onScreen } = desk();
    for (let count = 1; count <= 4; count++) add(`apr_${count}`);
    onScreen.clear();
    add('apr_5');
    expect(keys()).toEqual(['apr_5']);
  });

  test('beyond four become one summary, which goes when nothing waits any more', () => {
    const { add, happen, keys, onScreen, approvals } = desk();
    for (let count = 1; count <= 7; count++) add(`apr_${count}`);
    expect(keys()).toEqual(['apr_1', 'apr_2', 'apr_3', 'apr_4', 'summary']);
    expect(onScreen.get('summary')?.title).toBe('7 requests are waiting');
    for (const approval of [...approvals.values()]) happen('approval.denied', { ...approval, status: 'denied' });
    expect(keys()).toEqual([]);
  });

  test('of thousands that come together are four and one summary, which then says how many there are', () => {
    const { addTogether, keys, told } = desk();
    for (let slice = 0; slice < 50; slice++) {
      addTogether(Array.from({ length: 100 }, (_, index) => `apr_${slice * 100 + index}`));
    }
    vi.advanceTimersByTime(10_000);
    expect(keys()).toEqual(['apr_0', 'apr_1', 'apr_2', 'apr_3', 'summary']);
    expect(told.slice(4)).toEqual(['100 requests are waiting', '5000 requests are waiting']);
  });

  test('of what waited before the start are one, or a summary of several', () => {
    const one = desk();
    one.approvals.set('apr_1', approvalOf());
    one.notifications.showWaiting();
    expect(one.keys()).toEqual(['apr_1']);
    const several = desk();
    several.approvals.set('apr_1', approvalOf()).set('apr_2', approvalOf({ approvalId: 'apr_2' }));
    several.notifications.showWaiting();
    expect(several.keys()).toEqual(['summary']);
  });

  test('are not shown when the operator turned them off, and go when that happens', () => {
    const off = desk({ areOn: false });
    off.add('apr_1');
    off.notifications.showWaiting();
    expect(off.keys()).toEqual([]);
    const on = desk();
    on.add('apr_1');
    on.notifications.withdrawAll();
    expect(on.keys()).toEqual([]);
  });
});
