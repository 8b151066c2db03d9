// @ts-check
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCaptured } from './command.mjs';
import { say } from './say.mjs';

/** @typedef {import('./command.mjs').CommandOptions} CommandOptions */

/**
 * @typedef {object} Watch
 * @property {readonly string[]} folders where the growing files are
 * @property {string} what the words for the progress lines
 * @property {number} stallMs how long nothing may grow before it is given up
 * @property {number} [expectedBytes]
 */

const pollMs = 500;
const reportMs = 2_000;

/**
 * Runs a downloading command that has no progress of its own to show: watches its folders grow, says so every two
 * seconds, and ends it when nothing has grown for too long. Resolves to a code and output as any command does.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} options
 * @param {Watch} watch
 */
export async function runWatchedDownload(command, args, options, watch) {
  const initialBytes = sizeOfAll(watch.folders);
  let lastBytes = initialBytes;
  let grewAtMs = Date.now();
  let reportedAtMs = Date.now();
  let isStalled = false;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  const timer = setInterval(() => {
    const bytes = sizeOfAll(watch.folders);
    const nowMs = Date.now();
    if (bytes !== lastBytes) grewAtMs = nowMs;
    if (bytes > lastBytes && nowMs - reportedAtMs >= reportMs) {
      say(`… ${watch.what}: ${progress(bytes - initialBytes, watch.expectedBytes)}`);
      reportedAtMs = nowMs;
    }
    lastBytes = bytes;
    if (nowMs - grewAtMs > watch.stallMs) {
      isStalled = true;
      child?.kill('SIGKILL');
    }
  }, pollMs);
  const result = await runCaptured(command, args, { ...options, onStart: (started) => (child = started) });
  clearInterval(timer);
  return isStalled ? { code: 1, output: `nothing arrived for ${Math.round(watch.stallMs / 1000)} s` } : result;
}

/**
 * @param {number} bytes
 * @param {number | undefined} expectedBytes
 */
function progress(bytes, expectedBytes) {
  const megabytes = (/** @type {number} */ count) => Math.round(count / 1_000_000);
  if (expectedBytes === undefined) return `${megabytes(bytes)} MB`;
  return `${megabytes(Math.min(bytes, expectedBytes))} of ${megabytes(expectedBytes)} MB`;
}

/** @param {readonly string[]} folders */
function sizeOfAll(folders) {
  return folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
}

/** @returns {number} */
function sizeOf(/** @type {string} */ path) {
  try {
    const entry = statSync(path);
    if (!entry.isDirectory()) return entry.size;
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  } catch {
    return 0; // Temporary files come and go between listing and looking.
  }
}
