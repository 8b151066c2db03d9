import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageSource, Use } from '../../shared/contract/session-usage';
import { costNanosOf, noTokens, priceOf, type TokenCounts, tokenKinds } from '../../shared/prices';
import { agent, createWorld, operator, START, type World } from '../support/world';

const models = ['claude-opus-4-8', 'claude-haiku-4-5'] as const;
const sessions = ['s1', 's2', 's3'] as const;

/** A call of a model as it really happened. */
type Call = TokenCounts & {
  readonly sessionId: (typeof sessions)[number];
  readonly model: (typeof models)[number];
  readonly isAuxiliary: boolean;
};

const count = fc.integer({ min: 0, max: 5_000 });
const anyCall: fc.Arbitrary<Call> = fc.record({
  sessionId: fc.constantFrom(...sessions),
  model: fc.constantFrom(...models),
  isAuxiliary: fc.boolean(),
  inputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  outputTokens: count,
});

/** What is told at once. */
type Telling = { readonly source: UsageSource; readonly uses: readonly Use[] };

const dollarsOf = (call: Call) => costNanosOf(call, priceOf(call.model) ?? noTokens);

const madeUse = ({ sessionId, model, isAuxiliary }: Call, mark: string, more: Partial<Use>): Use => ({
  sessionId,
  model,
  mark,
  part: isAuxiliary ? 'auxiliary' : 'conversation',
  ...noTokens,
  ...more,
  atMs: START,
});

/** Metrics: a point for each kind of tokens, and one for the dollars, of each call; several calls come in one batch. */
const byMetrics = (calls: readonly Call[]): readonly Telling[] =>
  calls.map((call, index) => ({
    source: 'otlp',
    uses: [
      ...tokenKinds.map((kind) => madeUse(call, `point ${index} ${kind}`, { [kind]: call[kind] })),
      madeUse(call, `point ${index} dollars`, { costNanos: dollarsOf(call) }),
    ],
  }));

/** A transcript: the answers of the conversation, each told once while it is written and once whole. */
const byTranscripts = (calls: readonly Call[]): readonly Telling[] =>
  calls.flatMap((call, index): readonly Telling[] => {
    if (call.isAuxiliary) return [];
    const { outputTokens, ...rest } = call;
    const said = (output: number) => ({
      source: 'transcript' as const,
      uses: [madeUse(call, `message ${index}`, { ...tokensIn(rest), outputTokens: output })],
    });
    return [said(Math.floor(outputTokens / 2)), said(outputTokens)];
  });

/** Logs: what was asked beside the conversations, and nothing of these; several come in one batch, and none says dollars. */
const byLogs = (calls: readonly Call[]): readonly Telling[] =>
  calls.flatMap((call, index): readonly Telling[] =>
    call.isAuxiliary ? [{ source: 'otlp', uses: [madeUse(call, `answer ${index}`, tokensOf(call))] }] : [],
  );

const tokensOf = (call: TokenCounts) => ({ ...tokensIn(call), outputTokens: call.outputTokens });

/** A fork, which is read after its parent, has the same answers under another id. */
const forkedOf = ({ source, uses }: Telling): Telling => ({
  source,
  uses: uses.map((use) => ({ ...use, sessionId: 'fork' })),
});

const tokensIn = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: Omit<TokenCounts, 'outputTokens'>) => ({
  inputTokens,
  cacheReadTokens,
  cacheWriteTokens,
});

/** The totals of processes: of every session and model, that of the whole, told as it grows. */
const byTotals = (calls: readonly Call[]): readonly Telling[] => {
  const totals = new Map<string, Use>();
  return calls.map((call) => {
    const mark = `total ${call.sessionId} ${call.model}`;
    const known = totals.get(mark) ?? madeUse(call, mark, { costNanos: 0, part: 'whole' });
    const sums = Object.fromEntries(tokenKinds.map((kind) => [kind, known[kind] + call[kind]]));
    const total = { ...known, ...sums, costNanos: (known.costNanos ?? 0) + dollarsOf(call) };
    totals.set(mark, total);
    return { source: 'final', uses: [total] };
  });
};

const scenario = fc
  .record({
    calls: fc.array(anyCall, { minLength: 1, maxLength: 5 }),
    // Who knows of everything: one source, or two of a part each.
    whole: fc.constantFrom('metrics', 'totals', 'transcripts and logs'),
    // Of the other sources some is lost: telemetry while the app was away, a transcript that cannot be read.
    lost: fc.array(fc.nat(40), { maxLength: 12 }),
    forks: fc.array(fc.nat(7), { maxLength: 3 }),
    order: fc.array(fc.nat(1_000), { minLength: 60, maxLength: 60 }),
    repeated: fc.array(fc.nat(60), { maxLength: 10 }),
  })
  .map(({ calls, whole, lost, forks, order, repeated }) => {
    const metrics = byMetrics(calls);
    const totals = byTotals(calls);
    const kept = (tellings: readonly Telling[]) => tellings.filter((_, index) => !lost.includes(index));
    const areParts = whole === 'transcripts and logs';
    const transcripts = areParts ? byTranscripts(calls) : kept(byTranscripts(calls));
    // An engine sends metrics or logs.
    const telemetry = areParts ? byLogs(calls) : whole === 'metrics' ? metrics : kept(metrics);
    const tellings = [...telemetry, ...(whole === 'totals' ? totals : kept(totals)), ...transcripts];
    const again = repeated.flatMap((index) => tellings[index] ?? []);
    const shuffled = [...tellings, ...again]
      .map((telling, index) => ({ telling, at: order[index % order.length] ?? 0 }))
      .sort((one, other) => one.at - other.at)
      .map(({ telling }) => telling);
    const forked = forks.flatMap((index) => transcripts[index] ?? []).map(forkedOf);
    return { calls, tellings: [...shuffled, ...forked] };
  });

const claude = agent('claude-code');

async function tell(world: World, tellings: readonly Telling[]): Promise<void> {
  for (const { source, uses } of tellings) {
    const told = await world.execute(claude, 'session.use', { engine: 'claude', source, uses: [...uses] });
    expect(told.ok).toBe(true);
  }
}

function chargedIn(world: World) {
  const spend = world.query(operator, 'spend.get', { agentId: 'claude-code' });
  if (!spend.ok) return { tokens: 0, nanos: 0 };
  const { lifetime } = spend.value.spend;
  return { tokens: lifetime.totalTokens, nanos: lifetime.costNanos };
}

test('whatever sources say, in whatever order and however often, what was used is charged once [sessions-4.one-source, sessions-4.sources]', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ calls, tellings }) => {
      const world = createWorld();
      await tell(world, tellings);
      const tokens = calls.reduce((sum, call) => tokenKinds.reduce((part, kind) => part + call[kind], sum), 0);
      const nanos = calls.reduce((sum, call) => sum + dollarsOf(call), 0);
      expect(chargedIn(world)).toEqual({ tokens, nanos });
      // What each session is said to have used is what it was charged for.
      const costs = [...sessions, 'fork'].flatMap((id) => {
        const usage = world.query(operator, 'sessions.usage', { runId: `claude-${id}` });
        return usage.ok ? usage.value.models.map(({ costNanos }) => costNanos ?? 0) : [];
      });
      expect(costs.reduce((sum, cost) => sum + cost, 0)).toBe(nanos);
    }),
    { numRuns: 30, endOnFailure: true },
  );
});
