import { type AutomationOverview, MOST_LISTED_FINDINGS } from '../../../shared/contract/automation';
import type { Finding } from '../../../shared/contract/governance';
import { defined } from '../../../shared/kernel/fields';
import type { QueryContext } from '../../kernel/handler';
import { blockOf } from '../runs/access';
import { lifecycleMarksOf, operatorActions, sortedFindings } from './rules-overview';

/** An automation as the desk lists it, deleted ones included; undefined where it or its custody record is gone. */
export function automationOverview(context: QueryContext, automationId: string): AutomationOverview | undefined {
  const { store, now } = context;
  const found = store.automations.find(automationId);
  const record = store.records.find(automationId);
  if (found === undefined || record === undefined) return undefined;
  const { automation, deletion } = found;
  const facts = {
    status: automation.status,
    record,
    restoreUntilMs: deletion?.restoreUntilMs,
    runsUnderWay: store.runs.underWayCount(automationId),
    isRunBlocked: blockOf(context, automation) !== undefined,
    limits: store.limits.current(),
  };
  const lastRun = store.runs.summaries(automationId, 1).runs[0];
  const findings = sortedFindings(record.healthFindings);
  const { expiresAtMs, expiredAtMs, retiredAtMs, retireReason, reviewKind, reviewRequestedAtMs } = record;
  return {
    automationId,
    name: automation.name,
    status: automation.status,
    creator: record.provenance.creator,
    createdAtMs: record.createdAtMs,
    marks: lifecycleMarksOf(facts, now),
    ...defined({ expiresAtMs, expiredAtMs, retiredAtMs, retireReason, reviewKind, reviewRequestedAtMs }),
    runsSinceReview: record.runsSinceReview,
    ...defined({ deletion }),
    findings: findings.slice(0, MOST_LISTED_FINDINGS),
    findingCounts: {
      critical: count(findings, 'critical'),
      warning: count(findings, 'warning'),
      info: count(findings, 'info'),
    },
    findingIds: findings.map(({ findingId }) => findingId),
    runsUnderWay: facts.runsUnderWay,
    ...(lastRun !== undefined && {
      lastRun: { runId: lastRun.runId, status: lastRun.status, atMs: lastRun.finishedAtMs ?? lastRun.updatedAtMs },
    }),
    actions: operatorActions(facts, now),
  };
}

function count(findings: readonly Finding[], severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length;
}
