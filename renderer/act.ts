import { type Approval, standingRequestTypes } from '../shared/approval';
import { visibleLine } from '../shared/visible-text';

/** The act of a request, taken apart for showing: the command that would run, and all else that belongs to it. */
export type ShownAct =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly json: string }
  | { readonly kind: 'command'; readonly command: string; readonly restJson: string | undefined };

/** JSON for reading: indented, in the order that the agent sent, nothing left out. */
export function readableJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null';
}

/** Takes the act apart; `{command: "…"}` counts as a command, and what else is in it is kept beside. */
export function shownAct(approval: Approval): ShownAct {
  if (approval.action === undefined) return { kind: 'none' };
  const act = approval.action;
  if (typeof act !== 'object' || act === null || Array.isArray(act)) return { kind: 'json', json: readableJson(act) };
  const { command, ...rest } = act as Readonly<Record<string, unknown>>;
  if (typeof command !== 'string') return { kind: 'json', json: readableJson(act) };
  return { kind: 'command', command, restJson: Object.keys(rest).length === 0 ? undefined : readableJson(rest) };
}

/** One line that tells requests with the same title apart: the command, else the reason. The card has the whole. */
export function gistOf(approval: Approval): string {
  const act = shownAct(approval);
  return visibleLine(act.kind === 'command' ? act.command : approval.rationale, 140);
}

/**
 * What a request without an act would allow: whatever comes next under this name; the same again and again, for a standing
 * permission; or nothing but what Gatehouse itself does with the decision.
 */
export function allowanceWithoutAct(approval: Approval): 'anything' | 'standing' | 'decisionOnly' {
  if (standingRequestTypes.includes(approval.requestType)) return 'standing';
  const isOurs = approval.requestType === 'lifecycle_review' || approval.requestType === 'retirement_action';
  return isOurs ? 'decisionOnly' : 'anything';
}
