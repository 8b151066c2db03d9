import { succeeded } from '../../../shared/kernel/errors';
import type { CommandHandlers, QueryHandlers } from '../../kernel/handler';
import { ownerOf } from './effects';

/** quota.tell (spec/sessions.md section 4): one with more windows than any plan has is not heard of further ones. */
export const sessionQuotaCommands: CommandHandlers<'quota.tell'> = {
  'quota.tell'(context, { engine, quotas }) {
    const { store, now } = context;
    const { agentId } = ownerOf(context);
    store.sessionQuotas.forgetBefore(now);
    for (const quota of quotas) {
      const told = { ...quota, agentId, engine, atMs: Math.min(quota.atMs, now) };
      if (quota.resetsAtMs > now && store.sessionQuotas.hasRoom(told)) store.sessionQuotas.note(told);
    }
    return succeeded({});
  },
};

/** quotas.list (spec/sessions.md section 4). */
export const sessionQuotaQueries: QueryHandlers<'quotas.list'> = {
  'quotas.list'({ store, now }) {
    const { spendWarningThresholdRatio: ratio } = store.limits.current();
    const quotas = store.sessionQuotas.lasting(now);
    return succeeded({ quotas: quotas.map((quota) => ({ ...quota, isNearEnd: quota.usedPercent >= ratio * 100 })) });
  },
};
