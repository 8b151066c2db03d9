import { defaultLimits, type Limits, limitsSchema } from '../../shared/limits';
import type { DatabaseSync } from './sqlite';

/** Reads of the limits. */
export interface LimitsReader {
  /** The limits in force: the stored ones, over the defaults. */
  current(): Limits;
}

/** The limits in this database. */
export function createLimits(database: DatabaseSync): LimitsReader {
  const find = database.prepare('SELECT limits FROM limits');
  return {
    current() {
      const row = find.get();
      if (row === undefined) return defaultLimits;
      return limitsSchema.parse({ ...defaultLimits, ...JSON.parse(String(row['limits'])) });
    },
  };
}
