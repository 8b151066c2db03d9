import { succeeded } from '../../../shared/kernel/errors';
import { HOUR_MS } from '../../../shared/kernel/time';
import type { CommandContext, CommandHandlers, QueryHandlers } from '../../kernel/handler';
import { ownerOf } from './effects';
import { planStopRatioOf } from './effects-quotas';
import { isPlanStop } from './rules';
import type { KnownQuota } from './store-quotas';

/** That a window stops an agent is told again after this time at the earliest, in milliseconds, whatever the agent says of it. */
const TOLD_AGAIN_MS = HOUR_MS;

/** quota.tell (spec/sessions.md section 4): one with more windows than any plan has is not heard of further ones. */
export const sessionQuotaCommands: CommandHandlers<'quota.tell'> = {
  'quota.tell'(context, { engine, quotas }) {
    const { store, now } = context;
    const { agentId } = ownerOf(context);
    store.sessionQuotas.forgetBefore(now, now - TOLD_AGAIN_MS);
    for (const quota of quotas) {
      const told = { ...quota, agentId, engine, atMs: Math.min(quota.atMs, now) };
      if (quota.resetsAtMs > now && store.sessionQuotas.hasRoom(told)) store.sessionQuotas.note(told);
    }
    for (const window of store.sessionQuotas.ofAgent(agentId, now)) tellStop(context, window);
    return succeeded({});
  },
};

/** Tells that an agent's sessions are stopped by a window of its plan, unless that was told a short while ago. */
function tellStop({ store, now, emit }: CommandContext, window: KnownQuota): void {
  const { agentId, engine, windowMinutes, usedPercent } = window;
  const stopRatio = planStopRatioOf(store, agentId);
  const toldAtMs = store.sessionQuotas.stopToldAtMs(window);
  const isTold = toldAtMs !== undefined && toldAtMs > now - Math.max(TOLD_AGAIN_MS, windowMinutes * 60_000);
  if (isTold || !isPlanStop(window, stopRatio)) return;
  store.sessionQuotas.noteStopTold(window, now);
  const payload = { agentId, engine, windowMinutes, usedPercent, stopRatio };
  emit({ name: 'plan.stopped', payload, agentIds: [agentId] });
}

/** quotas.list (spec/sessions.md section 4). */
export const sessionQuotaQueries: QueryHandlers<'quotas.list'> = {
  'quotas.list'({ store, now }) {
    const { spendWarningThresholdRatio: ratio } = store.limits.current();
    const quotas = store.sessionQuotas.lasting(now).map((quota) => ({
      ...quota,
      isNearEnd: quota.usedPercent >= ratio * 100,
      isStopped: isPlanStop(quota, planStopRatioOf(store, quota.agentId)),
    }));
    return succeeded({ quotas });
  },
};
