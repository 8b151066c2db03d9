import { expect, test } from 'vitest';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import type { Caller } from '../../../shared/kernel/actor';
import { fieldOf } from '../../../shared/kernel/fields';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, headSeq, payloadOf } from '../../support/audit';
import { addRun, approve, create, recordOf, storedAutomation } from '../../support/automations';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const scout = agent('scout');
const stranger = agent('stranger');

function change(world: World, automationId: string, different: Partial<GovernanceRecord>): void {
  world.store.transaction((store) => store.records.save({ ...recordOf(world, automationId), ...different }));
}

async function grant(world: World, automationId: string, agentId: string): Promise<string> {
  return (await world.done(operator, 'grant.create', { automationId, grantedToAgentId: agentId })).grant.grantId;
}

async function codesOf(world: World, caller: Caller, automationId: string) {
  const update = codeOf(await world.execute(caller, 'automation.update', { automationId, description: caller.role }));
  const pause = codeOf(await world.execute(caller, 'automation.pause', { automationId }));
  const resume = codeOf(await world.execute(caller, 'automation.resume', { automationId }));
  const remove = codeOf(await world.execute(caller, 'automation.delete', { automationId }));
  return [update, pause, resume, remove];
}

test.each([
  ['the operator', operator],
  ['the agent that created it', scout],
] as const)('%s changes, pauses, resumes and deletes it', async (_name, caller) => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  expect(await codesOf(world, caller, automationId)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(await codesOf(world, caller, automationId)).toEqual(Array(4).fill('AUTOMATION_V2_NOT_FOUND'));
});

test('an agent that may not even see it is told by the rules that it may not change it [api-2.changes-unseen]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const seq = headSeq(world);
  const forbidden = 'AUTOMATION_V2_MODIFY_FORBIDDEN';
  expect(await codesOf(world, stranger, automationId)).toEqual([
    forbidden,
    forbidden,
    forbidden,
    'AUTOMATION_V2_DELETE_NOT_OWNER',
  ]);
  expect(world.query(stranger, 'automations.get', { automationId }).ok).toBe(false);
  expect(eventNamesAfter(world, seq)).toEqual(Array(4).fill('denied'));
  expect(await codesOf(world, stranger, 'nothing')).toEqual(Array(4).fill('AUTOMATION_V2_NOT_FOUND'));
  expect(headSeq(world)).toBe(seq + 4);
});

test.each([
  ['takes part in it', scout, 'AUTOMATION_V2_MODIFY_FORBIDDEN', 'AUTOMATION_V2_DELETE_NOT_OWNER'],
  ["takes part in a human's", operator, 'AUTOMATION_V2_MODIFY_FORBIDDEN', 'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED'],
] as const)(
  'an agent that only %s sees it and is told why it may not change it',
  async (_name, creator, code, remove) => {
    const world = createWorld();
    const { automationId } = await create(world, creator, { agents: [{ agentId: 'stranger' }] });
    expect(await codesOf(world, stranger, automationId)).toEqual([code, code, code, remove]);
    expect(storedAutomation(world, automationId).status).toBe('draft');
    expect(eventNamesAfter(world, 1)).toEqual(Array(4).fill('denied'));
    expect(payloadOf(world, 'denied')).toEqual({
      action: 'automation.delete',
      code: remove,
      automationID: automationId,
    });
  },
);

test('a grant lets an agent change, not delete, until it is revoked [1.grant]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { agents: [{ agentId: 'stranger' }] });
  const grantId = await grant(world, automationId, 'stranger');
  expect(await codesOf(world, stranger, automationId)).toEqual(['ok', 'ok', 'ok', 'AUTOMATION_V2_DELETE_NOT_OWNER']);
  await world.execute(operator, 'grant.revoke', { automationId, grantId });
  await world.execute(operator, 'automation.resume', { automationId });
  expect((await codesOf(world, stranger, automationId))[0]).toBe('AUTOMATION_V2_MODIFY_FORBIDDEN');
});

