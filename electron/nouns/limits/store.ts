import { z } from 'zod';
import { defaultLimits, type Limits, limitsSchema } from '../../../shared/contract/limits';
import type { JsonObject } from '../../../shared/kernel/fields';
import { type RowKind, rowsOf, writeOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';

/** Reads of the limits. */
export interface LimitsReader {
  /**
   * The limits in force: the stored ones, over the defaults. Where they cannot be read, no agent creates anything and the
   * operator can pause; of the others, those that still make sense hold, and the defaults in place of the rest.
   */
  current(): Limits;
  /** Whether they were ever changed. */
  areSet(): boolean;
  /** Whether they are there and cannot be read, so that the ones in force are not the ones that were set. */
  areUnreadable(): boolean;
}

/** Reads and the write of the limits. */
export interface LimitsStore extends LimitsReader {
  save(limits: Limits): void;
}

/** How the limits are stored. */
export const limitsKind: RowKind<Limits> = {
  table: 'limits',
  key: ['only_row'],
  columns: 'only_row, limits',
  parse: (row) => limitsSchema.parse({ ...defaultLimits, ...parsed(row) }),
};

const fieldsSchema = z.record(z.string(), z.unknown());

function parsed(row: SqlRow): JsonObject {
  return fieldsSchema.parse(JSON.parse(String(row['limits'])));
}

/** The limits in this database. */
export function createLimits(database: DatabaseSync, unreadable = createUnreadableRows()): LimitsStore {
  const rows = rowsOf(database, unreadable, limitsKind);
  const find = database.prepare('SELECT only_row, limits FROM limits');
  const upsert = writeOf(
    database,
    'INSERT INTO limits (only_row, limits) VALUES (1, ?) ON CONFLICT (only_row) DO UPDATE SET limits = excluded.limits',
  );
  const read = () => {
    const row = find.get() as SqlRow | undefined;
    return row === undefined ? undefined : { row, found: rows.read(row) };
  };
  return {
    areSet: () => find.get() !== undefined,
    areUnreadable: () => read()?.found.isReadable === false,
    save(limits) {
      upsert(JSON.stringify(limits));
    },
    current() {
      const stored = read();
      if (stored === undefined) return defaultLimits;
      return stored.found.isReadable ? stored.found.value : closedLimits(stored.row);
    },
  };
}

/** The limits that hold while the stored ones cannot be read. */
function closedLimits(row: SqlRow): Limits {
  const sensible = Object.entries(fieldsIn(row)).filter(
    ([name, value]) => limitsSchema.partial().safeParse({ [name]: value }).success,
  );
  return { ...defaultLimits, ...Object.fromEntries(sensible), creationEnabled: false, perAgentPauseEnabled: true };
}

function fieldsIn(row: SqlRow): JsonObject {
  try {
    return parsed(row);
  } catch {
    return {};
  }
}
