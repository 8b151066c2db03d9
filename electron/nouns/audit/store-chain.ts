import { hash as digest } from 'node:crypto';
import type { AuditProblem } from '../../../shared/contract/checkpoint';
import type { Payload } from '../../../shared/events';
import type { Actor } from '../../../shared/kernel/actor';
import { canonicalJson, canonicalObject, type KnownForms } from '../../kernel/store/canonical-json';

/** A row of the audit log (spec/governance.md section 13). Hashes are SHA-256 in hex. */
export type AuditRow = {
  readonly seq: number;
  readonly atMs: number;
  readonly eventType: string;
  readonly actor: Actor;
  readonly payload: Payload;
  readonly prevHash: string;
  readonly hash: string;
};

/** A row as it is stored, its actor and payload as JSON text: what a walk over a million rows takes apart no further than it must. */
export type StoredAuditRow = readonly [
  seq: number,
  atMs: number,
  eventType: string,
  actor: string,
  payload: string,
  prevHash: string,
  hash: string,
];

/** What stands in place of a hash before the first row. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * The hash of a row: over the canonical form (RFC 8785) of all its other fields, with the wire's names, so that anyone can redo
 * it. The fields stand here in the order that the form wants.
 */
function hashOf(actor: Actor, atMs: number, eventType: string, payloadText: string, prevHash: string, seq: number) {
  const { actorId, kind, source } = actor;
  const actorText = `{${actorId === undefined ? '' : `"actor_id":${JSON.stringify(actorId)},`}"kind":${JSON.stringify(kind)}${
    source === undefined ? '' : `,"source":${JSON.stringify(source)}`
  }}`;
  const text = `{"actor":${actorText},"at_ms":${atMs},"event_type":${JSON.stringify(eventType)},"payload":${payloadText},"prev_hash":${JSON.stringify(prevHash)},"seq":${seq}}`;
  return digest('sha256', text, 'hex');
}

/** The row as it is to be stored, with its hash; its payload in canonical form, of which some may be known. */
export function storedRow(row: Omit<AuditRow, 'hash'>, known: KnownForms = {}): StoredAuditRow {
  const { seq, atMs, eventType, actor, prevHash } = row;
  const payloadText = canonicalObject(row.payload, known);
  const hash = hashOf(actor, atMs, eventType, payloadText, prevHash, seq);
  return [seq, atMs, eventType, JSON.stringify(actor), payloadText, prevHash, hash];
}

function isHashRight([seq, atMs, eventType, actorText, payload, prevHash, hash]: StoredAuditRow): boolean {
  try {
    const actor = JSON.parse(actorText) as Actor;
    if (hashOf(actor, atMs, eventType, payload, prevHash, seq) === hash) return true;
    // A payload that was stored before payloads were stored in canonical form.
    return hashOf(actor, atMs, eventType, canonicalJson(JSON.parse(payload)), prevHash, seq) === hash;
  } catch {
    return false;
  }
}

/** What a walk over the chain found. */
export type ChainVerdict = {
  readonly isOk: boolean;
  /** Up to which row all of them hold. */
  readonly rows: number;
  readonly headHash: string;
  /** The first row that does not hold: its seq, or the one that should be there. */
  readonly firstBadSeq?: number;
  readonly problem?: AuditProblem;
};

/** A walk over the chain, row by row in order of seq, from the first or from after one that is known to hold. */
export interface ChainWalk {
  /** Whether the row follows the one before it without a gap and hashes to its hash. After a no the walk is over. */
  take(row: StoredAuditRow): boolean;
  verdict(): ChainVerdict;
}

/** A walk that begins after this row. */
export function startChainWalk(after = { seq: 0, hash: GENESIS_HASH }): ChainWalk {
  let { seq, hash: headHash } = after;
  let problem: AuditProblem | undefined;
  return {
    take(row) {
      if (row[0] !== seq + 1) problem = 'row_missing';
      else if (row[5] !== headHash || !isHashRight(row)) problem = 'row_changed';
      if (problem !== undefined) return false;
      seq += 1;
      headHash = row[6];
      return true;
    },
    verdict: () => ({
      isOk: problem === undefined,
      rows: seq,
      headHash,
      ...(problem !== undefined && { firstBadSeq: seq + 1, problem }),
    }),
  };
}
