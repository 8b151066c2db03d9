/** How many requests may be sent: a steady rate, and a burst on top of an idle time. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/** What one token may send (spec/api.md section 1). */
const rateOfToken: Rate = { perSecond: 200, burst: 400 };

/** What everybody without a token may send together to one route, and what is sent with tokens that are none. */
export const rateOfStrangers: Rate = { perSecond: 1_000, burst: 2_000 };

/** Counts requests per key. */
export interface RateLimit {
  /** Takes one request. Answers 0 when it may pass, else after how many whole seconds to try again. */
  take(key: string, now: number): number;
}

/** One token bucket per key, a token's unless a rate is given. `now` may not run backwards. */
export function createRateLimit({ perSecond, burst }: Rate = rateOfToken): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take(key, now) {
      const bucket = buckets.get(key) ?? { left: burst, atMs: now };
      buckets.set(key, bucket);
      bucket.left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.atMs) / 1_000) * perSecond);
      bucket.atMs = now;
      if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / perSecond));
      bucket.left -= 1;
      return 0;
    },
  };
}
