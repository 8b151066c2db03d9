/** How often it is looked whether the engine is still there, in milliseconds. */
const LOOK_MS = 1_000;

/** Aborts when the engine stops the hook, or is gone itself. A second signal ends the process at once, as it would without this. */
export function interruption(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error('The engine stopped the hook.'));
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
  for (const name of signals) process.once(name, stop);
  // An engine that is killed stops nobody; its children get another parent.
  const parent = process.ppid;
  const look = setInterval(() => process.ppid !== parent && stop(), LOOK_MS);
  look.unref();
  return {
    signal: controller.signal,
    end() {
      clearInterval(look);
      for (const name of signals) process.off(name, stop);
    },
  };
}
