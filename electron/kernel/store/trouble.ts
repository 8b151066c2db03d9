import { constants } from 'node:os';
import type { StoreTroubleKind } from '../../../shared/contract/desk-contract';
import type { JsonObject } from '../../../shared/kernel/fields';

/** What keeps the database from being used, and the technical detail for a report. */
export type StoreTrouble = {
  readonly kind: StoreTroubleKind;
  readonly detail: string;
  /** Of `changes_lost`: how many rows of the audit log are missing at least, and when the last one that is there was written. */
  readonly loss?: { readonly atLeast: number; readonly afterMs?: number };
};

/** Thrown when the database cannot be opened or used. It is never repaired or replaced in silence. */
export class StoreTroubleError extends Error {
  readonly trouble: StoreTrouble;

  constructor(trouble: StoreTrouble) {
    super(`${trouble.kind}: ${trouble.detail}`);
    this.name = 'StoreTroubleError';
    this.trouble = trouble;
  }
}

// SQLite's primary result codes.
const kindByResultCode: Readonly<Record<number, StoreTroubleKind>> = {
  3: 'not_permitted', // PERM
  5: 'locked', // BUSY
  6: 'locked', // LOCKED
  8: 'not_permitted', // READONLY
  10: 'unreadable', // IOERR
  11: 'damaged', // CORRUPT
  13: 'disk_full', // FULL
  14: 'unreadable', // CANTOPEN
  23: 'not_permitted', // AUTH
  26: 'damaged', // NOTADB
};

const kindBySystemError: Readonly<Record<string, StoreTroubleKind>> = {
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
  EROFS: 'not_permitted',
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  EIO: 'unreadable',
};

const IOERR = 10;
// IOERR_SHMSIZE: no space for the index of the write-ahead log, which every opening makes, a reading one too.
const IOERR_SHMSIZE = 4874;

/** SQLite says FULL only where it writes pages; elsewhere a full disk is an I/O error with the system's word for it. */
function isForWantOfSpace(error: { readonly errcode?: unknown }): boolean {
  const { errcode, sqliteExtendedCode, systemErrno } = error as JsonObject;
  if (typeof errcode !== 'number' || (errcode & 0xff) !== IOERR) return false;
  const { ENOSPC, EDQUOT } = constants.errno;
  return (
    errcode === IOERR_SHMSIZE ||
    sqliteExtendedCode === IOERR_SHMSIZE ||
    systemErrno === ENOSPC ||
    systemErrno === EDQUOT
  );
}

/** A table or a column that a statement of ours names is not there: the database is not what our migrations made. */
function isForWantOfATable(error: Error): boolean {
  return /^no such (table|column):/.test(error.message);
}

/** What an error says about the database or its folder; undefined when it is a bug of ours and not the database's state. */
export function troubleOf(error: unknown): StoreTrouble | undefined {
  if (error instanceof StoreTroubleError) return error.trouble;
  if (!(error instanceof Error)) return undefined;
  const kind =
    'errcode' in error && typeof error.errcode === 'number'
      ? isForWantOfSpace(error)
        ? 'disk_full'
        : isForWantOfATable(error)
          ? 'damaged'
          : kindByResultCode[error.errcode & 0xff]
      : 'code' in error && typeof error.code === 'string'
        ? kindBySystemError[error.code]
        : undefined;
  return kind === undefined ? undefined : { kind, detail: error.message };
}
