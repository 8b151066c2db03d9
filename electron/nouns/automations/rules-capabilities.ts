import type { Automation, DeclaredCapabilities } from '../../../shared/contract/automation';

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
  const declared = metadata?.['capabilities'];
  const flags =
    typeof declared === 'object' && declared !== null ? (declared as Readonly<Record<string, unknown>>) : {};
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
