import { describe, expect, test } from 'vitest';
import { requestNotification as notificationOf } from '../../electron/desktop/notifications/request';
import { judge } from '../../electron/judgement/here';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import type { Approval } from '../../shared/contract/approval';
import { DAY_MS, HOUR_MS } from '../../shared/kernel/time';
import { approvalRecord } from '../support/approvals';
import { START } from '../support/world';

await loadShellGrammar();

const approvalOf = (different: Partial<Approval> = {}): Approval => ({
  ...approvalRecord({ action: { command: 'npm test' } }),
  guidance: { canAskAgain: false, sentence: '' },
  ...different,
});

const names = { automationName: () => undefined, isExpired: () => false };
const requestNotification = (approval: Approval) => notificationOf(approval, judge.request(approval), names);

describe('a request as a notification', () => {
  test('shows who, the act, the context and the reason, with the buttons that decide', () => {
    expect(requestNotification(approvalOf({ context: { branch: 'main' } }))).toMatchObject({
      key: 'apr_1',
      title: 'scout: Run npm test',
      body: expect.stringMatching(
        /^npm test\n\{"branch":"main"\}\nWhy: The tests pass\.\nWaits until \d+:\d\d( [AP]M)?$/,
      ),
      actions: [{ action: 'approve' }, { action: 'deny' }, { action: 'open', label: 'Open' }],
    });
  });

  test.each([
    ['deletes src', { action: { command: 'rm -rf src' } }],
    ['pushes commits to a remote', { action: { command: 'git push' } }],
    ['posts to #ops', { requestType: 'external_post' as const, targetResource: { type: 'slack', id: '#ops' } }],
    ['the agent itself says that the risk is high', { context: { risk: 'high' } }],
  ])('one of high risk (%s) says why, and can be denied or reviewed there', (reason, different) => {
    const { body, actions } = requestNotification(approvalOf(different));
    expect(body).toContain(`\nHigh risk: ${reason}\nWhy: `);
    expect(actions).toEqual([
      { action: 'deny', label: 'Deny' },
      { action: 'open', label: 'Review' },
    ]);
  });

  test('what people should know besides makes no risk high, and is said', () => {
    const { body, actions } = notificationOf(
      approvalOf(),
      { level: 'normal', reasons: [], notes: ['runs x.sh'] },
      names,
    );
    expect(body).toContain('\nNote: runs x.sh\nWhy: ');
    expect(actions).toHaveLength(3);
  });

  test.each([
    ['an act too long for it', { action: { command: 'x'.repeat(200) } }],
    ['an act of many lines', { action: { command: 'a\n'.repeat(20) } }],
    ['a context too long for it', { context: { text: 'x'.repeat(500) } }],
    ['an asker with a name too long for it', { requestedBy: { kind: 'agent' as const, actorId: 'x'.repeat(90) } }],
    ['a target too long for it', { targetResource: { type: 'url', id: 'x'.repeat(190) } }],
  ])('%s can be denied there, and approved only when it was opened', (_name, different) => {
    expect(requestNotification(approvalOf(different)).actions).toEqual([
      { action: 'deny', label: 'Deny' },
      { action: 'open', label: 'Open to read all of it' },
    ]);
  });

  test('an automation’s review is denied only where it is shown whole: that pauses it', () => {
    const review = {
      requestType: 'lifecycle_review',
      targetResource: { type: 'automation', id: 'nightly' },
      action: undefined,
      context: {},
    } as const;
    const labelsOf = (approval: Approval) => requestNotification(approval).actions.map(({ action }) => action);
    expect(labelsOf(approvalOf(review))).toEqual(['approve', 'deny', 'open']);
    expect(labelsOf(approvalOf({ ...review, context: { text: 'x'.repeat(500) } }))).toEqual(['open']);
  });

  test.each(['capability_request', 'depth_override', 'quota_override', 'elevated_capability'] as const)(
    'a %s is approved there where it is shown whole',
    (requestType) => {
      const asked = { requestType, targetResource: { type: 'agent', id: 'scout' }, action: undefined, context: {} };
      expect(requestNotification(approvalOf(asked)).actions.map(({ action }) => action)).toEqual([
        'approve',
        'deny',
        'open',
      ]);
    },
  );

  test('a reason too long is cut, and the act can still be decided', () => {
    const { body, actions } = requestNotification(approvalOf({ rationale: 'because '.repeat(100) }));
    expect(body).toMatch(/…\nWaits until /);
    expect(actions).toHaveLength(3);
  });

  test('the time that is left is said where there is room for it, and where it is short', () => {
    const lines = (count: number) => ({ action: { command: Array.from({ length: count }, () => 'true').join('\n') } });
    const bodyOf = (different: Partial<Approval>) => requestNotification(approvalOf(different)).body;
    expect(bodyOf(lines(6))).toContain('Waits until');
    expect(bodyOf(lines(7))).not.toContain('Waits until');
    expect(bodyOf({ expiresAtMs: START + 3 * DAY_MS })).not.toContain('Waits until');
    expect(bodyOf({ expiresAtMs: START + 3 * DAY_MS, waitingUntilMs: START + HOUR_MS })).toContain('Waits until');
  });

  test('hidden characters are shown, in each part', () => {
    const hidden = 'a\u202Eb';
    const { title, body } = requestNotification(
      approvalOf({ action: { command: hidden }, rationale: hidden, requestedBy: { kind: 'agent', actorId: hidden } }),
    );
    expect(title).toContain('a⟨U+202E⟩b');
    expect(body).toContain('a⟨U+202E⟩b\nHigh risk: has signs that cannot be seen\nWhy: a⟨U+202E⟩b\n');
  });

  test('a request that names no act says so', () => {
    const { action: _action, ...withoutAct } = approvalOf();
    expect(requestNotification(withoutAct).body).toContain('No exact act is given.');
  });
});
