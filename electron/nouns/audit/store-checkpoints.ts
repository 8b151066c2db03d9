import type { Checkpoint } from '../../../shared/contract/checkpoint';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';

/** Reads of the database's own checkpoints; the file outside has them too. */
export interface CheckpointsReader {
  /** The one of the newest row; undefined when there is none. */
  last(): Checkpoint | undefined;
  find(seq: number): Checkpoint | undefined;
  /** At most `limit` of rows after a seq, in the order of their rows. */
  after(seq: number, limit: number): readonly Checkpoint[];
}

/** Reads and the one write of the database's checkpoints. */
export interface Checkpoints extends CheckpointsReader {
  insert(checkpoint: Checkpoint): void;
}

function parseRow(row: SqlRow): Checkpoint {
  return {
    seq: Number(row['seq']),
    hash: String(row['hash']),
    atMs: Number(row['at_ms']),
    publicKey: String(row['public_key']),
    signature: String(row['signature']),
  };
}

/** The checkpoints in this database. */
export function createCheckpoints(database: DatabaseSync): Checkpoints {
  const last = database.prepare('SELECT * FROM audit_checkpoints ORDER BY seq DESC LIMIT 1');
  const find = database.prepare('SELECT * FROM audit_checkpoints WHERE seq = ?');
  const after = database.prepare('SELECT * FROM audit_checkpoints WHERE seq > ? ORDER BY seq LIMIT ?');
  const insert = database.prepare(
    'INSERT INTO audit_checkpoints (seq, hash, at_ms, public_key, signature) VALUES (?, ?, ?, ?, ?)',
  );
  const parsed = (row: unknown) => (row === undefined ? undefined : parseRow(row as SqlRow));
  return {
    last: () => parsed(last.get()),
    find: (seq) => parsed(find.get(seq)),
    after: (seq, limit) => after.all(seq, limit).map((row) => parseRow(row as SqlRow)),
    insert({ seq, hash, atMs, publicKey, signature }) {
      insert.run(seq, hash, atMs, publicKey, signature);
    },
  };
}
