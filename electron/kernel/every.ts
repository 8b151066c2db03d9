/** What runs again and again whatever happens runs at most this often, in milliseconds: each time the processor wakes up for it. */
const SHORTEST_MS = 15_000;

/** Calls again and again until the answered function is called; the first time when the time is over. Throws for less than 15 s. */
export function every(ms: number, call: () => void): () => void {
  if (ms < SHORTEST_MS) throw new RangeError(`nothing may run every ${ms} ms while nothing happens`);
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
}
