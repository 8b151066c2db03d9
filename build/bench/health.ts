import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchApp, openApp, operator, valueOf } from './app';
import { interleaved, tellAtLeast, tellAtMost, tellFloor, timed } from './measure';
import { automationIdOf, emptyHome, type Size, seededHome } from './seed';

const sizeOf = (automations: number): Size => ({ approvals: 1_000, automations, auditRows: 1_000, failing: 0 });

/** Automations whose checks are timed in the reference's way; the others are reckoned. */
const SAMPLE = 20;

const folder = emptyHome();
const check = (app: BenchApp) => () => timed(async () => valueOf(await app.send(operator, 'health.check', {})));

/** The reference writes its whole state for each automation that it looks at. */
function referenceCheck(automations: number): () => Promise<number> {
  const state = Array.from({ length: automations }, (_, number) => ({
    automationId: automationIdOf(number),
    runs: Array.from({ length: 5 }, (_run, run) => ({
      runId: `run-${number}-${run}`,
      status: 'completed',
      nodeOutputs: { report: 'done' },
    })),
    findings: [] as string[],
    healthLastCheckedAtMs: 0,
  }));
  return async () => {
    const ms = await timed(() => {
      for (let number = 0; number < SAMPLE; number++) {
        const next = structuredClone(state);
        const found = next[number];
        if (found !== undefined) found.healthLastCheckedAtMs = Date.now();
        writeFileSync(join(folder, 'state.json'), JSON.stringify(next, null, 2));
      }
    });
    return (ms / SAMPLE) * automations;
  };
}

const none = openApp(seededHome(sizeOf(0)));
const hundred = openApp(seededHome(sizeOf(100)));
const thousand = openApp(seededHome(sizeOf(1_000)));
const tenThousand = openApp(seededHome(sizeOf(10_000)));
const figures = await interleaved({
  none: check(none),
  hundred: check(hundred),
  thousand: check(thousand),
  tenThousand: check(tenThousand),
  reference: referenceCheck(1_000),
});
const reference = "the reference's check takes as many times ours, 1,000 automations";
tellAtLeast({ goal: 'B1', what: reference, value: figures.reference, baseline: figures.thousand, unit: 'ms' }, 200);
const empty = "the reference's check of 1,000 takes as many times ours of none: a thread that opens the database";
tellFloor({ goal: 'B1', what: empty, value: figures.reference, baseline: figures.none, unit: 'ms' });
const each = (ms: readonly number[], automations: number) => ms.map((figure) => (figure / automations) * 1_000);
tellAtMost(
  {
    goal: 'B1',
    what: 'a check per automation, of 10,000 against 1,000',
    value: each(figures.tenThousand, 10_000),
    baseline: each(figures.thousand, 1_000),
    unit: 'us',
  },
  1.3,
);
for (const app of [none, hundred, thousand, tenThousand]) await app.close();
