import { type AutomationOverview, type LifecycleSection, lifecycleSections } from '../../../shared/contract/automation';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { cursorsOf, invalidCursor, pageOf } from '../../kernel/cursor';
import type { QueryContext, SomeQueries } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { withLastCheck } from '../lifecycle/findings';
import { blockOf, findAutomation } from '../runs/access';
import { automationOverview } from './overview-facts';

const PAGE_SIZE = 50;

/** Automations in review that one search looks at, so that none holds up the main process. */
const MOST_LOOKED_AT = 500;

const changed = cursorsOf({ updatedAtMs: 'number', automationId: 'text' });
const inSection = cursorsOf({ sinceMs: 'number', automationId: 'text' });
const ofRuns = cursorsOf({ rowId: 'number' });

/** What the desk's views of automations ask for: lists, one automation, its runs, and the sections of Lifecycle. */
export const deskAutomationQueries = {
  'automations.search'(context, { text = '', show, limit = PAGE_SIZE, cursor }) {
    const wanted = text.trim();
    if (show === 'in_review') return inReview(context, wanted, limit, cursor);
    const after = changed.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const { automationIds, next } = context.store.automations.search({
      text: wanted,
      limit,
      ...defined({ status: show, after }),
    });
    return succeeded({
      automations: automationIds.flatMap(
        (automationId) => ifReadable(() => automationOverview(context, automationId)) ?? [],
      ),
      ...changed.nextOf(next),
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
    const before = ofRuns.placeOf(cursor);
    if (before === 'invalid') return invalidCursor();
    const { runs, next } = context.store.runs.summaries(automationId, limit, before);
    return succeeded({ runs: [...runs], ...ofRuns.nextOf(next) });
  },

  'lifecycle.counts'(context) {
    const bounds = boundsOf(context);
    const count = (section: LifecycleSection) => [section, context.store.lifecycle.count(section, bounds)] as const;
    return succeeded({ counts: Object.fromEntries(lifecycleSections.map(count)) as Record<LifecycleSection, number> });
  },

  'lifecycle.list'(context, { section, limit = PAGE_SIZE, cursor }) {
    const after = inSection.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const bounds = boundsOf(context);
    const places = context.store.lifecycle.list(section, { limit: limit + 1, bounds, ...defined({ after }) });
    const { page, last } = pageOf(places, limit);
    return succeeded({
      items: page.flatMap(({ automationId, sinceMs }) => {
        const overview = ifReadable(() => automationOverview(context, automationId));
        return overview === undefined ? [] : [{ ...overview, sinceMs }];
      }),
      ...inSection.nextOf(last),
    });
  },
} satisfies SomeQueries;

/** Those in review whose name or id has a text; looks at no more than `MOST_LOOKED_AT` at a time. */
function inReview(context: QueryContext, text: string, limit: number, cursor: string | undefined) {
  const after = inSection.placeOf(cursor);
  if (after === 'invalid') return invalidCursor();
  const { store } = context;
  const wanted = text.toLowerCase();
  const isFound = (automationId: string) =>
    `${automationId}\n${store.automations.nameOf(automationId) ?? ''}`.toLowerCase().includes(wanted);
  const places = store.lifecycle.list('review', {
    limit: wanted === '' ? limit : MOST_LOOKED_AT,
    bounds: boundsOf(context),
    ...defined({ after }),
  });
  const found: AutomationOverview[] = [];
  for (const [index, { automationId, sinceMs }] of places.entries()) {
    const overview = isFound(automationId) ? ifReadable(() => automationOverview(context, automationId)) : undefined;
    if (overview !== undefined) found.push(overview);
    const isFull = found.length === limit || index === places.length - 1;
    const hasMore = index < places.length - 1 || places.length === (wanted === '' ? limit : MOST_LOOKED_AT);
    const last = hasMore ? { sinceMs, automationId } : undefined;
    if (isFull) return succeeded({ automations: found, ...inSection.nextOf(last) });
  }
  return succeeded({ automations: found });
}

function boundsOf({ store, now }: QueryContext) {
  return { now, expiringUntilMs: now + store.limits.current().expirationWarningWindowMs };
}
