import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ENGINE_TOKEN } from './app';
import { emptyHome } from './seed';

/** The checkout, which Electron runs as the app. */
export const checkout = resolve(import.meta.dirname, '..', '..');

/** A running Electron, and when it said what. */
export type RunningElectron = {
  readonly pid: number;
  /** Milliseconds from its start until it printed a line that begins so. */
  readonly said: (beginning: string) => Promise<number>;
  /** The text of that line. */
  readonly line: (beginning: string) => Promise<string>;
  readonly quit: () => Promise<void>;
};

/** What is loaded before the app: it tells when Electron is ready and when a window shows what it is for, no more to come. */
const watcher = `
const { app } = require('electron');
const say = (line) => process.stdout.write(line + '\\n');
app.once('ready', () => say('bench: ready'));
app.on('web-contents-created', (_event, contents) => {
  contents.once('dom-ready', () => {
    const look = () => contents.executeJavaScript(
      "new Promise((done) => { const look = () => (document.querySelector('#root')?.innerText ?? '').length > 20" +
      " && document.querySelector('[aria-busy=true]') === null ? requestAnimationFrame(() => requestAnimationFrame(done)) : setTimeout(look, 4); look(); })", true);
    look().then(() => {
      process.emit('bench: frame');
      say('bench: frame');
    }, () => {});
  });
});
const { createServer } = require('node:http');
if (process.env.GATEHOUSE_BENCH_IPC) {
  const { ipcMain } = require('electron');
  const { serialize } = require('node:v8');
  let [messages, bytes] = [0, 0];
  const count = (...values) => {
    messages += 1;
    bytes += values.reduce((sum, value) => sum + serialize(value).length, 0);
  };
  const handle = ipcMain.handle.bind(ipcMain);
  ipcMain.handle = (channel, answer) => handle(channel, async (event, ...given) => {
    count(...given);
    const answered = await answer(event, ...given);
    count(answered);
    return answered;
  });
  app.on('web-contents-created', (_event, contents) => {
    const send = contents.send.bind(contents);
    contents.send = (channel, ...values) => {
      count(...values);
      send(channel, ...values);
    };
  });
  process.on('bench: frame', () => say('bench: ipc ' + JSON.stringify({ messages, bytes })));
}
if (process.env.GATEHOUSE_BENCH_UPDATE) {
  const { ServerResponse } = require('node:http');
  /** When something was committed, as the first of those who are told of it shows: who asked, or the window. */
  let committedAt;
  let longestSend = 0;
  const noteCommit = () => (committedAt ??= performance.now());
  const end = ServerResponse.prototype.end;
  ServerResponse.prototype.end = function (...given) {
    if (this.req.url.startsWith('/governance/')) noteCommit();
    return end.apply(this, given);
  };
  app.on('web-contents-created', (_event, contents) => {
    const send = contents.send.bind(contents);
    contents.send = (channel, push) => {
      if (push.kind === 'approvals') noteCommit();
      const startedAt = performance.now();
      send(channel, push);
      longestSend = Math.max(longestSend, performance.now() - startedAt);
    };
  });
  const drawn = "new Promise((done) => new MutationObserver((_, observer) => { observer.disconnect(); done(); })" +
    ".observe(document.querySelector('#root'), { subtree: true, childList: true, characterData: true }))";
  const heard = "new Promise((done) => { const end = window.gatehouse.onPush((push) => {" +
    " if (push.kind !== 'changed' || push.topics.length > 0) return; end(); done(); }); })";
  let watching;
  const server = createServer(async (request, response) => {
    const [{ webContents }] = require('electron').BrowserWindow.getAllWindows();
    const watch = async (script) => {
      watching = webContents.executeJavaScript(script).then(() => performance.now());
      await webContents.executeJavaScript('0');
    };
    if (request.url === '/watch') {
      await watch(drawn);
      committedAt = undefined;
      longestSend = 0;
      response.end();
    } else if (request.url === '/drawn') {
      const drawnAt = await watching;
      response.end(JSON.stringify({ ms: drawnAt - committedAt, longestSend }));
    } else {
      await watch(heard);
      const startedAt = performance.now();
      webContents.send('gatehouse:push', { kind: 'changed', topics: [] });
      response.end(JSON.stringify({ ms: (await watching) - startedAt, longestSend }));
    }
  });
  server.listen(0, '127.0.0.1', () => say('bench: update http://127.0.0.1:' + server.address().port));
}
if (process.env.GATEHOUSE_BENCH_TIMERS) {
  // Of each timer of the main process that goes off: how long it was set for, in milliseconds.
  const { createHook, executionAsyncResource } = require('node:async_hooks');
  const fired = {};
  const types = new Map();
  createHook({
    init: (id, type) => void (type === 'Timeout' && types.set(id, type)),
    before(id) {
      const ms = types.has(id) ? executionAsyncResource()._idleTimeout : undefined;
      if (ms !== undefined) fired[ms] = (fired[ms] ?? 0) + 1;
    },
  }).enable();
  const server = createServer((request, response) => {
    // For the date Node.js would set a timer until the next second, which is none of the app's.
    response.sendDate = false;
    response.end(JSON.stringify(fired));
    for (const ms of Object.keys(fired)) delete fired[ms];
  });
  server.listen(0, '127.0.0.1', () => say('bench: timers http://127.0.0.1:' + server.address().port));
}
let last = performance.now();
let longest = 0;
const tick = () => {
  const now = performance.now();
  longest = Math.max(longest, now - last - 1);
  last = now;
};
if (process.env.GATEHOUSE_BENCH_STALLS) {
  setInterval(tick, 1);
  const server = createServer((request, response) => {
    tick();
    response.end(String(longest));
    if (request.url === '/reset') longest = 0;
  });
  server.listen(0, '127.0.0.1', () => say('bench: stalls http://127.0.0.1:' + server.address().port));
}
if (process.env.GATEHOUSE_BENCH_PAGE) {
  let askedAt = 0;
  require('node:diagnostics_channel').subscribe('http.server.request.start', ({ request }) => {
    if (request.method === 'POST' && request.url === '/governance/approvals') askedAt = Date.now();
  });
  const server = createServer(async (request, response) => {
    if (request.url === '/asked') return response.end(String(askedAt));
    let script = '';
    for await (const chunk of request) script += chunk;
    const { BrowserWindow } = require('electron');
    // The popover is another, and may come before it.
    const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().endsWith('/index.html'));
    response.end(JSON.stringify((await window.webContents.executeJavaScript(script, true)) ?? null));
  });
  server.listen(0, '127.0.0.1', () => say('bench: page http://127.0.0.1:' + server.address().port));
}
if (process.env.GATEHOUSE_BENCH_SHORTCUT) {
  // The nearest to the keys: what the system calls when they are pressed.
  let press = () => {};
  app.once('ready', () => {
    const { globalShortcut } = require('electron');
    const register = globalShortcut.register.bind(globalShortcut);
    globalShortcut.register = (keys, onPressed) => register(keys, (press = onPressed));
  });
  // The second frame begins when the first one is drawn.
  const painted = (isThere) => '(async () => {' +
    "if (document.visibilityState === 'hidden') await new Promise((seen) => document.addEventListener('visibilitychange', seen, { once: true }));" +
    'for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);' +
    'return ' + isThere + '; })()';
  let empty;
  const server = createServer(async (request, response) => {
    const { BrowserWindow } = require('electron');
    if (empty === undefined) {
      empty = new BrowserWindow({ show: false, frame: false, width: 560, height: 640 });
      await empty.loadURL('about:blank');
    }
    const isPopover = request.url === '/popover';
    const popover = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().endsWith('/popover.html'));
    const window = isPopover ? popover : empty;
    const startedAt = performance.now();
    if (isPopover) press();
    else window.show();
    const isThere = "document.querySelector('article').innerText.includes('step-1')";
    const isPainted = await window.webContents.executeJavaScript(painted(isPopover ? isThere : 'true'), true);
    const ms = performance.now() - startedAt;
    window.hide();
    response.writeHead(isPainted ? 200 : 500).end(isPainted ? String(ms) : 'the act is not drawn');
  });
  server.listen(0, '127.0.0.1', () => say('bench: shortcut http://127.0.0.1:' + server.address().port));
}
// Chromium takes the signals that were listened to before it was ready. A closed window would only be minimised without a tray.
// Listened to for good: after the last listener is gone the same signal would still end the app.
app.once('ready', () => process.on('SIGUSR2', () => {
  for (const window of require('electron').BrowserWindow.getAllWindows()) window.destroy();
}));
`;

