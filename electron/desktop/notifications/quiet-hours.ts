import type { Preferences } from '../../../shared/contract/desk-contract';
import type { MuteChoice, QuietHours } from '../../../shared/contract/notifications';
import { HOUR_MS } from '../../../shared/kernel/time';

/** What a clock on the wall shows: 0 is Sunday, and minutes since midnight. */
type WallTime = { readonly day: number; readonly minute: number };

/** An instant as the wall clock of a time zone shows it; the zone of this machine unless one is named. */
export function wallTime(atMs: number, timeZone?: string): WallTime {
  const format = new Intl.DateTimeFormat('en-US', {
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
    ...(timeZone !== undefined && { timeZone }),
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.get('weekday') ?? '');
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

/**
 * Whether the wall clock is within the quiet hours. Only what it shows counts, so that they begin and end at the hours that
 * were chosen on the days on which the clocks change too.
 */
export function isWithinQuietHours({ isOn, fromMinute, toMinute, days }: QuietHours, at: WallTime): boolean {
  if (!isOn) return false;
  const isOverMidnight = toMinute <= fromMinute;
  const hasBegunToday = days.includes(at.day) && at.minute >= fromMinute && (isOverMidnight || at.minute < toMinute);
  const hasBegunYesterday = isOverMidnight && days.includes((at.day + 6) % 7) && at.minute < toMinute;
  return hasBegunToday || hasBegunYesterday;
}

/** Whether notifications are held back now: muted, or within the quiet hours. */
export function isQuiet(preferences: Preferences, nowMs: number, timeZone?: string): boolean {
  return isMuted(preferences, nowMs) || isWithinQuietHours(preferences.quietHours, wallTime(nowMs, timeZone));
}

/** Whether the operator has muted notifications. */
export function isMuted({ mutedUntilMs }: Preferences, nowMs: number): boolean {
  return mutedUntilMs !== null && nowMs < mutedUntilMs;
}

/** Until when notifications are muted by this choice; null is not at all. */
export function muteEnd(until: MuteChoice, nowMs: number): number | null {
  if (until === 'off') return null;
  return until === 'hour' ? nowMs + HOUR_MS : tomorrowMorning(nowMs);
}

/** When `until tomorrow` ends: at eight in the morning of the next day, by the wall clock of this machine. */
export function tomorrowMorning(nowMs: number): number {
  return new Date(nowMs).setHours(24 + 8, 0, 0, 0);
}
