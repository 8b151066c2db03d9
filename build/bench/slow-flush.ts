import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { askForApprovals, openApp } from './app';
import { bareDecisions, DECISIONS, decide, decisionsOfMany, rawAppends } from './decisions';
import { interleaved, isWanted, tellAtLeast, tellFloor, tellLimit } from './measure';
import { seededHome } from './seed';

// Run with the library that makes each flush take 2 ms longer.
const size = { approvals: 1_000, automations: 0, auditRows: 1_000 };
const PER_SECOND = 300;

async function benchManyClients(): Promise<void> {
  const app = openApp(seededHome(size));
  const figures = await interleaved({ raw: rawAppends(DECISIONS), app: () => decisionsOfMany(app) });
  const what = 'decide + audit, 64 clients, flush + 2 ms, against one append + fsync at a time';
  tellAtLeast({ goal: 'D2', what, value: figures.app, baseline: figures.raw, unit: '/s' }, 18);
  await app.close();
}

/** The longest that the process was held up while decisions came at an even pace, or nothing did; in milliseconds. */
async function benchStalls(): Promise<void> {
  const app = openApp(seededHome(size));
  const stallDuring = (work: (approvalId: string) => Promise<void>) => async () => {
    const approvalIds = await askForApprovals(app, PER_SECOND);
    const monitor = monitorEventLoopDelay({ resolution: 1 });
    monitor.enable();
    const answers: Promise<void>[] = [];
    const startedAt = performance.now();
    for (const [index, approvalId] of approvalIds.entries()) {
      await sleep(Math.max(0, startedAt + (index * 1_000) / PER_SECOND - performance.now()));
      answers.push(work(approvalId));
    }
    await Promise.all(answers);
    monitor.disable();
    // The monitor's own timer counts as a delay of its resolution.
    return monitor.max / 1e6 - 1;
  };
  const decideBare = bareDecisions(1);
  const figures = await interleaved({
    idle: stallDuring(() => Promise.resolve()),
    bare: stallDuring(async () => void (await decideBare())),
    app: stallDuring((approvalId) => decide(app, approvalId)),
  });
  const bare = `longest stall at ${PER_SECOND} times a decision's statements a second, bare SQLite, flush + 2 ms`;
  tellFloor({ goal: 'D4', what: bare, value: figures.bare, baseline: figures.idle, unit: 'ms' });
  const what = `longest stall at ${PER_SECOND} decisions/s, flush + 2 ms; against idling`;
  tellLimit({ goal: 'D4', what, value: figures.app, baseline: figures.idle, unit: 'ms' }, 5);
  await app.close();
}

if (isWanted('D2')) await benchManyClients();
if (isWanted('D4')) await benchStalls();
