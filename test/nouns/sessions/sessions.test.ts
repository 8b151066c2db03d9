import { expect, test } from 'vitest';
import { databasePath } from '../../../electron/kernel/store/home-files';
import { openDatabase } from '../../../electron/kernel/store/sqlite';
import { MAX_NEW_SESSIONS_PER_HOUR, MOST_CALLS_TOLD, sessionContract } from '../../../shared/contract/session';
import type { Caller } from '../../../shared/kernel/actor';
import { DAY_MS, HOUR_MS } from '../../../shared/kernel/time';
import { call, claude, session } from '../../support/session';
import { agent, createWorld, operator, type World } from '../../support/world';

/** How many rows there are of what sessions write. */
function sizesOf(world: World): readonly unknown[] {
  const database = openDatabase(databasePath(world.home), 1_000);
  const tables = ['runs', 'session_calls', 'session_counts', 'audit_log'];
  const sizes = tables.map((table) => database.prepare(`SELECT count(*) AS rows FROM ${table}`).get());
  database.close();
  return sizes;
}

const runOf = (world: World, runId = 'claude-s1') => world.store.read.runs.find(runId);

test('the first event of a session begins its run, of an automation that only stands for the sessions [sessions-1.automation, sessions-1.run, sessions-1.fields]', async () => {
  const world = createWorld();
  expect(await call(world)).toEqual({ runId: 'claude-s1', answer: 'nothing', endsTurn: false });
  expect(runOf(world)).toMatchObject({
    status: 'running',
    triggerType: 'session',
    automationId: 'claude-code sessions',
    session,
  });
  await call(world, {}, { title: 'Mend the cart', branch: 'main' });
  expect(runOf(world)?.session).toEqual({ ...session, title: 'Mend the cart', branch: 'main' });
  expect(world.store.read.records.createdSince('claude-code', 0)).toBe(0);
  expect(world.store.read.records.activeByAgents(9)).toBe(0);
});

test('a session that ends is a completed run, and one that is resumed goes on with it [sessions-1.resumed]', async () => {
  const world = createWorld();
  await call(world);
  await world.execute(claude, 'session.tell', { session, event: 'ended' });
  expect(runOf(world)).toMatchObject({ status: 'completed' });
  expect(runOf(world)?.finishedAtMs).toBeDefined();
  expect(world.store.read.records.find('claude-code sessions')).toMatchObject({ runsSinceReview: 0 });
  await call(world);
  expect(runOf(world)).toMatchObject({ status: 'running' });
  expect(runOf(world)?.finishedAtMs).toBeUndefined();
});

test('a session whose engine is gone is ended by the operator’s app, and goes on when it is heard again; nobody else can, and no other run [sessions-1.run]', async () => {
  const world = createWorld();
  await call(world, {}, { title: 'Mend the cart' });
  expect(await world.execute(claude, 'session.gone', { runId: 'claude-s1' })).toMatchObject({ ok: false });
  expect(await world.execute(operator, 'session.gone', { runId: 'nightly' })).toMatchObject({
    ok: false,
    refusal: { code: 'AUTOMATION_V2_NOT_FOUND' },
  });
  expect(await world.execute(operator, 'session.gone', { runId: 'claude-s1' })).toMatchObject({ ok: true });
  expect(runOf(world)).toMatchObject({ status: 'completed' });
  await world.execute(claude, 'session.tell', { session: { ...session, title: 'And the till' }, event: 'going_on' });
  // What it is about is what it began with.
  expect(runOf(world)).toMatchObject({ status: 'running', session: { title: 'Mend the cart' } });
});

test('a session that says nothing for a day is over, and its calls are forgotten after thirty [sessions-1.run, sessions-2.kept]', async () => {
  const world = createWorld();
  await call(world);
  world.clock.at += 23 * HOUR_MS;
  await world.execute(operator, 'health.check', {});
  expect(runOf(world)).toMatchObject({ status: 'running' });
  world.clock.at += 2 * HOUR_MS;
  await world.execute(operator, 'health.check', {});
  expect(runOf(world)).toMatchObject({ status: 'completed' });
  world.clock.at += 30 * DAY_MS;
  await world.execute(operator, 'health.check', {});
  expect(world.store.read.sessionCalls.of('claude-s1', 10).calls).toEqual([]);
  expect(world.store.read.sessionCalls.counts('claude-s1')).toMatchObject({ calls: 1 });
});