test.each([
  [
    'retired',
    { retiredAtMs: START, pausedForLifecycle: true },
    'AUTOMATION_V2_RETIRED',
    'AUTOMATION_V2_LIFECYCLE_BLOCKED',
  ],
  [
    'expired',
    { expiredAtMs: START, pausedForLifecycle: true },
    'AUTOMATION_V2_EXPIRED',
    'AUTOMATION_V2_LIFECYCLE_BLOCKED',
  ],
  ['paused for lifecycle', { pausedForLifecycle: true }, 'AUTOMATION_V2_LIFECYCLE_PAUSED', 'ok'],
])('one that is %s: nobody but the operator changes it [api-2.resume]', async (_name, different, code, forOperator) => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { status: 'paused' });
  change(world, automationId, different);
  expect(await codesOf(world, scout, automationId)).toEqual(Array(4).fill(code));
  expect(await codesOf(world, engine, automationId)).toEqual(Array(4).fill('AUTOMATION_V2_AGENT_ID_REQUIRED'));
  const active = await world.execute(operator, 'automation.update', { automationId, status: 'active' });
  expect(codeOf(active)).toBe('AUTOMATION_V2_LIFECYCLE_BLOCKED');
  expect(codeOf(await world.execute(operator, 'automation.resume', { automationId }))).toBe(forOperator);
  expect(storedAutomation(world, automationId).status).toBe(forOperator === 'ok' ? 'active' : 'paused');
});

test("a human's resume ends a lifecycle pause and leaves the review [api-2.resume]", async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { status: 'paused' });
  change(world, automationId, { pausedForLifecycle: true, reviewRequired: true, reviewKind: 'run_drift' });
  await world.execute(operator, 'automation.resume', { automationId, reason: 'looked at' });
  expect(recordOf(world, automationId)).toMatchObject({ pausedForLifecycle: false, reviewRequired: true });
  expect(eventNamesAfter(world, 1)).toEqual(['record.updated', 'updated']);
  expect(payloadOf(world, 'updated')).toMatchObject({ status: 'active', changed: ['status'], reason: 'looked at' });
});

test('what has no custody record is changed by nobody [5.no-record]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, operator);
  world.store.transaction((store) => {
    store.automations.insert({ ...storedAutomation(world, automationId), automationId: 'orphan' }, [], ['scout']);
  });
  for (const caller of [operator, engine, scout]) {
    expect(await codesOf(world, caller, 'orphan')).toEqual(Array(4).fill('AUTOMATION_V2_GOVERNANCE_MISSING'));
  }
});

test.each([
  ['the operator', operator, 'operator_stopped'],
  ['the agent', scout, undefined],
] as const)(
  '%s pauses the runs with it, resuming does not resume them, and twice is once',
  async (_name, caller, stopKind) => {
    const world = createWorld();
    const { automationId } = await create(world, scout, { status: 'active' });
    const run = addRun(world, automationId);
    await world.execute(caller, 'automation.pause', { automationId, reason: '' });
    expect(world.store.read.runs.find(run.runId)).toMatchObject({
      status: 'paused',
      pauseReason: 'the automation was paused',
      activeSessionIds: [],
    });
    expect(world.store.read.runs.find(run.runId)?.stopKind).toBe(stopKind);
    expect(eventNamesAfter(world, 1)).toEqual(['run.paused', 'updated']);
    expect(payloadOf(world, 'updated')).toMatchObject({ status: 'paused', pausedRunIDs: [run.runId] });
    await world.execute(caller, 'automation.pause', { automationId });
    expect(headSeq(world)).toBe(3);
    await world.execute(caller, 'automation.resume', { automationId });
    await world.execute(caller, 'automation.resume', { automationId });
    expect(headSeq(world)).toBe(4);
    expect(storedAutomation(world, automationId).status).toBe('active');
    expect(world.store.read.runs.find(run.runId)?.status).toBe('paused');
  },
);

