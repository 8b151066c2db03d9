import { z } from 'zod';
import { MAX_ACTOR_ID_LENGTH } from './id-length';
import { storedTextSchema } from './stored-text';

/** An agent's id, trimmed; a blank one is refused. */
export const agentIdSchema = storedTextSchema.trim().min(1).max(MAX_ACTOR_ID_LENGTH);

/** Who did something (spec/governance.md section 1): the operator, an agent, or Gatehouse or an engine as `system`. */
export const actorSchema = z.object({
  kind: z.enum(['human', 'agent', 'system']),
  actorId: z.string().exactOptional(),
  source: z.string().exactOptional(),
});

/** Who did something. */
export type Actor = Readonly<z.infer<typeof actorSchema>>;

/** What a caller may be: `agent` is also an engine or an operator that names an agent, `gatehouse` is our own timers. */
export type Role = 'operator' | 'engine' | 'agent' | 'gatehouse';

/** Who sends a command or a query, as the entrance (IPC, HTTP, timer) established it. */
export type Caller = {
  readonly role: Role;
  readonly actor: Actor;
  /** The lineage that the caller claims, oldest first; only an agent has one. */
  readonly ancestorIds: readonly string[];
  /** The agent whose token named this sub-agent of its own; a sub-agent may only ask (.github/decisions/0019). */
  readonly ownerId?: string;
  /** Which token the request came with, for what is bounded by token; absent for the window, the tray and the timers. */
  readonly tokenKey?: string;
  /** Where an agent's request came from, as the engine says; stored with what it creates. */
  readonly requestSource?: string;
  /** The approval that the request says it acts on; it decides nothing, and is kept in the audit rows of what was done. */
  readonly citedApprovalId?: string;
};

/** The id of an approval that a request cites. */
export const citedApprovalIdSchema = storedTextSchema.trim().min(1).max(100);

/** Whether both are the same agent, the same human or the same system source. */
export function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.actorId === other.actorId && one.source === other.source;
}