test('nobody goes on with a session of somebody else [sessions-1.run]', async () => {
  const world = createWorld();
  await call(world);
  const stolen = await world.execute(agent('codex'), 'session.decide', {
    session,
    call: { toolName: 'Bash', action: {}, engineAsks: 'never' },
  });
  expect(stolen).toMatchObject({ ok: false, refusal: { code: 'FORBIDDEN' } });
});

test('a sub-agent that a sub-agent made has a run below that one’s, and stops with it [sessions-1.sub-agents]', async () => {
  const world = createWorld();
  const [outer, inner] = ['claude-code/planner-1', 'claude-code/planner-1/reviewer-2'];
  const by = (id: string, ancestors: readonly string[]) => ({ ...agent(id, ancestors), ownerId: 'claude-code' });
  const tryCall = (caller: Caller) =>
    world.execute(caller, 'session.decide', {
      session,
      call: { toolName: 'Bash', action: { command: 'npm test' }, engineAsks: 'never' },
    });
  await call(world);
  await tryCall(by(outer, ['claude-code']));
  expect(await tryCall(by(inner, ['claude-code', outer]))).toMatchObject({ value: { answer: 'nothing' } });
  expect(runOf(world, 'claude-s1/planner-1')?.session).toMatchObject({ parentRunId: 'claude-s1' });
  expect(runOf(world, 'claude-s1/planner-1/reviewer-2')?.session).toMatchObject({ parentRunId: 'claude-s1/planner-1' });
  await world.execute(operator, 'run.cancel', { runId: 'claude-s1/planner-1' });
  expect(await tryCall(by(inner, ['claude-code', outer]))).toMatchObject({ value: { answer: 'deny', endsTurn: true } });
  expect(await call(world)).toMatchObject({ answer: 'nothing' });
});

test('a session’s sub-agents end with it, and go on when it is gone on with and they are heard again; those of others stay [sessions-1.sub-agents]', async () => {
  const world = createWorld();
  const of = (ownerId: string): Caller => ({ ...agent(`${ownerId}/planner-1`, [ownerId]), ownerId });
  const tryCall = (caller: Caller) =>
    world.execute(caller, 'session.decide', {
      session,
      call: { toolName: 'Bash', action: { command: 'npm test' }, engineAsks: 'never' },
    });
  await call(world);
  await tryCall(of('claude-code'));
  await world.execute(claude, 'session.tell', { session, event: 'ended' });
  expect(runOf(world, 'claude-s1/planner-1')).toMatchObject({ status: 'completed' });
  await call(world);
  expect(runOf(world, 'claude-s1/planner-1')).toMatchObject({ status: 'completed' });
  expect(await tryCall(of('claude-code'))).toMatchObject({ value: { answer: 'nothing' } });
  expect(runOf(world, 'claude-s1/planner-1')).toMatchObject({ status: 'running' });
  // Whoever else says that a sub-agent is of this session ends nothing by it, and is not ended with it.
  const other: Caller = { ...agent('other/helper-1', ['other']), ownerId: 'other' };
  expect(await tryCall(other)).toMatchObject({ value: { answer: 'nothing' } });
  await world.execute(operator, 'session.gone', { runId: 'claude-s1' });
  expect(runOf(world, 'claude-s1/planner-1')).toMatchObject({ status: 'completed' });
  expect(runOf(world, 'claude-s1/helper-1')).toMatchObject({ status: 'running', automationId: 'other sessions' });
});

test('calls that are told afterwards are in the timeline once, resume nothing, and are no more than so many [api-2.session-calls, sessions-2.told]', async () => {
  const world = createWorld();
  const { at } = world.clock;
  const told = (index: number, more: object = {}) => ({
    ...{ toolName: 'Bash', action: { command: `echo ${index}` }, toolUseId: `t${index}`, atMs: at - 1_000, ...more },
  });
  const tell = async (calls: readonly ReturnType<typeof told>[], caller: Caller = claude) => {
    const answer = await world.execute(caller, 'session.tellCalls', { session, calls: [...calls] });
    return answer.ok ? answer.value.kept : answer.refusal.code;
  };
  expect(await tell([told(1), told(2, { endedAtMs: at, isError: true }), told(1)])).toBe(2);
  expect(await tell([told(1), told(2, { endedAtMs: at })])).toBe(0);
  expect(await tell([told(1, { endedAtMs: at + HOUR_MS })])).toBe(1);
  expect(await tell([told(3, { atMs: at - 31 * DAY_MS }), told(4, { atMs: at + DAY_MS })])).toBe(1);
  expect(world.store.read.sessionCalls.of('claude-s1', 10).calls).toMatchObject([
    { title: 'Run echo 4', answer: 'nothing', atMs: at },
    { title: 'Run echo 2', isError: true, endedAtMs: at },
    { title: 'Run echo 1', atMs: at - 1_000, endedAtMs: at },
  ]);
  await world.execute(claude, 'session.tell', { session, event: 'ended' });
  expect(await tell([told(5)])).toBe(1);
  expect(runOf(world)).toMatchObject({ status: 'completed' });
  expect(await tell([told(6)], agent('other'))).toBe('FORBIDDEN');
  // What was decided before keeps its answer.
  await call(world, { toolUseId: 't7', action: { command: 'echo 7' } });
  expect(await tell([told(7, { endedAtMs: at })])).toBe(1);
  expect(world.store.read.sessionCalls.counts('claude-s1')).toMatchObject({ calls: 5, failed: 1 });
  const many = Array.from({ length: MOST_CALLS_TOLD + 1 }, (_, index) => told(10 + index));
  const { input } = sessionContract['session.tellCalls'];
  expect([many, many.slice(1)].map((calls) => input.safeParse({ session, calls }).success)).toEqual([false, true]);
});