test('a change says which fields changed, keeps the rest, and none is none', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { extra: { a: 1 }, description: 'old' });
  world.clock.at = START + 5;
  const result = await world.execute(scout, 'automation.update', {
    automationId,
    description: 'new',
    more: [1],
    creator_id: 'x',
  });
  expect(result).toMatchObject({
    value: {
      automation: { description: 'new', more: [1], extra: { a: 1 }, creatorId: 'scout', updatedAtMs: START + 5 },
    },
  });
  expect(payloadOf(world, 'updated')).toEqual({
    automationID: automationId,
    name: 'Nightly report',
    status: 'draft',
    changed: ['description', 'more'],
  });
  const seq = headSeq(world);
  world.clock.at = START + 9;
  await world.execute(scout, 'automation.update', { automationId, description: 'new' });
  expect(headSeq(world)).toBe(seq);
  expect(storedAutomation(world, automationId).updatedAtMs).toBe(START + 5);
});

test('who takes part in the flow changes with the flow, and with it who sees it', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { agents: [{ agentId: 'stranger' }] });
  const sees = () => codeOf(world.query(stranger, 'automations.get', { automationId }));
  expect(sees()).toBe('ok');
  await world.execute(scout, 'automation.update', { automationId, agents: [] });
  expect(sees()).toBe('AUTOMATION_V2_NOT_FOUND');
  await world.execute(scout, 'automation.update', {
    automationId,
    flow: { nodes: [{ nodeId: 'n', agentId: 'stranger', objective: 'look', dependsOn: [] }] },
  });
  expect(sees()).toBe('ok');
});

test('an agent needs approval for each capability that a change adds, and for none that was there [4.previous]', async () => {
  const world = createWorld();
  await approve(world, 'scout', 'capability_request', { capability_key: 'creates_agents' }, START + 10);
  const { automationId } = await create(world, scout, { capabilities: { createsAgents: true } });
  world.clock.at = START + 10;
  const update = async (caller: Caller, different: object) =>
    codeOf(await world.execute(caller, 'automation.update', { automationId, ...different }));
  expect(await update(scout, { description: 'x', capabilities: { createsAgents: true } })).toBe('ok');
  const seq = headSeq(world);
  for (const escalating of [
    { capabilities: { modifiesGrants: true } },
    { metadata: { capabilities: { creates_agents: true, modifiesGrants: true } } },
  ]) {
    expect(await update(scout, escalating)).toBe('AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN');
  }
  expect(eventNamesAfter(world, seq)).toEqual(['denied', 'denied']);
  expect(payloadOf(world, 'denied')).toMatchObject({ action: 'automation.update', value: 'modifies_grants' });
  expect(await update(operator, { capabilities: { modifiesGrants: true } })).toBe('ok');
  expect(recordOf(world, automationId).declaredCapabilities).toEqual({ createsAgents: true, modifiesGrants: true });
  expect(payloadOf(world, 'record.updated')).toMatchObject({
    declaredCapabilities: { creates_agents: true, modifies_grants: true },
  });
  // Given up is given up: taking it again is an escalation again.
  expect(await update(scout, { capabilities: { createsAgents: false } })).toBe('ok');
  expect(await update(scout, { capabilities: { createsAgents: true } })).toBe(
    'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN',
  );
});

const withServers = (servers: readonly string[]) => ({
  agents: [
    { agentId: 'scout', mcpPolicy: { allowedServers: [...servers], allowedTools: ['t'] } },
    { agentId: 'writer', mcpPolicy: { allowedServers: ['mail'] } },
  ],
});

