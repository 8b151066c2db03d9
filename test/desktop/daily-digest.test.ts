import { expect, test } from 'vitest';
import { tellDailyDigest } from '../../electron/desktop/notifications/daily-digest';
import type { Notice } from '../../electron/desktop/notifications/plan';
import type { Digest } from '../../shared/contract/approval-rows';
import { defaultPreferences, type Preferences } from '../../shared/contract/desk-contract';
import { nanosOfUsd } from '../../shared/kernel/money';

const MINUTE_MS = 60_000;
const busy: Digest = { asked: 41, byRule: 30, approved: 6, denied: 2, missed: 3 };
const on: Partial<Preferences> = {
  digestMinute: 18 * 60,
  notificationKinds: { ...defaultPreferences.notificationKinds, digest: true },
};

/** Looks once a minute from one time of a day until another, and answers what was told and when. */
function day(
  change: Partial<Preferences>,
  { digest = busy, isKnown = true, from = 0, hours = 48, spent = nanosOfUsd(6.2) } = {},
) {
  const midnight = new Date(2026, 10, 20).getTime();
  const told: { readonly hour: number; readonly notice: Notice }[] = [];
  let toldMs = 0;
  for (let minute = from * 60; minute < (from + hours) * 60; minute++) {
    tellDailyDigest({
      preferences: () => ({ ...defaultPreferences, ...change }),
      now: () => midnight + minute * MINUTE_MS,
      digestSince: () => (isKnown ? digest : undefined),
      spentToday: () => spent,
      told: { atMs: () => toldMs, keep: (atMs) => void (toldMs = atMs) },
      tell: (notice) => told.push({ hour: minute / 60, notice }),
    });
  }
  return told;
}

test('the digest comes once a day at its minute, and says what came of the day', () => {
  const told = day(on);
  expect(told.map(({ hour }) => hour)).toEqual([0, 18, 42]);
  expect(told[1]?.notice.notification.body).toBe('41 asked, 6 approved, 30 by rule, 2 denied, 3 missed, $6.20');
});

test('the digest is off until it is chosen, and with all notifications off', () => {
  expect(day({})).toEqual([]);
  expect(day({ ...on, areNotificationsOn: false })).toEqual([]);
});

test('the digest waits for the end of the quiet hours and of a mute', () => {
  const quietHours = { isOn: true, fromMinute: 17 * 60, toMinute: 20 * 60, days: [0, 1, 2, 3, 4, 5, 6] };
  expect(day({ ...on, quietHours }, { from: 12, hours: 24 }).map(({ hour }) => hour)).toEqual([20]);
  const mutedUntilMs = new Date(2026, 10, 20, 19, 30).getTime();
  expect(day({ ...on, mutedUntilMs }, { from: 12, hours: 24 }).map(({ hour }) => hour)).toEqual([19.5]);
});

test('nothing is told of a day without requests, of one that is long over, or while nobody knows', () => {
  expect(day(on, { digest: { asked: 0, byRule: 0, approved: 0, denied: 0, missed: 0 } })).toEqual([]);
  expect(day(on, { isKnown: false })).toEqual([]);
  expect(day(on, { from: 7, hours: 10 })).toEqual([]);
});
