import { refused, succeeded } from '../../../shared/errors';
import { automationOverview } from '../automation-overview';
import type { QueryContext, QueryHandlers } from '../handler';
import { blockOf, findAutomation } from '../run-access';

const PAGE_SIZE = 50;

/** What the desk's views of automations ask for: lists, one automation, its runs, and the sections of Lifecycle. */
export const deskAutomationQueries: QueryHandlers<
  'automations.search' | 'automation.whole' | 'runs.summaries' | 'lifecycle.counts' | 'lifecycle.list'
> = {
  'automations.search'(context, { text = '', show, limit = PAGE_SIZE, cursor }) {
    const after = cursor === undefined ? undefined : parsePlace(cursor);
    if (after === 'invalid') return invalidCursor();
    const wanted = text.trim();
    if (show === 'in_review') return inReview(context, wanted, after, limit);
    const { automationIds, next } = context.store.automations.search({
      text: wanted,
      limit,
      ...(show !== undefined && { status: show }),
      ...(after !== undefined && { after: { updatedAtMs: after.atMs, automationId: after.automationId } }),
    });
    return succeeded({
      automations: automationIds.flatMap((automationId) => automationOverview(context, automationId) ?? []),
      ...(next !== undefined && { nextCursor: placeText(next.updatedAtMs, next.automationId) }),
    });
  },

  'automation.whole'(context, { automationId }) {
    const { store } = context;
    const automation = store.automations.find(automationId)?.automation;
    const record = store.records.find(automationId);
    const overview = automationOverview(context, automationId);
    if (automation === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
    if (record === undefined || overview === undefined) return refused('AUTOMATION_V2_GOVERNANCE_MISSING');
    return succeeded({
      overview,
      automation,
      record,
      grants: [...store.grants.of(automationId)],
      runBlock: blockOf(context, automation)?.refusal.sentence ?? null,
    });
  },

  'runs.summaries'(context, { automationId, limit = PAGE_SIZE, cursor }) {
    const found = findAutomation(context, automationId);
    if (!found.ok) return found;
    if (cursor !== undefined && !/^\d{1,16}$/.test(cursor)) return invalidCursor();
    const page = context.store.runs.summaries(automationId, limit, cursor === undefined ? undefined : Number(cursor));
    return succeeded({
      runs: [...page.runs],
      ...(page.nextRowId !== undefined && { nextCursor: String(page.nextRowId) }),
    });
  },

  'lifecycle.counts'(context) {
    const { lifecycle } = context.store;
    const bounds = boundsOf(context);
    return succeeded({
      counts: {
        review: lifecycle.count('review', bounds),
        failing: lifecycle.count('failing', bounds),
        expiring: lifecycle.count('expiring', bounds),
        expired: lifecycle.count('expired', bounds),
        retired: lifecycle.count('retired', bounds),
        deleted: lifecycle.count('deleted', bounds),
      },
    });
  },

  'lifecycle.list'(context, { section, limit = PAGE_SIZE, cursor }) {
    const after = cursor === undefined ? undefined : parsePlace(cursor);
    if (after === 'invalid') return invalidCursor();
    const places = context.store.lifecycle.list(section, {
      limit: limit + 1,
      bounds: boundsOf(context),
      ...(after !== undefined && { after: { sinceMs: after.atMs, automationId: after.automationId } }),
    });
    const shown = places.slice(0, limit);
    const last = places.length > limit ? shown.at(-1) : undefined;
    return succeeded({
      items: shown.flatMap(({ automationId, sinceMs }) => {
        const overview = automationOverview(context, automationId);
        return overview === undefined ? [] : [{ ...overview, sinceMs }];
      }),
      ...(last !== undefined && { nextCursor: placeText(last.sinceMs, last.automationId) }),
    });
  },
};

/** Those in review, which are few, looked through for a text. */
function inReview(
  context: QueryContext,
  text: string,
  after: { readonly atMs: number; readonly automationId: string } | undefined,
  limit: number,
) {
  const places = context.store.lifecycle.list('review', {
    limit: limit + 1,
    bounds: boundsOf(context),
    ...(after !== undefined && { after: { sinceMs: after.atMs, automationId: after.automationId } }),
  });
  const shown = places.slice(0, limit);
  const last = places.length > limit ? shown.at(-1) : undefined;
  const found = shown.flatMap(({ automationId }) => automationOverview(context, automationId) ?? []);
  const wanted = text.toLowerCase();
  return succeeded({
    automations: found.filter(({ name, automationId }) => `${automationId}\n${name}`.toLowerCase().includes(wanted)),
    ...(last !== undefined && { nextCursor: placeText(last.sinceMs, last.automationId) }),
  });
}

function boundsOf({ store, now }: QueryContext) {
  return { now, expiringUntilMs: now + store.limits.current().expirationWarningWindowMs };
}

function placeText(atMs: number, automationId: string): string {
  return `${atMs}.${automationId}`;
}

function parsePlace(cursor: string): { readonly atMs: number; readonly automationId: string } | 'invalid' {
  const [, atMs, automationId] = /^(\d{1,16})\.(.+)$/s.exec(cursor) ?? [];
  if (atMs === undefined || automationId === undefined) return 'invalid';
  return { atMs: Number(atMs), automationId };
}

function invalidCursor() {
  return refused('VALIDATION_FAILED', {
    issues: [{ path: 'cursor', message: 'not a next_cursor that this list answered' }],
  });
}
