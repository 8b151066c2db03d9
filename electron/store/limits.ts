import { defaultLimits, type Limits, limitsSchema } from '../../shared/limits';
import type { DatabaseSync } from './sqlite';

/** Reads of the limits. */
export interface LimitsReader {
  /** The limits in force: the stored ones, over the defaults. */
  current(): Limits;
  /** Whether they were ever changed. */
  areSet(): boolean;
}

/** Reads and the write of the limits. */
export interface LimitsStore extends LimitsReader {
  save(limits: Limits): void;
}

/** The limits in this database. */
export function createLimits(database: DatabaseSync): LimitsStore {
  const find = database.prepare('SELECT limits FROM limits');
  const upsert = database.prepare(
    'INSERT INTO limits (only_row, limits) VALUES (1, ?) ON CONFLICT (only_row) DO UPDATE SET limits = excluded.limits',
  );
  return {
    areSet: () => find.get() !== undefined,
    save(limits) {
      upsert.run(JSON.stringify(limits));
    },
    current() {
      const row = find.get();
      if (row === undefined) return defaultLimits;
      return limitsSchema.parse({ ...defaultLimits, ...JSON.parse(String(row['limits'])) });
    },
  };
}
