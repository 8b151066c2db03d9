import { type ContractName, contractEntry } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { type Refusal, refusal } from '../../shared/kernel/errors';

const onlyAsking =
  'A sub-agent may only ask for approval with this token. Leave x-tandem-agent-id out to act as its agent.';

/** Why this caller may not use this row of the contract; undefined when it may. */
export function lackOfAuthority(caller: Caller, name: ContractName): Refusal | undefined {
  const entry = contractEntry(name);
  if (!entry.who.includes(caller.role)) return refusal(entry.forbidden ?? 'FORBIDDEN');
  const isAllowed = caller.ownerId === undefined || entry.isForSubAgents === true;
  return isAllowed ? undefined : refusal('AGENT_IDENTITY_MISMATCH', { sentence: onlyAsking });
}
