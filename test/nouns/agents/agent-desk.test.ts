import { expect, test } from 'vitest';
import type { QueryName } from '../../../shared/contract/contract';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { eventNamesAfter } from '../../support/audit';
import { create, setLimits } from '../../support/automations';
import { insertAgent, insertApproval } from '../../support/governed';
import { approveOverride, putAutomation, spend, startRun } from '../../support/runs';
import { agent, createWorld, operator, START, type World } from '../../support/world';

/** Asks a query as the operator; a refusal fails the test. */
function ask<N extends QueryName>(world: World, name: N, input: Parameters<typeof world.query<N>>[2]) {
  return world.told(operator, name, input);
}

/** The ids of every page of a list. */
function walk<T>(page: (cursor?: string) => { readonly rows: readonly T[]; readonly nextCursor?: string }): T[] {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const answer = page(cursor);
    rows.push(...answer.rows);
    cursor = answer.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

const from = (cursor?: string) => (cursor === undefined ? {} : { cursor });

test('agents are listed by pages, the most recently seen first, and found by a part of their id', () => {
  const world = createWorld();
  for (let index = 0; index < 7; index += 1) insertAgent(world, `Scout-${index}`, { lastSeenAtMs: START + index });
  insertAgent(world, 'writer', { lastSeenAtMs: START + 100 });
  const idsOf = (search?: string) =>
    walk((cursor) => {
      const { agents, nextCursor } = ask(world, 'agents.overview', {
        limit: 3,
        ...(search !== undefined && { search }),
        ...from(cursor),
      });
      return { rows: agents.map(({ agentId }) => agentId), ...(nextCursor !== undefined && { nextCursor }) };
    });
  const scouts = [6, 5, 4, 3, 2, 1, 0].map((index) => `Scout-${index}`);
  expect(idsOf()).toEqual(['writer', ...scouts]);
  expect(idsOf('cOuT')).toEqual(scouts);
  expect(idsOf('t-3')).toEqual(['Scout-3']);
  expect(idsOf('%')).toEqual([]);
  expect(world.query(operator, 'agents.overview', { cursor: 'x' })).toMatchObject({ ok: false });
});

test('an agent in the list has its own cap, and counts each request once that it asked for or that is about it', async () => {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(10) });
  insertAgent(world, 'scout', { overrides: { weeklySpendCapNanos: nanosOfUsd(3) } });
  insertAgent(world, 'zero', { overrides: { weeklySpendCapNanos: 0 } });
  const target = { type: 'agent', id: 'scout' };
  const mine = { kind: 'agent', actorId: 'scout' } as const;
  insertApproval(world, { approvalId: 'own-about-itself', requestedBy: mine, targetResource: target });
  insertApproval(world, { approvalId: 'own', requestedBy: mine, targetResource: { type: 'tool', id: 'x' } });
  insertApproval(world, {
    approvalId: 'about',
    requestedBy: { kind: 'system', source: 'automation_spend_cap' },
    targetResource: target,
  });
  const { agents } = ask(world, 'agents.overview', {});
  expect(agents.find(({ agentId }) => agentId === 'scout')).toMatchObject({
    weeklyCapNanos: nanosOfUsd(3),
    waitingCount: 3,
  });
  expect(agents.find(({ agentId }) => agentId === 'zero')).toMatchObject({ weeklyCapNanos: null, waitingCount: 0 });
});

test('one agent is told with its pauses, its override, what pausing would stop, and its family', async () => {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(10) });
  putAutomation(world, { ancestorIds: ['root'] });
  const runId = await startRun(world);
  insertAgent(world, 'scout', { ancestorIds: ['root'] });
  insertAgent(world, 'helper', { ancestorIds: ['root', 'scout'] });
  insertAgent(world, 'grandchild', { ancestorIds: ['root', 'scout', 'helper'] });
  insertAgent(world, 'circle', { ancestorIds: ['scout'] });
  insertAgent(world, 'root', { ancestorIds: ['circle'] });
  await spend(world, runId, 12);
  expect(ask(world, 'agent.details', { agentId: 'scout' })).toMatchObject({
    spendPauseReason: 'weekly spend cap 10.00 USD reached',
    pace: { kind: 'reached' },
    chains: [{ ancestorIds: ['root'] }],
    descendants: [
      { agentId: 'circle', depth: 1 },
      { agentId: 'root', depth: 2 },
      { agentId: 'helper', depth: 1 },
      { agentId: 'grandchild', depth: 2 },
    ],
    areDescendantsCut: false,
    runsUnderWay: 0,
  });
  await startRun(world, putAutomation(world, { automationId: 'by-kim', creator: operator.actor, flow: ['scout'] }));
  await approveOverride(world, 'scout', START + HOUR_MS);
  await world.execute(operator, 'agent.pause', { agentId: 'helper', reason: 'looked odd' });
  const scout = ask(world, 'agent.details', { agentId: 'scout' });
  expect(scout).toMatchObject({ overrideUntilMs: START + HOUR_MS, runsUnderWay: 1 });
  expect(scout).not.toHaveProperty('spendPausedAtMs');
  expect(ask(world, 'agent.details', { agentId: 'helper' })).toMatchObject({ pauseReason: 'looked odd' });
});

