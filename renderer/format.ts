import { formatterOf } from '../shared/kernel/formatter';
import { nanosOfUsd, usdOfNanos } from '../shared/kernel/money';
import { HOUR_MS } from '../shared/kernel/time';
import { distance } from '../shared/kernel/time-left';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;

// The words are English; the operator's own way to write dates and hours is used where it is English too.
const locale = navigator.language.startsWith('en') ? navigator.language : 'en-GB';

const date = (options: Intl.DateTimeFormatOptions) =>
  formatterOf<[at: number | Date]>(() => new Intl.DateTimeFormat(locale, options));
const numberIn = (options?: Intl.NumberFormatOptions) =>
  formatterOf<[value: number]>(() => new Intl.NumberFormat(locale, options));
const distanceIn = (numeric: 'always' | 'auto') =>
  formatterOf<[value: number, unit: Intl.RelativeTimeFormatUnit]>(
    () => new Intl.RelativeTimeFormat(locale, { numeric }),
  );
const shortDay = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const shortTime = { hour: 'numeric', minute: '2-digit' } as const;

const dayOfWeek = date(shortDay);
const dayOfYear = date({ dateStyle: 'medium' });
const timeOfDay = date(shortTime);
const dayAndTime = date({ ...shortDay, ...shortTime });
const exactTime = date({ timeStyle: 'medium' });
const exactDayAndTime = date({ dateStyle: 'medium', timeStyle: 'medium' });
const wholeDate = date({ dateStyle: 'full', timeStyle: 'long' });
const withYear = date({ dateStyle: 'medium', timeStyle: 'short' });
const utcDay = date({ day: 'numeric', month: 'short', timeZone: 'UTC' });
const weekday = date({ weekday: 'short', timeZone: 'UTC' });
const weekMoment = date({ weekday: 'short', ...shortTime });
const relative = distanceIn('always');
const named = distanceIn('auto');
const number = numberIn();
const percent = numberIn({ style: 'percent' });
const compact = numberIn({ notation: 'compact' });
const money = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
const usd = numberIn(money);
const smallUsd = numberIn({ ...money, maximumSignificantDigits: 2 });
const compactUsd = numberIn({ ...money, notation: 'compact' });

/** A whole number with the operator's separators. */
export function formatNumber(value: number): string {
  return number.format(value);
}

/** A day of the week, 0 is Sunday: `Sun`. */
export function weekdayName(day: number): string {
  // The 4th of January 1970 was a Sunday.
  return weekday.format((day + 3) * DAY_MS);
}

/** Nano-dollars as dollars and cents; less than a cent with its first two digits, so that it is never $0.00. */
export function formatUsd(nanos: number): string {
  return (nanos > 0 && nanos < nanosOfUsd(0.01) ? smallUsd : usd).format(usdOfNanos(nanos));
}

/** Dollars in short, for an axis: `$0.45`, `$12`, `$1.2K`. */
export function formatAxisUsd(dollars: number): string {
  return dollars > 0 && dollars < 10 ? formatUsd(nanosOfUsd(dollars)) : compactUsd.format(dollars);
}

/** A ratio as a percentage: `0.8` is `80%`. */
export function formatPercent(ratio: number): string {
  return percent.format(ratio);
}

/** A large number in short: `12K`. */
export function formatCompact(value: number): string {
  return compact.format(value);
}

/** The UTC day that begins at this instant, as spend is counted: `4 Nov`. */
export function formatUtcDay(dayStartMs: number): string {
  return utcDay.format(dayStartMs);
}

/** An instant within this week, by its weekday and the operator's own time: `Thu, 14:05`. */
export function formatWeekMoment(atMs: number): string {
  return weekMoment.format(atMs);
}

/** A length of time in its largest whole unit: `6 hours`, `90 days`. */
export function formatSpan(ms: number): string {
  if (ms % DAY_MS === 0) return countOf(ms / DAY_MS, 'day', 'days');
  if (ms % HOUR_MS === 0) return countOf(ms / HOUR_MS, 'hour', 'hours');
  if (ms % MINUTE_MS === 0) return countOf(ms / MINUTE_MS, 'minute', 'minutes');
  return countOf(Math.round(ms / 1000), 'second', 'seconds');
}

/** The number with its noun: `1 request`, `2 requests`. */
export function countOf(value: number, one: string, other: string): string {
  return `${number.format(value)} ${value === 1 ? one : other}`;
}

const isSameDay = (oneMs: number, otherMs: number) =>
  new Date(oneMs).toDateString() === new Date(otherMs).toDateString();

/** An instant as short as it stays clear: the hour today, with the day within half a year, else with the year. */
export function formatInstant(atMs: number, nowMs: number): string {
  if (isSameDay(atMs, nowMs)) return timeOfDay.format(atMs);
  return (Math.abs(atMs - nowMs) < 180 * DAY_MS ? dayAndTime : withYear).format(atMs);
}

/** A whole hour of the operator's own day: `8:00 AM`, `08:00`. */
export function formatHour(hour: number): string {
  return timeOfDay.format(new Date(2020, 0, 1, hour));
}

/** The day of an instant, with the year where it is not near; the hour, if it is today. */
export function formatDay(atMs: number, nowMs: number): string {
  if (isSameDay(atMs, nowMs)) return timeOfDay.format(atMs);
  return (Math.abs(atMs - nowMs) < 180 * DAY_MS ? dayOfWeek : dayOfYear).format(atMs);
}

/** An instant to the second: the hour today, else with the day. */
export function formatExactInstant(atMs: number, nowMs: number): string {
  return (isSameDay(atMs, nowMs) ? exactTime : exactDayAndTime).format(atMs);
}

/** An instant in full, for the one who asks for it. */
export function formatWholeInstant(atMs: number): string {
  return wholeDate.format(atMs);
}

/** How far away an instant is, in words: `in 4 minutes`, `2 hours ago`. Never promises more time than there is. */
export function formatRelative(atMs: number, nowMs: number): string {
  const { value, unit } = distance(atMs - nowMs);
  return value === 0 ? named.format(0, 'second') : relative.format(value, unit);
}
