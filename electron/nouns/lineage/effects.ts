import type { KeptChain } from '../../../shared/contract/agent';
import type { Actor, Caller } from '../../../shared/kernel/actor';
import { defined, without } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import type { ReadStore, WriteStore } from '../../kernel/store/database';
import { type KnownAgent, newAgent } from '../agents/known-agent';
import { type Denied, denied } from '../automations/access';
import { isSpendPaused, type SpendContext } from '../spend/pause';
import { type Chain, countedChain, readChain, withChain } from './rules';

type AgentsSource = Pick<ReadStore, 'agents'>;

/** Every chain that is kept for an agent, the longest first; none for one of which nothing is known. */
export function keptChains(agent: KnownAgent | undefined): readonly KeptChain[] {
  if (agent?.chains !== undefined) return agent.chains;
  const ancestorIds = [...countedChain(agent?.agentId ?? '', agent?.ancestorIds ?? [])];
  return ancestorIds.length === 0 ? [] : [{ ancestorIds }];
}

/** The longest chain that is kept for an agent, oldest first: how deep it is. */
export function longestChain({ agents }: AgentsSource, agentId: string): Chain {
  return keptChains(agents.find(agentId))[0]?.ancestorIds ?? [];
}

/** An agent that is held to these chains, the longest first, and to no others. */
export function withChains(agent: KnownAgent, chains: readonly KeptChain[]): KnownAgent {
  const [longest] = chains;
  if (longest === undefined) return { ...without(agent, 'chains'), ancestorIds: [] };
  return { ...agent, ancestorIds: [...longest.ancestorIds], chains: [...chains] };
}

/** An agent of a file that anybody may have written, with its chains as they count. */
export function withCountedChains(agent: KnownAgent): KnownAgent {
  const none: readonly KeptChain[] = [];
  const counted = keptChains(agent).map((chain) => ({
    ...chain,
    ancestorIds: [...countedChain(agent.agentId, chain.ancestorIds)],
  }));
  return withChains(
    agent,
    counted.reduce((kept, chain) => withChain(kept, chain) ?? kept, none),
  );
}

/** The lineage by which the caller acts, oldest first: what it states, as the rules read it. Empty for one that is no agent. */
export function lineageOf({ store }: { readonly store: AgentsSource }, { actor, ancestorIds }: Caller): Chain {
  if (actor.kind !== 'agent' || actor.actorId === undefined) return [];
  const kept = keptChains(store.agents.find(actor.actorId)).map((chain) => chain.ancestorIds);
  return readChain(kept, countedChain(actor.actorId, ancestorIds));
}

/**
 * The agents whose pause or spend stop binds this one: itself, and everybody who is above it in any kept chain, or above one of
 * those (spec/governance.md section 3, Lineage cannot be laundered). Each once, itself first. `stated` are more that are above
 * it, kept or not.
 */
export function bindingAgentIds({ agents }: AgentsSource, agentId: string, stated: Chain = []): readonly string[] {
  const binding = new Set([agentId, ...stated]);
  // A set hands out what is added while it is walked, each once: so this reaches everybody above, and ends in a circle too.
  for (const id of binding) {
    for (const { ancestorIds } of keptChains(agents.find(id))) for (const above of ancestorIds) binding.add(above);
  }
  return [...binding];
}

/** Of these agents and everybody above them, who is stopped now, by the operator and by spend; with a run, as for that run. */
export function stopsOf(context: SpendContext, agentIds: readonly string[], runId?: string) {
  const binding = [...new Set(agentIds.flatMap((agentId) => bindingAgentIds(context.store, agentId)))];
  return {
    pausedAgentIds: binding.filter((agentId) => context.store.agents.find(agentId)?.pausedAtMs !== undefined),
    spendPausedAgentIds: binding.filter((agentId) => isSpendPaused(context, agentId, runId)),
  };
}

/** What became of a stated chain: kept; known already, or read as one that is; or one more than are kept for an agent. */
export type Noted = 'kept' | 'known' | 'full';

/**
 * Keeps a chain that was stated for an agent, oldest ancestor first; whoever states it must be entitled to. Writes only where it
 * says something new, and nothing where the agent has as many chains as are kept.
 */
