import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../../../shared/kernel/actor';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { agent, createWorld, engine, operator, type World } from '../world';

const DAY_MS = 86_400_000;

/** Automations as a desk has them after some months: who made each, and what its run costs on a day like others, in dollars. */
const automations = [
  { id: 'pr-digest', name: 'Pull request digest', by: agent('scout', ['planner']), usd: 0.62 },
  { id: 'docs-crawl', name: 'Docs crawler', by: agent('crawler', ['planner', 'scout']), usd: 0.41 },
  { id: 'plan-week', name: 'Plan of the week', by: agent('planner'), usd: 0.18 },
  { id: 'invoice-match', name: 'Match invoices with orders', by: agent('ledger'), usd: 0.55 },
  { id: 'release-notes', name: 'Release notes draft', by: agent('press-writer'), usd: 0.23 },
  { id: 'triage', name: 'Issue triage', by: agent('triage-bot'), usd: 0.34 },
  { id: 'nightly-tests', name: 'Nightly test report', by: agent('tester'), usd: 0.29 },
  { id: 'translate', name: 'Translate the handbook', by: agent('translator'), usd: 0.21 },
  { id: 'archive', name: 'Archive old mail', by: agent('archivist'), usd: 0.09 },
  { id: 'disk-sweep', name: 'Sweep old build artefacts', by: agent('tidy'), usd: 0.05 },
  { id: 'watch-prices', name: 'Watch hosting prices', by: agent('price-watch'), usd: 0.04 },
  { id: 'board-report', name: 'Report for the board', by: operator, usd: 0.38 },
] as const;

/** A number from 0 to 1 that follows from two others, so that every picture has the same days. */
function noise(one: number, other: number): number {
  const value = Math.sin(one * 12.9898 + other * 78.233) * 43_758.5453;
  return value - Math.floor(value);
}

/** The files of each history that was made, by the day it ends on and its length. */
const made = new Map<string, ReadonlyMap<string, Buffer>>();

/**
 * Fills a data folder with what agents did and spent over the last days, by the commands that the API sends, at the times at
 * which they would have been sent. The app must not run on the folder yet. A history of the same days is made once in a worker and
 * copied after that: to make sixty days takes three seconds of the processor.
 */
export async function fillSpendHistory(home: string, days: number): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const name = `${today}, ${days}`;
  if (!made.has(name)) {
    await makeHistory(home, today, days);
    made.set(name, new Map(readdirSync(home).map((file) => [file, readFileSync(join(home, file))])));
    return;
  }
  for (const [file, bytes] of made.get(name) ?? []) writeFileSync(join(home, file), bytes, { mode: 0o600 });
}

async function makeHistory(home: string, today: number, days: number): Promise<void> {
  const world = createWorld({ home });
  world.clock.at = today - days * DAY_MS;
  await world.done(operator, 'limits.update', { perAgentDailyCreationLimit: 100, perAgentCreationReviewThreshold: 0 });
  for (const { id, name, by } of automations) {
    await world.done(by, 'automation.create', { automationId: id, name, status: 'active', schedule: {} });
    await world.done(operator, 'automation.extend', { automationId: id, expiresAtMs: today + 200 * DAY_MS });
  }
  for (let day = days; day >= 1; day -= 1) {
    const startMs = today - day * DAY_MS;
    const isWeekend = [0, 6].includes(new Date(startMs).getUTCDay());
    for (const [index, { id, by, usd }] of automations.entries()) {
      if (noise(day, index) < (isWeekend ? 0.75 : 0.15)) continue;
      world.clock.at = startMs + 6 * 3_600_000 + index * 1_000_000;
      await runOnce(world, by, id, usd * (0.5 + 1.2 * noise(index + 7, day)), noise(day + 3, index) < 0.04);
    }
  }
  world.holder.close();
}

/** One run from its start to its end, as an engine reports it; with nothing about its cost where it stays silent. */
async function runOnce(world: World, by: Caller, automationId: string, usd: number, isSilent: boolean): Promise<void> {
  const { run } = await world.done(by, 'automation.run', { automationId, triggerType: 'schedule' });
  const { runId } = run;
  await world.done(engine, 'run.report', { runId, status: 'running' });
  if (!isSilent) {
    const tokens = Math.round(usd * 90_000);
    const usage = { promptTokens: tokens, completionTokens: Math.round(tokens / 8), costNanos: nanosOfUsd(usd) };
    await world.done(engine, 'run.spend', { runId, ...usage });
  }
  world.clock.at += 150_000 + Math.round(noise(usd, 3) * 900_000);
  await world.done(engine, 'run.report', { runId, status: 'completed', nodeOutputs: { done: true } });
}
