import { z } from 'zod';
import { named } from './wire';

/**
 * A signed checkpoint (spec/governance.md section 13): whoever has the private key has seen the audit log with this hash at
 * this row. The signature is over the canonical form (RFC 8785) of `{at_ms, hash, seq}`.
 */
export const checkpointSchema = z.strictObject({
  seq: z.int().min(1),
  /** The hash of the row, in hex. */
  hash: z.string(),
  atMs: z.int(),
  /** The 32 bytes of the Ed25519 key, in hex: each checkpoint carries its own, so that a lost key takes no proof with it. */
  publicKey: z.string(),
  /** 64 bytes, in hex. */
  signature: z.string(),
});

/** A signed checkpoint. */
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;

/** What can be wrong with the audit log and its checkpoints. */
export const auditProblems = [
  /** The row's content, or its link to the row before it, is not what was hashed. */
  'row_changed',
  /** A row is not there, though later ones are. */
  'row_missing',
  /** Rows are missing at the end: a checkpoint covers them. */
  'tail_cut',
  /** The chain holds in itself, but the row is not the one that was signed: rows after `signedSeq` were changed and hashed anew. */
  'history_rewritten',
  /** A checkpoint's signature is not of its key. */
  'bad_signature',
  /** A checkpoint is signed with a key that Gatehouse did not use then. */
  'unknown_key',
  /** A checkpoint that the file outside has is not in the database. */
  'checkpoint_missing_in_database',
  /** A checkpoint that the database has is not in the file outside. */
  'checkpoint_missing_in_file',
] as const;

/** What is wrong with the audit log and its checkpoints. */
export type AuditProblem = (typeof auditProblems)[number];

/** What a walk over the audit log and its checkpoints found. */
export const auditVerdictSchema = z.object({
  isOk: named('ok', z.boolean()),
  /** Up to which row the chain holds in itself. */
  rows: z.int(),
  /** The hash of that row. */
  headHash: z.string(),
  /** The first row that does not hold or is not there, or that the checkpoint in question is of. Absent when all is well. */
  firstBadSeq: z.int().exactOptional(),
  problem: z.enum(auditProblems).exactOptional(),
  /** After which row the walk began: 0 for a walk over everything. */
  fromSeq: z.int(),
  /** Up to which row a checkpoint vouches for what holds; 0 when none does. Rows after it are chained, but not yet signed. */
  signedSeq: z.int(),
  /** Checkpoints that were looked at, each counted once however many places have it. */
  checkpoints: z.int(),
  /** Lines of the file outside that are no checkpoint, as a crash in the midst of writing leaves one. No problem in itself. */
  unreadableLines: z.int(),
  /**
   * The keys that signed, the oldest first. More than one says that the key was lost or replaced after `lastSeq` of the one
   * before: whoever did it could have made the rows up to there anew. It is for the operator to know whether it was them.
   */
  keys: z.array(
    z.object({ publicKey: z.string(), firstSeq: z.int(), lastSeq: z.int(), firstAtMs: z.int(), lastAtMs: z.int() }),
  ),
});

/** What a walk over the audit log and its checkpoints found. */
export type AuditVerdict = Readonly<z.infer<typeof auditVerdictSchema>>;
