import type { Actor } from './actor';

// Apart from the schemas of actors, which the first frame of a page does without.

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
