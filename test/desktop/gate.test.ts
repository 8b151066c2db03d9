import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GateAnswer } from '../../electron/desktop/gate';
import { isShownWhole } from '../../electron/desktop/notifications/port';
import { requestNotification } from '../../electron/desktop/notifications/request';
import { trayMenu } from '../../electron/desktop/tray/tray-menu';
import type { Approval } from '../../shared/contract/approval';
import { type RequestType, requestTypes } from '../../shared/contract/request-kinds';
import type { Risk } from '../../shared/judgement';
import { visibleText } from '../../shared/kernel/visible-text';
import { approvalRecord } from '../support/approvals';
import { START } from '../support/world';

const grants: readonly string[] = ['approve', 'extend', 'retire'] satisfies GateAnswer[];

/** What may be done with a request on a notification and in the tray, in the order of the buttons. */
function buttonsOf(approval: Approval, risk: Risk, automationName?: string) {
  const names = { automationName: () => automationName, isExpired: () => false };
  const { title, body, actions } = requestNotification(approval, risk, names);
  const chosen: string[] = [];
  const withRisk = { ...approval, risk: { level: risk.level, reasons: [...risk.reasons] } };
  const state = {
    ...{ waiting: [withRisk], waitingCount: 1, names, trouble: undefined, facts: undefined },
    ...{ nowMs: START, mutedUntilMs: undefined, isCountShown: true },
  };
  const [, entry] = trayMenu(state, { decide: (_: Approval, verdict: GateAnswer) => chosen.push(verdict) } as never);
  const items = Array.isArray(entry?.submenu) ? entry.submenu : [];
  for (const { id = '', click } of items) if (!id.startsWith('open')) (click as (() => void) | undefined)?.();
  const lines = items.filter(({ enabled }) => enabled === false).map(({ label = '' }) => label.replaceAll('&&', '&'));
  return {
    notification: { verdicts: actions.map(({ action }) => action).filter((action) => action !== 'open'), title, body },
    tray: { verdicts: chosen, title: entry?.label?.replaceAll('&&', '&') ?? '', lines },
  };
}

const agents = { kind: 'agent', actorId: 'scout' } as const;
const ours = { kind: 'system', source: 'automation_health_check' } as const;

const low: Risk = { level: 'low', reasons: [] };
const high: Risk = { level: 'high', reasons: [{ kind: 'destroys', what: 'deletes src' }] };
const governance: Risk = { level: 'high', reasons: [{ kind: 'capability', what: 'may do more than before' }] };

type Case = readonly [
  type: RequestType,
  about: 'agent' | 'automation',
  whole: string,
  high: string,
  governance: string,
  cut: string,
];

/** The buttons of each kind of request: whole at low risk, at high risk, at the risk that its kind alone is; and cut at low risk. */
const cases: readonly Case[] = [
  ['tool_call', 'agent', 'approve deny', 'deny', 'deny', 'deny'],
  ['external_post', 'agent', 'approve deny', 'deny', 'approve deny', 'deny'],
  ['capability_request', 'agent', 'approve deny', 'deny', 'approve deny', 'deny'],
  ['elevated_capability', 'agent', 'approve deny', 'deny', 'approve deny', 'deny'],
  ['depth_override', 'agent', 'approve deny', 'deny', 'approve deny', 'deny'],
  ['quota_override', 'agent', 'approve deny', 'deny', 'approve deny', 'deny'],
  ['lifecycle_review', 'agent', 'approve deny', 'deny', 'approve deny', 'deny'],
  // Its denial pauses the automation.
  ['lifecycle_review', 'automation', 'approve deny', 'deny', 'approve deny', ''],
  ['retirement_action', 'automation', 'extend retire deny', 'deny', 'extend retire deny', 'deny'],
  ['retirement_action', 'agent', 'approve deny', 'deny', 'approve deny', 'deny'],
];

describe('what may be decided on a notification and in the tray', () => {
  test('is said for every kind of request [judgement-8.gate]', () => {
    expect([...new Set(cases.map(([type]) => type))].toSorted()).toEqual([...requestTypes].toSorted());
  });

  for (const [requestType, type, ...expected] of cases) {
    for (const requestedBy of requestType === 'tool_call' ? [agents] : [agents, ours]) {
      test(`of a ${requestType} about an ${type}, from ${requestedBy.kind === 'agent' ? 'an agent' : 'Gatehouse'}`, () => {
        const targetResource = { type: requestType === 'tool_call' ? 'tool' : type, id: 'nightly' };
        const approvalOf = (context: unknown): Approval => ({
          ...approvalRecord({ requestType, requestedBy, targetResource, context, action: undefined }),
          guidance: { canAskAgain: false, sentence: '' },
        });
        const whole = approvalOf({ detail: 'short' });
        const seen = [
          buttonsOf(whole, low),
          buttonsOf(whole, high),
          buttonsOf(whole, governance),
          buttonsOf(approvalOf({ detail: 'x'.repeat(2_000) }), low),
        ];
        expect(seen.map(({ notification }) => notification.verdicts.join(' '))).toEqual(expected);
        expect(seen.map(({ tray }) => tray.verdicts.join(' '))).toEqual(expected);
      });
    }
  }

  test('nothing cut is granted: where it may be, all that was sent is on the screen [judgement-8.whole]', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'Z', '7', '-'), minLength: 1, maxLength: 12 });
    const text = fc.oneof(
      word,
      fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(' ')),
      fc.constant('q'.repeat(90)),
    );
    let granted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.boolean(),
        fc.record({ id: text, name: text, detail: text, command: text, rationale: text }),
        ([requestType, type], isOurs, sent) => {
          const isCall = requestType === 'tool_call';
          const isOwn = isOurs && !isCall;
          const approval: Approval = {
            ...approvalRecord({
              requestType,
              requestedBy: isOwn ? ours : agents,
              targetResource: { type: isCall ? 'tool' : type, id: isCall ? 'Bash' : sent.id },
              context: { detail: sent.detail },
              rationale: sent.rationale,
              action: isOwn ? undefined : { command: sent.command },
            }),
            guidance: { canAskAgain: false, sentence: '' },
          };
          const isNamed = isOwn && type === 'automation';
          const all = [
            sent.detail,
            ...(isCall ? [] : [isNamed ? sent.name : sent.id]),
            // What Gatehouse found is what is decided on; what an agent gives as its reason is not.
            ...(isOwn ? [sent.rationale] : [sent.command]),
          ].map(visibleText);
          const { notification, tray } = buttonsOf(approval, low, isNamed ? sent.name : undefined);
          if (notification.verdicts.some((one) => grants.includes(one))) {
            granted += 1;
            expect(isShownWhole(notification.body)).toBe(true);
            for (const part of all) expect(`${notification.title}\n${notification.body}`).toContain(part);
          }
          if (tray.verdicts.some((one) => grants.includes(one))) {
            granted += 1;
            // A menu breaks long lines.
            const shown = [tray.title, ...tray.lines].join('').replaceAll(' ', '');
            for (const part of all) expect(shown).toContain(part.replaceAll(' ', ''));
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(granted).toBeGreaterThan(50);
  });
});
