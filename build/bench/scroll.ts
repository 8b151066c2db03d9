import { setTimeout as sleep } from 'node:timers/promises';
import { checkout, startElectron } from './electron';
import { ROUNDS, tellAtLeast, tellAtMost, tellLimit } from './measure';
import { fullSize, type Size, seededHome, smallSize } from './seed';

/** What a few seconds in the page were like. */
type Seconds = {
  readonly framesPerSecond: number;
  /** The longest time that scripts of ours kept one frame, in milliseconds; 0 where no frame took 50 ms. */
  readonly longestScriptMs: number;
  /** Elements of the list. */
  readonly nodes: number;
};

const LONGEST_MS = 50;
const MOST_NODES = 300;

/** Scrolls the list by so many pixels each frame for three seconds; 0 shows what the machine does by itself. */
const watchList = (list: string, pixels: number) => `(async () => {
  const list = document.querySelector(${JSON.stringify(list)});
  const frames = [];
  const observer = new PerformanceObserver((entries) => frames.push(...entries.getEntries()));
  observer.observe({ type: 'long-animation-frame' });
  const startedAt = performance.now();
  let count = 0;
  while (performance.now() - startedAt < 3000) {
    await new Promise(requestAnimationFrame);
    list.scrollTop += ${pixels};
    count += 1;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  observer.disconnect();
  const scripts = frames.map((frame) => frame.scripts.reduce((sum, { duration }) => sum + duration, 0));
  return {
    framesPerSecond: count / seconds,
    longestScriptMs: Math.max(0, ...scripts),
    nodes: list.querySelectorAll('*').length,
  };
})()`;

const press = (name: string) => `(async () => {
  [...document.querySelectorAll('button, label')].find((each) => each.textContent.trim().startsWith(${JSON.stringify(name)}))?.click();
  await new Promise((resolve) => setTimeout(resolve, 1500));
})()`;

/** Goes to a place and answers how long it takes until this is drawn, in milliseconds. */
const mount = (name: string, drawn: string) => `(async () => {
  const button = [...document.querySelectorAll('nav button')].find((each) => each.textContent.trim().startsWith(${JSON.stringify(name)}));
  const startedAt = performance.now();
  button.click();
  while (document.querySelector(${JSON.stringify(drawn)}) === null) await new Promise(requestAnimationFrame);
  return performance.now() - startedAt;
})()`;

const ROW = '[role="grid"] [role="row"][aria-rowindex="2"]';

type Page = { readonly run: <T>(script: string) => Promise<T>; readonly quit: () => Promise<void> };

async function openPage(size: Size): Promise<Page> {
  const app = startElectron(checkout, seededHome(size), [], { GATEHOUSE_BENCH_PAGE: '1' });
  const address = (await app.line('bench: page')).slice('bench: page '.length);
  await app.said('bench: frame');
  await sleep(2_000);
  const run = async <T>(script: string) => (await (await fetch(address, { method: 'POST', body: script })).json()) as T;
  return { run, quit: app.quit };
}

async function measureScrolling({ run }: Page, what: string, list: string): Promise<void> {
  const scrolling: Seconds[] = [];
  const idling: Seconds[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    idling.push(await run(watchList(list, 0)));
    scrolling.push(await run(watchList(list, 120)));
  }
  const of = (key: keyof Seconds, seconds: readonly Seconds[]) => seconds.map((each) => each[key]);
  const compared = (key: keyof Seconds, unit: string) => ({
    goal: 'U2',
    value: of(key, scrolling),
    baseline: of(key, idling),
    unit,
  });
  tellAtLeast({ what: `${what}: frames while scrolling, against idling`, ...compared('framesPerSecond', '/s') }, 0.9);
  tellLimit({ what: `${what}: longest script in a frame`, ...compared('longestScriptMs', 'ms') }, LONGEST_MS);
  tellLimit({ what: `${what}: elements of the list`, ...compared('nodes', '') }, MOST_NODES);
}

/** How long the audit log takes to be drawn, in milliseconds, round after round; the first one only warms up. */
async function mountsOf({ run }: Page): Promise<readonly number[]> {
  const figures: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    await run(press('Settings'));
    const figure = await run<number>(mount('Audit', ROW));
    if (round >= 0) figures.push(figure);
  }
  return figures;
}

// One after the other: of two windows on one screen, only the upper one is drawn.
const small = await openPage(smallSize);
const baseline = await mountsOf(small);
await small.quit();
const full = await openPage(fullSize);
try {
  const value = await mountsOf(full);
  tellAtMost({ goal: 'U2', what: 'audit log of 1,000,000 rows drawn, against 1,000', value, baseline, unit: 'ms' }, 2);
  await measureScrolling(full, 'audit log of 1,000,000 rows', '[role="grid"]');
  await full.run(press('Queue'));
  await full.run(press('Past'));
  await measureScrolling(full, '100,000 past approvals', '#gatehouse-list');
} finally {
  await full.quit();
}
