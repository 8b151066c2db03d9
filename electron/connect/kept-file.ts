import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fieldsOf, type JsonObject, jsonIn } from '../../shared/kernel/fields';
import type { Wire } from '../../shared/kernel/wire-type';

/** Owner only: what Gatehouse writes may hold a token. */
export const PRIVATE_MODE = 0o600;

type Options = {
  readonly mode?: number;
  /** Whether it must survive that the computer goes off right afterwards. */
  readonly flush?: boolean;
};

/** Puts a file in its place whole or not at all, for its owner only if no mode says otherwise; its folder is made if there is none. */
export function writeWhole(path: string, content: string | Buffer, options: Options = {}): void {
  const { mode = PRIVATE_MODE, flush = false } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const scratch = join(dirname(path), `.${basename(path)}.gatehouse-${process.pid}`);
  try {
    rmSync(scratch, { force: true });
    writeFileSync(scratch, content, { mode: PRIVATE_MODE, flush, flag: 'wx' });
    chmodSync(scratch, mode);
    renameSync(scratch, path);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw error;
  }
}

// Files that Gatehouse keeps have the names of the wire. Without the schema library, which would cost every hook its start.

/** A value as it is written into a file. */
export function toKept<T>(value: T): Wire<T> {
  return renamed(value, (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) as Wire<T>;
}

/** What a file says, with the names that are used inside; nothing of its form is checked. Throws SyntaxError for what is no JSON. */
export function fromKept(text: string): unknown {
  return renamed(JSON.parse(text), (name) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

/** The fields of a JSON text; none if it is no JSON, or no object. */
export function fieldsIn(text: string): JsonObject {
  return fieldsOf(jsonIn(text));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [rename(name), renamed(held, rename)]));
}
