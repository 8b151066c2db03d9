import type { Approval } from '../../../shared/contract/approval';
import type { Preferences } from '../../../shared/contract/desk-contract';
import type { DeskReads } from '../../edges/ipc/desk-reads';
import type { TrayFacts } from '../../nouns/tray-facts';
import type { GateAnswer } from '../gate';
import { isMuted } from '../notifications/quiet-hours';
import type { Names } from '../request-text';

/** Requests that the menu shows one by one; the window shows the rest. */
export const TRAY_REQUESTS = 5;

/** Agents that the menu shows one by one; the window shows the rest. */
export const TRAY_AGENTS = 15;

/** What the tray shows. */
export type TrayState = {
  /** The most urgent ones first, at most `TRAY_REQUESTS`. */
  readonly waiting: readonly Approval[];
  readonly names: Names;
  readonly waitingCount: number;
  /** What is wrong, in one line. */
  readonly trouble: string | undefined;
  /** Agents and their spend; undefined while the database cannot be used. */
  readonly facts: TrayFacts | undefined;
  readonly nowMs: number;
  /** Until when notifications are muted; undefined when they are not. */
  readonly mutedUntilMs: number | undefined;
  /** Whether the icon says how many requests wait. */
  readonly isCountShown: boolean;
};

/** A request with less time than this is urgent, in milliseconds: the icon says so. */
const URGENT_MS = 2 * 60_000;

/** When the first request that waits becomes urgent; undefined while none waits. */
export function urgentFromMs({ waiting }: Pick<TrayState, 'waiting'>): number | undefined {
  const [first] = waiting;
  return first && first.expiresAtMs - URGENT_MS;
}

/** Whether a request that waits has little time left. */
export function isUrgent(state: Pick<TrayState, 'waiting' | 'nowMs'>): boolean {
  return state.nowMs >= (urgentFromMs(state) ?? Number.POSITIVE_INFINITY);
}

/** What a person can choose in the menu. */
export type TrayChoices = {
  readonly decide: (approval: Approval, verdict: GateAnswer) => void;
  readonly openRequest: (approvalId: string) => void;
  readonly decideNow: () => void;
  readonly openApp: () => void;
  readonly openAgents: () => void;
  readonly openSettings: () => void;
  readonly pause: (agentId: string, isPaused: boolean) => void;
  readonly pauseAll: () => void;
  readonly resumeAll: () => void;
  readonly mute: (until: 'hour' | 'tomorrow' | 'off') => void;
  readonly quit: () => void;
};

/** What the tray shows at this moment. */
export function trayState(
  reads: DeskReads,
  preferences: Preferences,
  trouble: string | undefined,
  nowMs: number,
): TrayState {
  const { mutedUntilMs, isCountShownInTray } = preferences;
  return {
    waiting: reads.waiting(TRAY_REQUESTS),
    names: reads,
    waitingCount: reads.waitingCount(),
    trouble,
    facts: reads.tray(TRAY_AGENTS),
    nowMs,
    mutedUntilMs: isMuted(preferences, nowMs) ? (mutedUntilMs ?? undefined) : undefined,
    isCountShown: isCountShownInTray,
  };
}
