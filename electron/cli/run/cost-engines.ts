import { randomUUID } from 'node:crypto';
import { MOST_USES } from '../../../shared/contract/session-usage';
import { fieldsOf, type JsonObject } from '../../../shared/kernel/fields';
import { usdOfNanos } from '../../../shared/kernel/money';
import { costNanosOf, type Prices, priceOf, pricesAsOf, type TokenCounts, tokenKinds } from '../../../shared/prices';
import type { SaidUse } from '../../engines/engine';
import { countIn } from '../../engines/transcripts/transcript';
import { codexThread } from './codex-thread';
import { type CostEngine, type CostPlace, optionIn, type SaidCost } from './said-cost';

/** How one engine says at its end what a session has cost. */
type CostOfEngine = {
  readonly isWanted: (value: JsonObject) => boolean;
  /** What is kept when one more object is wanted. */
  readonly keep: (kept: readonly JsonObject[], value: JsonObject) => readonly JsonObject[];
  readonly read: (kept: readonly JsonObject[], place: CostPlace) => Promise<SaidCost | undefined>;
};

/** From this version on a resumed or forked session's totals have those of before in them (spec/sessions.md section 4). */
const INHERITING_CLAUDE = [2, 1, 277] as const;

const claude: CostOfEngine = {
  isWanted: ({ type, subtype }) => type === 'result' || (type === 'system' && subtype === 'init'),
  keep: (kept, value) => [...kept.filter(({ type }) => type !== value['type']), value],
  async read(kept, place) {
    const result = kept.find(({ type }) => type === 'result');
    const sessionId = text(result?.['session_id']);
    if (result === undefined || sessionId === undefined) return undefined;
    const uses = withTotal(
      claudeUses(result, `process ${text(result['uuid']) ?? randomUUID()}`, place.now()),
      result['total_cost_usd'],
    );
    const total = result['total_cost_usd'];
    const isUnknown =
      typeof total !== 'number' ||
      result['costBasis'] === 'unknown' ||
      // It says 0 for a model that it has no price of.
      uses.some((use) => countOf(use) > 0 && use.cost_usd === 0);
    const said = { sessionId, source: 'final', uses } as const;
    if (isUnknown)
      return { ...said, costUsd: null, basis: 'unknown', note: 'Claude Code does not know what this cost' };
    const reported = { ...said, costUsd: total, basis: 'reported' } as const;
    const init = kept.find(({ type }) => type === 'system');
    return claudeTotals(reported, text(init?.['claude_code_version']), place);
  },
};

/** Whether the totals are of this process alone, or of all of the session; what cannot be told apart is unknown. */
async function claudeTotals(said: SaidCost, named: string | undefined, place: CostPlace): Promise<SaidCost> {
  const isForked = optionIn(place.args, ['--fork-session']) !== undefined;
  const isResumed = isForked || optionIn(place.args, ['--resume', '-r', '--continue', '-c']) !== undefined;
  const version = named ?? (await place.version());
  const isInheriting = version === undefined ? undefined : isFrom(version, INHERITING_CLAUDE);
  if (isInheriting === false) return said;
  const ofSession = {
    ...said,
    uses: said.uses.map((use) => ({ ...use, mark: `session ${said.sessionId} ${use.model}` })),
  };
  if (!isResumed || (isInheriting === true && !isForked)) return ofSession;
  const note = isForked
    ? 'the total of a fork has its parent’s in it, and nobody can tell them apart'
    : 'nobody knows whether the total of a resumed session has that of before in it; its version is not known';
  return { ...said, uses: [], costUsd: null, basis: 'unknown', note };
}

function claudeUses(result: JsonObject, process: string, atMs: number): readonly SaidUse[] {
  return Object.entries(fieldsOf(result['modelUsage'])).map(([model, value]) => {
    const usage = fieldsOf(value);
    const cost = usage['costUSD'];
    return {
      mark: `${process} ${model}`,
      model,
      part: 'whole',
      input_tokens: countIn(usage['inputTokens']),
      cache_read_tokens: countIn(usage['cacheReadInputTokens']),
      cache_write_tokens: countIn(usage['cacheCreationInputTokens']),
      output_tokens: countIn(usage['outputTokens']),
      ...(typeof cost === 'number' && { cost_usd: usage['costBasis'] === 'unknown' ? 0 : Math.max(0, cost) }),
      at_ms: atMs,
    };
  });
}

/** With the total, where it is not said for each model what it cost. */
function withTotal(uses: readonly SaidUse[], total: unknown): readonly SaidUse[] {
  const [first, ...others] = uses;
  const isSaid = uses.some((use) => use.cost_usd !== undefined);
  if (first === undefined || isSaid || typeof total !== 'number') return uses;
  return [{ ...first, cost_usd: Math.max(0, total) }, ...others];
}

const codex: CostOfEngine = {
  isWanted: ({ type }) => type === 'thread.started' || type === 'turn.completed',
  keep: (kept, value) => [...kept.filter(({ type }) => type !== value['type']), value],
  async read(kept, place) {
    const sessionId = text(kept.find(({ type }) => type === 'thread.started')?.['thread_id']);
    if (sessionId === undefined) return undefined;
    const written = codexThread(sessionId, place);
    if (written.length > 0) return estimated({ sessionId, source: 'transcript', uses: written }, place.prices);
    const usage = fieldsOf(kept.find(({ type }) => type === 'turn.completed')?.['usage']);
    if (Object.keys(usage).length === 0) return undefined;
    const input = countIn(usage['input_tokens']);
    const cached = Math.min(input, countIn(usage['cached_input_tokens']));
    const cacheWrite = Math.min(input - cached, countIn(usage['cache_write_input_tokens']));
    const use: SaidUse = {
      mark: `thread ${sessionId}`,
      model: place.model ?? 'unknown',
      part: 'conversation',
      input_tokens: input - cached - cacheWrite,
      cache_read_tokens: cached,
      cache_write_tokens: cacheWrite,
      output_tokens: countIn(usage['output_tokens']),
      at_ms: place.now(),
    };
    return estimated({ sessionId, source: 'final', uses: [use] }, place.prices);
  },
};

