import type { Caller } from '../../shared/actor';
import { type ContractName, contractEntry } from '../../shared/contract';
import { type Refusal, refusal } from '../../shared/errors';

/** Why this caller may not use this row of the contract; undefined when it may. */
export function lackOfAuthority(caller: Caller, name: ContractName): Refusal | undefined {
  const entry = contractEntry(name);
  return entry.who.includes(caller.role) ? undefined : refusal(entry.forbidden ?? 'FORBIDDEN');
}
