import type { SpendPlace } from './store';

/** Where the next page of a list by weekly cost begins. */
export function spendCursor({ windowStartMs, costNanos, agentId }: SpendPlace): string {
  return `${windowStartMs}.${costNanos}.${agentId}`;
}

/** The place that such a cursor stands for. */
export function parseSpendCursor(cursor: string): SpendPlace | 'invalid' {
  const [, windowStartMs, costNanos, agentId] = /^(\d{1,16})\.(\d{1,16})\.(.+)$/s.exec(cursor) ?? [];
  if (windowStartMs === undefined || costNanos === undefined || agentId === undefined) return 'invalid';
  return { windowStartMs: Number(windowStartMs), costNanos: Number(costNanos), agentId };
}
