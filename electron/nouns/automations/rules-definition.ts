import type {
  Automation,
  AutomationPatch,
  DeclaredCapabilities,
  NewAutomation,
} from '../../../shared/contract/automation';
import type { GovernanceRecord, Provenance } from '../../../shared/contract/governance';
import type { Actor } from '../../../shared/kernel/actor';
import { defined, fieldsOf } from '../../../shared/kernel/fields';

type Metadata = Automation['metadata'] | undefined;

/** Where a definition says which capabilities it declares. */
export type Declaring = {
  readonly metadata?: Metadata;
  readonly capabilities?: NewAutomation['capabilities'] | undefined;
};

/** What Gatehouse sets itself, in both spellings: a caller that sends it back with what it read changes nothing by that. */
const ownFields: ReadonlySet<string> = new Set([
  'automationId',
  'automation_id',
  'creatorId',
  'creator_id',
  'createdAtMs',
  'created_at_ms',
  'updatedAtMs',
  'updated_at_ms',
  'capabilities',
]);

/** A copy without what Gatehouse sets itself. A definition may have twenty thousand fields, so no list of them is made. */
function withoutOwnFields<T extends object>(definition: T): Partial<T> {
  const copy: Partial<T> = {};
  for (const name in definition) if (!ownFields.has(name)) copy[name] = definition[name];
  return copy;
}

/** A definition's metadata with the capabilities that it gives at the top, which end up in `metadata.capabilities`. */
export function metadataOf({ metadata, capabilities }: Declaring): Metadata {
  if (capabilities === undefined) return metadata;
  const { capabilities: given, ...rest } = metadata ?? {};
  if (capabilities === null) return rest;
  const declared = declaredCapabilities({ metadata });
  const others = Object.entries(fieldsOf(given));
  return {
    ...rest,
    capabilities: {
      ...Object.fromEntries(others.filter(([name]) => !/^(createsAgents|modifiesGrants)$/.test(name))),
      creates_agents: capabilities.createsAgents ?? declared.createsAgents,
      modifies_grants: capabilities.modifiesGrants ?? declared.modifiesGrants,
    },
  };
}

/** The automation of a new definition; a draft unless it says otherwise (spec/governance.md section 3, On creation). */
export function definedAutomation(
  definition: NewAutomation,
  ids: { readonly automationId: string; readonly creatorId: string },
  now: number,
): Automation {
  const metadata = metadataOf(definition);
  return Object.assign(withoutOwnFields(definition), {
    ...ids,
    name: definition.name,
    status: definition.status ?? 'draft',
    ...defined({ metadata }),
    createdAtMs: now,
    updatedAtMs: now,
  });
}

/** An automation with some fields changed, and which those are: none when all were so already. */
export function changedAutomation(
  before: Automation,
  patch: AutomationPatch,
  now: number,
): { readonly automation: Automation; readonly changed: readonly string[] } {
  const metadata = metadataOf({
    metadata: patch.metadata === undefined ? before.metadata : patch.metadata,
    capabilities: patch.capabilities,
  });
  const after: Automation = {
    ...before,
    ...withoutOwnFields(patch),
    ...defined({ metadata }),
  };
  const changed = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  return { automation: changed.length === 0 ? before : { ...after, updatedAtMs: now }, changed };
}

/** The MCP servers that agents of a definition lose by a change, each once; an agent that leaves loses all of its own. */
export function removedServers(
  before: ReadonlyMap<string, ReadonlySet<string>>,
  after: ReadonlyMap<string, ReadonlySet<string>>,
): readonly { readonly agentId: string; readonly servers: readonly string[] }[] {
  return [...before].flatMap(([agentId, servers]) => {
    const lost = [...servers].filter((server) => after.get(agentId)?.has(server) !== true);
    return lost.length === 0 ? [] : [{ agentId, servers: lost }];
  });
}

/** The flags that an automation can declare, by the name that an approval carries in `context.capability_key`. */
export const capabilityKeys = ['creates_agents', 'modifies_grants'] as const;

/** The name of a flag. */
export type CapabilityKey = (typeof capabilityKeys)[number];

/** No capability at all: what an automation has before it exists. */
export const noCapabilities: DeclaredCapabilities = { createsAgents: false, modifiesGrants: false };

/** The capabilities that a definition declares in `metadata.capabilities`, in either spelling; false where it says nothing. */
export function declaredCapabilities({
  metadata,
}: {
  readonly metadata?: Automation['metadata'] | undefined;
}): DeclaredCapabilities {
  const flags = fieldsOf(metadata?.['capabilities']);
  const has = (...names: readonly string[]) => names.some((name) => flags[name] === true);
  return {
    createsAgents: has('creates_agents', 'createsAgents'),
    modifiesGrants: has('modifies_grants', 'modifiesGrants'),
  };
}

/** The flags that are true now and were false before (spec/governance.md section 1, Escalation). */
export function escalations(before: DeclaredCapabilities, now: DeclaredCapabilities): readonly CapabilityKey[] {
  return capabilityKeys.filter((key) => isDeclared(now, key) && !isDeclared(before, key));
}

function isDeclared(capabilities: DeclaredCapabilities, key: CapabilityKey): boolean {
  return key === 'creates_agents' ? capabilities.createsAgents : capabilities.modifiesGrants;
}

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
    ...defined({ requestSource }),
  };
}

/** What a custody record begins with. */
type RecordBeginning = Pick<
  GovernanceRecord,
  'automationId' | 'provenance' | 'declaredCapabilities' | 'createdAtMs' | 'updatedAtMs' | 'expiresAtMs'
>;

/** The custody record of an automation to which nothing has happened yet. */
export function newRecord({ expiresAtMs, ...begun }: RecordBeginning): GovernanceRecord {
  return {
    ...begun,
    publishedExternally: false,
    creationPaused: false,
    reviewRequired: false,
    runsSinceReview: 0,
    pausedForLifecycle: false,
    healthFindings: [],
    ...defined({ expiresAtMs }),
  };
}

/** The agents that stand for something: its creator, then every agent in its ancestor chain, each once, blanks dropped. */
export function lineageAgentIds({ creator, ancestorChain }: Provenance): readonly string[] {
  const actors = [creator, ...ancestorChain.map(({ actor }) => actor)];
  const ids = actors.filter(({ kind }) => kind === 'agent').map(({ actorId }) => actorId?.trim() ?? '');
  return [...new Set(ids.filter((id) => id !== ''))];
}