test('a session that was cleared is gone on with by a new one of the same process, whose run names it [sessions-1.forked]', async () => {
  const world = createWorld();
  const begin = (sessionId: string, pid: number) => call(world, {}, { sessionId, pid });
  const end = (sessionId: string, pid: number, endReason: string) =>
    world.execute(claude, 'session.tell', { session: { ...session, sessionId, pid, endReason }, event: 'ended' });
  const parentOf = (sessionId: string) => runOf(world, `claude-${sessionId}`)?.session?.parentRunId;
  await begin('one', 7);
  await end('one', 7, 'clear');
  await begin('two', 7);
  await begin('other', 8);
  expect([parentOf('one'), parentOf('two'), parentOf('other')]).toEqual([undefined, 'claude-one', undefined]);
  // It ends with its process, whose number another one may have later.
  await end('two', 7, 'prompt_input_exit');
  await begin('three', 7);
  expect(parentOf('three')).toBe(undefined);
  // A parent that is stopped stops no new session, as it would its sub-agents.
  await end('three', 7, 'clear');
  await begin('four', 7);
  await call(world, {}, { sessionId: 'three' });
  expect(runOf(world, 'claude-three')?.session).not.toHaveProperty('endReason');
  await world.execute(operator, 'run.cancel', { runId: 'claude-three' });
  expect(await begin('four', 7)).toMatchObject({ answer: 'nothing' });
});

test('an agent and its sub-agents begin no more sessions than so many in an hour, and what goes beyond is denied and not kept [sessions-1.limit]', async () => {
  const world = createWorld();
  const begin = (caller: Caller, sessionId: string) =>
    world.execute(caller, 'session.decide', {
      session: { ...session, sessionId },
      call: { toolName: 'Bash', action: { command: 'npm test' }, engineAsks: 'never' },
    });
  const reviewer: Caller = { ...agent('claude-code/reviewer-1', ['claude-code']), ownerId: 'claude-code' };
  for (let count = 0; count < MAX_NEW_SESSIONS_PER_HOUR; count++) {
    expect(await begin(count % 2 === 0 ? claude : reviewer, `s${count}`)).toMatchObject({ ok: true });
  }
  const before = sizesOf(world);
  for (const caller of [claude, reviewer]) {
    expect(await begin(caller, 'more')).toMatchObject({
      value: { answer: 'deny', sentence: expect.stringMatching(/begun 600 sessions/) as string },
    });
  }
  const told = await world.execute(claude, 'session.tell', {
    session: { ...session, sessionId: 'more' },
    event: 'ended',
  });
  expect(told).toMatchObject({ refusal: { code: 'GOVERNANCE_SESSION_BACKLOG' } });
  expect(sizesOf(world)).toEqual(before);
  // Those that are begun go on, other agents begin theirs, and an hour later so does this one.
  expect(await begin(claude, 's0')).toMatchObject({ value: { answer: 'nothing' } });
  expect(await begin(agent('codex'), 'more')).toMatchObject({ value: { answer: 'nothing' } });
  world.clock.at += HOUR_MS + 1;
  expect(await begin(claude, 'more of it')).toMatchObject({ value: { answer: 'nothing' } });
});

test('an automation cannot take the id of one for sessions', async () => {
  const world = createWorld();
  const made = await world.execute(agent('scout'), 'automation.create', {
    name: 'N',
    automationId: 'claude-code sessions',
  });
  expect(made).toMatchObject({ ok: false, refusal: { code: 'VALIDATION_FAILED' } });
});
