import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../electron/kernel/store/sqlite';
import { askForApprovals, type BenchApp, operator, valueOf } from './app';
import { timed } from './measure';
import { emptyHome } from './seed';

/** A row of the audit log and an approval are about as large. */
const RECORD_BYTES = 1_024;

/** Decisions of a round of one client. */
export const DECISIONS = 200;

const CLIENTS = 64;
const DECISIONS_PER_CLIENT = 40;

/** Appends to a file and flushes each time: records a second. */
export function rawAppends(count: number): () => Promise<number> {
  const file = openSync(join(emptyHome(), 'raw'), 'a');
  process.on('exit', () => closeSync(file));
  const record = Buffer.alloc(RECORD_BYTES, 'x');
  return async () => {
    const ms = await timed(() => {
      for (let index = 0; index < count; index++) {
        writeSync(file, record);
        fsyncSync(file);
      }
    });
    return (count / ms) * 1_000;
  };
}

/** Requests that the bare database has. */
const BARE_ROWS = 10_000;

const bareSchema = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE requests (row_id INTEGER PRIMARY KEY, id TEXT UNIQUE, doc TEXT, status TEXT, until INTEGER, settled INTEGER);
  CREATE INDEX waiting ON requests (until, row_id) WHERE status = 'pending';
  CREATE INDEX settled ON requests (settled, row_id, status) WHERE status <> 'pending';
  CREATE TABLE log (seq INTEGER PRIMARY KEY, payload TEXT, hash TEXT);
  CREATE TABLE sums (row_id INTEGER PRIMARY KEY, row_key TEXT, sum INTEGER);
  WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ${BARE_ROWS})
  INSERT INTO requests SELECT number, 'request-' || number, printf('%.${RECORD_BYTES}c', 'x'), 'pending', number, NULL FROM numbers`;

/**
 * What a decision reads and writes, on a database of its own, as bare statements with nothing of ours around them: decisions a
 * second. Every further round decides what the one before has decided, which writes as much.
 */
export function bareDecisions(count: number): () => Promise<number> {
  const database = openDatabase(join(emptyHome(), 'bare.db'), 0);
  process.on('exit', () => database.close());
  database.exec(bareSchema);
  const due = database.prepare(`SELECT 1 FROM requests WHERE status = 'pending' AND until <= ? LIMIT 1`);
  const find = database.prepare('SELECT * FROM requests WHERE id = ?');
  const head = database.prepare('SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1');
  const decided = database.prepare('UPDATE requests SET status = ?, settled = ? WHERE id = ?');
  const log = database.prepare('INSERT INTO log (payload, hash) VALUES (?, ?)');
  const sum = database.prepare('INSERT INTO sums (row_key, sum) VALUES (?, ?)');
  const payload = 'x'.repeat(300);
  let number = 0;
  return async () => {
    const ms = await timed(() => {
      for (let index = 0; index < count; index++) {
        number = (number % BARE_ROWS) + 1;
        const id = `request-${number}`;
        database.exec('BEGIN IMMEDIATE');
        due.get(0);
        find.get(id);
        head.get();
        decided.run('approved', Date.now(), id);
        log.run(payload, 'f'.repeat(64));
        sum.run(id, number);
        database.exec('COMMIT');
      }
    });
    return (count / ms) * 1_000;
  };
}

/** Approves, and fails unless that is what happened. */
export async function decide({ send }: BenchApp, approvalId: string | undefined): Promise<void> {
  valueOf(await send(operator, 'approval.approve', { approvalId: approvalId ?? '' }));
}

/** One after the other: decisions a second. */
export async function decisionsOfOne(app: BenchApp): Promise<number> {
  const approvalIds = await askForApprovals(app, DECISIONS);
  const ms = await timed(async () => {
    for (const approvalId of approvalIds) await decide(app, approvalId);
  });
  return (DECISIONS / ms) * 1_000;
}

/** Of 64 clients, each one after the other: decisions a second. */
export async function decisionsOfMany(app: BenchApp): Promise<number> {
  const approvalIds = await askForApprovals(app, CLIENTS * DECISIONS_PER_CLIENT);
  const client = async () => {
    for (let index = 0; index < DECISIONS_PER_CLIENT; index++) await decide(app, approvalIds.pop());
  };
  const ms = await timed(() => Promise.all(Array.from({ length: CLIENTS }, client)));
  return ((CLIENTS * DECISIONS_PER_CLIENT) / ms) * 1_000;
}