test.each([
  ['its creator', scout],
  ['the operator', operator],
] as const)(
  'an update by %s that takes an MCP server away is a dependency revocation [2.review-kinds, 5.dependency, 10.queued, 10.runs-paused, 10.record, 10.approval, 10.event]',
  async (_name, caller) => {
    const world = createWorld();
    const { automationId } = await create(world, scout, { status: 'active', ...withServers(['github', 'mail']) });
    const run = addRun(world, automationId);
    const result = await world.execute(caller, 'automation.update', { automationId, ...withServers(['github']) });
    expect(result).toMatchObject({ value: { automation: { status: 'paused', ...withServers(['github']) } } });
    const reason = 'mcp servers removed: mail';
    const evidence = { removed_mcp_servers: [{ agent_id: 'scout', servers: ['mail'] }] };
    expect(world.store.read.runs.find(run.runId)).toMatchObject({
      status: 'paused',
      stopKind: 'guardrail_stopped',
      stopReason: reason,
      pauseReason: reason,
      activeSessionIds: [],
      activeInstanceIds: [],
    });
    expect(world.store.read.runs.find(run.runId)?.lifecycleHistory.at(-1)?.event).toBe('run_paused_governance');
    const [approval] = world.store.read.approvals.about('automation', automationId, 'lifecycle_review', 'pending');
    expect(approval).toMatchObject({
      requestedBy: { kind: 'system', source: 'automation_dependency_revocation' },
      context: { trigger: 'dependency_revoked', reason, evidence, pausedRunIDs: [run.runId] },
    });
    expect(recordOf(world, automationId)).toMatchObject({
      pausedForLifecycle: true,
      reviewRequired: true,
      reviewKind: 'dependency_revoked',
      reviewRequestedAtMs: START,
      reviewRequestId: approval?.approvalId,
      healthLastCheckedAtMs: START,
      healthFindings: [
        {
          kind: 'dependency_revoked',
          severity: 'critical',
          summary: 'automation paused after dependency revocation',
          detail: 'an owned grant or connected MCP capability was removed and the automation was paused pending review',
          evidence: { trigger: 'dependency_revoked', reason, evidence, pausedRunIDs: [run.runId] },
        },
      ],
    });
    expect(eventNamesAfter(world, 1)).toEqual(['updated', 'run.paused', 'approval.requested', 'dependency_revoked']);
    expect(payloadOf(world, 'run.paused')).toMatchObject({
      sessionIDs: ['session-1'],
      instanceIDs: ['instance-1'],
      reason,
    });
    expect(payloadOf(world, 'dependency_revoked')).toMatchObject({
      reason,
      evidence,
      pausedRunIDs: [run.runId],
      revokedBy: { kind: caller.actor.kind, actor_id: caller.actor.actorId },
    });
    expect(world.store.read.audit.after(0, 100).at(-1)?.actor).toEqual({
      kind: 'system',
      source: 'automation_dependency_revocation',
    });
  },
);

test('adding servers, reordering them and changing tools revokes nothing [5.dependency]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, withServers(['github', 'mail']));
  await world.execute(scout, 'automation.update', { automationId, ...withServers(['mail', 'more', 'github']) });
  await world.execute(scout, 'automation.update', { automationId, description: 'other' });
  expect(eventNamesAfter(world, 1)).toEqual(['updated', 'updated']);
});

test.each([
  ['of another trigger', 'health_drift'],
  ['of an agent that names the same trigger', 'dependency_revoked'],
])(
  'a second revocation takes our pending review again, and not one %s [10.reuse-same-trigger]',
  async (_name, trigger) => {
    const world = createWorld();
    const { automationId } = await create(world, scout, withServers(['a', 'b', 'c']));
    const asked = await world.done(scout, 'approval.request', {
      requestType: 'lifecycle_review',
      targetResource: { type: 'automation', id: automationId },
      rationale: 'something else',
      context: { trigger },
    });
    const requestIds: (string | undefined)[] = [];
    for (const servers of [['a', 'b'], ['a']]) {
      await world.execute(operator, 'automation.update', { automationId, ...withServers(servers) });
      requestIds.push(recordOf(world, automationId).reviewRequestId);
    }
    expect(requestIds[0]).toBe(requestIds[1]);
    expect(requestIds[0]).not.toBe(asked.approval.approvalId);
    expect(world.store.read.approvals.about('automation', automationId, 'lifecycle_review', 'pending')).toHaveLength(2);
    expect(recordOf(world, automationId).healthFindings.map(({ evidence }) => fieldOf(evidence, 'reason'))).toEqual([
      'mcp servers removed: c',
      'mcp servers removed: b',
    ]);
  },
);
