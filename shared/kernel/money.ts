/** Nano-dollars in a dollar. Inside, money is a whole number of nano-dollars; on the wire it is dollars (`cost_usd`). */
const NANOS_PER_USD = 1_000_000_000;

/** The largest amount that is kept exactly, in nano-dollars; sums end here instead of wrapping. */
export const MAX_NANOS = Number.MAX_SAFE_INTEGER;

/** Dollars as nano-dollars, rounded to the nearest. */
export function nanosOfUsd(usd: number): number {
  return Math.round(usd * NANOS_PER_USD);
}

/** Nano-dollars as dollars: `300_000_000` is `0.3`. */
export function usdOfNanos(nanos: number): number {
  return nanos / NANOS_PER_USD;
}

/** The sum of two counts or amounts; it ends at the largest exact number and never wraps. */
export function saturatingSum(one: number, other: number): number {
  return Math.min(MAX_NANOS, one + other);
}
