import { z } from 'zod';
import { named } from '../kernel/wire';

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

/**
 * The word of the key that signed until now for the one that takes its place (spec/governance.md section 13): a signature over the
 * canonical form of `{at_ms, from_seq, new_public_key, previous_public_key}`. It is the row `fromSeq` of the log: the new key signs
 * from that row on, and the one before nothing from it on. The new key's file has it too.
 */
export const rotationSchema = z.strictObject({
  newPublicKey: z.string(),
  previousPublicKey: z.string(),
  atMs: z.int(),
  fromSeq: z.int().min(1),
  /** 64 bytes, in hex. */
  signature: z.string(),
});

/** The word of one key for the next. */
export type Rotation = Readonly<z.infer<typeof rotationSchema>>;

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
  /** A row says that one key took the place of another, and the key of that time did not sign that for that row. */
  'bad_rotation',
  /** A checkpoint is signed with a key that Gatehouse did not use then. */
  'unknown_key',
  /** A checkpoint that the file outside has is not in the database. */
  'checkpoint_missing_in_database',
  /** A checkpoint that the database has is not in the file outside. */
  'checkpoint_missing_in_file',
  /** Rows are older than the first signature, and no key vouches for them: the key and every checkpoint of the time are gone. */
  'beginning_unsigned',
  /** The log holds, and what is stored is not what it says: `state` has what differs. */
  'state_differs',
] as const;

/** What is wrong with the audit log and its checkpoints. */
export type AuditProblem = (typeof auditProblems)[number];

/** How something stored can differ from what the audit log says of it, or from how the app wrote it. */
export const stateDifferenceKinds = [
  /** A field is another one than the log says. */
  'field_differs',
  /** It is there, and no row of the log says so. */
  'not_in_log',
  /** A row of the log says that it is there, and it is not. */
  'not_stored',
  /** It cannot be read. */
  'unreadable',
  /** Its row is not as the app wrote it, in what the log does not tell. */
  'row_changed',
  /** Its row was written by something else than the app. */
  'row_added',
  /** Its row was taken away by something else than the app. */
  'row_removed',
] as const;

const stateDifferenceSchema = z.object({
  kind: z.enum(stateDifferenceKinds),
  /** What it is: `approval`, `agent`, `token`, …; the name of the table where the log tells nothing of such things. */
  noun: z.string(),
  /** A JSON list where an id has several parts; absent where a whole table is not as it was written. */
  id: z.string().exactOptional(),
  field: z.string().exactOptional(),
  /** What the log says and what is stored, as JSON. */
  logged: z.string().exactOptional(),
  stored: z.string().exactOptional(),
  /** The last row of the log that tells of it, and when that was written. */
  seq: z.int().exactOptional(),
  atMs: z.int().exactOptional(),
});

/** One thing that is stored and is not what the audit log says, or not as the app wrote it. */
export type StateDifference = Readonly<z.infer<typeof stateDifferenceSchema>>;

/** Differences that are named one by one, at most; the rest is counted. */
export const MOST_DIFFERENCES = 100;

/** What holding the state against the audit log found (spec/governance.md section 13). */
export const stateVerdictSchema = z.object({
  isOk: named('ok', z.boolean()),
  /** Up to which row the log was read. */
  rows: z.int(),
  /** How many things were held against the log. */
  compared: z.int(),
  /** How many of what is stored the log cannot vouch for, because an older import told of it in numbers only. */
  unvouched: z.int(),
  /** The row of that import. */
  unvouchedUntilSeq: z.int().exactOptional(),
  differenceCount: z.int(),
  differences: z.array(stateDifferenceSchema),
  /** What the database itself says of its file, its references and its schema; empty when all is well. */
  integrity: z.array(z.string()),
});

/** What holding the state against the audit log found. */
export type StateVerdict = Readonly<z.infer<typeof stateVerdictSchema>>;

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
   * The keys that signed, the oldest first. One that is no successor says that the key was lost or replaced after `lastSeq` of the
   * one before: whoever did it could have made the rows up to there anew. It is for the operator to know whether it was them.
   */
  keys: z.array(
    z.object({
      publicKey: z.string(),
      firstSeq: z.int(),
      lastSeq: z.int(),
      firstAtMs: z.int(),
      lastAtMs: z.int(),
      /** Whether the key before it has signed that this one takes its place: the operator changed it. */
      isSuccessor: z.boolean(),
    }),
  ),
  /** How many rows, from the first on, are older than the first signature of all; 0 where the key is as old as the log. */
  unsignedRows: z.int(),
  /** Whether the state is what the log says. */
  state: stateVerdictSchema,
});

/** What a walk over the audit log and its checkpoints found. */
export type AuditVerdict = Readonly<z.infer<typeof auditVerdictSchema>>;