export function noteLineage(
  { store, now }: { readonly store: WriteStore; readonly now: number },
  agentId: string,
  chain: Chain,
  statedBy?: Actor,
): Noted {
  const agent = store.agents.find(agentId) ?? newAgent(agentId, now);
  // One that cannot be read counts as paused, so nothing is made under any chain of it.
  if (agent.isUnreadable === true) return 'known';
  const kept = keptChains(agent);
  const ancestorIds = [...countedChain(agentId, chain)];
  const chains = withChain(kept, { ancestorIds, ...defined({ statedBy }), statedAtMs: now });
  if (chains === undefined) return 'full';
  if (chains === kept) return 'known';
  store.agents.save(withChains(agent, chains));
  return 'kept';
}

/** Whether a chain that is stated for an agent says something that is not kept for it. */
export function isNewLineage({ agents }: AgentsSource, agentId: string, chain: Chain): boolean {
  const kept = keptChains(agents.find(agentId));
  return withChain(kept, { ancestorIds: [...countedChain(agentId, chain)] }) !== kept;
}

/**
 * Notes a chain that was stated for an agent, and tells of it where the agent was known before: audit `agent.lineage_changed`.
 * Answers the refusal where it is one chain too many: forgetting one instead would let it be shed.
 */
export function stateLineage(
  context: Pick<CommandContext, 'store' | 'now' | 'emit' | 'caller'>,
  agentId: string,
  chain: Chain,
  statedBy: Actor,
): Denied | undefined {
  const before = context.store.agents.find(agentId);
  const noted = noteLineage(context, agentId, chain, statedBy);
  const ancestorIds = countedChain(agentId, chain);
  if (noted === 'full') {
    const facts = { agentId, ancestorIds };
    const refused = denied(statedBy, 'AGENT_LINEAGES_FULL', facts, { action: 'agent.note_lineage' });
    return { ...refused, denial: { ...refused.denial, agentIds: [agentId], actor: statedBy } };
  }
  if (noted === 'kept' && before !== undefined) {
    context.emit({
      name: 'agent.lineage_changed',
      payload: { agentId, ancestorIds, keptBefore: keptChains(before).map((kept) => kept.ancestorIds) },
      agentIds: [agentId, ...ancestorIds],
      actor: statedBy,
    });
  }
  return undefined;
}

/**
 * Keeps the chain by which the calling agent acts. The entrance has noted it already but of a sub-agent that was only named
 * (tokens of one agent can name any number of those), which becomes known when it asks for something.
 */
export function stateOwnLineage(context: CommandContext): Denied | undefined {
  const { actor, ancestorIds, ownerId } = context.caller;
  if (actor.kind !== 'agent' || actor.actorId === undefined) return undefined;
  const statedBy = ownerId === undefined ? actor : { kind: 'agent' as const, actorId: ownerId };
  return stateLineage(context, actor.actorId, ancestorIds, statedBy);
}

/** An agent that goes on doing something is noted as seen only so often, in milliseconds: what it does brings no second write with it. */
const SEEN_INTERVAL_MS = 60_000;

/** Notes that an agent did something now, and with that that there is one. */
export function noteSeen({ store, now }: Pick<CommandContext, 'store' | 'now'>, agentId: string): void {
  const agent = store.agents.find(agentId);
  if (agent === undefined) store.agents.save(newAgent(agentId, now));
  else if (agent.isUnreadable !== true && Math.abs(now - agent.lastSeenAtMs) >= SEEN_INTERVAL_MS) {
    store.agents.save({ ...agent, lastSeenAtMs: now });
  }
}

/** Why nobody can say that these are above an agent, oldest first: somebody would be above themselves. Undefined where they can. */
export function circleIn(store: AgentsSource, agentId: string, ancestorIds: Chain): string | undefined {
  if (ancestorIds.includes(agentId)) return 'nobody is their own ancestor';
  if (new Set(ancestorIds).size < ancestorIds.length) return 'each agent can be in it only once';
  const path = [...ancestorIds, agentId];
  for (const [index, aboveId] of path.entries()) {
    const aboveThat = bindingAgentIds(store, aboveId);
    const circular = path.slice(index + 1).find((belowId) => aboveThat.includes(belowId));
    if (circular !== undefined) return `${circular} is above ${aboveId} already, so it cannot be below it`;
  }
  return undefined;
}
