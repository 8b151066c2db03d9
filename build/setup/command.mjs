// @ts-check
import { spawn } from 'node:child_process';
import { root } from './checkout.mjs';

/**
 * @typedef {object} CommandOptions
 * @property {NodeJS.ProcessEnv} [environment] replaces the inherited environment
 * @property {string} [folder] the working folder, the checkout unless told
 * @property {boolean} [shell]
 */

/** @typedef {{ code: number, output: string }} CommandResult */

const couldNotStart = 127;

/**
 * Runs a command with its output shown, and resolves to its exit code (never rejects).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<number>}
 */
export function runShown(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { ...spawnOptions(options), stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(couldNotStart);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a command and resolves to its exit code and everything that it printed (never rejects).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions & { onStart?: (child: import('node:child_process').ChildProcess) => void }} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCaptured(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { ...spawnOptions(options), stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: couldNotStart, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
    options.onStart?.(child);
  });
}

/** How to start npm: by the running npm's own script when there is one, so that Windows needs no shell. */
export function npmCommand(/** @type {readonly string[]} */ args) {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.c?js$/.test(script)) {
    return { command: process.execPath, args: [script, ...args], shell: false };
  }
  return { command: 'npm', args: [...args], shell: process.platform === 'win32' };
}

/** @param {CommandOptions} options */
function spawnOptions(options) {
  return {
    cwd: options.folder ?? root,
    env: options.environment ?? process.env,
    shell: options.shell ?? false,
  };
}
