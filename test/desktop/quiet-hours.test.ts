import { expect, test } from 'vitest';
import {
  isQuiet,
  isWithinQuietHours,
  tomorrowMorning,
  wallTime,
} from '../../electron/desktop/notifications/quiet-hours';
import { defaultPreferences } from '../../shared/contract/desk-contract';
import { HOUR_MS } from '../../shared/kernel/time';

const [SUNDAY, MONDAY, FRIDAY, SATURDAY] = [0, 1, 5, 6] as const;
const at = (day: number, hour: number, minute = 0) => ({ day, minute: hour * 60 + minute });
const hours = (from: number, to: number, days: readonly number[]) => ({
  isOn: true,
  fromMinute: from * 60,
  toMinute: to * 60,
  days: [...days],
});

test.each([
  ['before they begin', hours(22, 7, [FRIDAY]), at(FRIDAY, 21, 59), false],
  ['from their first minute', hours(22, 7, [FRIDAY]), at(FRIDAY, 22), true],
  ['after midnight, on a day that they do not begin on', hours(22, 7, [FRIDAY]), at(SATURDAY, 6, 59), true],
  ['at their end', hours(22, 7, [FRIDAY]), at(SATURDAY, 7), false],
  ['in the evening of a day that they do not begin on', hours(22, 7, [FRIDAY]), at(SATURDAY, 23), false],
  ['over the end of the week', hours(22, 7, [SATURDAY]), at(SUNDAY, 3), true],
  ['within one day', hours(12, 14, [MONDAY]), at(MONDAY, 13), true],
  ['within one day, on the next one', hours(12, 14, [MONDAY]), at(MONDAY + 1, 13), false],
  ['a whole day', hours(0, 0, [SUNDAY]), at(SUNDAY, 23, 59), true],
  ['a whole day, and the next one', hours(0, 0, [SUNDAY]), at(MONDAY, 0), false],
  ['that are turned off', { ...hours(0, 0, [SUNDAY]), isOn: false }, at(SUNDAY, 12), false],
])('quiet hours %s', (_name, quietHours, wall, isWithin) => {
  expect(isWithinQuietHours(quietHours, wall)).toBe(isWithin);
});

test('they follow the wall clock on the days on which it is changed', () => {
  const preferences = { ...defaultPreferences, quietHours: hours(22, 7, [0, 1, 2, 3, 4, 5, 6]) };
  const isQuietInBerlin = (atMs: number) => isQuiet(preferences, atMs, 'Europe/Berlin');
  // In the night to 29 March 2026 an hour is left out: seven in the morning is 05:00 UTC, a day before it is 06:00 UTC.
  expect(isQuietInBerlin(Date.UTC(2026, 2, 28, 5, 59))).toBe(true);
  expect(isQuietInBerlin(Date.UTC(2026, 2, 28, 6))).toBe(false);
  expect(isQuietInBerlin(Date.UTC(2026, 2, 29, 4, 59))).toBe(true);
  expect(isQuietInBerlin(Date.UTC(2026, 2, 29, 5))).toBe(false);
  expect(wallTime(Date.UTC(2026, 2, 29, 5), 'Europe/Berlin')).toEqual(at(SUNDAY, 7));
});

test('a mute holds until its instant, and longer ago it is none', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const until = (mutedUntilMs: number | null) => isQuiet({ ...defaultPreferences, mutedUntilMs }, now);
  expect([until(null), until(now + 1), until(now), until(now - HOUR_MS)]).toEqual([false, true, false, false]);
});

test('tomorrow is at eight in the morning of the next day', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const until = tomorrowMorning(now);
  expect(wallTime(until).minute).toBe(8 * 60);
  expect(wallTime(until).day).toBe((wallTime(now).day + 1) % 7);
  expect(until - now).toBeLessThan(36 * HOUR_MS);
});
