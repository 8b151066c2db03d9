import type { Checkpoint } from '../../../shared/contract/checkpoint';
import { listOf, writeOf } from '../../kernel/store/documents';
import type { DatabaseSync } from '../../kernel/store/sqlite';

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

/** The checkpoints in this database. */
export function createCheckpoints(database: DatabaseSync): Checkpoints {
  const list = (rest: string) =>
    listOf<Checkpoint>(
      database,
      `SELECT seq, hash, at_ms AS atMs, public_key AS publicKey, signature FROM audit_checkpoints ${rest}`,
    );
  const last = list('ORDER BY seq DESC LIMIT 1');
  const find = list('WHERE seq = ?');
  const insert = writeOf(
    database,
    'INSERT INTO audit_checkpoints (seq, hash, at_ms, public_key, signature) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    last: () => last()[0],
    find: (seq) => find(seq)[0],
    after: list('WHERE seq > ? ORDER BY seq LIMIT ?'),
    insert({ seq, hash, atMs, publicKey, signature }) {
      insert(seq, hash, atMs, publicKey, signature);
    },
  };
}
