import type { Preferences } from '../../../shared/contract/desk-contract';
import type { DeskReads } from '../../edges/ipc/desk-reads';
import { isMuted } from '../notifications/quiet-hours';
import { TRAY_REQUESTS, type TrayState } from './tray-menu';
import { TRAY_AGENTS } from './tray-sections';

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
    waitingCount: reads.waitingCount(),
    trouble,
    facts: reads.tray(TRAY_AGENTS),
    nowMs,
    mutedUntilMs: isMuted(preferences, nowMs) ? (mutedUntilMs ?? undefined) : undefined,
    isCountShown: isCountShownInTray,
  };
}
