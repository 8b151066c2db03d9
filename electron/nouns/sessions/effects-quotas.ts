import { effectiveLimits } from '../../../shared/contract/limits';
import { windowName } from '../../../shared/contract/session-quota';
import type { QueryContext } from '../../kernel/handler';
import { isPlanStop, type SessionStop } from './rules';

/** Up to which part of a window of its plan an agent's sessions go on; 0 where nothing stops them. */
export function planStopRatioOf({ limits, agents }: QueryContext['store'], agentId: string): number {
  return effectiveLimits(limits.current(), agents.overridesOf(agentId)).planStopRatio;
}

/** The stop of all sessions of an agent by its plan, until the last of the windows ends that are used so far. */
export function planStopOf(
  { store, now }: Pick<QueryContext, 'store' | 'now'>,
  agentId: string,
): SessionStop | undefined {
  const stopRatio = planStopRatioOf(store, agentId);
  if (stopRatio === 0) return undefined;
  const [longest] = store.sessionQuotas
    .ofAgent(agentId, now)
    .filter((quota) => isPlanStop(quota, stopRatio))
    .toSorted((one, other) => other.resetsAtMs - one.resetsAtMs);
  if (longest === undefined) return undefined;
  const { windowMinutes, usedPercent, resetsAtMs } = longest;
  const reason = `${Math.floor(usedPercent)} % of the ${windowName(windowMinutes)}, where the operator lets it go to ${Math.round(stopRatio * 100)} %`;
  return { by: 'plan', agentId, untilMs: resetsAtMs, reason };
}
