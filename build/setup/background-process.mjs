// @ts-check
import { spawn } from 'node:child_process';

/** The signals by which a person or a service asks a script to end. */
export const endSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Starts a process in a group of its own, so that Ctrl-C in the terminal reaches only this script, which then ends
 * its processes in order.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ stdio: import('node:child_process').StdioOptions, environment?: NodeJS.ProcessEnv }} options
 */
export function startInOwnGroup(command, args, { stdio, environment }) {
  return spawn(command, [...args], {
    stdio,
    env: environment ?? process.env,
    detached: process.platform !== 'win32',
  });
}

/** Sends a signal to a process and to all that it has started; a group that is gone already is fine. */
export function signalGroup(
  /** @type {import('node:child_process').ChildProcess} */ child,
  /** @type {NodeJS.Signals} */ signal,
) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * The first line that a stream brings, or undefined when it ends or says nothing for ten seconds.
 * @param {NodeJS.ReadableStream} stream
 * @returns {Promise<string | undefined>}
 */
export function firstLine(stream) {
  return new Promise((resolve) => {
    let text = '';
    const timer = setTimeout(() => resolve(undefined), 10_000);
    const finish = (/** @type {string | undefined} */ line) => {
      clearTimeout(timer);
      resolve(line);
    };
    stream.on('data', (chunk) => {
      text += String(chunk);
      const end = text.indexOf('\n');
      if (end >= 0) finish(text.slice(0, end).trim());
    });
    stream.on('error', () => finish(undefined));
    stream.on('end', () => finish(undefined));
  });
}
