import {
  type Approval,
  type ApprovalRecord,
  MAX_PENDING_PER_AGENT,
  MAX_PENDING_PER_TOKEN,
} from '../../../shared/contract/approval';
import type { InputOf } from '../../../shared/contract/contract';
import type { Limits } from '../../../shared/contract/limits';
import { standingRequestTypes } from '../../../shared/contract/request-kinds';
import type { EventName, EventOf, PayloadOf } from '../../../shared/events';
import { type Actor, isSameActor } from '../../../shared/kernel/actor';
import { invalid, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { DAY_MS, HOUR_MS } from '../../../shared/kernel/time';

const TOKEN_BACKLOG = `With this token ${MAX_PENDING_PER_TOKEN} approvals are waiting already, under all its names together. Wait for a decision, or cancel one.`;

/** What decides about a new request, besides the request itself. */
export type RequestFacts = {
  readonly requestedBy: Actor;
  readonly ancestorIds: readonly string[];
  /** The pending request for the same thing by the same agent, or the same engine. */
  readonly duplicate: ApprovalRecord | undefined;
  /** Approvals of this agent that are pending; 0 for everyone else. */
  readonly pendingOfAgent: number;
  /** Approvals that are pending and were asked with the same token, under whatever names; 0 for what came without one. */
  readonly pendingOfToken: number;
  readonly limits: Limits;
  readonly approvalId: string;
  /** SHA-256 of the canonical form of `action`. */
  readonly actionHash: string | undefined;
};

/** Opens an approval, or answers the pending one that asks the same (spec/governance.md section 7, Request, Duplicates). */
export function openApproval(
  { expiresAtMs: wantedUntilMs, context = {}, ...asked }: InputOf<'approval.request'>,
  facts: RequestFacts,
  now: number,
): Result<{ readonly approval: ApprovalRecord; readonly isNew: boolean }> {
  if (facts.duplicate !== undefined) return succeeded({ approval: facts.duplicate, isNew: false });
  const expiresAtMs = wantedUntilMs ?? now + facts.limits.approvalTtlMs;
  if (expiresAtMs <= now) return invalid('expires_at_ms', 'must be in the future');
  if (facts.pendingOfAgent >= MAX_PENDING_PER_AGENT) return refused('GOVERNANCE_APPROVAL_BACKLOG');
  if (facts.pendingOfToken >= MAX_PENDING_PER_TOKEN) {
    return refused('GOVERNANCE_APPROVAL_BACKLOG', { sentence: TOKEN_BACKLOG });
  }
  return succeeded({
    isNew: true,
    approval: {
      ...asked,
      approvalId: facts.approvalId,
      requestedBy: facts.requestedBy,
      context,
      ...defined({ actionHash: facts.actionHash }),
      status: 'pending',
      revision: 1,
      expiresAtMs,
      ancestorIds: [...facts.ancestorIds],
      createdAtMs: now,
      updatedAtMs: now,
    },
  });
}

/** What the operator decides. */
export type Decision = {
  readonly verdict: 'approved' | 'denied';
  readonly notes?: string;
  readonly expiresAtMs?: number;
  /** The run alone that a spend override is for. */
  readonly onlyRunId?: string;
  /** The revision that the operator saw. */
  readonly revision?: number;
};

/** An approval after a command and before it, and whether the command changed it. */
export type ApprovalChange = {
  readonly approval: ApprovalRecord;
  readonly before: ApprovalRecord;
  readonly isChanged: boolean;
};

/** Decides on today's state (spec/governance.md section 7, Decide; design.md decision 8). The caller must be human. */
export function decideApproval(
  approval: ApprovalRecord,
  decision: Decision,
  facts: { readonly actor: Actor; readonly limits: Limits },
  now: number,
): Result<ApprovalChange> {
  if (facts.actor.kind !== 'human') return refused('GOVERNANCE_APPROVAL_REQUIRES_HUMAN');
  if (facts.limits.independentReviewRequired && isOwnRequest(approval, facts.actor)) {
    return refused('GOVERNANCE_APPROVAL_SELF_REVIEW');
  }
  if (approval.status === 'approved' || approval.status === 'denied')
    return succeeded({ approval, before: approval, isChanged: false });
  if (approval.status === 'cancelled') return refused('GOVERNANCE_APPROVAL_CANCELLED');
  if (approval.status === 'expired' || approval.expiresAtMs <= now) return refused('GOVERNANCE_APPROVAL_EXPIRED');
  if (decision.revision !== undefined && decision.revision !== approval.revision) {
    return refused('GOVERNANCE_APPROVAL_CHANGED');
  }
  if (decision.expiresAtMs !== undefined && decision.expiresAtMs <= now) {
    return invalid('expires_at_ms', 'must be in the future');
  }
  return changed(approval, now, {
    status: decision.verdict,
    reviewedBy: facts.actor,
    reviewedAtMs: now,
    ...defined({ reviewNotes: decision.notes, expiresAtMs: decision.expiresAtMs, onlyRunId: decision.onlyRunId }),
  });
}

/** Withdraws a pending approval (section 7, Cancel). One that is cancelled or expired already comes back unchanged. */
export function cancelApproval(
  approval: ApprovalRecord,
  reason: string | undefined,
  now: number,
): Result<ApprovalChange> {
  if (approval.status === 'approved' || approval.status === 'denied') return refused('GOVERNANCE_APPROVAL_SETTLED');
  if (approval.status !== 'pending') return succeeded({ approval, before: approval, isChanged: false });
  return changed(approval, now, { status: 'cancelled', ...defined({ cancelReason: reason }) });
}

const EXPIRED_UNUSED =
  'This was approved, but its time was over before it was used. That is not a refusal: ask again if you still need it.';

/**
 * Uses an approval for the act whose hash this is, once, and only until its `expires_at_ms` (section 7, Bound to the exact act).
 * What is wrong for good is told before what time has made wrong.
 */
export function consumeApproval(approval: ApprovalRecord, actionHash: string, now: number): Result<ApprovalChange> {
  if (approval.status !== 'approved') return refused('GOVERNANCE_APPROVAL_NOT_APPROVED');
  if (standingRequestTypes.includes(approval.requestType)) return refused('GOVERNANCE_APPROVAL_NOT_CONSUMABLE');
  if (approval.actionHash !== actionHash) return refused('GOVERNANCE_ACTION_MISMATCH');
  if (approval.consumedAtMs !== undefined) return refused('GOVERNANCE_APPROVAL_CONSUMED');
  if (approval.expiresAtMs <= now) return refused('GOVERNANCE_APPROVAL_EXPIRED', { sentence: EXPIRED_UNUSED });
  return changed(approval, now, { consumedAtMs: now });
}

/** Expires a pending approval whose time is over (section 7, Expiry). */
export function expireApproval(approval: ApprovalRecord, now: number): ApprovalRecord {
  return changed(approval, now, { status: 'expired' }).value.approval;
}

/** Whether the caller may withdraw or use this approval: the one who asked, or an engine for an agent that asked. */
export function mayActFor(approval: ApprovalRecord, actor: Actor, isEngine: boolean): boolean {
  return isSameActor(approval.requestedBy, actor) || (isEngine && approval.requestedBy.kind === 'agent');
}

/** Whether the agent may know of this approval: it asked, or the approval is about it (spec/api.md section 2). */
export function isVisibleToAgent(approval: ApprovalRecord, agentId: string): boolean {
  return agentsThatSee(approval).includes(agentId);
}

/** The agents that may know of this approval. */
export function agentsThatSee(approval: ApprovalRecord): readonly string[] {
  const agentIds = new Set<string>();
  if (approval.requestedBy.kind === 'agent' && approval.requestedBy.actorId !== undefined) {
    agentIds.add(approval.requestedBy.actorId);
  }
  if (approval.targetResource.type === 'agent') agentIds.add(approval.targetResource.id);
  return [...agentIds];
}

/** The approval with what the asker should read about it: which outcome it is, and whether to ask again (section 7). */
export function withGuidance<T extends ApprovalRecord>(approval: T, now: number): T & Pick<Approval, 'guidance'> {
  return { ...approval, guidance: guidanceFor(approval, now) };
}

const settled = (sentence: string) => ({ canAskAgain: false, sentence });
const askAgain = (sentence: string) => ({ canAskAgain: true, sentence });

function guidanceFor(approval: ApprovalRecord, now: number): Approval['guidance'] {
  const notes = approval.reviewNotes === undefined ? '' : ` The operator says: ${approval.reviewNotes}`;
  switch (approval.status) {
    case 'pending':
      return settled('Nobody has decided yet. Keep waiting; asking again changes nothing.');
    case 'approved':
      if (approval.consumedAtMs !== undefined) {
        return askAgain('This was approved and has been used. Ask again for another act.');
      }
      if (approval.expiresAtMs <= now) {
        return askAgain('This was approved, but its time is over. Ask again if you still need it.');
      }
      if (approval.toolRuleId !== undefined) return settled('The operator has allowed this beforehand.');
      return settled(
        approval.onlyRunId === undefined
          ? `The operator approved this.${notes}`
          : `The operator approved this for the run ${approval.onlyRunId} alone.${notes}`,
      );
    case 'denied':
      return settled(`The operator denied this. Do not ask for the same again.${notes}`);
    case 'expired':
      return askAgain(
        `Nobody answered within ${duration(approval.expiresAtMs - approval.createdAtMs)}; this is not a refusal. You may ask again when somebody is likely to be there.`,
      );
    case 'cancelled': {
      const reason = approval.cancelReason === undefined ? '' : ` Reason: ${approval.cancelReason}`;
      return askAgain(`This request was withdrawn before anybody decided; this is not a refusal.${reason}`);
    }
  }
}

/** A length of time, in milliseconds, in its largest whole unit: `30 minutes`. */
export function duration(milliseconds: number): string {
  const units = [
    ['day', DAY_MS],
    ['hour', HOUR_MS],
    ['minute', 60_000],
    ['second', 1_000],
  ] as const;
  const [name, size] = units.find(([, unit]) => milliseconds >= unit) ?? (['second', 1_000] as const);
  const count = Math.max(1, Math.round(milliseconds / size));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function isOwnRequest(approval: ApprovalRecord, actor: Actor): boolean {
  const normal = (id: string | undefined) => (id ?? '').trim().toLowerCase();
  return approval.requestedBy.kind === 'human' && normal(approval.requestedBy.actorId) === normal(actor.actorId);
}

function changed(
  approval: ApprovalRecord,
  now: number,
  changes: Partial<ApprovalRecord>,
): { readonly ok: true; readonly value: ApprovalChange } {
  return succeeded({
    isChanged: true,
    before: approval,
    approval: { ...approval, ...changes, revision: approval.revision + 1, updatedAtMs: now },
  });
}

type ApprovalEventName = Exclude<Extract<EventName, `approval.${string}`>, 'approval.imported'>;

/**
 * The event of an approval as it is now. Everybody who may see the approval is told, whoever's doing it was: the one that asked
 * waits for it. `action` is what becomes of the automation whose end was asked about; `by` is who did it where that is not the caller.
 */
export function approvalEvent(
  name: ApprovalEventName,
  approval: ApprovalRecord,
  { action, by }: { readonly action?: PayloadOf<'approval.approved'>['action']; readonly by?: Actor } = {},
): EventOf<ApprovalEventName> {
  const { approvalId, revision, targetResource, expiresAtMs, actionHash, cancelReason } = approval;
  const { reviewNotes, onlyRunId, toolRuleId } = approval;
  const about = {
    agentIds: agentsThatSee(approval),
    ...(targetResource.type === 'automation' && { automationId: targetResource.id }),
    ...defined({ actor: by }),
  };
  const now = { approvalId, revision };
  const act = actionHash !== undefined && { actionHash };
  switch (name) {
    case 'approval.requested':
      return { name, payload: { approvalId, request: approval }, ...about };
    case 'approval.cancelled':
      return { name, payload: { ...now, ...defined({ reason: cancelReason }) }, ...about };
    case 'approval.consumed':
      return { name, payload: { ...now, ...act }, ...about };
    case 'approval.expired':
      return { name, payload: { ...now, expiresAtMs }, ...about };
    default:
      return {
        name,
        payload: {
          ...now,
          expiresAtMs,
          ...defined({ notes: reviewNotes }),
          ...act,
          ...defined({ onlyRunId, toolRuleId, action }),
        },
        ...about,
      };
  }
}
