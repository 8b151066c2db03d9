import { expect, test } from 'vitest';
import type { GivenInputOf } from '../../../shared/contract/contract';
import { MOST_SUB_AGENTS } from '../../../shared/contract/session-desk';
import type { Caller } from '../../../shared/kernel/actor';
import { nobodyDecided } from '../../../shared/missed';
import { ask } from '../../support/approvals';
import { agent, createWorld, operator, type World } from '../../support/world';

const claude = agent('claude-code');
const codex = agent('codex');
const below = (name: string): Caller => ({ ...agent(`claude-code/${name}`, ['claude-code']), ownerId: 'claude-code' });

type Session = GivenInputOf<'session.decide'>['session'];

const session = (sessionId: string, more: Partial<Session> = {}): Session => ({
  ...{ engine: 'claude', sessionId, workspace: '/home/me/shop' },
  ...more,
});

/** Tells of a call and, where it is to be asked about, asks. */
async function call(world: World, caller: Caller, given: Session, command: string, asks = false) {
  const action = { command };
  await world.done(caller, 'session.decide', {
    session: given,
    call: { toolName: 'Bash', action, toolUseId: `t ${command}`, engineAsks: asks ? 'asking' : 'never' },
  });
  if (!asks) return '';
  const context = { engine: given.engine, session_id: given.sessionId };
  return (await ask(world, { rationale: 'Claude Code wants to use Bash.', action, context }, caller)).approvalId;
}

function overview(world: World, input: GivenInputOf<'sessions.overview'> = {}) {
  return world.told(operator, 'sessions.overview', input);
}

const idsOf = (world: World, input: GivenInputOf<'sessions.overview'> = {}) =>
  overview(world, input).sessions.map(({ sessionId }) => sessionId);

test('sessions are found by the words of their name, folder and branch, with the other filters, also once these have changed [sessions-7.search]', async () => {
  const world = createWorld();
  await call(world, claude, session('one', { title: 'Fix the checkout total', branch: 'fix/cart' }), 'ls');
  await call(world, below('reviewer-1'), session('one'), 'ls');
  await call(world, codex, session('two', { engine: 'codex', workspace: '/home/me/billing-api' }), 'ls');
  expect(idsOf(world, { text: 'checkout' })).toEqual(['one']);
  expect(idsOf(world, { text: 'CHECK tot' })).toEqual(['one']);
  expect(idsOf(world, { text: 'fix/cart' })).toEqual(['one']);
  expect(idsOf(world, { text: 'home' })).toEqual(['two', 'one']);
  expect(idsOf(world, { text: 'home', engine: 'codex' })).toEqual(['two']);
  expect(idsOf(world, { text: 'billing-api codex' })).toEqual(['two']);
  expect(idsOf(world, { text: 'heckout' })).toEqual([]);
  expect(idsOf(world, { text: '" (' })).toEqual([]);
  const first = overview(world, { text: 'me', limit: 1 });
  const rest = overview(world, { text: 'me', limit: 1, ...(first.nextCursor && { cursor: first.nextCursor }) });
  expect([...first.sessions, ...rest.sessions].map(({ sessionId }) => sessionId)).toEqual(['two', 'one']);
  await call(
    world,
    codex,
    session('two', { engine: 'codex', workspace: '/home/me/billing-api', title: 'Round up' }),
    'ls',
  );
  expect(idsOf(world, { text: 'round' })).toEqual(['two']);
  expect(idsOf(world, { text: 'billing' })).toEqual(['two']);
});

test('sessions are found by engine, folder, agent and state, page by page, the newest first, without their sub-agents [sessions-7.listed, sessions-7.paged]', async () => {
  const world = createWorld();
  await call(world, claude, session('one'), 'ls');
  await call(world, below('reviewer-1'), session('one'), 'ls');
  await call(world, codex, session('two', { engine: 'codex', workspace: '/home/me/docs' }), 'ls');
  await call(world, claude, session('three', { workspace: '/home/me/docs' }), 'ls');
  await world.execute(claude, 'session.tell', {
    session: session('three', { workspace: '/home/me/docs' }),
    event: 'ended',
  });
  const engine = 'claude' as const;
  const workspace = '/home/me/docs';
  expect(idsOf(world)).toEqual(['three', 'two', 'one']);
  expect(idsOf(world, { engine })).toEqual(['three', 'one']);
  expect(idsOf(world, { workspace })).toEqual(['three', 'two']);
  expect(idsOf(world, { state: 'under_way' })).toEqual(['two', 'one']);
  expect(idsOf(world, { state: 'over' })).toEqual(['three']);
  expect(idsOf(world, { agentId: 'claude-code' })).toEqual(['three', 'one']);
  expect(idsOf(world, { agentId: 'claude-code/reviewer-1' })).toEqual(['one']);
  expect(idsOf(world, { agentId: 'claude-code/other-1' })).toEqual([]);
  expect(idsOf(world, { engine, workspace, state: 'over', agentId: 'claude-code' })).toEqual(['three']);
  expect(idsOf(world, { engine, workspace, state: 'under_way', agentId: 'claude-code' })).toEqual([]);
  const first = overview(world, { limit: 2 });
  const rest = overview(world, { limit: 2, ...(first.nextCursor !== undefined && { cursor: first.nextCursor }) });
  expect([...first.sessions, ...rest.sessions].map(({ sessionId }) => sessionId)).toEqual(['three', 'two', 'one']);
  expect(rest.nextCursor).toBeUndefined();
  expect(world.query(operator, 'sessions.projects', {})).toMatchObject({
    value: { workspaces: ['/home/me/docs', '/home/me/shop'] },
  });
});

