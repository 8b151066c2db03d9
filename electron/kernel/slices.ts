/** The longest that work in slices keeps the process busy at a time, in milliseconds. */
const SLICE_MS = 10;

/** Lets everything else have its turn whenever a slice is over; to be awaited after each piece of work. Throws when cancelled. */
export function startSlices(signal?: AbortSignal): () => Promise<void> | undefined {
  let sliceEnd = performance.now() + SLICE_MS;
  return () => {
    signal?.throwIfAborted();
    if (performance.now() < sliceEnd) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        sliceEnd = performance.now() + SLICE_MS;
        resolve();
      });
    });
  };
}
