import { keptLineage } from '../core/lineage';
import { newAgent } from '../store/agents';
import type { ReadStore, WriteStore } from '../store/database';

/**
 * The agents whose pause or spend stop binds this one: itself, and everybody who is recorded above it (spec/governance.md
 * section 3, Lineage cannot be laundered). Each once, itself first.
 */
export function bindingAgentIds({ agents }: Pick<ReadStore, 'agents'>, agentId: string): readonly string[] {
  return [...new Set([agentId, ...(agents.find(agentId)?.ancestorIds ?? [])])];
}

/** Keeps a chain that was stated for an agent, oldest ancestor first; whoever states it must be entitled to. */
export function noteLineage(
  { store, now }: { readonly store: WriteStore; readonly now: number },
  agentId: string,
  chain: readonly string[],
): void {
  const known = store.agents.find(agentId) ?? newAgent(agentId, now);
  const ancestorIds = keptLineage(known.ancestorIds, chain);
  if (ancestorIds !== known.ancestorIds) store.agents.save({ ...known, ancestorIds: [...ancestorIds] });
}
