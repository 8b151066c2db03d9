import { setTimeout as sleep } from 'node:timers/promises';
import { ENGINE_TOKEN } from './app';
import { apiUrlOf, checkout, startElectron } from './electron';
import { interleaved, tellAtMost, tellLimit } from './measure';
import { seededHome, smallSize } from './seed';

/** How often something is committed, so that the middle one says something. */
const COMMITS = 60;

/** The longest that a message to the window may hold the main process up, in milliseconds. */
const LONGEST_SEND_MS = 2;

type Measured = { readonly ms: number; readonly longestSend: number };

const app = startElectron(checkout, seededHome(smallSize), [], { GATEHOUSE_BENCH_UPDATE: '1' });
try {
  const address = (await app.line('bench: update')).slice('bench: update '.length);
  const url = await apiUrlOf(app);
  await app.said('bench: frame');
  await sleep(3_000);
  const ask = async (path: string) => (await (await fetch(`${address}${path}`)).json()) as Measured;
  const sends: number[] = [];
  let count = 0;

  /** Asks for an approval with the earliest deadline of all, so that the list has it in sight. */
  const commit = async () => {
    await (await fetch(`${address}/watch`)).text();
    const asked = await fetch(`${url}/governance/approvals`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ENGINE_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        request_type: 'tool_call',
        target_resource: { type: 'tool', id: 'Bash' },
        rationale: 'The tests pass.',
        action: { command: `git push origin branch-${count++}` },
        expires_at_ms: Date.now() + 150_000 - count * 1_000,
      }),
    });
    if (!asked.ok) throw new Error(`refused: ${await asked.text()}`);
    const { ms, longestSend } = await ask('/drawn');
    sends.push(longestSend);
    await sleep(100);
    return ms;
  };

  const { value, baseline } = await interleaved(
    { value: commit, baseline: async () => (await ask('/empty')).ms },
    COMMITS,
  );
  tellAtMost(
    { goal: 'U1', what: 'the window is updated after a commit, against an empty message', value, baseline, unit: 'ms' },
    2,
  );
  const longest = [Math.max(...sends)];
  const what = `longest that one of ${COMMITS} messages to the window holds the main process up`;
  tellLimit({ goal: 'U1', what, value: longest, baseline: longest, unit: 'ms' }, LONGEST_SEND_MS);
} finally {
  await app.quit();
}
