import { describe, expect, test } from 'vitest';
import type { InputOf } from '../../../shared/contract/contract';
import type { Use } from '../../../shared/contract/session-usage';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { DAY_MS } from '../../../shared/kernel/time';
import { noTokens } from '../../../shared/prices';
import { setLimits } from '../../support/automations';
import { agent, createWorld, operator, START, type World } from '../../support/world';

const claude = agent('claude-code');

type Telling = Partial<InputOf<'session.use'>>;

const use = (mark: string, more: Partial<Use> = {}): Use => ({
  sessionId: 's1',
  mark,
  model: 'claude-opus-4-8',
  part: 'conversation',
  ...noTokens,
  atMs: START,
  ...more,
});

async function tell(world: World, uses: readonly Use[], more: Telling = {}) {
  return await world.done(claude, 'session.use', {
    engine: 'claude',
    source: 'transcript',
    uses: [...uses],
    ...more,
  });
}

function usageOf(world: World, runId = 'claude-s1') {
  return world.told(operator, 'sessions.usage', { runId }).models;
}

const runOf = (world: World, runId = 'claude-s1') => world.store.read.runs.find(runId);

describe('what a session used', () => {
  test('is charged to its run and its agent; each kind of tokens has its own price [sessions-4.cache]', async () => {
    const world = createWorld();
    const kinds = { inputTokens: 1_000, cacheReadTokens: 2_000, cacheWriteTokens: 400, outputTokens: 100 };
    // 1,000 x $5 + 2,000 x $0.50 + 400 x $6.25 + 100 x $25, each for a million.
    const dollars = 0.005 + 0.001 + 0.0025 + 0.0025;
    expect(await tell(world, [use('m1', kinds)])).toEqual({ chargedNanos: nanosOfUsd(dollars), chargedTokens: 3_500 });
    expect(runOf(world)).toMatchObject({ promptTokens: 3_400, completionTokens: 100, costNanos: nanosOfUsd(dollars) });
    expect(usageOf(world)).toEqual([
      {
        model: 'claude-opus-4-8',
        ...kinds,
        costNanos: nanosOfUsd(dollars),
        basis: 'estimate',
        unpricedTokens: 0,
      },
    ]);
  });

  test('costs what the engine says, and nothing of ours is put in its place [sessions-4.dollars]', async () => {
    const world = createWorld();
    const tokens = { inputTokens: 1_000 };
    await tell(world, [use('p', { ...tokens, costNanos: 7 })], { source: 'otlp' });
    expect(usageOf(world)).toMatchObject([{ costNanos: 7, basis: 'reported' }]);
    // What only the transcript knows of has our price.
    await tell(world, [use('m1', tokens), use('m2', tokens)]);
    expect(usageOf(world)).toMatchObject([{ costNanos: 7 + nanosOfUsd(0.005), basis: 'estimate', inputTokens: 2_000 }]);
  });

  test('of a model without a price costs nobody knows what, until somebody says, and never nothing [sessions-4.unknown-price]', async () => {
    const world = createWorld();
    await tell(world, [use('m1', { model: 'mystery-1', inputTokens: 500 })]);
    expect(usageOf(world)).toMatchObject([{ costNanos: null, basis: 'unknown', unpricedTokens: 500 }]);
    expect(world.query(operator, 'sessions.get', { runId: 'claude-s1' })).toMatchObject({
      value: { session: { costNanos: null, totalTokens: 500 } },
    });
    // An engine that does not know the price either says 0.
    await tell(world, [use('p', { model: 'mystery-1', inputTokens: 500, costNanos: 0 })], { source: 'otlp' });
    expect(usageOf(world)).toMatchObject([{ costNanos: null, basis: 'unknown' }]);
    const ownPrices = { 'mystery-1': { ...noTokens, inputTokens: 2 } };
    await tell(world, [use('m1', { model: 'mystery-1', inputTokens: 500 })], { ownPrices });
    expect(usageOf(world)).toMatchObject([{ costNanos: nanosOfUsd(0.001), basis: 'estimate' }]);
    expect(runOf(world)).toMatchObject({ costNanos: nanosOfUsd(0.001), totalTokens: 500 });
  });

  test('a fork that has its parent’s messages is charged for its own alone, and names the last one that it was forked from [sessions-4.forks, sessions-1.forked]', async () => {
    const world = createWorld();
    const message = { inputTokens: 1_000 };
    await tell(world, [use('m1', message), use('m2', message)]);
    const forked = { ...message, sessionId: 's2' };
    await tell(world, [use('m1', forked), use('m2', forked), use('m3', forked)]);
    expect(usageOf(world, 'claude-s1')).toMatchObject([{ inputTokens: 2_000 }]);
    expect(usageOf(world, 'claude-s2')).toMatchObject([{ inputTokens: 1_000 }]);
    expect(runOf(world, 'claude-s2')).toMatchObject({ totalTokens: 1_000, session: { parentRunId: 'claude-s1' } });
    const again = { ...message, sessionId: 's3' };
    await tell(world, [use('m1', again), use('m3', again), use('m4', again)]);
    expect(runOf(world, 'claude-s3')?.session).toMatchObject({ parentRunId: 'claude-s2' });
    expect(runOf(world, 'claude-s1')?.session).not.toHaveProperty('parentRunId');
  });

  test('a fork that a transcript tells of by itself is noted for one’s own sessions alone [sessions-1.forked]', async () => {
    const world = createWorld();
    await tell(world, [use('m1')]);
    await tell(world, [use('m2', { sessionId: 's2' })]);
    await tell(world, [], { fork: { sessionId: 's2', ofSessionId: 's1' } });
    expect(runOf(world, 'claude-s2')?.session).toMatchObject({ parentRunId: 'claude-s1' });
    const fork = { sessionId: 's1', ofSessionId: 'mine' };
    const stolen = { engine: 'claude', source: 'transcript', uses: [], fork } as const;
    await world.execute(agent('other'), 'session.use', { ...stolen, uses: [] });
    expect(runOf(world, 'claude-s1')?.session).not.toHaveProperty('parentRunId');
  });

  test('what was used long before Gatehouse heard of the engine is none of this week’s spend', async () => {
    const world = createWorld();
    const old = use('old', { inputTokens: 9_000, atMs: START - 3 * DAY_MS });
    expect(await tell(world, [old, use('new', { inputTokens: 1 })])).toMatchObject({ chargedTokens: 1 });
  });

  test('marks are forgotten after ninety days, and what is older is not taken any more', async () => {
    const world = createWorld();
    await tell(world, [use('m1', { inputTokens: 1_000 })]);
    world.clock.at += 91 * DAY_MS;
    await world.execute(operator, 'health.check', {});
    expect(await tell(world, [use('m1', { inputTokens: 1_000 })])).toMatchObject({ chargedTokens: 0 });
    expect(usageOf(world)).toMatchObject([{ inputTokens: 1_000 }]);
  });

  test('is for nobody else to say: a session of another agent is refused, and nothing changes', async () => {
    const world = createWorld();
    await tell(world, [use('m1', { inputTokens: 1_000 })]);
    const uses = [use('x', { inputTokens: 5, sessionId: 'mine' }), use('m9', { inputTokens: 5 })];
    const stolen = { engine: 'claude', source: 'transcript', uses } as const;
    expect(await world.execute(agent('other'), 'session.use', stolen as never)).toMatchObject({
      ok: false,
      refusal: { code: 'FORBIDDEN' },
    });
    expect(runOf(world, 'claude-mine')).toBe(undefined);
    expect(world.query(agent('other'), 'sessions.usage', { runId: 'claude-s1' })).toMatchObject({ ok: false });
    // Its own mark of the same name is its own.
    const own = { engine: 'claude', source: 'transcript', uses: [use('m1', { inputTokens: 5, sessionId: 'mine' })] };
    expect(await world.execute(agent('other'), 'session.use', own as never)).toMatchObject({
      value: { chargedTokens: 5 },
    });
  });

  test('what is told after its end resumes nothing', async () => {
    const world = createWorld();
    const session = { engine: 'claude', sessionId: 's1', workspace: '/home/me/project' } as const;
    await world.execute(claude, 'session.tell', { session, event: 'ended' });
    await tell(world, [use('m1', { inputTokens: 1_000 })]);
    expect(runOf(world)).toMatchObject({ status: 'completed', totalTokens: 1_000 });
  });

  test('that reaches the cap stops the session at its next call [sessions-4.cap]', async () => {
    const world = createWorld();
    setLimits(world, { weeklySpendCapNanos: nanosOfUsd(1) });
    const session = { engine: 'claude', sessionId: 's1', workspace: '/home/me/project' } as const;
    const call = { toolName: 'Bash', action: { command: 'ls' }, engineAsks: 'never' } as const;
    const decide = () => world.execute(claude, 'session.decide', { session, call });
    expect(await decide()).toMatchObject({ value: { answer: 'nothing' } });
    await tell(world, [use('m1', { outputTokens: 50_000 })]);
    expect(runOf(world)).toMatchObject({ status: 'paused', stopKind: 'guardrail_stopped' });
    expect(await decide()).toMatchObject({
      value: { answer: 'deny', endsTurn: true, sentence: expect.stringContaining('has reached its spend cap') },
    });
  });

  test('is paid for by whoever is above its agent as well, whose cap stops it; the health check counts that, and the automation of all sessions is listed [sessions-1.runs-rules]', async () => {
    const world = createWorld();
    setLimits(world, { healthGuardrailStopThreshold: 1 });
    await world.execute(operator, 'agent.setLineage', { agentId: 'claude-code', ancestorIds: ['chief'] });
    await world.execute(operator, 'agent.setLimits', { agentId: 'chief', weeklySpendCapNanos: nanosOfUsd(1) });
    const sessions = ['s1', 's2', 's3'].map((sessionId) => ({ engine: 'claude' as const, sessionId, workspace: '/p' }));
    const call = { toolName: 'Bash', action: { command: 'ls' }, engineAsks: 'never' } as const;
    const decide = (session: (typeof sessions)[number]) => world.execute(claude, 'session.decide', { session, call });
    for (const session of sessions) expect(await decide(session)).toMatchObject({ value: { answer: 'nothing' } });
    await tell(world, [use('m1', { outputTokens: 50_000 })]);
    for (const session of sessions) {
      expect(await decide(session)).toMatchObject({
        value: { answer: 'deny', sentence: expect.stringMatching(/^chief has reached/) },
      });
      await world.execute(claude, 'session.tell', { session, event: 'ended' });
    }
    const chief = world.query(operator, 'agent.details', { agentId: 'chief' });
    expect(chief.ok && chief.value.spend.weekly.costNanos).toBe(nanosOfUsd(1.25));
    await world.execute(operator, 'health.check', {});
    expect(world.store.read.records.find('claude-code sessions')?.healthFindings).toMatchObject([
      { kind: 'health_drift', evidence: { guardrailStopCount: 1 } },
    ]);
    const listed = world.query(operator, 'automations.list', { limit: 10 });
    expect(listed).toMatchObject({ ok: true, value: { automations: [{ automationId: 'claude-code sessions' }] } });
  });
});
