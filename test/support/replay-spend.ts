import type { AuditEvent } from '../../shared/events';
import { HOUR_MS } from '../../shared/kernel/time';
import { type Replayed, type ReplayedWindow, replayedAgent, type SpendCounters } from './replay-state';

const DAY_MS = 24 * HOUR_MS;

/** Adds one row about spend. */
export function applySpend(state: Replayed, name: string, row: AuditEvent): void {
  const { payload, atMs } = row;
  const weeklyOf = (agentId: unknown) => current(replayedAgent(state, String(agentId)), 'weekly', atMs);
  switch (name) {
    case 'spend.reserved':
      state.reservations.set(keyOf(row), {
        costNanos: Number(payload['costNanos']),
        dueAtMs: Number(payload['dueAtMs']),
        // The store keeps no order of them.
        agentIds: (payload['agentIDs'] as readonly string[]).toSorted(),
      });
      return;
    case 'spend.charged':
      return charge(state, row);
    case 'spend.warning':
      weeklyOf(payload['agentID']).softWarningAtMs = atMs;
      return;
    case 'spend.paused':
      for (const { agent_id: agentId } of payload['agents'] as readonly { agent_id: string }[]) {
        replayedAgent(state, agentId).isSpendPaused = true;
        weeklyOf(agentId).hardStopAtMs = atMs;
      }
      return;
    case 'spend.resumed': {
      replayedAgent(state, String(payload['agentID'])).isSpendPaused = false;
      weeklyOf(payload['agentID']).hardStopAtMs = undefined;
    }
  }
}

function charge(state: Replayed, row: AuditEvent): void {
  const { payload, atMs } = row;
  const usage = {
    promptTokens: Number(payload['promptTokens']),
    completionTokens: Number(payload['completionTokens']),
    totalTokens: Number(payload['totalTokens']),
    costNanos: Number(payload['costNanos']),
  };
  const run = state.runs.get(String(payload['runID']));
  if (run !== undefined) add(run, usage);
  state.reservations.delete(keyOf(row));
  for (const agentId of payload['agentIDs'] as readonly string[]) {
    const agent = replayedAgent(state, agentId);
    for (const kind of ['daily', 'weekly', 'monthly', 'lifetime']) {
      const window = current(agent, kind, atMs);
      add(window, usage);
      window.lastRunId = String(payload['runID']);
    }
    const dayStartMs = Math.floor(atMs / DAY_MS) * DAY_MS;
    const day = agent.days.get(dayStartMs) ?? { totalTokens: 0, costNanos: 0 };
    agent.days.set(dayStartMs, day);
    add(day, usage);
  }
}

function add(to: object, usage: Readonly<Record<string, number>>): void {
  const counts = to as Record<string, number>;
  for (const [name, count] of Object.entries(usage)) {
    if (counts[name] !== undefined) counts[name] = Math.min(Number.MAX_SAFE_INTEGER, counts[name] + count);
  }
}

/** The window that holds at an instant; one that does not is begun anew. A clock set back by up to a day loses none. */
function current({ windows }: SpendCounters, kind: string, atMs: number): ReplayedWindow {
  const known = windows.get(kind);
  const end = known?.windowEndMs ?? Infinity;
  if (known !== undefined && atMs < end && (end === Infinity || atMs >= known.windowStartMs - DAY_MS)) return known;
  const [windowStartMs, windowEndMs] = boundsOf(kind, atMs);
  const begun: ReplayedWindow = {
    windowStartMs,
    windowEndMs,
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    costNanos: 0,
    lastRunId: undefined,
    softWarningAtMs: undefined,
    hardStopAtMs: undefined,
  };
  windows.set(kind, begun);
  return begun;
}

function boundsOf(kind: string, atMs: number): readonly [number, number | undefined] {
  const day = Math.floor(atMs / DAY_MS);
  // The epoch began on a Thursday.
  const monday = day - ((day + 3) % 7);
  const date = new Date(atMs);
  const month = (later: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1);
  if (kind === 'daily') return [day * DAY_MS, (day + 1) * DAY_MS];
  if (kind === 'weekly') return [monday * DAY_MS, (monday + 7) * DAY_MS];
  return kind === 'monthly' ? [month(0), month(1)] : [0, undefined];
}

function keyOf({ payload }: AuditEvent): string {
  return `${String(payload['runID'])} ${String(payload['usageID'])}`;
}