test('an agent that was only heard of has a page too', () => {
  const world = createWorld();
  insertAgent(world, 'child', { ancestorIds: ['ghost'] });
  const ghost = ask(world, 'agent.details', { agentId: 'ghost' });
  expect(ghost).toMatchObject({ descendants: [{ agentId: 'child', depth: 1 }], pace: { kind: 'nothing' } });
  expect(ghost).not.toHaveProperty('lastSeenAtMs');
});

test('the descendants of an agent are cut where they are too many', () => {
  const world = createWorld();
  for (let index = 0; index < 205; index += 1) insertAgent(world, `child-${index}`, { ancestorIds: ['root'] });
  const { descendants, areDescendantsCut } = ask(world, 'agent.details', { agentId: 'root' });
  expect([descendants.length, areDescendantsCut]).toEqual([200, true]);
});

test('the automations of an agent say what it is to each', async () => {
  const world = createWorld();
  const own = await create(world, agent('scout'), { automationId: 'own' });
  await create(world, agent('helper', ['scout']), { automationId: 'below' });
  await create(world, operator, { automationId: 'in-flow', agents: [{ agentId: 'scout' }] });
  await create(world, operator, { automationId: 'granted' });
  await create(world, operator, { automationId: 'foreign' });
  await world.execute(operator, 'grant.create', { automationId: 'granted', grantedToAgentId: 'scout' });
  const all = walk((cursor) => {
    const { automations, nextCursor } = ask(world, 'agent.automations', {
      agentId: 'scout',
      limit: 1,
      ...from(cursor),
    });
    return { rows: automations, ...(nextCursor !== undefined && { nextCursor }) };
  });
  expect(Object.fromEntries(all.map(({ automationId, part }) => [automationId, part]))).toEqual({
    own: 'created',
    below: 'descendant',
    'in-flow': 'flow',
    granted: 'granted',
  });
  expect(all.find(({ part }) => part === 'created')).toMatchObject({ name: own.name, isReviewRequired: false });
  const { grants } = ask(world, 'agent.grants', { agentId: 'scout' });
  expect(grants).toMatchObject([{ automationId: 'granted', automationName: 'Nightly report' }]);
});

test('the runs of an agent are those of all its automations, the newest first, without their outputs', async () => {
  const world = createWorld();
  const [one, other] = [putAutomation(world), putAutomation(world, { automationId: 'two', flow: ['scout'] })];
  const started: string[] = [];
  for (const automationId of [one, other, one, other, one]) started.push(await startRun(world, automationId));
  const [, second = ''] = started;
  await world.execute(agent('scout'), 'run.report', { runId: second, nodeOutputs: { a: 'long' }, status: 'completed' });
  const runs = walk((cursor) => {
    const { runs: rows, nextCursor } = ask(world, 'agent.runs', { agentId: 'scout', limit: 2, ...from(cursor) });
    return { rows, ...(nextCursor !== undefined && { nextCursor }) };
  });
  expect(runs.map(({ runId }) => runId)).toEqual(started.toReversed());
  expect(runs.find(({ runId }) => runId === second)).toMatchObject({ status: 'completed', automationName: 'Nightly' });
  expect(JSON.stringify(runs)).not.toContain('long');
});

test('the history of an agent is what the audit log has about it, the newest first', async () => {
  const world = createWorld();
  await create(world, agent('scout'), { automationId: 'own' });
  await create(world, agent('other'));
  await world.execute(operator, 'agent.pause', { agentId: 'scout', reason: 'enough' });
  const events = walk((cursor) => {
    const { events: rows, nextCursor } = ask(world, 'agent.history', { agentId: 'scout', limit: 1, ...from(cursor) });
    return { rows, ...(nextCursor !== undefined && { nextCursor }) };
  });
  expect(events.map(({ name }) => name)).toEqual(['agent.paused', 'created']);
  expect(events).toMatchObject([{ reason: 'enough', actor: { kind: 'human' } }, { automationId: 'own' }]);
});

test('disconnecting an agent revokes every token of it and of no other', async () => {
  const world = createWorld();
  const make = async (agentId: string) => {
    return (await world.done(operator, 'token.create', { kind: 'agent', name: agentId, agentId })).secret;
  };
  const secrets = [await make('scout'), await make('scout'), await make('writer')];
  const seq = world.store.read.audit.headSeq();
  expect(await world.execute(operator, 'agent.disconnect', { agentId: 'scout' })).toMatchObject({
    value: { revokedCount: 2 },
  });
  expect(secrets.map((secret) => world.store.read.tokens.findBySecret(secret)?.agentId)).toEqual([
    undefined,
    undefined,
    'writer',
  ]);
  expect(eventNamesAfter(world, seq)).toEqual(['agent.token_revoked', 'agent.token_revoked']);
  expect(await world.execute(operator, 'agent.disconnect', { agentId: 'scout' })).toMatchObject({
    value: { revokedCount: 0 },
  });
});
