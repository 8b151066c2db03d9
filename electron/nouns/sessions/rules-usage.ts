import type { ModelUsage, UsagePart, UsageSource } from '../../../shared/contract/session-usage';
import { usageSources } from '../../../shared/contract/session-usage';
import { saturatingSum } from '../../../shared/kernel/money';
import { DAY_MS } from '../../../shared/kernel/time';
import { costNanosOf, noTokens, type Price, type TokenCounts, tokenKinds } from '../../../shared/prices';

// The law of spec/sessions.md section 4. Each source counts under marks, and no source counts a token under two of its marks. A mark
// keeps the most that was ever said under it, so it does not matter in which order, how often, or after which restart it is said.
// No source invents tokens, but each may miss some: so what was used is, kind by kind, the most that any of them knows of.

/** How long marks are kept, in milliseconds: what was used longer ago is not taken any more, because nobody could say whether it was. */
export const MARKS_KEPT_MS = 90 * DAY_MS;

/**
 * How long before Gatehouse first heard of an agent's sessions something may have been used, in milliseconds: what a transcript says
 * of the weeks before the engine was connected is none of this week's spend.
 */
const BEFORE_FIRST_MS = DAY_MS;

/** From when on what was used is charged. */
export function chargedSince(firstHeardAtMs: number, now: number): number {
  return Math.max(firstHeardAtMs - BEFORE_FIRST_MS, now - MARKS_KEPT_MS);
}

/** What is counted under a mark, or of one part of a session by one source: tokens, and dollars where the source says them. */
export type CountedTokens = TokenCounts & { readonly costNanos?: number };

/** What one source has said so far of one part of a session's use of a model. */
export type SaidUsage = CountedTokens & { readonly source: UsageSource; readonly part: UsagePart };

/** By how much a mark rises when this is said; nothing of what was said before is ever taken back. */
export function riseOf(known: CountedTokens | undefined, said: CountedTokens): CountedTokens {
  const rise = (kind: (typeof tokenKinds)[number]) => Math.max(0, said[kind] - (known?.[kind] ?? 0));
  return {
    ...tokensOf(rise),
    ...(said.costNanos !== undefined && { costNanos: Math.max(0, said.costNanos - (known?.costNanos ?? 0)) }),
  };
}

/** Two counts together. */
export function sumOf(one: CountedTokens, other: CountedTokens): CountedTokens {
  const costs = [one, other].flatMap(({ costNanos }) => (costNanos === undefined ? [] : [costNanos]));
  return {
    ...tokensOf((kind) => saturatingSum(one[kind], other[kind])),
    ...(costs.length > 0 && { costNanos: costs.reduce(saturatingSum) }),
  };
}

/** What was used: of each part the most that a source knows of, and at least what one knows of the whole. */
export function usedTokens(said: readonly SaidUsage[]): TokenCounts {
  return tokensOf((kind) => {
    const most = (part: UsagePart) => Math.max(0, ...said.filter((one) => one.part === part).map((one) => one[kind]));
    return Math.max(most('whole'), saturatingSum(most('conversation'), most('auxiliary')));
  });
}

/** What was used of a model and what it costs; `price` is undefined for a model without one. */
export function usageOfModel(model: string, said: readonly SaidUsage[], price: Price | undefined): ModelUsage {
  const used = usedTokens(said);
  const reported = reportedBy(said);
  const rest = tokensOf((kind) => Math.max(0, used[kind] - (reported?.[kind] ?? 0)));
  const restCount = countOf(rest);
  const costs = [
    ...(reported?.costNanos === undefined ? [] : [reported.costNanos]),
    ...(restCount > 0 && price !== undefined ? [costNanosOf(rest, price)] : []),
  ];
  const unpricedTokens = price === undefined ? restCount : 0;
  const isKnown = unpricedTokens === 0;
  return {
    model,
    ...used,
    costNanos: costs.length === 0 ? (isKnown ? 0 : null) : costs.reduce(saturatingSum),
    basis: isKnown ? (restCount === 0 ? 'reported' : 'estimate') : 'unknown',
    unpricedTokens,
  };
}

/**
 * What the source says together that says dollars: the one that knows of most tokens, of several the most trusted. One that says no
 * more than 0 for what it counts does not know the model's price.
 */
function reportedBy(said: readonly SaidUsage[]): CountedTokens | undefined {
  const bySource = usageSources.flatMap((source) => {
    const own = said.filter((one) => one.source === source);
    const sum = own.reduce<CountedTokens>(sumOf, noTokens);
    return (sum.costNanos ?? 0) === 0 ? [] : [sum];
  });
  return bySource.reduce<CountedTokens | undefined>(
    (best, one) => (best === undefined || countOf(one) > countOf(best) ? one : best),
    undefined,
  );
}

/** All tokens together. */
export function countOf(tokens: TokenCounts): number {
  return tokenKinds.reduce((sum, kind) => saturatingSum(sum, tokens[kind]), 0);
}

/** Tokens, each kind by itself. */
export function tokensOf(of: (kind: (typeof tokenKinds)[number]) => number): TokenCounts {
  return {
    inputTokens: of('inputTokens'),
    cacheReadTokens: of('cacheReadTokens'),
    cacheWriteTokens: of('cacheWriteTokens'),
    outputTokens: of('outputTokens'),
  };
}