test('nobody but the operator asks what the desk asks of sessions', async () => {
  const world = createWorld();
  await call(world, claude, session('one'), 'ls');
  const runId = 'claude-one';
  for (const caller of [claude, below('reviewer-1')]) {
    expect(world.query(caller, 'sessions.overview', {})).toMatchObject({ ok: false });
    expect(world.query(caller, 'sessions.details', { runId })).toMatchObject({ ok: false });
    expect(world.query(caller, 'sessions.subAgents', { runId })).toMatchObject({ ok: false });
    expect(world.query(caller, 'sessions.projects', {})).toMatchObject({ ok: false });
  }
});

test('a session has what waits of it and of its sub-agents, and nothing that others say is of it [sessions-7.own-waiting]', async () => {
  const world = createWorld();
  const first = await call(world, claude, session('one'), 'git push', true);
  const second = await call(world, below('reviewer-1'), session('one'), 'npm publish', true);
  await call(world, codex, session('two', { engine: 'codex' }), 'ls');
  await world.execute(codex, 'approval.request', {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'Bash' },
    rationale: 'It says that it is of another session.',
    action: { command: 'id' },
    context: { engine: 'claude', session_id: 'one' },
  });
  const found = () => overview(world).sessions.find(({ sessionId }) => sessionId === 'one');
  expect(found()).toMatchObject({
    waitingCount: 2,
    waitingId: first,
    subAgentCount: 1,
    subAgents: [{ workerId: 'claude-code/reviewer-1', waitingCount: 1, waitingId: second, counts: { calls: 1 } }],
  });
  await world.execute(operator, 'approval.deny', { approvalId: first });
  await world.execute(below('reviewer-1'), 'session.tell', { session: session('one'), event: 'ended' });
  expect(found()).toMatchObject({ waitingCount: 1, waitingId: second, subAgentCount: 1, subAgents: [] });
  expect(world.query(operator, 'sessions.subAgents', { runId: 'claude-one' })).toMatchObject({
    value: { subAgents: [{ workerId: 'claude-code/reviewer-1', status: 'completed' }] },
  });
  expect(world.query(operator, 'sessions.details', { runId: 'claude-one/reviewer-1' })).toMatchObject({
    value: {
      session: { workerId: 'claude-code/reviewer-1', agentId: 'claude-code', subAgentCount: 0, waitingCount: 1 },
    },
  });
  expect(world.query(operator, 'sessions.details', { runId: 'nightly' })).toMatchObject({ ok: false });
});

test('a session is listed with so many sub-agents, and has all of them page by page', async () => {
  const world = createWorld();
  await call(world, claude, session('one'), 'ls');
  for (let index = 0; index <= MOST_SUB_AGENTS; index++) await call(world, below(`r-${index}`), session('one'), 'ls');
  const [one] = overview(world).sessions;
  expect(one?.subAgents).toHaveLength(MOST_SUB_AGENTS);
  expect(one?.subAgentCount).toBe(MOST_SUB_AGENTS + 1);
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const answer = world.told(operator, 'sessions.subAgents', {
      runId: 'claude-one',
      limit: 8,
      ...(cursor !== undefined && { cursor }),
    });
    names.push(...answer.subAgents.map(({ workerId }) => workerId));
    cursor = answer.nextCursor;
  } while (cursor !== undefined);
  expect(new Set(names).size).toBe(MOST_SUB_AGENTS + 1);
  expect(names).toHaveLength(MOST_SUB_AGENTS + 1);
});

test('the operator sees in the timeline what became of each request, and its agent does not [sessions-7.timeline]', async () => {
  const world = createWorld();
  const given = session('one');
  const missed = await call(world, claude, given, 'a', true);
  await world.execute(claude, 'approval.cancel', { approvalId: missed, reason: nobodyDecided(540) });
  const denied = await call(world, claude, given, 'b', true);
  await world.execute(operator, 'approval.deny', { approvalId: denied });
  await call(world, claude, given, 'c');
  const pattern = { kind: 'command_prefix', prefix: 'd' } as const;
  const rule = {
    agentId: 'claude-code',
    toolName: 'Bash',
    pattern,
    duration: 'until_revoked',
    verdict: 'deny',
    isAnywhere: true,
  } as const;
  expect(await world.execute(operator, 'toolRule.create', rule)).toMatchObject({ ok: true });
  await call(world, claude, given, 'd');
  const runId = 'claude-one';
  expect(world.query(operator, 'sessions.calls', { runId })).toMatchObject({
    value: {
      calls: [
        {
          title: 'Run d',
          answer: 'deny',
          decision: { status: 'denied', rule: { toolName: 'Bash', pattern } },
        },
        { title: 'Run c', answer: 'nothing' },
        { title: 'Run b', decision: { status: 'denied', isMissed: false, reviewedBy: { kind: 'human' } } },
        { title: 'Run a', decision: { status: 'cancelled', isMissed: true } },
      ],
    },
  });
  const own = world.query(claude, 'sessions.calls', { runId });
  expect(own.ok && own.value.calls.map((each) => 'decision' in each)).toEqual([false, false, false, false]);
});
