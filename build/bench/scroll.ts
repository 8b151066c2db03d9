import { setTimeout as sleep } from 'node:timers/promises';
import { checkout, startElectron } from './electron';
import { ROUNDS, tellAtLeast, tellLimit } from './measure';
import { fullSize, seededHome } from './seed';

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

const app = startElectron(checkout, seededHome(fullSize), [], { GATEHOUSE_BENCH_PAGE: '1' });
try {
  const address = (await app.line('bench: page')).slice('bench: page '.length);
  await app.said('bench: frame');
  const run = async (script: string) =>
    (await (await fetch(address, { method: 'POST', body: script })).json()) as Seconds;
  await sleep(2_000);

  const measure = async (what: string, list: string) => {
    const scrolling: Seconds[] = [];
    const idling: Seconds[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      idling.push(await run(watchList(list, 0)));
      scrolling.push(await run(watchList(list, 120)));
    }
    const of = (key: keyof Seconds, seconds: readonly Seconds[]) => seconds.map((each) => each[key]);
    const compared = (key: keyof Seconds) => ({
      value: of(key, scrolling),
      baseline: of(key, idling),
    });
    tellAtLeast(
      {
        goal: 'U2',
        what: `${what}: frames while scrolling, against idling`,
        ...compared('framesPerSecond'),
        unit: '/s',
      },
      0.9,
    );
    tellLimit(
      { goal: 'U2', what: `${what}: longest script in a frame`, ...compared('longestScriptMs'), unit: 'ms' },
      LONGEST_MS,
    );
    tellLimit({ goal: 'U2', what: `${what}: elements of the list`, ...compared('nodes'), unit: '' }, MOST_NODES);
  };

  await run(press('Audit'));
  await measure('audit log of 1,000,000 rows', '[role="grid"]');
  await run(press('Queue'));
  await run(press('Past'));
  await measure('100,000 past approvals', '#gatehouse-list');
} finally {
  await app.quit();
}
