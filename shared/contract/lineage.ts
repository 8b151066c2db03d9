/** An agent with the chains of those above it, each the oldest first. */
export type Descent = { readonly agentId: string; readonly chains: readonly (readonly string[])[] };

/**
 * Everybody who is below an agent through any chain, also those that are only named in one; the agent itself left out, and each
 * once where lineages make a circle (spec/governance.md section 3).
 */
export function agentIdsBelow(agents: Iterable<Descent>, topId: string): ReadonlySet<string> {
  const childIds = new Map<string, Set<string>>();
  for (const { agentId, chains } of agents) {
    for (const chain of chains) {
      const path = [...chain, agentId];
      for (const [index, childId] of path.slice(1).entries()) {
        const parentId = path[index] ?? '';
        childIds.set(parentId, (childIds.get(parentId) ?? new Set()).add(childId));
      }
    }
  }
  // A set hands out what is added while it is walked, each once.
  const found = new Set([topId]);
  for (const id of found) for (const childId of childIds.get(id) ?? []) found.add(childId);
  found.delete(topId);
  return found;
}
