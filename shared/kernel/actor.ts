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

/**
 * Whether a name is kept for what Gatehouse itself does (spec/governance.md sections 6 to 10). An engine's name is its source,
 * so one of these would let it pass for us.
 */
export function isOwnSource(name: string): boolean {
  return /^(automation_|approval_|api$|launcher$|gatehouse)/i.test(name.trim());
}

/** The source of an engine that has the token which the app was started with. No other engine can have this name. */
export const LAUNCHER = 'launcher';

/** Whether this is Gatehouse itself: one of its guardrails or timers, and no engine, whoever started it. */
export function isGatehouse({ kind, source }: Actor): boolean {
  return kind === 'system' && source !== undefined && source !== LAUNCHER && isOwnSource(source);
}

/** Whether both are the same agent, the same human or the same system source. */
export function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.actorId === other.actorId && one.source === other.source;
}
