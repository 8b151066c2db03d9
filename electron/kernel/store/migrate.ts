import { createHash } from 'node:crypto';
import { type Migration, migrations } from './migrations/index';
import type { DatabaseSync } from './sqlite';
import { StoreTroubleError } from './trouble';

const historyTable = `CREATE TABLE IF NOT EXISTS migrations (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT`;

function textHash(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

/**
 * How many steps have been applied to a database; 0 for a new one. Throws StoreTroubleError `newer_version` when a newer
 * Gatehouse has written it and `unknown_history` when its steps are not the ones we know. Changes nothing.
 */
export function appliedSteps(database: DatabaseSync, steps: readonly Migration[] = migrations): number {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (tables.length === 0) return 0;
  if (!tables.some((table) => table['name'] === 'migrations')) {
    throw new StoreTroubleError({ kind: 'unknown_history', detail: 'the database was not made by Gatehouse' });
  }
  const applied = database.prepare('SELECT id, name, sha256 FROM migrations ORDER BY id').all();
  for (const [index, row] of applied.entries()) {
    const step = steps[index];
    if (step === undefined) {
      throw new StoreTroubleError({
        kind: 'newer_version',
        detail: `the database has schema step ${String(row['id'])}, this version knows ${steps.length}`,
      });
    }
    if (row['id'] !== step.id || row['sha256'] !== textHash(step)) {
      throw new StoreTroubleError({
        kind: 'unknown_history',
        detail: `schema step ${String(row['id'])} (${String(row['name'])}) is not the one this version knows`,
      });
    }
  }
  return applied.length;
}

/**
 * Brings the schema up to date, forward only, in one transaction, to which `afterSteps` belongs where there was a step to take.
 * Throws as `appliedSteps` does; nothing is changed then.
 */
export function migrate(
  database: DatabaseSync,
  now: number,
  steps: readonly Migration[] = migrations,
  afterSteps?: (database: DatabaseSync) => void,
): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const applied = appliedSteps(database, steps);
    database.exec(historyTable);
    const record = database.prepare('INSERT INTO migrations (id, name, sha256, applied_at_ms) VALUES (?, ?, ?, ?)');
    for (const step of steps.slice(applied)) {
      database.exec(step.sql);
      record.run(step.id, step.name, textHash(step), now);
    }
    if (applied < steps.length) afterSteps?.(database);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
