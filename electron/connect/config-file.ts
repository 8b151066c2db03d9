import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { ConfigError } from './config-edit';
import { PRIVATE_MODE, writeWhole } from './kept-file';

/** A configuration file as it was found. */
export type FoundFile = {
  readonly path: string;
  /** Where a symbolic link leads; `path` itself where there is none. */
  readonly target: string;
  /** Null when there is no file. */
  readonly bytes: Buffer | null;
  readonly mode: number;
};

/** SHA-256 in hex. */
export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads a configuration file; one that is not there is no error. Throws ConfigError for one that cannot be read. */
export function findFile(path: string): FoundFile {
  let isLink: boolean;
  try {
    isLink = lstatSync(path).isSymbolicLink();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path, target: path, bytes: null, mode: PRIVATE_MODE };
    throw unreadable(path, error);
  }
  try {
    const target = isLink ? realpathSync(path) : path;
    const status = statSync(target);
    if (!status.isFile()) throw new ConfigError(`${path} is not a file. Nothing was changed.`);
    return { path, target, bytes: readFileSync(target), mode: status.mode & 0o777 };
  } catch (error) {
    throw error instanceof ConfigError ? error : unreadable(path, error);
  }
}

/** The text of a file; Throws ConfigError for bytes that are not UTF-8, which would not survive a change. */
export function textOf({ path, bytes }: FoundFile): string {
  if (bytes === null) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConfigError(`${path} is not UTF-8 text, so it was left as it is.`);
  }
}

/** Throws ConfigError for a file that its owner has made read-only: somebody, or a program, does not want it changed. */
export function refuseReadOnly({ path, bytes, mode }: FoundFile): void {
  if (bytes === null || (mode & 0o200) !== 0) return;
  throw new ConfigError(`${path} is read-only, so it was left as it is. Make it writable (chmod u+w), then try again.`);
}

/**
 * Puts other bytes in the place of a file, whole or not at all; null removes it. A symbolic link stays one. Throws ConfigError when
 * the file is not as it was found any more.
 */
export function replaceFile(found: FoundFile, bytes: Buffer | string | null, mode: number): void {
  const { path, target } = found;
  const now = findFile(path);
  const isSame = now.bytes === null ? found.bytes === null : found.bytes?.equals(now.bytes) === true;
  if (!isSame || now.target !== target)
    throw new ConfigError(`${path} was changed by another program meanwhile. Try again.`);
  if (bytes === null) {
    rmSync(target, { force: true });
    return;
  }
  try {
    writeWhole(target, bytes, { mode, flush: true });
  } catch (error) {
    throw new ConfigError(`${path} could not be written (${codeOf(error)}). Nothing was changed in it.`);
  }
}

/** Copies bytes to a file beside the original with the day and time in its name. Answers its path. */
export function writeBackup({ path, mode }: FoundFile, bytes: Buffer, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-');
  const first = `${path}.before-gatehouse-${stamp}`;
  let backup = first;
  for (let number = 2; existsSync(backup); number += 1) backup = `${first}-${number}`;
  try {
    writeFileSync(backup, bytes, { flag: 'wx', mode: PRIVATE_MODE, flush: true });
    // The mode of the original is part of what is kept.
    chmodSync(backup, mode);
  } catch (error) {
    throw new ConfigError(`${path} could not be backed up (${codeOf(error)}), so it was left as it is.`);
  }
  return backup;
}

function unreadable(path: string, error: unknown): ConfigError {
  return new ConfigError(`${path} cannot be read (${codeOf(error)}), so it was left as it is.`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'error';
}
