import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { startDesktop } from '../../test/support/desktop/session';
import { checkout, startElectron } from './electron';
import { interleaved, isWanted, tellAtMost, tellCount, tellLimit } from './measure';
import { memoryOf, processorMsOf } from './memory';
import { emptyHome } from './seed';

const home = emptyHome();

/** Without a host for icons there is no tray to be in, and the app shows its window instead. */
const desktop = await startDesktop({ tray: true });
const start = (appFolder: string, args: readonly string[] = [], environment: object = {}) =>
  startElectron(appFolder, home, args, { ...desktop.env, HOME: process.env['HOME'], ...environment });

/** A bare Electron without a window, and one whose window is a React page of one line. */
const bareFolder = bareApp('');
const windowFolder = bareApp(`
  const window = new BrowserWindow({ width: 1000, height: 700 });
  void window.loadFile('page/index.html');`);

function bareApp(whenReady: string): string {
  const folder = emptyHome();
  writeFileSync(join(folder, 'package.json'), '{"name":"bare","version":"1.0.0","type":"module","main":"main.js"}');
  writeFileSync(
    join(folder, 'main.js'),
    `import { app, BrowserWindow } from 'electron';
app.on('window-all-closed', () => {});
process.on('SIGTERM', () => app.exit(0));
app.whenReady().then(() => {${whenReady}
});`,
  );
  return folder;
}

async function buildPage(): Promise<void> {
  const source = emptyHome();
  writeFileSync(join(source, 'index.html'), '<div id="root"></div><script type="module" src="./page.js"></script>');
  writeFileSync(
    join(source, 'page.js'),
    `import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
createRoot(document.getElementById('root')).render(createElement('main', {}, 'Nothing waits for a decision here.'));`,
  );
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    base: './',
    resolve: {
      alias: {
        'react-dom': join(checkout, 'node_modules', 'react-dom'),
        react: join(checkout, 'node_modules', 'react'),
        scheduler: join(checkout, 'node_modules', 'scheduler'),
      },
    },
    build: { outDir: join(windowFolder, 'page') },
  });
}

/** Milliseconds until an app says this. */
const until = (appFolder: string, beginning: string, args: readonly string[]) => async () => {
  const app = start(appFolder, args);
  const ms = await app.said(beginning);
  await app.quit();
  return ms;
};

const memory = (appFolder: string, beginning: string, args: readonly string[]) => async () => {
  const app = start(appFolder, args);
  await app.said(beginning);
  await sleep(3_000);
  const megabytes = memoryOf(app.pid);
  await app.quit();
  return megabytes;
};

/** What is left 5 s after the window was closed. */
async function memoryAfterClosing(): Promise<number> {
  const app = start(checkout);
  await app.said('bench: frame');
  await sleep(3_000);
  process.kill(app.pid, 'SIGUSR2');
  await sleep(5_000);
  const megabytes = memoryOf(app.pid);
  await app.quit();
  return megabytes;
}

async function benchStart(): Promise<void> {
  const figures = await interleaved({
    bare: until(bareFolder, 'bench: ready', []),
    ready: until(checkout, 'bench: ready', ['--hidden']),
    listening: until(checkout, 'Gatehouse is ready', ['--hidden']),
    bareFrame: until(windowFolder, 'bench: frame', []),
    frame: until(checkout, 'bench: frame', []),
  });
  const { bare, bareFrame } = figures;
  const unit = 'ms';
  tellAtMost(
    { goal: 'T1', what: 'Electron ready, against bare Electron', value: figures.ready, baseline: bare, unit },
    1.15,
  );
  tellAtMost(
    {
      goal: 'T1',
      what: 'the API listens, against bare Electron ready',
      value: figures.listening,
      baseline: bare,
      unit,
    },
    1.8,
  );
  tellAtMost(
    {
      goal: 'T1',
      what: 'the first useful frame, against a bare React window',
      value: figures.frame,
      baseline: bareFrame,
      unit,
    },
    1.25,
  );
}

async function benchMemory(): Promise<void> {
  const figures = await interleaved({
    bare: memory(bareFolder, 'bench: ready', []),
    tray: memory(checkout, 'Gatehouse is ready', ['--hidden']),
    bareWindow: memory(windowFolder, 'bench: frame', []),
    window: memory(checkout, 'bench: frame', []),
    closed: memoryAfterClosing,
  });
  const { bare, bareWindow, tray } = figures;
  const unit = 'MB';
  tellAtMost(
    { goal: 'T2', what: 'memory in the tray, against bare Electron', value: tray, baseline: bare, unit },
    1.12,
  );
  tellAtMost(
    {
      goal: 'T2',
      what: 'memory with the window, against a bare React window',
      value: figures.window,
      baseline: bareWindow,
      unit,
    },
    1.15,
  );
  tellAtMost(
    {
      goal: 'T2',
      what: 'memory 5 s after closing the window, against the tray',
      value: figures.closed,
      baseline: tray,
      unit,
    },
    1.05,
  );
}

/** How long nothing happens, in milliseconds. */
const IDLE_MS = 60_000;

/** What the start still has to do is no part of being idle. */
const SETTLING_MS = 30_000;

/** The shortest timer that may go off while nothing happens, in milliseconds. */
const SHORTEST_TIMER_MS = 15_000;

/** The share of a core that an app and all that it started take while nothing happens, and its timers in the main process. */
async function idle(appFolder: string, beginning: string, args: readonly string[]) {
  const app = start(appFolder, args, { GATEHOUSE_BENCH_TIMERS: '1' });
  try {
    await app.said(beginning);
    const address = (await app.line('bench: timers')).slice('bench: timers '.length);
    await sleep(SETTLING_MS);
    await (await fetch(address)).text();
    const before = processorMsOf(app.pid);
    await sleep(IDLE_MS);
    const share = ((processorMsOf(app.pid) - before) / IDLE_MS) * 100;
    const timers = (await (await fetch(address)).json()) as Readonly<Record<string, number>>;
    return { share, timers };
  } finally {
    await app.quit();
  }
}

async function benchIdle(): Promise<void> {
  const bare = await idle(bareFolder, 'bench: ready', []);
  const bareWindow = await idle(windowFolder, 'bench: frame', []);
  for (const [where, baseline, args, beginning] of [
    ['in the tray', bare, ['--hidden'], 'Gatehouse is ready'],
    ['with the window', bareWindow, [], 'bench: frame'],
  ] as const) {
    const { share, timers } = await idle(checkout, beginning, args);
    const what = `CPU of all processes ${where} over ${IDLE_MS / 1_000} s in which nothing happens`;
    tellLimit({ goal: 'I1', what, value: [share], baseline: [baseline.share], unit: '% of a core' }, 0.3);
    const short = Object.entries(timers).filter(([ms]) => Number(ms) < SHORTEST_TIMER_MS);
    const count = short.reduce((sum, [, times]) => sum + times, 0);
    const named = short.map(([ms, times]) => `${times} of ${ms} ms`).join(', ');
    const short15 = `timers of under ${SHORTEST_TIMER_MS / 1_000} s that go off meanwhile ${where}${named === '' ? '' : `: ${named}`}`;
    tellCount({ goal: 'I1', what: short15, value: count, unit: 'timers' }, 0);
  }
}

await buildPage();
if (isWanted('T1')) await benchStart();
if (isWanted('T2')) await benchMemory();
if (isWanted('I1')) await benchIdle();
await desktop.stop();
