import { expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/contract/limits';
import { HOUR_MS } from '../../../shared/kernel/time';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, headSeq, payloadOf } from '../../support/audit';
import { addRun, approve, create, recordOf, setLimits, storedAutomation, tryCreate } from '../../support/automations';
import { agent, createWorld, engine, operator, START } from '../../support/world';

const scout = agent('scout');
const DAY_MS = 24 * HOUR_MS;

test('an agent creates a draft with a custody record, and it is told [1.provenance, 3.id, 3.status-default, 3.record, 3.expiry]', async () => {
  const world = createWorld();
  const caller = { ...agent('scout', ['root', 'planner']), requestSource: 'planner_ui' };
  const automation = await create(world, caller, { creatorId: 'somebody else', extra: { kept: true } });
  const { automationId } = automation;
  expect(automationId).toMatch(/^automation-v2-[0-9a-f-]{36}$/);
  expect(automation).toMatchObject({ status: 'draft', creatorId: 'scout', extra: { kept: true }, createdAtMs: START });
  expect(recordOf(world, automationId)).toEqual({
    automationId,
    provenance: {
      creator: { kind: 'agent', actorId: 'scout' },
      rootActor: { kind: 'agent', actorId: 'root' },
      ancestorChain: [
        { depth: 1, actor: { kind: 'agent', actorId: 'root' } },
        { depth: 2, actor: { kind: 'agent', actorId: 'planner' } },
      ],
      depth: 3,
      requestSource: 'planner_ui',
    },
    declaredCapabilities: { createsAgents: false, modifiesGrants: false },
    createdAtMs: START,
    updatedAtMs: START,
    publishedExternally: false,
    creationPaused: false,
    reviewRequired: false,
    runsSinceReview: 0,
    expiresAtMs: START + defaultLimits.defaultExpiresAfterMs,
    pausedForLifecycle: false,
    healthFindings: [],
  });
  expect(eventNamesAfter(world, 0)).toEqual(['created']);
  expect(payloadOf(world, 'created')).toMatchObject({
    automationID: automationId,
    provenance: { depth: 3, root_actor: { actor_id: 'root' } },
  });
  for (const agentId of ['root', 'planner', 'scout']) {
    expect(world.store.read.audit.after(0, 9, agentId)).toHaveLength(1);
  }
  expect(world.store.read.agents.find('scout')).toMatchObject({
    ancestorIds: ['root', 'planner'],
    review: { createdSinceReview: 1 },
  });
});

test.each([
  ['the operator', operator, undefined, 'olga'],
  ['the operator', operator, 'given', 'olga'],
  ['an engine', engine, 'given', 'given'],
  ['an engine', engine, ' ', 'unknown'],
  ['an engine', engine, undefined, 'unknown'],
] as const)(
  'what %s creates never expires and is %s %s [3.creator-id, 3.expiry]',
  async (_name, caller, creatorId, expected) => {
    const world = createWorld();
    const given = creatorId === undefined ? {} : { creatorId };
    const automation = await create(world, caller, { ...given, status: 'active' });
    expect(automation).toMatchObject({ creatorId: expected, status: 'active' });
    expect(recordOf(world, automation.automationId)).toMatchObject({ provenance: { depth: 0, ancestorChain: [] } });
    expect(recordOf(world, automation.automationId)).not.toHaveProperty('expiresAtMs');
    expect(world.store.read.agents.list(10)).toEqual([]);
  },
);

test('with no default expiry, nothing expires [3.expiry]', async () => {
  const world = createWorld();
  setLimits(world, { defaultExpiresAfterMs: 0 });
  const { automationId } = await create(world, scout);
  expect(recordOf(world, automationId)).not.toHaveProperty('expiresAtMs');
});

test('sixty creations at once against a quota of ten create ten [3.one-transaction, 14.race]', async () => {
  const world = createWorld();
  setLimits(world, { perAgentCreationReviewThreshold: 0 });
  const results = await Promise.all(Array.from({ length: 60 }, () => tryCreate(world, scout)));
  expect(results.filter((result) => result === 'ok')).toHaveLength(10);
  expect(new Set(results.slice(10))).toEqual(new Set(['AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED']));
  expect(eventNamesAfter(world, 0).filter((name) => name === 'denied')).toHaveLength(50);
  expect(world.store.read.automations.list({ limit: 500 }).automations).toHaveLength(10);
  expect(world.store.read.audit.verify()).toMatchObject({ isOk: true });
});

