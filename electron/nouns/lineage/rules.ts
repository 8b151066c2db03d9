/** Chains that are kept for one agent at most (spec/governance.md section 3). */
export const MOST_CHAINS = 16;

/** Who is above an agent, oldest first. */
export type Chain = readonly string[];

/** A stated chain as it counts: ids trimmed, blanks dropped, each where it is oldest, and never the agent itself. */
export function countedChain(agentId: string, stated: Chain): Chain {
  const ids = stated.map((id) => id.trim()).filter((id) => id !== '' && id !== agentId);
  return [...new Set(ids)];
}

/** Whether a chain says nothing that the other does not: it only leaves ancestors out, or none. */
export function onlyLeavesOut(chain: Chain, other: Chain): boolean {
  let matched = 0;
  for (const id of other) if (id === chain[matched]) matched += 1;
  return matched === chain.length;
}

/**
 * What a stated chain is read as: the kept one of which it only leaves ancestors out, else itself (section 3, Lineage cannot be
 * laundered). `kept` has the longest first, so that of several that fit the longest holds.
 */
export function readChain(kept: readonly Chain[], stated: Chain): Chain {
  return kept.find((chain) => onlyLeavesOut(stated, chain)) ?? stated;
}

/**
 * The kept chains with one more that was stated, the longest first, those stated earlier before others as long; the very same
 * ones where it says nothing new, and undefined where it would be one too many. Those of which it has every ancestor go: they
 * are read as it from now on.
 */
export function withChain<Kept extends { readonly ancestorIds: Chain }>(
  kept: readonly Kept[],
  stated: Kept,
): readonly Kept[] | undefined {
  const saysNothing = stated.ancestorIds.length === 0;
  if (saysNothing || kept.some(({ ancestorIds }) => onlyLeavesOut(stated.ancestorIds, ancestorIds))) return kept;
  const others = kept.filter(({ ancestorIds }) => !onlyLeavesOut(ancestorIds, stated.ancestorIds));
  if (others.length === MOST_CHAINS) return undefined;
  return [...others, stated].toSorted((one, other) => other.ancestorIds.length - one.ancestorIds.length);
}
