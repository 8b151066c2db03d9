import { z } from 'zod';
import { lifecycleSchema } from '../../../shared/contract/governance';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { HOUR_MS } from '../../../shared/kernel/time';
import { invalidCursor } from '../../kernel/cursor';
import type { CommandContext, SomeCommands, SomeQueries } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { decide } from '../approvals/effects';
import { shown } from '../approvals/shown';
import type { ApprovalPage } from '../approvals/store';
import { findChangeable } from '../automations/access';
import { makeRecord } from '../automations/adoption';
import { agentsOf, pauseRunsOf, saveRecord, tell } from '../effects';
import { chargeEstimate, readAllToCharge } from '../spend/charge';
import { extendAutomation, findWithRecord, retireAutomation, setStatus, stopBy } from './effects';
import { checkExpiry } from './expiry';
import { saveChecked, withLastCheck } from './findings';
import { checkAutomations } from './health';
import type { HealthSurvey } from './health-survey';
import { acknowledgeAutomationReview } from './reviews';
import { isAcknowledgeable } from './rules-review';

/** Automations that one command expires or warns of at most; the rest follow in the next. */
const EXPIRY_BATCH_SIZE = 200;

const DEFAULT_PAGE_SIZE = 100;

const END_IS_ASKED = 'This is about its end: extend the automation, or retire it.';
const NEW_FINDING = 'Something new was found since you looked. Look at it before you acknowledge.';

/** The operator's look at an automation, the health check and the timers beside it (spec/governance.md sections 6, 8 and 9). */
export const reviewCommands = {
  'automation.acknowledge'(context, { automationId, findingIds, notes }) {
    const { store, now } = context;
    const found = findWithRecord(context, automationId);
    if (!found.ok) return found;
    const { record } = found.value;
    if (!record.reviewRequired) return succeeded({ isChanged: false });
    if (!isAcknowledgeable(record)) return refused('AUTOMATION_V2_LIFECYCLE_BLOCKED', { sentence: END_IS_ASKED });
    if (record.healthFindings.some(({ findingId }) => !findingIds.includes(findingId))) {
      return refused('GOVERNANCE_APPROVAL_CHANGED', { sentence: NEW_FINDING });
    }
    const { reviewRequestId: requestId } = record;
    const request = requestId === undefined ? undefined : ifReadable(() => store.approvals.find(requestId));
    if (request?.status === 'pending' && request.expiresAtMs > now) {
      const { approvalId, revision } = request;
      const decision = { verdict: 'approved', revision, ...defined({ notes }) } as const;
      const approved = decide(context, context.store.approvals.find(approvalId), decision);
      if (!approved.ok) return approved;
    }
    // What was asked is denied, expired or gone, so nobody can approve it; the operator has looked all the same.
    if (store.records.find(automationId)?.reviewRequired === true) {
      acknowledgeAutomationReview(context, automationId, notes);
    }
    return succeeded({ isChanged: true });
  },

  'health.check'(context) {
    const survey = context.prepared as HealthSurvey;
    return succeeded({ findingCount: survey.steadyFindings + checkAutomations(context, survey) });
  },

  'automations.checkExpiry'(context) {
    const { store, now } = context;
    const warnedUntil = store.timers.last('expiry_warned_until') ?? 0;
    const horizon = now + store.limits.current().expirationWarningWindowMs;
    const over = store.records.expiring(-1, now, EXPIRY_BATCH_SIZE);
    const { soon, until } = comingToTheirEnd(context, Math.max(now, warnedUntil), horizon);
    const count = [...over, ...soon].reduce((sum, record) => {
      const checked = checkExpiry(context, record);
      saveChecked(context, record, checked);
      return sum + checked.count;
    }, 0);
    if (until > warnedUntil) store.timers.set('expiry_warned_until', until);
    return succeeded({ count });
  },
} satisfies SomeCommands;

/** About a batch of the records that expire between two instants, all of its last instant included, and up to which that is. */
function comingToTheirEnd({ store }: CommandContext, afterMs: number, untilMs: number) {
  const batch = store.records.expiring(afterMs, untilMs, EXPIRY_BATCH_SIZE);
  const until = batch.length < EXPIRY_BATCH_SIZE ? untilMs : (batch.at(-1)?.expiresAtMs ?? untilMs);
  return { soon: store.records.expiring(afterMs, until, Number.MAX_SAFE_INTEGER), until };
}

/**
 * reviews.list (spec/api.md section 2). Its three lists go on side by side: a page has at most `limit` of each, and the cursor says
 * where each begins again; one that has ended stays empty.
 */
export const reviewQueries = {
  'reviews.list'(context, { limit = DEFAULT_PAGE_SIZE, cursor }) {
    const { store } = context;
    const from = cursor === undefined ? beginning : parseCursor(cursor);
    if (from === undefined) return invalidCursor();
    const agents = pageOf(limit, from.agentId, (after) => store.agents.needingReview(after, limit + 1));
    const records = pageOf(limit, from.automationId, (after) => store.records.needingLook(after, limit + 1));
    const requests: ApprovalPage =
      from.approval === null
        ? { approvals: [] }
        : store.approvals.list({
            requestTypes: ['lifecycle_review', 'retirement_action'],
            status: 'pending',
            limit,
            ...(from.approval !== 'first' && { after: from.approval }),
          });
    const next: ReviewCursor = {
      agentId: agents.hasMore ? (agents.rows.at(-1)?.agentId ?? null) : null,
      automationId: records.hasMore ? (records.rows.at(-1)?.automationId ?? null) : null,
      approval: requests.next ?? null,
    };
    const hasNext = Object.values(next).some((place) => place !== null);
    return succeeded({
      agentCreationReviews: agents.rows.flatMap(({ review }) => review ?? []),
      automationLifecycleReviews: records.rows.map((record) => ({
        automationId: record.automationId,
        creatorId: record.provenance.creator.actorId ?? 'unknown',
        review: lifecycleSchema.parse(withLastCheck(store, record)),
      })),
      pendingApprovals: requests.approvals.map((approval) => shown(context, approval)),
      count: agents.rows.length + records.rows.length + requests.approvals.length,
      ...(hasNext && { nextCursor: formatCursor(next) }),
    });
  },
} satisfies SomeQueries;

