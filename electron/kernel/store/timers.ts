import { z } from 'zod';
import { instantSchema } from '../../../shared/kernel/instant';
import { instantOf, type RowKind } from './documents';
import type { DatabaseSync } from './sqlite';

/** What a timer remembers: when the last health check was, and up to which expiry the operator has been warned. */
export type TimerName = 'health_check' | 'expiry_warned_until';

const timerRowSchema = z.object({ name: z.enum(['health_check', 'expiry_warned_until']), last_at_ms: instantSchema });

/** How timers are stored. */
export const timerKind: RowKind<unknown> = {
  table: 'timers',
  key: ['name'],
  columns: '*',
  parse: (row) => timerRowSchema.parse(row),
};

/** Reads of what timers remember. */
export interface TimersReader {
  /** The instant that a timer remembers; undefined before the first. */
  last(name: TimerName): number | undefined;
}

/** Reads and writes of what timers remember. */
export interface Timers extends TimersReader {
  set(name: TimerName, atMs: number): void;
}

/** The timers in this database. */
export function createTimers(database: DatabaseSync): Timers {
  const upsert = database.prepare(
    'INSERT INTO timers (name, last_at_ms) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last_at_ms = excluded.last_at_ms',
  );
  return {
    last: instantOf(database, 'SELECT last_at_ms AS value FROM timers WHERE name = ?'),
    set(name, atMs) {
      upsert.run(name, atMs);
    },
  };
}
