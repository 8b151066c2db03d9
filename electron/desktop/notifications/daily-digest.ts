import type { Digest } from '../../../shared/contract/approval-rows';
import type { Preferences } from '../../../shared/contract/desk-contract';
import { DAY_MS, HOUR_MS } from '../../../shared/kernel/time';
import { strings, usd } from '../strings';
import type { Notice } from './plan';
import { isQuiet } from './quiet-hours';

/** What the digest needs. */
export type DailyDigestParts = {
  readonly preferences: () => Preferences;
  readonly now: () => number;
  /** What came of the requests since an instant; undefined while the database cannot be asked. */
  readonly digestSince: (sinceMs: number) => Digest | undefined;
  /** What was spent on this UTC day, in nano-dollars. */
  readonly spentToday: () => number;
  /** When a digest was told last, kept over restarts. */
  readonly told: { readonly atMs: () => number; readonly keep: (atMs: number) => void };
  readonly tell: (notice: Notice) => void;
};

/** How late a digest is still told, in milliseconds: an app that is started the next morning tells of nothing. */
const LATEST_MS = 12 * HOUR_MS;

/**
 * Says once a day what came of the requests of the last day, at the minute that was chosen or as soon as it is not quiet any more; on a
 * day without any it says nothing. To be called every minute or so.
 */
export function tellDailyDigest(parts: DailyDigestParts): void {
  const preferences = parts.preferences();
  const nowMs = parts.now();
  const dueMs = lastDue(preferences.digestMinute, nowMs);
  const isOn = preferences.areNotificationsOn && preferences.notificationKinds.digest;
  const isDue = nowMs - dueMs < LATEST_MS && parts.told.atMs() < dueMs;
  if (!isOn || !isDue || isQuiet(preferences, nowMs)) return;
  const digest = parts.digestSince(dueMs - DAY_MS);
  if (digest === undefined) return;
  parts.told.keep(nowMs);
  if (digest.asked + digest.missed > 0) parts.tell(noticeOfDigest(digest, parts.spentToday()));
}

/** The last instant at which the wall clock showed this minute of the day. */
function lastDue(minute: number, nowMs: number): number {
  const today = new Date(nowMs).setHours(0, minute, 0, 0);
  return today <= nowMs ? today : new Date(nowMs).setHours(-24, minute, 0, 0);
}

function noticeOfDigest(digest: Digest, spentNanos: number): Notice {
  return {
    kind: 'digest',
    place: { view: 'sessions' },
    notification: {
      key: 'digest',
      title: strings.dailyDigestTitle,
      body: strings.dailyDigest(digest, spentNanos === 0 ? undefined : usd(spentNanos)),
      actions: [{ action: 'open', label: strings.open }],
      urgency: 'normal',
    },
  };
}
