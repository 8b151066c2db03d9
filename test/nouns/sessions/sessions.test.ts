import { describe, expect, test } from 'vitest';
import { databasePath } from '../../../electron/kernel/store/home-files';
import { openDatabase } from '../../../electron/kernel/store/sqlite';
import type { GivenInputOf, InputOf } from '../../../shared/contract/contract';
import { MAX_NEW_SESSIONS_PER_HOUR, MOST_CALLS_TOLD, sessionContract } from '../../../shared/contract/session';
import type { Caller } from '../../../shared/kernel/actor';
import { DAY_MS, HOUR_MS } from '../../../shared/kernel/time';
import { eventsAfter } from '../../support/automations';
import { agent, createWorld, operator, type World } from '../../support/world';

const session = { engine: 'claude', sessionId: 's1', workspace: '/home/me/project' } as const;

type Call = Partial<GivenInputOf<'session.decide'>['call']>;

const claude = agent('claude-code');

async function call(world: World, given: Call = {}, more: Partial<InputOf<'session.decide'>['session']> = {}) {
  const answer = await world.execute(claude, 'session.decide', {
    session: { ...session, ...more },
    call: { toolName: 'Bash', action: { command: 'npm test' }, engineAsks: 'never', ...given },
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.value;
}

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

describe('what becomes of a call', () => {
  test.each([
    ['engine', 'never', 'ls', 'nothing'],
    ['engine', 'unknown', 'ls', 'ask'],
    ['engine', 'never', 'git push', 'ask'],
    ['high', 'asking', 'ls', 'nothing'],
    ['high', 'never', 'git push', 'ask'],
    ['changes', 'never', 'npm test', 'ask'],
    ['all', 'never', 'ls', 'ask'],
  ] as const)(
    '%s, an engine that asks %s, %s: %s [sessions-2.ask-mode]',
    async (askMode, engineAsks, command, answer) => {
      const world = createWorld();
      expect(await call(world, { askMode, engineAsks, action: { command } })).toMatchObject({ answer });
    },
  );

  test('one that only looks is asked about in the mode all alone [sessions-2.ask-mode]', async () => {
    const world = createWorld();
    const look = { toolName: 'Read', action: { file_path: '/home/me/project/a' }, isLook: true };
    expect(await call(world, { ...look, askMode: 'changes' })).toMatchObject({ answer: 'nothing' });
    // What an asker calls a look is one only where nothing is known to the contrary.
    const write = { ...look, toolName: 'Write', action: { file_path: '/w/a.ts', content: 'x' } };
    expect(await call(world, { ...write, askMode: 'changes' })).toMatchObject({ answer: 'ask' });
    expect(await call(world, { ...look, action: { file_path: '/home/me/project/b' }, askMode: 'all' })).toMatchObject({
      answer: 'ask',
    });
  });

  test('a tool of Gatehouse itself is never asked about [judgement-5.own-tools]', async () => {
    const world = createWorld();
    const own = { toolName: 'mcp__gatehouse__my_allowance', action: {}, askMode: 'all' } as const;
    expect(await call(world, own)).toMatchObject({ answer: 'allow' });
    expect(await call(world, { ...own, isOwnTool: false })).toMatchObject({ answer: 'ask' });
    expect(await call(world, { ...own, toolName: 'mcp__gatehouse_evil__x' })).toMatchObject({ answer: 'ask' });
  });

  test('is denied at once while the agent is paused, says by whom and since when, and goes on after it [sessions-2.stopped]', async () => {
    const world = createWorld();
    await call(world);
    await world.execute(operator, 'agent.pause', { agentId: 'claude-code', reason: 'lunch' });
    const denied = await call(world);
    expect(denied).toMatchObject({ answer: 'deny', endsTurn: true });
    expect(denied.sentence).toMatch(
      /^The operator has paused claude-code since \d{4}-\d\d-\d\d \d\d:\d\d UTC \(lunch\)\./,
    );
    expect(runOf(world)).toMatchObject({ status: 'paused' });
    await world.execute(operator, 'agent.resume', { agentId: 'claude-code' });
    expect(await call(world)).toMatchObject({ answer: 'nothing' });
    expect(runOf(world)).toMatchObject({ status: 'running' });
  });

  test('is denied while its run is paused, until that run is resumed [sessions-2.stopped]', async () => {
    const world = createWorld();
    await call(world);
    await world.execute(operator, 'run.pause', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'deny', endsTurn: true });
    await world.execute(operator, 'run.resume', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'nothing' });
    await world.execute(operator, 'run.cancel', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'deny', endsTurn: true });
  });

  test('is denied while the sessions of the agent are stopped as a whole [sessions-2.stopped]', async () => {
    const world = createWorld();
    await call(world);
    await world.execute(operator, 'automation.pause', { automationId: 'claude-code sessions' });
    expect(await call(world)).toMatchObject({ answer: 'deny', endsTurn: true });
    await world.execute(operator, 'automation.resume', { automationId: 'claude-code sessions' });
    // As with every automation its runs are resumed one by one; a new session begins.
    expect(await call(world)).toMatchObject({ answer: 'deny' });
    expect(await call(world, {}, { sessionId: 's2' })).toMatchObject({ answer: 'nothing' });
    await world.execute(operator, 'run.resume', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'nothing' });
  });

  /** Asks about a call as a hook does, with its approval decided. */
  async function decided(world: World, action: { command: string }, verdict: 'approve' | 'deny'): Promise<string> {
    const asked = await world.execute(claude, 'approval.request', {
      requestType: 'tool_call',
      targetResource: { type: 'tool', id: 'Bash' },
      rationale: 'please',
      action,
      context: { engine: 'claude', session_id: 's1', cwd: session.workspace },
    });
    if (!asked.ok) throw new Error('not asked');
    const { approvalId } = asked.value.approval;
    await world.execute(operator, `approval.${verdict}`, { approvalId });
    return approvalId;
  }

  const timeline = (world: World) => world.store.read.sessionCalls.of('claude-s1', 10).calls;

  test('approved is answered once more where the engine asks twice about it, and asked anew after that [sessions-2.used-once]', async () => {
    const world = createWorld();
    const push = { action: { command: 'git push' }, toolUseId: 't1' };
    expect(await call(world, push)).toMatchObject({ answer: 'ask' });
    const approvalId = await decided(world, push.action, 'approve');
    await world.execute(claude, 'approval.consume', { approvalId, action: push.action });
    // Codex gives its words for people the second time only.
    const again = { action: { ...push.action, description: 'Publish' }, engineAsks: 'asking' } as const;
    expect(await call(world, again)).toMatchObject({ answer: 'allow' });
    expect(await call(world, again)).toMatchObject({ answer: 'ask' });
    expect(await call(world, { ...push, toolUseId: 't2' })).toMatchObject({ answer: 'ask' });
    expect(timeline(world).map(({ answer, title, approvalId: by }) => [answer, title, by])).toEqual([
      ['nothing', 'Run git push', undefined],
      ['nothing', 'Run git push', approvalId],
    ]);
  });

  test('is denied by a rule that denies, and allowed by one that allows where it would be asked about; both are written down [sessions-2.rules]', async () => {
    const world = createWorld();
    const rule = (verdict: 'allow' | 'deny', prefix: string) =>
      world.execute(operator, 'toolRule.create', {
        verdict,
        pattern: { kind: 'command_prefix', prefix },
        isAnywhere: true,
        duration: 'until_revoked',
        reason: 'Only people publish.',
      });
    const build = { action: { command: 'npm run build' }, engineAsks: 'unknown', toolUseId: 't1' } as const;
    const push = { action: { command: 'git push' }, toolUseId: 't2' };
    expect([(await call(world, build)).answer, (await call(world, push)).answer]).toEqual(['ask', 'ask']);
    await rule('allow', 'npm run build');
    await rule('deny', 'git push');

    const seq = world.store.read.audit.headSeq();
    expect(await call(world, { ...build, toolUseId: 't3' })).toMatchObject({ answer: 'allow', endsTurn: false });
    const denied = await call(world, { ...push, toolUseId: 't4' });
    expect(denied).toMatchObject({
      answer: 'deny',
      sentence: expect.stringContaining('Only people publish.'),
      endsTurn: false,
    });
    expect(eventsAfter(world, seq)).toEqual([
      'approval.requested',
      'approval.approved',
      'tool_rule.used',
      'approval.consumed',
      'approval.requested',
      'approval.denied',
      'tool_rule.used',
    ]);
    const [ofPush, ofBuild] = timeline(world);
    expect([ofPush, ofBuild]).toMatchObject([{ answer: 'deny' }, { answer: 'allow' }]);
    const found = (told: typeof ofPush) => world.store.read.approvals.find(told?.approvalId ?? '');
    expect([found(ofPush)?.status, found(ofBuild)?.consumedAtMs]).toEqual(['denied', world.clock.at]);

    // What nobody would be asked about needs no rule, and what is denied over and over leaves one request.
    const later = world.store.read.audit.headSeq();
    expect(await call(world, { ...build, engineAsks: 'never', toolUseId: 't5' })).toMatchObject({ answer: 'nothing' });
    expect(await call(world, { ...push, toolUseId: 't6' })).toMatchObject({ answer: 'deny' });
    expect(eventsAfter(world, later)).toEqual([]);
  });

  test('comes to its end, each by the id that the engine has for it [sessions-2.told]', async () => {
    const world = createWorld();
    const same = { toolName: 'Bash', action: { command: 'npm test' } };
    await call(world, { ...same, toolUseId: 't1' });
    world.clock.at += 1;
    await call(world, { ...same, toolUseId: 't2' });
    world.clock.at += 1;
    const ended = { session, event: 'called', call: { ...same, toolUseId: 't1' } } as const;
    await world.execute(claude, 'session.tell', { ...ended, isError: true });
    const [second, first] = timeline(world);
    expect(first).toMatchObject({ endedAtMs: world.clock.at, isError: true });
    expect(second).not.toHaveProperty('endedAtMs');
    expect(world.store.read.sessionCalls.counts('claude-s1')).toMatchObject({ calls: 2, failed: 1 });
  });

  test('that was never told before is in the timeline when it has come to its end, once, as the engine’s alone [sessions-2.told]', async () => {
    const world = createWorld();
    await call(world, { toolUseId: 't1' });
    const other = { toolName: 'Bash', action: { command: 'make' }, toolUseId: 't2' };
    for (let times = 0; times < 2; times += 1) {
      await world.execute(claude, 'session.tell', { session, event: 'called', call: other });
    }
    // Without an id of the engine's it could not be told from another one.
    const { toolUseId: _, ...nameless } = other;
    await world.execute(claude, 'session.tell', {
      session,
      event: 'called',
      call: { ...nameless, action: { command: 'x' } },
    });
    expect(timeline(world).map(({ title, answer, endedAtMs }) => [title, answer, endedAtMs])).toEqual([
      ['Run make', 'nothing', world.clock.at],
      ['Run npm test', 'nothing', undefined],
    ]);
  });

  test.each([
    ['denied too late', 'deny', 1],
    ['approved, but not used', 'approve', 0],
  ] as const)(
    'that was %s is the terminal’s when it comes to its end all the same [sessions-2.told]',
    async (_name, verdict, rows) => {
      const world = createWorld();
      const push = { toolName: 'Bash', action: { command: 'git push' } };
      await call(world, { ...push, engineAsks: 'asking' });
      const approvalId = await decided(world, push.action, verdict);
      await world.execute(claude, 'session.tell', { session, event: 'called', call: push });
      expect(timeline(world)).toMatchObject([{ answer: 'terminal', approvalId, endedAtMs: world.clock.at }]);
      expect(eventsAfter(world, 0).filter((name) => name === 'call.carried_out')).toHaveLength(rows);
    },
  );

  test('of a sub-agent in a looser mode than its session is asked about as that is [sessions-2.ask-mode]', async () => {
    const world = createWorld();
    const reviewer = { ...agent('claude-code/reviewer-1', ['claude-code']), ownerId: 'claude-code' };
    const ofReviewer = async (permissionMode: string) => {
      const answer = await world.execute(reviewer, 'session.decide', {
        session: { ...session, permissionMode },
        call: { toolName: 'Bash', action: { command: 'npm test' }, engineAsks: 'never' },
      });
      return answer.ok ? answer.value.answer : answer.refusal.code;
    };
    await call(world, {}, { permissionMode: 'default' });
    expect(await ofReviewer('bypassPermissions')).toBe('ask');
    expect(await ofReviewer('default')).toBe('nothing');
    await call(world, {}, { permissionMode: 'bypassPermissions' });
    expect(await ofReviewer('bypassPermissions')).toBe('nothing');
  });
});

test('an automation cannot take the id of one for sessions', async () => {
  const world = createWorld();
  const made = await world.execute(agent('scout'), 'automation.create', {
    name: 'N',
    automationId: 'claude-code sessions',
  });
  expect(made).toMatchObject({ ok: false, refusal: { code: 'VALIDATION_FAILED' } });
});
