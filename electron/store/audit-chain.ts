import type { Actor } from '../../shared/actor';
import { canonicalHash } from './canonical-json';

/** A row of the audit log (spec/governance.md section 13). Hashes are SHA-256 in hex. */
export type AuditRow = {
  readonly seq: number;
  readonly atMs: number;
  readonly eventType: string;
  readonly actor: Actor;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly prevHash: string;
  readonly hash: string;
};

/** What stands in place of a hash before the first row. */
export const GENESIS_HASH = '0'.repeat(64);

/** The hash of a row: over the canonical form of all its other fields, with the wire's names, so that anyone can redo it. */
export function auditHash(row: Omit<AuditRow, 'hash'>): string {
  return canonicalHash({
    seq: row.seq,
    at_ms: row.atMs,
    event_type: row.eventType,
    actor: {
      kind: row.actor.kind,
      ...(row.actor.actorId !== undefined && { actor_id: row.actor.actorId }),
      ...(row.actor.source !== undefined && { source: row.actor.source }),
    },
    payload: row.payload,
    prev_hash: row.prevHash,
  });
}

/** What a walk over the chain found. */
export type ChainVerdict = {
  readonly isOk: boolean;
  readonly rows: number;
  readonly headHash: string;
  /** The first row that does not hold: its seq, or the one that should be there. */
  readonly firstBadSeq?: number;
};

/** Walks rows in order of seq, from the first: each must follow the one before it without a gap, and hash to its hash. */
export function verifyChain(rows: Iterable<AuditRow>): ChainVerdict {
  let seq = 0;
  let headHash = GENESIS_HASH;
  for (const row of rows) {
    seq++;
    if (row.seq !== seq || row.prevHash !== headHash || auditHash(row) !== row.hash) {
      return { isOk: false, rows: seq - 1, headHash, firstBadSeq: seq };
    }
    headHash = row.hash;
  }
  return { isOk: true, rows: seq, headHash };
}
