import { setTimeout as sleep } from 'node:timers/promises';
import { ENGINE_TOKEN } from './app';
import { apiUrlOf, checkout, type RunningElectron, startElectron } from './electron';
import { ROUNDS, tellLimit } from './measure';
import { fullSize, seededHome } from './seed';

const LONGEST_MS = 50;

/** Finds everything of a client of the event stream until it is told to stop. */
async function listenToEvents(url: string): Promise<() => void> {
  const controller = new AbortController();
  const headers = { authorization: `Bearer ${ENGINE_TOKEN}` };
  const response = await fetch(`${url}/governance/events`, { headers, signal: controller.signal });
  const read = async () => {
    for await (const _chunk of response.body ?? []);
  };
  void read().catch(() => {});
  return () => controller.abort();
}

type Stalls = { readonly idle: number; readonly check: number };

/** The longest that the main process was held up: by nothing, and by a health check; its window open, its events being read. */
async function stallsOf(app: RunningElectron, findings: number): Promise<Stalls> {
  const stalls = (await app.line('bench: stalls')).slice('bench: stalls '.length);
  const url = await apiUrlOf(app);
  await app.said('bench: frame');
  const stopListening = await listenToEvents(url);
  // What the start still has to do is no part of it.
  await sleep(1_500);
  const longest = async () => Number(await (await fetch(`${stalls}/reset`)).text());
  await longest();
  await sleep(3_000);
  const idle = await longest();
  const headers = { authorization: `Bearer ${ENGINE_TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/governance/health_check`, { method: 'POST', headers, body: '{}' });
  const body = (await answer.json()) as { finding_count?: number };
  if (body.finding_count !== findings) throw new Error(`the check answered ${JSON.stringify(body)}`);
  await sleep(1_500);
  const check = await longest();
  stopListening();
  return { idle, check };
}

for (const failing of [0, 500, 5_000, 20_000]) {
  const stalls: Stalls[] = [];
  for (let round = 0; round < (failing > 5_000 ? 3 : ROUNDS); round++) {
    const home = seededHome({ approvals: 1_000, automations: fullSize.automations, auditRows: 1_000, failing });
    const app = startElectron(checkout, home, [], { GATEHOUSE_BENCH_STALLS: '1' });
    try {
      stalls.push(await stallsOf(app, failing));
    } finally {
      await app.quit();
    }
  }
  const what = `longest stall of a health check of 20,000 automations, ${failing.toLocaleString('en')} new findings; against idling`;
  const value = stalls.map(({ check }) => check);
  const baseline = stalls.map(({ idle }) => idle);
  tellLimit({ goal: 'S3', what, value, baseline, unit: 'ms' }, LONGEST_MS);
}