/** Where each list begins; null for one that has ended. */
const cursorSchema = z.object({
  agentId: z.string().nullable(),
  automationId: z.string().nullable(),
  approval: z.union([z.object({ key: z.int(), rowId: z.int() }), z.literal('first')]).nullable(),
});
type ReviewCursor = z.infer<typeof cursorSchema>;

const beginning: ReviewCursor = { agentId: '', automationId: '', approval: 'first' };

function pageOf<T>(limit: number, after: string | null, read: (after: string) => readonly T[]) {
  const found = after === null ? [] : read(after);
  return { rows: found.slice(0, limit), hasMore: found.length > limit };
}

function formatCursor(cursor: ReviewCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function parseCursor(cursor: string): ReviewCursor | undefined {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    return undefined;
  }
}

/** How long a deleted automation can be restored (spec/governance.md section 11). */
const RETENTION_MS = 7 * 24 * HOUR_MS;

/** Automations that one batch purges at most, with all their runs; the rest follow in the next. */
const PURGE_BATCH_SIZE = 20;

/** automation.delete, restore, retire, extend and the purge (spec/governance.md section 11). */
export const automationEndCommands = {
  'automation.delete'(context, { automationId }) {
    const { store, caller, now } = context;
    const found = findChangeable(context, automationId, 'automation.delete');
    if (!found.ok) return found;
    const restoreUntilMs = now + RETENTION_MS;
    const runs = pauseRunsOf(context, automationId, stopBy(context, 'the automation was deleted'));
    store.automations.setDeletion(automationId, { deletedBy: caller.actor, deletedAtMs: now, restoreUntilMs });
    saveRecord(context, { ...found.value.record, deletedAtMs: now, deleteRetentionUntilMs: restoreUntilMs });
    tell(context, 'deleted', {
      automationId,
      name: found.value.automation.name,
      deletedBy: caller.actor,
      deletedAtMs: now,
      restoreUntilMs,
      pausedRunIds: runs.map(({ runId }) => runId),
    });
    return succeeded({ ok: true, deleted: true });
  },

  'automation.restore'(context, { automationId }) {
    const { store, now } = context;
    const found = store.automations.find(automationId);
    if (found?.deletion === undefined || found.deletion.restoreUntilMs < now) {
      return refused('AUTOMATION_V2_RESTORE_NOT_FOUND');
    }
    const record = store.records.find(automationId) ?? makeRecord(context, found.automation);
    store.automations.setDeletion(automationId, undefined);
    const { deletedAtMs: _deleted, deleteRetentionUntilMs: _until, ...kept } = record;
    saveRecord(context, kept);
    const isActive = found.automation.status === 'active';
    const automation = isActive ? setStatus(context, found.automation, 'paused') : found.automation;
    tell(context, 'restored', { automationId, name: automation.name, status: automation.status });
    return succeeded({ automation });
  },

  'automation.retire'(context, { automationId, reason }) {
    const by = { actor: context.caller.actor, ...defined({ reason }) };
    const retired = retireAutomation(context, automationId, by);
    return retired.ok ? succeeded({ automation: retired.value }) : retired;
  },

  'automation.extend'(context, { automationId, ...given }) {
    const extended = extendAutomation(context, automationId, { ...given, actor: context.caller.actor });
    return extended.ok ? succeeded({ automation: extended.value }) : extended;
  },

  'automations.purgeDue'(context) {
    const { store, now, emit } = context;
    const due = store.automations.toPurge(now, PURGE_BATCH_SIZE);
    // What cannot be read is not thrown away either: it may be all that is left to say what happened.
    const automationIds = due.filter((automationId) => isReadable(context, automationId));
    for (const automationId of automationIds) {
      const agentIds = agentsOf(context, automationId);
      // Long overdue, but a clock that jumps can bring both at once, and what was set aside must not be lost with its run.
      for (const reservation of store.spend.reservationsOfAutomation(automationId)) {
        const run = store.runs.find(reservation.runId);
        if (run !== undefined) chargeEstimate(context, run, reservation);
      }
      store.runs.removeOf(automationId);
      store.automations.remove(automationId);
      emit({ name: 'purged', payload: { automationId }, agentIds });
    }
    return succeeded({ count: automationIds.length });
  },
} satisfies SomeCommands;

/** Whether a deleted automation can be read with its runs, and whoever pays for what is set aside for them. */
function isReadable(context: CommandContext, automationId: string): boolean {
  const { automations, runs, spend } = context.store;
  const read = ifReadable(() => {
    for (const { runId } of spend.reservationsOfAutomation(automationId)) {
      const run = runs.find(runId);
      if (run !== undefined) readAllToCharge(context, run);
    }
    return automations.find(automationId) !== undefined && runs.areAllReadable(automationId);
  });
  return read === true;
}
