import type { ListedQuota } from '../../shared/contract/session-quota';
import { formatNumber, formatSpan } from '../format';
import { SUMS_INTERVAL_MS, useAnswer } from '../state/answers';
import { AgentName } from '../ui/names';
import { Notice } from '../ui/notice';
import { Instant } from '../ui/times';
import { Figures } from './amounts';
import { spendStrings } from './strings-spend';

const words = spendStrings.plan;

/** How much of the windows of their plans the engines have used: who has subscribed pays with these and not with money. */
export function PlanQuotas() {
  const quotas = useAnswer('quotas.list', {}, ['spend', 'runs'], SUMS_INTERVAL_MS).value?.quotas ?? [];
  if (quotas.length === 0) return null;
  const figures = quotas.map((quota) => ({
    label: words.window(quota.agentId, spanOf(quota)),
    value: words.used(percentOf(quota)),
    detail: (
      <>
        {words.resets} <Instant atMs={quota.resetsAtMs} isDeadline />
      </>
    ),
  }));
  return (
    <>
      <Figures label={words.label} figures={figures} />
      {quotas
        .filter(({ isNearEnd, isStopped }) => isNearEnd || isStopped)
        .map((quota) => (
          <Notice key={`${quota.agentId} ${quota.engine} ${quota.windowMinutes}`} tone="warning">
            <AgentName agentId={quota.agentId} />{' '}
            {(quota.isStopped ? words.stopped : words.nearEnd)(percentOf(quota), spanOf(quota))}{' '}
            <Instant atMs={quota.resetsAtMs} isDeadline />
          </Notice>
        ))}
    </>
  );
}

const MINUTE_MS = 60_000;
const spanOf = ({ windowMinutes }: ListedQuota) => formatSpan(windowMinutes * MINUTE_MS);
const percentOf = ({ usedPercent }: ListedQuota) => formatNumber(Math.round(usedPercent));
