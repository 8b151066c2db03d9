import { describe, expect, test } from 'vitest';
import { call } from '../../support/api-client';
import { eventNamesAfter } from '../../support/audit';
import { automationOf, insertAgent, insertAutomation, recordOf, runOf, weekOf } from '../../support/governed';
import { agent, createWorld, engine, OPERATOR_TOKEN, operator, START, type World } from '../../support/world';

const running = (runId: string) => runOf({ runId, status: 'running', activeSessionIds: [`session of ${runId}`] });
const byHuman = (automationId: string) =>
  recordOf({
    automationId,
    provenance: { creator: operator.actor, rootActor: operator.actor, ancestorChain: [], depth: 0 },
  });
const statusOf = (world: World, runId: string) => world.store.read.runs.find(runId)?.status;
const agentIn = (world: World, agentId = 'scout') => world.store.read.agents.find(agentId);

/** Three automations: created by scout below planner, with scout in a human's flow, and one of others. */
function busyWorld() {
  const world = createWorld();
  insertAgent(world, 'scout');
  insertAgent(world, 'planner');
  insertAgent(world, 'other');
  insertAutomation(world, undefined, recordOf({}, ['planner']), [running('lineage')]);
  const flow = automationOf({ automationId: 'flow', agents: [{ agentId: 'scout' }] });
  insertAutomation(world, flow, byHuman('flow'), [running('flow')]);
  const others = automationOf({ automationId: 'others', agents: [{ agentId: 'other' }] });
  insertAutomation(world, others, byHuman('others'), [running('others')]);
  return world;
}

describe('pausing an agent', () => {
  test.each([
    ['scout', { lineage: 'paused', flow: 'paused', others: 'running' }],
    ['planner', { lineage: 'paused', flow: 'running', others: 'running' }],
    ['other', { lineage: 'running', flow: 'running', others: 'paused' }],
  ])('pauses the runs where %s is of the lineage or the flow [12.runs-paused]', async (agentId, expected) => {
    const world = busyWorld();
    const result = await world.execute(operator, 'agent.pause', { agentId, reason: 'too fast' });
    expect(result).toMatchObject({ value: { agent: { agentId, isPaused: true } } });
    for (const [runId, status] of Object.entries(expected)) {
      const run = world.store.read.runs.find(runId);
      expect(run?.status).toBe(status);
      if (status === 'paused') expect(run).toMatchObject({ stopKind: 'operator_stopped', activeSessionIds: [] });
    }
    expect(agentIn(world, agentId)).toMatchObject({ pausedAtMs: START, pauseReason: 'too fast' });
  });

  test('is told once, and resuming resumes no run [12.resume]', async () => {
    const world = busyWorld();
    await world.execute(operator, 'agent.pause', { agentId: 'scout' });
    await world.execute(operator, 'agent.pause', { agentId: 'scout' });
    await world.execute(operator, 'agent.resume', { agentId: 'scout' });
    await world.execute(operator, 'agent.resume', { agentId: 'scout' });
    expect(eventNamesAfter(world)).toEqual(['agent.paused', 'run.paused', 'run.paused', 'agent.resumed']);
    expect(agentIn(world)).not.toHaveProperty('pausedAtMs');
    expect(statusOf(world, 'lineage')).toBe('paused');
  });

  test('is possible before the agent is ever seen; resuming one that is unknown is not', async () => {
    const world = createWorld();
    expect(await world.execute(operator, 'agent.resume', { agentId: 'new' })).toMatchObject({
      refusal: { code: 'AGENT_NOT_FOUND' },
    });
    expect(await world.execute(operator, 'agent.pause', { agentId: 'new' })).toMatchObject({
      value: { agent: { isPaused: true } },
    });
  });

  test('is off where the limits say so', async () => {
    const world = busyWorld();
    await world.execute(operator, 'limits.update', { perAgentPauseEnabled: false });
    for (const name of ['agent.pause', 'agent.resume'] as const) {
      expect(await world.execute(operator, name, { agentId: 'scout' })).toMatchObject({
        refusal: { code: 'AGENT_PAUSE_DISABLED' },
      });
    }
    expect(statusOf(world, 'lineage')).toBe('running');
  });

  test.each([
    ['agent', agent('scout')],
    ['engine', engine],
  ] as const)('is nothing that an %s can do', async (_name, caller) => {
    const world = busyWorld();
    for (const name of ['agent.pause', 'agent.resume'] as const) {
      expect(await world.execute(caller, name, { agentId: 'scout' })).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
    }
    for (const name of ['agents.pauseAll', 'agents.resumeAll'] as const) {
      expect(await world.execute(caller, name, {})).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
    }
    expect(eventNamesAfter(world)).toEqual([]);
  });
});

