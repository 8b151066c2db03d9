import type { ListedApproval } from '../../shared/contract/approval';
import { standingRequestTypes } from '../../shared/contract/request-kinds';
import { fieldOf } from '../../shared/kernel/fields';
import type { GivenOf } from '../bridge';

const DAY_MS = 24 * 3_600_000;

/** How long an approval, or the extension of an automation, holds; what is relative begins when it is decided. */
export type Until = 'asAsked' | 'hour' | 'today' | 'week' | 'sevenDays' | 'thirtyDays' | 'ninetyDays' | 'custom';

/** What the operator set besides the verdict. */
export type Terms = {
  readonly until: Until;
  /** For `custom`; absent while what was typed is no instant. */
  readonly customAtMs?: number | undefined;
  /** What becomes of a cap: no cap for a time, none for the run that was stopped, or a higher one of the agent's own. */
  readonly cap: 'lift' | 'run' | 'raise';
  /** In nano-dollars; absent while what was typed is no amount. */
  readonly capNanos?: number | undefined;
};

/** What holds until the operator sets something. */
export const defaultTerms: Terms = { until: 'asAsked', cap: 'lift' };

/** Which terms a request can be approved on. */
export type TermsKind = 'none' | 'standing' | 'quota' | 'retirement';

/** Which terms this request can be approved on. */
export function termsKindOf({ requestType, targetResource }: ListedApproval): TermsKind {
  if (requestType === 'retirement_action') return targetResource.type === 'automation' ? 'retirement' : 'none';
  if (requestType === 'quota_override' && targetResource.type === 'agent') return 'quota';
  return standingRequestTypes.includes(requestType) ? 'standing' : 'none';
}

/** The run that a spend override was asked for; undefined where its asker names none. */
export function runOf({ context }: Pick<ListedApproval, 'context'>): string | undefined {
  const runId = fieldOf(context, 'runID');
  return typeof runId === 'string' && runId !== '' ? runId : undefined;
}

/** What becomes of an automation whose retirement was asked about. */
export type RetirementAction = 'extend' | 'retire';

/** Until when; undefined for as asked, and for a custom instant that is not there. */
export function instantOf({ until, customAtMs }: Terms, nowMs: number): number | undefined {
  switch (until) {
    case 'asAsked':
      return undefined;
    case 'hour':
      return nowMs + DAY_MS / 24;
    case 'today':
      return new Date(nowMs).setHours(23, 59, 59, 999);
    case 'week':
      return endOfWeek(nowMs);
    case 'sevenDays':
      return nowMs + 7 * DAY_MS;
    case 'thirtyDays':
      return nowMs + 30 * DAY_MS;
    case 'ninetyDays':
      return nowMs + 90 * DAY_MS;
    case 'custom':
      return customAtMs;
  }
}

/** When the spend week ends: Monday 00:00 UTC (spec/governance.md section 2). */
function endOfWeek(nowMs: number): number {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const daysToMonday = (8 - new Date(today).getUTCDay()) % 7 || 7;
  return today + daysToMonday * DAY_MS;
}

/** Whether all that the terms need is there, and lies ahead. */
export function areTermsReady(kind: TermsKind, terms: Terms, nowMs: number): boolean {
  if (kind === 'quota' && terms.cap === 'run') return true;
  if (kind === 'quota' && terms.cap === 'raise') return terms.capNanos !== undefined && terms.capNanos > 0;
  if (kind === 'none' || terms.until !== 'custom') return true;
  return terms.customAtMs !== undefined && terms.customAtMs > nowMs;
}

/**
 * How long an override stands that only settles the request, in milliseconds: with a raised cap it is the cap that holds, and
 * while an override stands no cap does (spec/governance.md section 7).
 */
export const SETTLING_OVERRIDE_MS = 60_000;

/** What is sent to approve on these terms. */
export function approvalOn(
  approval: ListedApproval,
  terms: Terms,
  action: RetirementAction | undefined,
  nowMs: number,
): Pick<GivenOf<'approval.approve'>, 'action' | 'expiresAtMs' | 'onlyRunId'> {
  const kind = termsKindOf(approval);
  if (kind === 'none') return {};
  if (kind === 'retirement' && action === 'retire') return { action };
  const runId = runOf(approval);
  if (kind === 'quota' && terms.cap === 'run' && runId !== undefined) return { onlyRunId: runId };
  const expiresAtMs =
    kind === 'quota' && terms.cap === 'raise' ? nowMs + SETTLING_OVERRIDE_MS : instantOf(terms, nowMs);
  return {
    ...(kind === 'retirement' && { action: 'extend' as const }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}
