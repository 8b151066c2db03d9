import type { AutomationOverview } from '../../../shared/contract/automation';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { invalidCursor } from '../../kernel/cursor';
import type { QueryContext, QueryHandlers } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { withLastCheck } from '../lifecycle/findings';
import { blockOf, findAutomation } from '../runs/access';
import { automationOverview } from './overview-facts';

const PAGE_SIZE = 50;

/** Automations in review that one search looks at, so that none holds up the main process. */
const MOST_LOOKED_AT = 500;

type Place = { readonly atMs: number; readonly automationId: string };

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
      automations: automationIds.flatMap(
        (automationId) => ifReadable(() => automationOverview(context, automationId)) ?? [],
      ),
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
      record: withLastCheck(store, record),
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
        const overview = ifReadable(() => automationOverview(context, automationId));
        return overview === undefined ? [] : [{ ...overview, sinceMs }];
      }),
      ...(last !== undefined && { nextCursor: placeText(last.sinceMs, last.automationId) }),
    });
  },
};

/** Those in review whose name or id has a text; looks at no more than `MOST_LOOKED_AT` at a time. */
function inReview(context: QueryContext, text: string, after: Place | undefined, limit: number) {
  const { store } = context;
  const wanted = text.toLowerCase();
  const isFound = (automationId: string) =>
    `${automationId}\n${store.automations.nameOf(automationId) ?? ''}`.toLowerCase().includes(wanted);
  const places = store.lifecycle.list('review', {
    limit: wanted === '' ? limit : MOST_LOOKED_AT,
    bounds: boundsOf(context),
    ...(after !== undefined && { after: { sinceMs: after.atMs, automationId: after.automationId } }),
  });
  const found: AutomationOverview[] = [];
  for (const [index, { automationId, sinceMs }] of places.entries()) {
    const overview = isFound(automationId) ? ifReadable(() => automationOverview(context, automationId)) : undefined;
    if (overview !== undefined) found.push(overview);
    const isFull = found.length === limit || index === places.length - 1;
    const hasMore = index < places.length - 1 || places.length === (wanted === '' ? limit : MOST_LOOKED_AT);
    if (isFull) {
      return succeeded({ automations: found, ...(hasMore && { nextCursor: placeText(sinceMs, automationId) }) });
    }
  }
  return succeeded({ automations: found });
}

function boundsOf({ store, now }: QueryContext) {
  return { now, expiringUntilMs: now + store.limits.current().expirationWarningWindowMs };
}

function placeText(atMs: number, automationId: string): string {
  return `${atMs}.${automationId}`;
}

function parsePlace(cursor: string): Place | 'invalid' {
  const [, atMs, automationId] = /^(\d{1,16})\.(.+)$/s.exec(cursor) ?? [];
  if (atMs === undefined || automationId === undefined) return 'invalid';
  return { atMs: Number(atMs), automationId };
}
