// @ts-check
import { endSignals, firstLine, signalGroup, startInOwnGroup } from './background-process.mjs';
import { SetupProblem, say } from './say.mjs';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** Whether a person can see windows here. Systems other than Linux always have a display. */
export function hasDisplay() {
  return process.platform !== 'linux' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY');
}

/**
 * Gives Electron the display and the session bus that it needs on Linux, where the machine has none.
 * @returns {Promise<{ environment: Record<string, string>, end: () => void }>}
 */
export async function ensureDisplay() {
  /** @type {Record<string, string>} */
  const environment = {};
  /** @type {ChildProcess[]} */
  const started = [];
  const end = () => {
    for (const child of started.reverse()) signalGroup(child, 'SIGTERM');
  };
  if (process.platform !== 'linux') return { environment, end };
  // What runs in groups of its own outlives a Ctrl-C that arrives before the app is there to be told.
  const endAtOnce = () => {
    end();
    process.exit(0);
  };
  for (const signal of endSignals) process.on(signal, endAtOnce);
  try {
    if (!hasDisplay()) environment.DISPLAY = await startVirtualDisplay(started);
    if (!isSet('DBUS_SESSION_BUS_ADDRESS')) {
      environment.DBUS_SESSION_BUS_ADDRESS = await startSessionBus(started, environment);
    }
  } catch (error) {
    end();
    throw error;
  } finally {
    for (const signal of endSignals) process.off(signal, endAtOnce);
  }
  return { environment, end };
}

async function startVirtualDisplay(/** @type {ChildProcess[]} */ started) {
  // The server picks a free number by itself and reports it on descriptor 3.
  const args = ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'];
  const child = startInOwnGroup('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  started.push(child);
  const number = await lineOrProblem(child, 3, 'the virtual display (Xvfb)');
  say(`no display here, so a virtual one was started (Xvfb, DISPLAY=:${number})`);
  say('the window cannot be seen on it; everything else works');
  return `:${number}`;
}

/**
 * @param {ChildProcess[]} started
 * @param {Record<string, string>} environment
 */
async function startSessionBus(started, environment) {
  const child = startInOwnGroup('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    environment: { ...process.env, ...environment },
  });
  started.push(child);
  const address = await lineOrProblem(child, 1, 'the session bus (dbus-daemon)');
  say('no D-Bus session here, so one was started (dbus-daemon)');
  return address;
}

/**
 * @param {ChildProcess} child
 * @param {number} descriptor where it reports that it is up
 * @param {string} what
 */
async function lineOrProblem(child, descriptor, what) {
  const stream = /** @type {import('node:stream').Readable} */ (child.stdio[descriptor]);
  const line = await Promise.race([
    firstLine(stream),
    new Promise((resolve) => child.on('error', () => resolve(undefined))),
  ]);
  if (typeof line !== 'string' || line === '') throw new SetupProblem(`${what} could not be started`);
  return line;
}

function isSet(/** @type {string} */ name) {
  return (process.env[name] ?? '') !== '';
}
