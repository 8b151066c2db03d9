import { describe, expect, test } from 'vitest';
import {
  decideApproval,
  expireApproval,
  isVisibleToAgent,
  mayActFor,
  openApproval,
  type RequestFacts,
  withGuidance,
} from '../../../electron/nouns/approvals/rules';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import { defaultLimits } from '../../../shared/contract/limits';
import { HOUR_MS } from '../../../shared/kernel/time';
import { codeOf } from '../../support/answers';
import { approvalRecord, request } from '../../support/approvals';
import { START } from '../../support/world';

const human = { kind: 'human', actorId: 'olga' } as const;
const facts: RequestFacts = {
  requestedBy: { kind: 'agent', actorId: 'scout' },
  ancestorIds: ['planner'],
  duplicate: undefined,
  pendingOfAgent: 0,
  pendingOfToken: 0,
  limits: defaultLimits,
  approvalId: 'apr_9',
  actionHash: 'h',
};

describe('a request', () => {
  test('opens a pending approval of revision 1 that waits for approval_ttl_ms [2.approval-revision, 7.request-expiry]', () => {
    const opened = openApproval(request(), facts, START);
    expect(opened).toMatchObject({
      ok: true,
      value: {
        isNew: true,
        approval: {
          approvalId: 'apr_9',
          status: 'pending',
          revision: 1,
          expiresAtMs: START + 72 * HOUR_MS,
          ancestorIds: ['planner'],
          context: {},
          actionHash: 'h',
        },
      },
    });
  });

  test.each([
    ['one ms ahead', { expiresAtMs: START + 1 }, {}, 'ok'],
    ['now', { expiresAtMs: START }, {}, 'VALIDATION_FAILED'],
    ['in the past', { expiresAtMs: START - 1 }, {}, 'VALIDATION_FAILED'],
    ['49 pending', {}, { pendingOfAgent: 49 }, 'ok'],
    ['50 pending', {}, { pendingOfAgent: 50 }, 'GOVERNANCE_APPROVAL_BACKLOG'],
    ['51 pending', {}, { pendingOfAgent: 51 }, 'GOVERNANCE_APPROVAL_BACKLOG'],
    ['50 pending, and one of them is the same', {}, { pendingOfAgent: 50, duplicate: approvalRecord() }, 'ok'],
  ] as const)('with %s is answered by %s', (_name, input, more, code) => {
    expect(codeOf(openApproval(request(input), { ...facts, ...more }, START))).toBe(code);
  });

  test('that is the same as a pending one answers that one [7.duplicates]', () => {
    const duplicate = approvalRecord({ approvalId: 'apr_first' });
    const opened = openApproval(request(), { ...facts, duplicate }, START);
    expect(opened).toEqual({ ok: true, value: { approval: duplicate, isNew: false } });
  });
});

describe('a decision', () => {
  const decide = (approval: ApprovalRecord, more: object = {}, actor: object = human, limits = defaultLimits) =>
    decideApproval(approval, { verdict: 'approved', ...more }, { actor: actor as typeof human, limits }, START + 10);

  test.each([
    ['until its last instant', START + 11, 'ok'],
    ['not at its deadline', START + 10, 'GOVERNANCE_APPROVAL_EXPIRED'],
    ['not after it', START + 9, 'GOVERNANCE_APPROVAL_EXPIRED'],
  ])('is taken %s', (_name, expiresAtMs, code) => {
    expect(codeOf(decide(approvalRecord({ expiresAtMs })))).toBe(code);
  });

  test('keeps who, when, why and until when [2.approval-revision, 7.decide-sets]', () => {
    expect(decide(approvalRecord(), { notes: 'fine', expiresAtMs: START + 99 })).toMatchObject({
      value: {
        isChanged: true,
        approval: {
          status: 'approved',
          revision: 2,
          reviewedBy: human,
          reviewedAtMs: START + 10,
          updatedAtMs: START + 10,
          reviewNotes: 'fine',
          expiresAtMs: START + 99,
        },
      },
    });
  });
});

describe('what the asker reads', () => {
  const day = { createdAtMs: START, expiresAtMs: START + 30 * 60_000 };
  test.each([
    ['pending', approvalRecord(), false, /Nobody has decided yet/],
    ['approved', approvalRecord({ status: 'approved', reviewNotes: 'go on' }), false, /approved this.*go on/],
    ['used', approvalRecord({ status: 'approved', consumedAtMs: START }), true, /has been used/],
    [
      'standing and over',
      approvalRecord({ status: 'approved', requestType: 'quota_override', expiresAtMs: START }),
      true,
      /its time is over/,
    ],
    ['denied', approvalRecord({ status: 'denied', reviewNotes: 'too risky' }), false, /denied this.*too risky/],
    ['expired', approvalRecord({ status: 'expired', ...day }), true, /within 30 minutes; this is not a refusal/],
    [
      'cancelled',
      approvalRecord({ status: 'cancelled', cancelReason: 'gave up' }),
      true,
      /withdrawn.*not a refusal.*gave up/,
    ],
  ] as const)('says which outcome it is when %s [7.not-denied]', (_name, approval, canAskAgain, sentence) => {
    const { guidance } = withGuidance(approval, START + 1);
    expect(guidance.canAskAgain).toBe(canAskAgain);
    expect(guidance.sentence).toMatch(sentence);
  });
});

test('an approval that expires becomes a new revision', () => {
  expect(expireApproval(approvalRecord(), START + 5)).toMatchObject({
    status: 'expired',
    revision: 2,
    updatedAtMs: START + 5,
  });
});

test('an agent knows of what it asked and of what is about it, and of nothing else', () => {
  const ofOther = approvalRecord({ requestedBy: { kind: 'agent', actorId: 'other' }, ancestorIds: ['scout'] });
  expect(isVisibleToAgent(approvalRecord(), 'scout')).toBe(true);
  expect(isVisibleToAgent(ofOther, 'scout')).toBe(false);
  expect(isVisibleToAgent({ ...ofOther, targetResource: { type: 'agent', id: 'scout' } }, 'scout')).toBe(true);
  expect(isVisibleToAgent({ ...ofOther, targetResource: { type: 'tool', id: 'scout' } }, 'scout')).toBe(false);
  expect(isVisibleToAgent(approvalRecord({ requestedBy: { kind: 'human', actorId: 'scout' } }), 'scout')).toBe(false);
});

test('only the asker acts for a request, or an engine for an agent', () => {
  const ofAgent = approvalRecord();
  const ofSystem = approvalRecord({ requestedBy: { kind: 'system', source: 'automation_spend_cap' } });
  expect(mayActFor(ofAgent, { kind: 'agent', actorId: 'scout' }, false)).toBe(true);
  expect(mayActFor(ofAgent, { kind: 'agent', actorId: 'other' }, false)).toBe(false);
  expect(mayActFor(ofAgent, { kind: 'system', source: 'tandem' }, true)).toBe(true);
  expect(mayActFor(ofSystem, { kind: 'system', source: 'tandem' }, true)).toBe(false);
});
