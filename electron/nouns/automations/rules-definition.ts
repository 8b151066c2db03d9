import type { Automation, AutomationPatch, NewAutomation } from '../../../shared/contract/automation';
import { declaredCapabilities } from './rules-capabilities';

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
  const others = typeof given === 'object' && given !== null ? Object.entries(given) : [];
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
    ...(metadata !== undefined && { metadata }),
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
    ...(metadata !== undefined && { metadata }),
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
