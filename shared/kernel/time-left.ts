import { DAY_MS, HOUR_MS } from './time';

const MINUTE_MS = 60_000;

/** A length of time, in milliseconds, in the largest unit that says enough of it; negative for one that is past. */
export function distance(ms: number): {
  readonly value: number;
  readonly unit: 'second' | 'minute' | 'hour' | 'day';
} {
  const size = Math.abs(ms);
  if (size < 90_000) return { value: Math.trunc(ms / 1000), unit: 'second' };
  if (size < 90 * MINUTE_MS) return { value: Math.trunc(ms / MINUTE_MS), unit: 'minute' };
  if (size < 36 * HOUR_MS) return { value: Math.trunc(ms / HOUR_MS), unit: 'hour' };
  return { value: Math.trunc(ms / DAY_MS), unit: 'day' };
}

/** How much time is left, as short as possible, for lists and menus: `45s`, `4m`, `3h`, `2d`. */
export function timeLeft(atMs: number, nowMs: number): string {
  const { value, unit } = distance(Math.max(0, atMs - nowMs));
  return `${value}${unit.slice(0, 1)}`;
}
