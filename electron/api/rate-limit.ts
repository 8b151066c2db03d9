/** Requests that one token may send (spec/api.md section 1): a steady rate, and a burst on top of an idle time. */
const REQUESTS_PER_SECOND = 200;
const BURST = 400;

/** Counts requests per key. */
export interface RateLimit {
  /** Takes one request. Answers 0 when it may pass, else after how many whole seconds to try again. */
  take(key: string, now: number): number;
}

/** One token bucket per key: it holds 400 requests and refills by 200 a second. `now` may not run backwards. */
export function createRateLimit(): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take(key, now) {
      const bucket = buckets.get(key) ?? { left: BURST, atMs: now };
      buckets.set(key, bucket);
      bucket.left = Math.min(BURST, bucket.left + (Math.max(0, now - bucket.atMs) / 1_000) * REQUESTS_PER_SECOND);
      bucket.atMs = now;
      if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / REQUESTS_PER_SECOND));
      bucket.left -= 1;
      return 0;
    },
  };
}
