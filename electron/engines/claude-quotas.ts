import { type PlanQuota, planQuotaSchema } from '../../shared/contract/session-quota';
import { valueAt } from './engine';

/** The windows of a subscriber's plan, by Claude Code's names, in minutes. */
const windows = { five_hour: 300, seven_day: 10_080 } as const;

/**
 * How much of a plan is used, as Claude Code says it to its status line (by its documents; who pays by key has no plan, and is told of
 * none). `now` is when it was said.
 */
export function claudeQuotas(statusLine: unknown, now: number): readonly PlanQuota[] {
  return Object.entries(windows).flatMap(([name, windowMinutes]): readonly PlanQuota[] => {
    const said = valueAt(statusLine, 'rate_limits', name);
    const resetsAt = valueAt(said, 'resets_at');
    const found = planQuotaSchema.safeParse({
      windowMinutes,
      usedPercent: valueAt(said, 'used_percentage'),
      resetsAtMs: typeof resetsAt === 'number' ? resetsAt * 1_000 : undefined,
      atMs: now,
    });
    return found.success ? [found.data] : [];
  });
}
