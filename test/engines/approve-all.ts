import { setTimeout } from 'node:timers/promises';
import type { Lab } from './lab';

/** The operator approves every tool call that is asked about, until the answered function is called. */
export function approveAll(lab: Lab): () => Promise<void> {
  const over = new AbortController();
  const approving = (async () => {
    while (!over.signal.aborted) {
      const calls = (await lab.pending().catch(() => [])).filter(({ request_type: type }) => type === 'tool_call');
      for (const asked of calls) await lab.decide(asked, 'approve').catch(() => undefined);
      await setTimeout(50);
    }
  })();
  return () => {
    over.abort();
    return approving;
  };
}
