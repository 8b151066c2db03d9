import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from './config-edit';
import { connectionPath, type Engine } from './connection-file';

/** Changing a few small files takes far less; a lock that is older was left by a process that was killed, in milliseconds. */
const LONGEST_MS = 30_000;

/** Changes an engine's connection and its files while no other process does. Throws ConfigError while one does. */
export function whileLocked<T>(home: string, engine: Engine, change: () => T): T {
  const path = `${connectionPath(home, engine)}.lock`;
  lock(path, engine);
  try {
    return change();
  } finally {
    rmSync(path, { force: true });
  }
}

function lock(path: string, engine: Engine): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Math.abs(Date.now() - since) > LONGEST_MS) rmSync(path, { force: true });
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      code === 'EEXIST'
        ? `Another program is changing the connection of ${engine} right now. Try again.`
        : `The connection of ${engine} could not be written (${code ?? 'error'}). Nothing was changed.`,
    );
  }
}