describe('pausing all', () => {
  test('stops every agent and every run of one, and resuming all leaves what was paused before as it was [12.pause-all]', async () => {
    const world = busyWorld();
    await world.execute(operator, 'agent.pause', { agentId: 'other' });
    expect(await world.execute(operator, 'agents.pauseAll', { reason: 'stop' })).toMatchObject({ value: { count: 2 } });
    expect(['lineage', 'flow', 'others'].map((runId) => statusOf(world, runId))).toEqual([
      'paused',
      'paused',
      'paused',
    ]);
    expect(world.store.read.limits.current().creationEnabled).toBe(false);
    expect(await world.execute(operator, 'agents.resumeAll', {})).toMatchObject({ value: { count: 2 } });
    expect(agentIn(world, 'other')).toHaveProperty('pausedAtMs');
    expect(agentIn(world, 'scout')).not.toHaveProperty('pausedAtMs');
    expect(agentIn(world, 'planner')).not.toHaveProperty('isPausedByAll');
    expect(world.store.read.limits.current().creationEnabled).toBe(true);
    expect(await world.execute(operator, 'agents.resumeAll', {})).toMatchObject({ value: { count: 0 } });
  });

  test.each([[true], [false]])(
    'twice is undone at once, and creation is as before: %s [12.pause-all]',
    async (creationEnabled) => {
      const world = busyWorld();
      await world.execute(operator, 'limits.update', { creationEnabled });
      await world.execute(operator, 'agents.pauseAll', {});
      insertAgent(world, 'late');
      expect(await world.execute(operator, 'agents.pauseAll', {})).toMatchObject({ value: { count: 1 } });
      expect(await world.execute(operator, 'agents.resumeAll', {})).toMatchObject({ value: { count: 4 } });
      expect(world.store.read.agents.paused()).toEqual([]);
      expect(world.store.read.limits.current().creationEnabled).toBe(creationEnabled);
    },
  );

  test('stops agents that have done nothing yet: of a flow, with a grant, and with a token [12.pause-all]', async () => {
    const world = busyWorld();
    const flow = automationOf({ automationId: 'theirs', agents: [{ agentId: 'of-flow' }] });
    insertAutomation(world, flow, byHuman('theirs'));
    await world.execute(operator, 'grant.create', { automationId: 'nightly', grantedToAgentId: 'granted' });
    await world.execute(operator, 'token.create', { kind: 'agent', name: 'T', agentId: 'with-token' });
    expect(await world.execute(operator, 'agents.pauseAll', {})).toMatchObject({ value: { count: 6 } });
    expect(await world.execute(agent('of-flow'), 'automation.run', { automationId: 'theirs' })).toMatchObject({
      refusal: { code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED' },
    });
    for (const agentId of ['granted', 'with-token']) expect(agentIn(world, agentId)).toHaveProperty('pausedAtMs');
    expect(await world.execute(operator, 'agents.resumeAll', {})).toMatchObject({ value: { count: 6 } });
  });

  test('an automation without any agent runs on', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, byHuman('nightly'), [running('human')]);
    await world.execute(operator, 'agents.pauseAll', {});
    expect(statusOf(world, 'human')).toBe('running');
  });
});

test('agents are listed with what they did, page by page [api-2.agents]', async () => {
  const world = createWorld();
  for (let index = 0; index < 5; index++) insertAgent(world, `agent.${index}`, { lastSeenAtMs: START + (index % 2) });
  insertAgent(world, 'scout', {
    ancestorIds: ['planner'],
    lastSeenAtMs: START + 9,
    spendPausedAtMs: START,
    review: { agentId: 'scout', createdSinceReview: 5, reviewRequired: true, updatedAtMs: START },
  });
  world.store.transaction(({ spend }) => spend.saveWindow('scout', weekOf(300_000_000)));
  await world.execute(operator, 'limits.update', { weeklySpendCapNanos: 300_000_000 });
  insertAutomation(world);
  insertAutomation(
    world,
    automationOf({ automationId: 'old' }),
    recordOf({ automationId: 'old', createdAtMs: START - 86_400_001 }),
  );
  insertAutomation(
    world,
    automationOf({ automationId: 'gone' }),
    recordOf({ automationId: 'gone', deletedAtMs: START, createdAtMs: START - 86_400_000 }),
  );
  const api = await world.startApi();
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const path = `/governance/agents?limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = await call(api, 'GET', path);
    if (cursor === undefined) {
      expect(body.agents[0]).toEqual({
        agent_id: 'scout',
        paused: false,
        spend_paused: true,
        review_required: true,
        created_last_24h: 2,
        active_automations: 2,
        lineage: ['planner'],
        last_seen_at_ms: START + 9,
        weekly_cost_usd: 0.3,
      });
    }
    expect(body.count).toBe(body.agents.length);
    seen.push(...body.agents.map(({ agent_id }: { agent_id: string }) => agent_id));
    cursor = body.next_cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(['scout', 'agent.3', 'agent.1', 'agent.4', 'agent.2', 'agent.0']);
  expect((await call(api, 'GET', '/governance/agents?cursor=x')).body.code).toBe('VALIDATION_FAILED');
  expect((await call(api, 'GET', '/governance/agents', { agent: 'scout' })).status).toBe(403);
  const paused = await call(api, 'POST', '/governance/agents/scout/pause', { token: OPERATOR_TOKEN });
  expect(paused).toMatchObject({ status: 200, body: { agent: { agent_id: 'scout', paused: true } } });
  expect((await call(api, 'POST', '/governance/agents/scout/pause')).status).toBe(403);
});