const gemini: CostOfEngine = {
  isWanted: (value) => 'stats' in value || (value['type'] === 'init' && 'session_id' in value),
  keep: (kept, value) => [...kept, value].slice(-2),
  async read(kept, place) {
    const stats = fieldsOf(kept.findLast((value) => 'stats' in value)?.['stats']);
    const sessionId = text(kept.findLast((value) => 'session_id' in value)?.['session_id']);
    if (sessionId === undefined) return undefined;
    const process = `process ${randomUUID()}`;
    const uses = Object.entries(fieldsOf(stats['models'])).map(([model, value]): SaidUse => {
      const tokens = fieldsOf(fieldsOf(value)['tokens']);
      const prompt = countIn(tokens['prompt']);
      const cached = Math.min(prompt, countIn(tokens['cached']));
      return {
        mark: `${process} ${model}`,
        model,
        part: 'whole',
        input_tokens: prompt - cached + countIn(tokens['tool']),
        cache_read_tokens: cached,
        cache_write_tokens: 0,
        output_tokens: countIn(tokens['candidates']) + countIn(tokens['thoughts']),
        at_ms: place.now(),
      };
    });
    return uses.length === 0 ? undefined : estimated({ sessionId, source: 'final', uses }, place.prices);
  },
};

const opencode: CostOfEngine = {
  isWanted: ({ type, part }) => type === 'step_finish' && 'tokens' in fieldsOf(part),
  // One with more answers than can be told at once is told of by its plugin.
  keep: (kept, value) => [...kept, value].slice(-MOST_USES),
  read(kept, place) {
    const sessionId = kept.map(({ sessionID }) => text(sessionID)).find((id) => id !== undefined);
    const uses = kept.flatMap((value): readonly SaidUse[] => {
      const { id, tokens, cost } = fieldsOf(value['part']);
      const { input, output, reasoning, cache } = fieldsOf(tokens);
      const mark = text(id);
      if (mark === undefined) return [];
      return [
        {
          // As the plugin says it, so that both together say it once.
          mark,
          model: place.model ?? 'unknown',
          part: 'conversation',
          input_tokens: countIn(input),
          cache_read_tokens: countIn(fieldsOf(cache)['read']),
          cache_write_tokens: countIn(fieldsOf(cache)['write']),
          output_tokens: countIn(output) + countIn(reasoning),
          ...(typeof cost === 'number' && cost > 0 && { cost_usd: cost }),
          at_ms: place.now(),
        },
      ];
    });
    if (sessionId === undefined || uses.length === 0) return Promise.resolve(undefined);
    const said = { sessionId, source: 'transcript', uses } as const;
    const isPriced = uses.every((use) => use.cost_usd !== undefined || countOf(use) === 0);
    if (!isPriced) return Promise.resolve(estimated(said, place.prices));
    const costUsd = uses.reduce((sum, use) => sum + (use.cost_usd ?? 0), 0);
    return Promise.resolve({ ...said, costUsd, basis: 'reported' });
  },
};

/** What each engine says at its end, of those whose words are understood. */
export const costReaders: Readonly<Record<CostEngine, CostOfEngine>> = { claude, codex, gemini, opencode };

/** Priced by the list; unknown where a model has no price. */
function estimated(said: Pick<SaidCost, 'sessionId' | 'source' | 'uses'>, own: Prices): SaidCost {
  const unpriced = said.uses.find((use) => countOf(use) > 0 && priceOf(use.model, own) === undefined);
  if (unpriced !== undefined) {
    const model = unpriced.model === 'unknown' ? 'the model, which nobody named' : unpriced.model;
    return { ...said, costUsd: null, basis: 'unknown', note: `no price is known for ${model}` };
  }
  const nanos = said.uses.reduce((sum, use) => {
    const price = priceOf(use.model, own);
    return price === undefined ? sum : sum + costNanosOf(tokensOf(use), price);
  }, 0);
  return { ...said, costUsd: usdOfNanos(nanos), basis: 'estimate', note: `an estimate by the prices of ${pricesAsOf}` };
}

const tokensOf = (use: SaidUse): TokenCounts => ({
  inputTokens: use.input_tokens,
  cacheReadTokens: use.cache_read_tokens,
  cacheWriteTokens: use.cache_write_tokens,
  outputTokens: use.output_tokens,
});

function countOf(use: SaidUse): number {
  const tokens = tokensOf(use);
  return tokenKinds.reduce((sum, kind) => sum + tokens[kind], 0);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether a version such as `2.1.197 (Claude Code)` is this one or a later one. */
function isFrom(version: string, from: readonly number[]): boolean {
  const parts = /\d+(?:\.\d+)*/.exec(version)?.[0].split('.').map(Number) ?? [];
  const at = from.findIndex((part, index) => part !== (parts[index] ?? 0));
  return at < 0 || (parts[at] ?? 0) > (from[at] ?? 0);
}
