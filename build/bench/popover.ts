import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SHORTCUT } from '../../shared/shortcut';
import { ENGINE_TOKEN } from './app';
import { apiUrlOf, checkout, type RunningElectron, startElectron } from './electron';
import { interleaved, tellAtMost, tellLimit } from './measure';
import { memoryOf } from './memory';
import { emptyHome, seededHome, smallSize } from './seed';

/** Longest wait for the popover after its keys were pressed, in milliseconds. */
const LONGEST_MS = 150;

/** How much more memory the app may take once the page of the popover is there. */
const MOST_MEMORY = 1.25;

const PRESSES = 15;

/** What is drawn: a new file of two hundred lines, asked about with the earliest deadline of all. */
const content = Array.from({ length: 200 }, (_, index) => `export const step${index} = 'step-${index}';`).join('\n');

/** Asks the app about it. */
async function ask(app: RunningElectron): Promise<void> {
  const asked = await fetch(`${await apiUrlOf(app)}/governance/approvals`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ENGINE_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: 'Write' },
      rationale: 'The steps of the migration.',
      action: { file_path: '/work/shop/src/steps.ts', content },
      expires_at_ms: Date.now() + 120_000,
    }),
  });
  if (!asked.ok) throw new Error(`refused: ${await asked.text()}`);
  // Until the page of the popover is made and drawn, hidden.
  await sleep(6_000);
}

async function benchShortcut(): Promise<void> {
  const app = startElectron(checkout, seededHome(smallSize), ['--hidden'], { GATEHOUSE_BENCH_SHORTCUT: '1' });
  try {
    const address = (await app.line('bench: shortcut')).slice('bench: shortcut '.length);
    await ask(app);
    const press = (which: 'popover' | 'empty') => async () => {
      const answer = await fetch(`${address}/${which}`);
      if (!answer.ok) throw new Error(await answer.text());
      const ms = Number(await answer.text());
      await sleep(300);
      return ms;
    };
    const figures = await interleaved({ popover: press('popover'), empty: press('empty') }, PRESSES);
    const what = 'the keys of the shortcut until the most urgent act is painted, against an empty window that is shown';
    tellLimit({ goal: 'U3', what, value: figures.popover, baseline: figures.empty, unit: 'ms' }, LONGEST_MS);
  } finally {
    await app.quit();
  }
}

/** Megabytes of the app in the tray while something waits; with a shortcut the page of the popover is there too. */
const memoryInTray = (decideShortcut: string) => async () => {
  const home = emptyHome();
  writeFileSync(join(home, 'preferences.json'), JSON.stringify({ decideShortcut }));
  const app = startElectron(checkout, home, ['--hidden']);
  await ask(app);
  const megabytes = memoryOf(app.pid);
  await app.quit();
  return megabytes;
};

await benchShortcut();
const figures = await interleaved({ kept: memoryInTray(DEFAULT_SHORTCUT), without: memoryInTray('') }, 3);
tellAtMost(
  {
    goal: 'U3',
    what: 'memory while something waits, with the page of the popover kept, against without a shortcut',
    value: figures.kept,
    baseline: figures.without,
    unit: 'MB',
  },
  MOST_MEMORY,
);
