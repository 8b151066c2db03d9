import type { AuditProblem, AuditVerdict, Checkpoint } from '../../shared/checkpoint';
import type { ChainVerdict } from '../store/audit-chain';

/** What the checkpoints of one key say. */
type KeyUse = {
  readonly publicKey: string;
  firstSeq: number;
  lastSeq: number;
  firstAtMs: number;
  lastAtMs: number;
  /** The first row whose hash is another one than the key signed. */
  rewrittenSeq?: number;
  /** The rows whose hash is the one that the key signed. */
  readonly signedSeqs: number[];
  /** Whether it signed a row after the end of the log. */
  isPastHead: boolean;
};

type Finding = { readonly problem: AuditProblem; readonly seq: number };

/** Gathers what checkpoints say about a chain, and comes to a verdict. */
export interface VerdictMaker {
  /** Looks at one checkpoint; `rowHash` is the hash of its row, undefined where the log has no such row. */
  judge(checkpoint: Checkpoint, rowHash: string | undefined): void;
  /** Notes that a place lacks a checkpoint that the other one has. */
  missing(problem: 'checkpoint_missing_in_database' | 'checkpoint_missing_in_file', seq: number): void;
  /** Notes how many rows there were already when the first key of all began. */
  unsigned(rows: number): void;
  verdict(): Omit<AuditVerdict, 'checkpoints' | 'unreadableLines' | 'fromSeq' | 'state'>;
}

/**
 * Judges checkpoints against a chain that was walked. `currentKey` is the key that signs now: no other may have signed after it
 * began. A key before it is believed, and named: whether it was lost or replaced by somebody else only the operator knows.
 */
export function startVerdict(
  chain: ChainVerdict,
  currentKey: string | undefined,
  isSignatureRight: (checkpoint: Checkpoint) => boolean,
): VerdictMaker {
  const uses = new Map<string, KeyUse>();
  const findings: Finding[] = [];
  const gaps: Finding[] = [];
  let rowsBeforeKey = 0;

  return {
    judge(checkpoint, rowHash) {
      const { seq, publicKey, atMs } = checkpoint;
      if (!isSignatureRight(checkpoint)) {
        findings.push({ problem: 'bad_signature', seq });
        return;
      }
      const use = uses.get(publicKey) ?? {
        ...{ publicKey, firstSeq: seq, lastSeq: seq, firstAtMs: atMs, lastAtMs: atMs },
        ...{ signedSeqs: [], isPastHead: false },
      };
      uses.set(publicKey, use);
      if (seq <= use.firstSeq) Object.assign(use, { firstSeq: seq, firstAtMs: atMs });
      if (seq >= use.lastSeq) Object.assign(use, { lastSeq: seq, lastAtMs: atMs });
      // Rows after the first that does not hold say nothing.
      if (seq > chain.rows) use.isPastHead = true;
      else if (rowHash !== checkpoint.hash) use.rewrittenSeq = Math.min(seq, use.rewrittenSeq ?? Infinity);
      else use.signedSeqs.push(seq);
    },

    missing(problem, seq) {
      gaps.push({ problem, seq });
    },

    unsigned(rows) {
      rowsBeforeKey = rows;
    },

    verdict() {
      const inOrder = [...uses.values()].sort((one, other) => one.firstSeq - other.firstSeq);
      const unknown = unknownKeys(inOrder, currentKey);
      const believed = inOrder.filter(({ publicKey }) => !unknown.has(publicKey));
      for (const { rewrittenSeq } of believed) {
        if (rewrittenSeq !== undefined) findings.push({ problem: 'history_rewritten', seq: rewrittenSeq });
      }
      if (chain.firstBadSeq !== undefined && chain.problem !== undefined) {
        findings.push({ problem: chain.problem, seq: chain.firstBadSeq });
      } else if (believed.some(({ isPastHead }) => isPastHead)) {
        findings.push({ problem: 'tail_cut', seq: chain.rows + 1 });
      }
      for (const seq of unknown.values()) findings.push({ problem: 'unknown_key', seq });
      // A signature from before that key's time vouches for what is older than the key.
      const firstSignedSeq = inOrder[0]?.firstSeq ?? Infinity;
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
          (most, { signedSeqs }) => signedSeqs.filter(isVouched).reduce((one, other) => Math.max(one, other), most),
          0,
        ),
        unsignedRows,
        keys: inOrder.map(({ publicKey, firstSeq, lastSeq, firstAtMs, lastAtMs }) => {
          return { publicKey, firstSeq, lastSeq, firstAtMs, lastAtMs };
        }),
      };
    },
  };
}

function earliest(findings: readonly Finding[]): Finding | undefined {
  return findings.reduce<Finding | undefined>(
    (first, one) => (first === undefined || one.seq < first.seq ? one : first),
    undefined,
  );
}

/**
 * The keys that cannot have been ours, each with the row at which that shows. Each key has its time: when one begins, the one
 * before is gone for good, and the one that signs now is the last. `inOrder` is by the first row that each signed.
 */
function unknownKeys(inOrder: readonly KeyUse[], currentKey: string | undefined): ReadonlyMap<string, number> {
  const current = inOrder.find(({ publicKey }) => publicKey === currentKey);
  const unknown = new Map<string, number>();
  let endSeq = 0;
  for (const use of inOrder) {
    const { publicKey, firstSeq, lastSeq } = use;
    if (use === current) continue;
    if (current !== undefined && lastSeq >= current.firstSeq) {
      unknown.set(publicKey, Math.max(firstSeq, current.firstSeq));
    } else if (firstSeq <= endSeq) unknown.set(publicKey, firstSeq);
    else endSeq = lastSeq;
  }
  return unknown;
}