test('the quota is of the last 24 hours, for each agent alone, and deleting gives nothing back [3.row-8, 14.create-delete]', async () => {
  const world = createWorld();
  setLimits(world, { perAgentDailyCreationLimit: 2, perAgentCreationReviewThreshold: 0 });
  const { automationId } = await create(world, scout);
  await world.execute(scout, 'automation.delete', { automationId });
  world.clock.at = START + 1;
  await create(world, scout);
  expect(await tryCreate(world, scout)).toBe('AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED');
  expect(await tryCreate(world, agent('other'))).toBe('ok');
  world.clock.at = START + DAY_MS;
  expect(await tryCreate(world, scout)).toBe('AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED');
  world.clock.at = START + DAY_MS + 1;
  expect(await tryCreate(world, scout)).toBe('ok');
  expect(await tryCreate(world, scout)).toBe('AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED');
});

test("an agent's own quota goes before the general one [2.own-limits]", async () => {
  const world = createWorld();
  await create(world, scout);
  const save = (overrides: object) =>
    world.store.transaction((store) => {
      const known = store.agents.find('scout');
      if (known !== undefined) store.agents.save({ ...known, overrides });
    });
  save({ perAgentDailyCreationLimit: 1 });
  expect(await tryCreate(world, scout)).toBe('AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED');
  save({});
  expect(await tryCreate(world, scout)).toBe('ok');
});

test("the cap counts every agent's automations, without deleted and retired ones and humans' [3.row-9]", async () => {
  const world = createWorld();
  setLimits(world, { activeAgentAutomationCap: 2 });
  await create(world, operator);
  const first = await create(world, scout);
  const second = await create(world, agent('other'));
  expect(await tryCreate(world, agent('third'))).toBe('AUTOMATION_V2_AGENT_CAP_EXCEEDED');
  expect(await tryCreate(world, operator)).toBe('ok');
  await world.execute(scout, 'automation.delete', { automationId: first.automationId });
  expect(await tryCreate(world, agent('third'))).toBe('ok');
  await world.execute(operator, 'automation.retire', { automationId: second.automationId });
  expect(await tryCreate(world, agent('third'))).toBe('ok');
  expect(await tryCreate(world, agent('third'))).toBe('AUTOMATION_V2_AGENT_CAP_EXCEEDED');
});

test('a capability is approved until its approval expires, and humans need none [4.unexpired]', async () => {
  const world = createWorld();
  const declared = { capabilities: { createsAgents: true } };
  await approve(world, 'scout', 'capability_request', { capability_key: 'creates_agents' }, START + 10);
  world.clock.at = START + 9;
  const { automationId } = await create(world, scout, declared);
  expect(recordOf(world, automationId).declaredCapabilities).toEqual({ createsAgents: true, modifiesGrants: false });
  expect(storedAutomation(world, automationId)).toMatchObject({
    metadata: { capabilities: { creates_agents: true, modifies_grants: false } },
  });
  world.clock.at = START + 10;
  expect(await tryCreate(world, scout, declared)).toBe('AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN');
  expect(await tryCreate(world, operator, declared)).toBe('ok');
  expect(await tryCreate(world, engine, declared)).toBe('ok');
});

test('a lineage is as deep as it ever was, and an override allows what it says until it expires [3.row-7, 3.lineage-kept, 3.lineage-depth, 7.approved-depth, 14.lineage]', async () => {
  const world = createWorld();
  const deep = agent('scout', ['a', 'b', 'c']);
  expect(await tryCreate(world, agent('scout', ['a', 'b']))).toBe('ok');
  expect(await tryCreate(world, deep)).toBe('AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED');
  await approve(world, 'scout', 'depth_override', { max_depth: 'many' });
  expect(await tryCreate(world, deep)).toBe('AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED');
  await approve(world, 'scout', 'depth_override', { max_depth: 4 }, START + 10);
  const { automationId } = await create(world, deep);
  expect(recordOf(world, automationId).provenance.depth).toBe(4);
  // Claiming less than was recorded changes nothing.
  const { automationId: laundered } = await create(world, scout);
  expect(recordOf(world, laundered).provenance.depth).toBe(4);
  world.clock.at = START + 10;
  expect(await tryCreate(world, scout)).toBe('AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED');
});

