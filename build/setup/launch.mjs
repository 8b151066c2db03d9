// @ts-check
import { createInterface } from 'node:readline';
import { endSignals, signalGroup, startInOwnGroup } from './background-process.mjs';
import { root } from './checkout.mjs';
import { whenNpmIsGone } from './parent-watch.mjs';
import { say } from './say.mjs';

/** @typedef {import('./electron-runtime.mjs').ElectronRuntime} ElectronRuntime */

const graceMs = 10_000;
// A terminal's Ctrl-C arrives twice, from the terminal and from npm: what follows this closely is the same wish.
const sameWishMs = 1_000;

// What Chromium says on machines without a system bus or a graphics card. It harms nothing and looks like faults.
const noise = [
  /ERROR:(dbus\/)?bus\.cc.*system_bus_socket/,
  /ERROR:(components\/viz\/service\/main\/)?viz_main_impl\.cc.*GPU process/,
  /ERROR:(dbus\/)?object_proxy\.cc.*org\.freedesktop\.(DBus|login1|UPower|portal)/,
  /ERROR:.*gpu.*(vaapi|vulkan|angle|gl_|InitializeSandbox)/i,
  /ERROR:command_buffer_proxy_impl\.cc/,
  /^libva error:/,
  /Failed to set fd limit/,
];

/**
 * Starts the app and resolves to the exit code to end with: Electron's own, or 0 after an end that a signal asked for.
 * @param {ElectronRuntime} electron
 * @param {{ args: readonly string[], environment: Record<string, string>, onReady: () => void }} options
 * @returns {Promise<number>}
 */
export function launch(electron, { args, environment, onReady }) {
  say(`launching Electron ${electron.version} …`);
  const child = startInOwnGroup(electron.executable, [...switches(), root, ...args], {
    stdio: ['inherit', 'pipe', 'pipe'],
    // Some editors set ELECTRON_RUN_AS_NODE in their terminals; Electron would be a plain Node with it.
    environment: { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: undefined },
  });
  const ending = forwardEndSignals(child);
  showOutput(child, onReady);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      say(`Electron could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code, signal) => {
      // Helper processes of a main process that was killed would stay behind otherwise.
      signalGroup(child, 'SIGKILL');
      resolve(exitCode(code, signal, ending()));
    });
  });
}

function switches() {
  /** @type {string[]} */
  const result = [];
  if (process.platform !== 'linux') return result;
  // Chromium's sandbox refuses to run as root; for any other user it stays on.
  if (process.getuid?.() === 0) result.push('--no-sandbox');
  if (!process.env.DISPLAY && process.env.WAYLAND_DISPLAY) result.push('--ozone-platform-hint=auto');
  return result;
}

/**
 * Passes the wish to end on to Electron, gives it ten seconds, and takes a second wish as impatience.
 * @returns {() => { wasAsked: boolean, wasForced: boolean }}
 */
function forwardEndSignals(/** @type {import('node:child_process').ChildProcess} */ child) {
  let askedAtMs = 0;
  let wasForced = false;
  const force = (/** @type {string} */ why) => {
    wasForced = true;
    say(`${why}, so Electron is killed`);
    signalGroup(child, 'SIGKILL');
  };
  const ask = (/** @type {NodeJS.Signals} */ signal) => {
    const nowMs = Date.now();
    if (askedAtMs === 0) {
      askedAtMs = nowMs;
      child.kill(signal);
      setTimeout(() => force(`not ended after ${graceMs / 1000} s`), graceMs).unref();
    } else if (nowMs - askedAtMs > sameWishMs && !wasForced) {
      force('asked to end once more');
    }
  };
  for (const signal of endSignals) process.on(signal, ask);
  whenNpmIsGone(() => {
    if (askedAtMs === 0) ask('SIGTERM');
  });
  return () => ({ wasAsked: askedAtMs > 0, wasForced });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {() => void} onReady
 */
function showOutput(child, onReady) {
  if (child.stdout === null || child.stderr === null) return;
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line);
    if (line.startsWith('Gatehouse is ready')) onReady();
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!noise.some((pattern) => pattern.test(line))) console.error(line);
  });
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 * @param {{ wasAsked: boolean, wasForced: boolean }} ending
 */
function exitCode(code, signal, { wasAsked, wasForced }) {
  if (wasForced) return 1;
  if (code === 0) return 0;
  // Electron without a handler of its own dies by the signal that it was sent: that is the end that was asked for.
  if (wasAsked && signal !== null) return 0;
  say(signal === null ? `the app ended with error code ${code}` : `the app was ended by ${signal}`);
  return code ?? 1;
}
