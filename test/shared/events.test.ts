import { describe, expect, test } from 'vitest';
import {
  EVENT_PREFIX,
  events,
  type GovernanceEvent,
  payloadOnLog,
  readEvent,
  readInAWord,
  readPayload,
  subjectsOf,
  withLogNames,
} from '../../shared/events';
import { encodeWire } from '../../shared/kernel/wire';
import { approvalRecord } from '../support/approvals';

test.each([
  ['automation_id', 'automationID'],
  ['paused_run_ids', 'pausedRunIDs'],
  ['weekly_spend_cap_usd', 'weeklySpendCapUsd'],
  ['requested_approvals', 'requestedApprovals'],
  ['expires_at_ms', 'expiresAtMs'],
  ['reason', 'reason'],
])('in the log %s is %s [13.payload-keys]', (wire, onLog) => {
  expect(withLogNames({ [wire]: 1 })).toEqual({ [onLog]: 1 });
  expect(withLogNames({ [onLog]: 1 })).toEqual({ [onLog]: 1 });
});

const charged = {
  name: 'spend.charged',
  payload: {
    runId: 'run-1',
    automationId: 'nightly',
    promptTokens: 1,
    completionTokens: 2,
    totalTokens: 3,
    costNanos: 300_000_001,
    exactCostNanos: 300_000_001,
    agentIds: ['scout', 'planner'],
    isEstimate: false,
    settledNanos: 5,
  },
} as const;

const cases: readonly GovernanceEvent[] = [
  charged,
  { name: 'approval.requested', payload: { approvalId: 'apr_1', request: approvalRecord({ context: { a_b: 1 } }) } },
  { name: 'approval.imported', payload: approvalRecord({ action: { run_id: 'x' } }) },
  {
    name: 'spend.paused',
    payload: {
      runId: 'run-1',
      automationId: 'nightly',
      agents: [{ agentId: 'scout', weeklyCostNanos: 100_000_001, weeklySpendCapNanos: 1 }],
      requestedApprovals: ['apr_1'],
      detail: 'over',
    },
  },
  { name: 'denied', payload: { code: 'X', value: [1], limit: null, leftNanos: { scout: null, planner: 7 } } },
  {
    name: 'imported.facts',
    payload: {
      entries: [
        { noun: 'run', replacedOf: 'a' },
        { noun: 'run', id: 'r', facts: {} },
      ],
    },
  },
];

describe('a row of the log', () => {
  test.each(cases.map((event) => [event.name, event] as const))('of %s says what its event said', (name, event) => {
    const eventType = EVENT_PREFIX + name;
    expect(readEvent({ eventType, payload: payloadOnLog(event) })).toEqual({ name, payload: event.payload });
    // As an older version wrote it.
    const payload = encodeWire(events[name].payload, event.payload) as Readonly<Record<string, unknown>>;
    expect(readEvent({ eventType, payload })).toEqual({ name, payload: event.payload });
  });

  test('has money in dollars for readers, and exactly beside it where rows are added up', () => {
    expect(payloadOnLog(charged)).toEqual({
      runID: 'run-1',
      automationID: 'nightly',
      promptTokens: 1,
      completionTokens: 2,
      totalTokens: 3,
      costUsd: 0.300000001,
      costNanos: 300_000_001,
      agentIDs: ['scout', 'planner'],
      isEstimate: false,
      settledNanos: 5,
    });
  });

  test('has what is nested in the form of the wire', () => {
    expect(payloadOnLog(cases[3] ?? charged)).toMatchObject({
      agents: [{ agent_id: 'scout', weekly_cost_usd: 0.100000001, weekly_spend_cap_usd: 1e-9 }],
    });
  });

  test('that somebody else wrote says nothing in the fields that are not as they should be', () => {
    const payload = { runID: 'run-1', status: 'flying', sessionIDs: 'all', instanceIDs: ['i'], more: 1 };
    expect(readPayload(events['run.finished'].payload, payload)).toEqual({ runId: 'run-1', instanceIds: ['i'] });
    expect(readEvent({ eventType: `${EVENT_PREFIX}unheard_of`, payload })).toBeUndefined();
  });

  test('says in a word what it is about, whichever it is', () => {
    const payload = { automationID: 'nightly', approval_id: 'apr_1', reason: '', ancestorIDs: 5 };
    expect(readInAWord(payload)).toEqual({ automationId: 'nightly', approvalId: 'apr_1' });
  });
});

test('an event is found again by what the table takes from its payload, and by what is stated beside it', () => {
  expect(subjectsOf({ ...charged, agentIds: ['scout'] })).toEqual({ agentIds: ['scout'], automationId: 'nightly' });
  const used = { ruleId: 'rule_1', agentId: 'scout', approvalId: 'apr_1', useCount: 1 };
  expect(subjectsOf({ name: 'tool_rule.used', payload: used })).toEqual({ approvalId: 'apr_1' });
  const approved = { approvalId: 'apr_1', revision: 2, expiresAtMs: 5 };
  expect(subjectsOf({ name: 'approval.approved', payload: approved, automationId: 'nightly' })).toEqual({
    approvalId: 'apr_1',
    automationId: 'nightly',
  });
  expect(subjectsOf({ name: 'limits.updated', payload: { before: {}, after: {} } })).toEqual({});
});
