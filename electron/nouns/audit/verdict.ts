import type { AuditVerdict, Checkpoint } from '../../../shared/contract/checkpoint';
import { type CurrentKey, type KeyFinding, keysInTime, type Signed } from './key-times';
import { isSameRotation, type RotationRow } from './rotations';
import type { ChainVerdict } from './store-chain';

/** Gathers what checkpoints say about a chain, and comes to a verdict. */
export interface VerdictMaker {
  /** Looks at one checkpoint; `rowHash` is the hash of its row, undefined where the log has no such row. */
  judge(checkpoint: Checkpoint, rowHash: string | undefined): void;
  /** Notes that a place lacks a checkpoint that the other one has. */
  missing(problem: 'checkpoint_missing_in_database' | 'checkpoint_missing_in_file', seq: number): void;
  /** Notes how many rows there were already when the first key of all began. */
  unsigned(rows: number): void;
  /** Looks at a row that says that a key took the place of another; they come in the order of their rows. */
  rotated(row: RotationRow): void;
  verdict(): Omit<AuditVerdict, 'checkpoints' | 'unreadableLines' | 'fromSeq' | 'state'>;
}

/**
 * Judges checkpoints against a chain that was walked. Each key has its time (`keysInTime`); what was signed out of it counts for
 * nothing, and is named.
 */
export function startVerdict(
  chain: ChainVerdict,
  currentKey: CurrentKey | undefined,
  isSignatureRight: (checkpoint: Checkpoint) => boolean,
): VerdictMaker {
  const signed: Signed[] = [];
  const findings: KeyFinding[] = [];
  const gaps: KeyFinding[] = [];
  const rotations: RotationRow[] = [];
  let rowsBeforeKey = 0;

  return {
    judge(checkpoint, rowHash) {
      const { seq, hash } = checkpoint;
      if (!isSignatureRight(checkpoint)) findings.push({ problem: 'bad_signature', seq });
      else if (seq > chain.rows) signed.push({ ...checkpoint, row: 'past the end' });
      else signed.push({ ...checkpoint, row: rowHash === hash ? 'as signed' : 'rewritten' });
    },

    missing(problem, seq) {
      gaps.push({ problem, seq });
    },

    rotated(row) {
      // Rows after the first that does not hold say nothing.
      if (row.seq <= chain.rows) rotations.push(row);
    },

    unsigned(rows) {
      rowsBeforeKey = rows;
    },

    verdict() {
      if (chain.firstBadSeq !== undefined && chain.problem !== undefined) {
        findings.push({ problem: chain.problem, seq: chain.firstBadSeq });
      }
      const { uses, believed, findings: ofKeys } = keysInTime(signed, rotations, currentKey);
      for (const { seq, row } of believed) {
        if (row === 'rewritten') findings.push({ problem: 'history_rewritten', seq });
      }
      if (chain.firstBadSeq === undefined && believed.some(({ row }) => row === 'past the end')) {
        findings.push({ problem: 'tail_cut', seq: chain.rows + 1 });
      }
      findings.push(...ofKeys);
      const forgotten = forgottenRotation(currentKey, rotations, chain);
      if (forgotten !== undefined) findings.push(forgotten);
      // A signature from before that key's time vouches for what is older than the key.
      const firstSignedSeq = uses[0]?.firstSeq ?? Infinity;
      const unsignedRows = firstSignedSeq > rowsBeforeKey ? rowsBeforeKey : 0;
      if (unsignedRows > 0) gaps.push({ problem: 'beginning_unsigned', seq: 1 });
      // What a place lacks is named only where nothing worse is.
      const first = earliest(findings) ?? earliest(gaps);
      const isVouched = (seq: number) => first === undefined || gaps.includes(first) || seq < first.seq;
      return {
        isOk: first === undefined,
        rows: chain.rows,
        headHash: chain.headHash,
        ...(first !== undefined && { firstBadSeq: first.seq, problem: first.problem }),
        signedSeq: believed.reduce(
          (most, { seq, row }) => (row === 'as signed' && isVouched(seq) ? Math.max(most, seq) : most),
          0,
        ),
        unsignedRows,
        keys: [...uses],
      };
    },
  };
}

/** What shows that the log is not the one in which the key that signs now took its place: it remembers the row. */
function forgottenRotation(
  currentKey: CurrentKey | undefined,
  rotations: readonly RotationRow[],
  chain: ChainVerdict,
): KeyFinding | undefined {
  const remembered = currentKey?.rotation;
  if (remembered === undefined || rotations.some(({ rotation }) => isSameRotation(rotation, remembered))) return;
  if (chain.firstBadSeq !== undefined) return;
  if (chain.rows < remembered.fromSeq) return { problem: 'tail_cut', seq: chain.rows + 1 };
  return { problem: 'history_rewritten', seq: remembered.fromSeq };
}

function earliest(findings: readonly KeyFinding[]): KeyFinding | undefined {
  return findings.reduce<KeyFinding | undefined>(
    (first, one) => (first === undefined || one.seq < first.seq ? one : first),
    undefined,
  );
}