const folder = emptyHome();
const watcherPath = join(folder, 'watcher.cjs');
writeFileSync(watcherPath, watcher);

/** Starts an app's folder; the home is where Gatehouse keeps its data. */
export function startElectron(
  appFolder: string,
  home: string,
  args: readonly string[] = [],
  environment: object = {},
): RunningElectron {
  const executable = process.env['GATEHOUSE_BENCH_ELECTRON'];
  if (executable === undefined) throw new Error('run this by npm run bench');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const userData = `--user-data-dir=${join(home, 'chromium')}`;
  const startedAt = performance.now();
  const child = spawn(executable, [...sandbox, '-r', watcherPath, appFolder, userData, ...args], {
    env: {
      ...process.env,
      GATEHOUSE_HOME: home,
      GATEHOUSE_PORT: '0',
      GATEHOUSE_ENGINE_TOKEN: ENGINE_TOKEN,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Electron could not be started');
  const lines: { readonly text: string; readonly atMs: number }[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push({ text, atMs: performance.now() - startedAt });
    for (const hear of listeners) hear();
  });
  const find = (beginning: string) => lines.find(({ text }) => text.startsWith(beginning));
  const found = (beginning: string) =>
    new Promise<{ readonly text: string; readonly atMs: number }>((resolve, reject) => {
      const hear = () => {
        const line = find(beginning);
        if (line === undefined) return;
        listeners.delete(hear);
        resolve(line);
      };
      listeners.add(hear);
      const fail = (why: string) => reject(new Error(`Electron ${why} before it said "${beginning}"`));
      child.once('exit', (code) => fail(`ended with ${code}`));
      setTimeout(() => fail(`waited ${LONGEST_MS} ms`), LONGEST_MS).unref();
      hear();
    });
  return {
    pid,
    said: async (beginning) => (await found(beginning)).atMs,
    line: async (beginning) => (await found(beginning)).text,
    quit: () => quit(child),
  };
}

/** Longest that an app takes to say something, and to end, in milliseconds. */
const LONGEST_MS = 60_000;

/** Ends it; one that does not end by itself is ended all the same, and that is an error. */
async function quit(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const last = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  clearTimeout(last);
  if (signal === 'SIGKILL') throw new Error('Electron did not end');
}

/** Where the API of an app listens. */
export async function apiUrlOf(app: RunningElectron): Promise<string> {
  const line = await app.line('Gatehouse is ready');
  return line.slice(line.indexOf('http'));
}
