import type { Provenance } from '../../../shared/contract/governance';
import type { Actor } from '../../../shared/kernel/actor';

/**
 * Who creates something, as it is recorded (spec/governance.md section 1): a human at depth 0 with no ancestors, an agent one
 * below its last ancestor. `ancestorIds` is the agent's lineage that is kept, oldest first.
 */
export function provenanceOf(creator: Actor, ancestorIds: readonly string[], requestSource?: string): Provenance {
  const chain = creator.kind === 'agent' ? ancestorIds.filter((id) => id.trim() !== '') : [];
  const ancestorChain = chain.map((actorId, index) => ({
    depth: index + 1,
    actor: { kind: 'agent' as const, actorId },
  }));
  return {
    creator,
    rootActor: ancestorChain[0]?.actor ?? creator,
    ancestorChain,
    depth: creator.kind === 'agent' ? ancestorChain.length + 1 : 0,
    ...(requestSource !== undefined && { requestSource }),
  };
}

/** The agents that stand for something: its creator, then every agent in its ancestor chain, each once, blanks dropped. */
export function lineageAgentIds({ creator, ancestorChain }: Provenance): readonly string[] {
  const actors = [creator, ...ancestorChain.map(({ actor }) => actor)];
  const ids = actors.filter(({ kind }) => kind === 'agent').map(({ actorId }) => actorId?.trim() ?? '');
  return [...new Set(ids.filter((id) => id !== ''))];
}