test('a denied creation changes nothing but the audit log, which has the facts that decided [3.denied-audited]', async () => {
  const world = createWorld();
  setLimits(world, { perAgentDailyCreationLimit: 0 });
  const result = await world.execute(agent('scout', ['a']), 'automation.create', { name: 'N', automationId: 'mine' });
  const facts = { rule: 'per_agent_daily_creation_limit', value: 0, limit: 0 };
  expect(result).toMatchObject({
    ok: false,
    refusal: { code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED', details: facts },
  });
  expect(eventNamesAfter(world, 0)).toEqual(['denied']);
  expect(payloadOf(world, 'denied')).toEqual({
    action: 'automation.create',
    code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED',
    automationID: 'mine',
    ...facts,
  });
  expect(world.store.read.audit.after(0, 9, 'scout')).toHaveLength(1);
  expect(world.store.read.agents.find('scout')).toBeUndefined();
  expect(world.store.read.records.find('mine')).toBeUndefined();
});

test('an id in use is refused, also by a deleted and by a purged automation [3.id-in-use, 14.overwrite]', async () => {
  const world = createWorld();
  await create(world, scout, { automationId: 'mine' });
  const codes: string[] = [];
  const again = async () => codes.push(await tryCreate(world, operator, { automationId: 'mine' }));
  await again();
  await world.execute(scout, 'automation.delete', { automationId: 'mine' });
  await again();
  world.clock.at = START + 8 * DAY_MS;
  await world.execute(gatehouse, 'automations.purgeDue', {});
  await again();
  expect(new Set(codes)).toEqual(new Set(['AUTOMATION_V2_ALREADY_EXISTS']));
  expect(await tryCreate(world, operator, { automationId: 'runs' })).toBe('VALIDATION_FAILED');
});

test('an allowance is what a creation meets, and changes nothing', async () => {
  const world = createWorld();
  setLimits(world, { perAgentDailyCreationLimit: 1 });
  const ask = (caller: typeof scout) => world.query(caller, 'agent.allowance', { agentId: 'scout' });
  expect(ask(scout)).toMatchObject({ value: { agentId: 'scout', canCreate: true, code: null } });
  await create(world, scout);
  const seq = headSeq(world);
  for (const caller of [scout, operator, engine]) {
    const answer = ask(caller);
    expect(answer).toMatchObject({
      value: { canCreate: false, code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED' },
    });
    expect(answer.ok && answer.value.rules.filter(({ isMet }) => !isMet)).toEqual([
      {
        rule: 'per_agent_daily_creation_limit',
        code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED',
        value: 1,
        limit: 1,
        isMet: false,
      },
    ]);
  }
  expect(codeOf(ask(agent('other')))).toBe('AGENT_NOT_FOUND');
  expect(headSeq(world)).toBe(seq);
  expect(await tryCreate(world, scout)).toBe('AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED');
});

test('a purge takes the definition and the runs, and leaves custody and audit [11.purge]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const run = addRun(world, automationId);
  world.store.transaction((store) => store.spend.keepAnswer(run.runId, 'u', {}));
  await world.execute(scout, 'automation.delete', { automationId });
  const purge = async (at: number) => {
    world.clock.at = at;
    const result = await world.execute(gatehouse, 'automations.purgeDue', {});
    return result.ok ? result.value.count : -1;
  };
  expect(await purge(START + 7 * DAY_MS)).toBe(0);
  expect(await purge(START + 7 * DAY_MS + 1)).toBe(1);
  expect(await purge(START + 7 * DAY_MS + 1)).toBe(0);
  expect(world.store.read.automations.find(automationId)).toBeUndefined();
  expect(world.store.read.runs.find(run.runId)).toBeUndefined();
  expect(world.store.read.spend.answer(run.runId, 'u')).toBeUndefined();
  expect(recordOf(world, automationId).deletedAtMs).toBe(START);
  expect(eventNamesAfter(world, 0)).toEqual(['created', 'run.paused', 'deleted', 'purged']);
  expect(world.store.read.audit.after(3, 9, 'scout')).toMatchObject([
    { actor: { kind: 'system', source: 'automation_retention' }, payload: { automationID: automationId } },
  ]);
});

const gatehouse = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'automation_retention' },
  ancestorIds: [],
} as const;

test('a lineage that was claimed when asking for approval is kept, and holds when the agent creates [3.lineage-kept]', async () => {
  const world = createWorld();
  const asked = await world.execute(agent('scout', ['root', 'planner']), 'approval.request', {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'Bash' },
    rationale: 'to look',
  });
  expect(asked).toMatchObject({ ok: true });
  await world.execute(agent('scout'), 'automation.create', { automationId: 'mine', name: 'Mine' });
  expect(world.store.read.records.find('mine')?.provenance).toMatchObject({
    depth: 3,
    ancestorChain: [{ actor: { actorId: 'root' } }, { actor: { actorId: 'planner' } }],
  });
});
