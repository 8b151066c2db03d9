import type { AuditProblem, AuditVerdict, Checkpoint, Rotation } from '../../../shared/contract/checkpoint';
import { isRotationRight } from './checkpoint-signature';
import { isSameRotation, type RotationRow } from './rotations';

/** Something that does not hold, and the row at which that shows. */
export type KeyFinding = { readonly problem: AuditProblem; readonly seq: number };

/** A checkpoint whose signature is right, and whether its row is the one that was signed; rows after the chain's end say nothing. */
export type Signed = Checkpoint & { readonly row: 'as signed' | 'rewritten' | 'past the end' };

/** The key that signs now, and how it took the place of the one before it. */
export type CurrentKey = { readonly publicKey: string; readonly rotation: Rotation | undefined };

/** What a key signed within its time. */
export type KeyUse = AuditVerdict['keys'][number];

/** A key's time: from the row that told of it, where one did, to before the row that told of the next. */
type KeyTime = {
  readonly publicKey: string;
  readonly line: Line;
  readonly fromSeq: number;
  endSeq: number;
  readonly signed: Signed[];
};

/** Keys of which each but the first took its place by the word of the one before. */
type Line = KeyTime[];

/** Which checkpoints count, by whom they are, and what of keys does not hold. */
export type KeysInTime = {
  /** The keys that signed within their time, the oldest first. */
  readonly uses: readonly KeyUse[];
  readonly believed: readonly Signed[];
  readonly findings: readonly KeyFinding[];
};

/**
 * Follows the keys through the log (spec/governance.md section 13). A rotation counts where the key of its time has signed it for
 * that very row; from that row on the one before signs nothing, and the new one nothing before. Where a key begins without the word
 * of the one before, that one is gone for good: lines of keys do not overlap, and the line of the key that signs now is the last.
 * What begins so is believed, and named: whether a key was lost or replaced by somebody else only the operator knows.
 * `rotations` are in the order of their rows.
 */
export function keysInTime(
  signed: readonly Signed[],
  rotations: readonly RotationRow[],
  currentKey: CurrentKey | undefined,
): KeysInTime {
  const findings: KeyFinding[] = [];
  const times = timesOf(signed, rotations, currentKey, findings);
  for (const one of signed) {
    const time = times.get(one.publicKey);
    if (time === undefined || one.seq < time.fromSeq || one.seq >= time.endSeq) {
      findings.push({ problem: 'unknown_key', seq: one.seq });
    } else time.signed.push(one);
  }
  const unknown = unknownLines([...times.values()], currentKey?.publicKey);
  for (const seq of unknown.values()) findings.push({ problem: 'unknown_key', seq });
  const inUse = [...times.values()].filter((time) => time.signed.length > 0);
  return {
    uses: inUse.map(useOf).sort((one, other) => one.firstSeq - other.firstSeq),
    believed: inUse.filter(({ line }) => !unknown.has(line)).flatMap((time) => time.signed),
    findings,
  };
}

/** The time of every key, by its public half; what is wrong with rotations is added to the findings. */
function timesOf(
  signed: readonly Signed[],
  rotations: readonly RotationRow[],
  currentKey: CurrentKey | undefined,
  findings: KeyFinding[],
): ReadonlyMap<string, KeyTime> {
  const times = new Map<string, KeyTime>();
  const firstSeqs = new Map<string, number>();
  let firstSignedSeq = Infinity;
  for (const { publicKey, seq } of signed) {
    firstSeqs.set(publicKey, Math.min(seq, firstSeqs.get(publicKey) ?? Infinity));
    firstSignedSeq = Math.min(seq, firstSignedSeq);
  }
  const begin = (publicKey: string, line: Line, fromSeq: number): KeyTime => {
    const time: KeyTime = { publicKey, line, fromSeq, endSeq: Infinity, signed: [] };
    line.push(time);
    times.set(publicKey, time);
    return time;
  };
  const hasSignedBefore = (publicKey: string, seq: number) => (firstSeqs.get(publicKey) ?? Infinity) < seq;
  const isInItsTime = (publicKey: string, seq: number) => {
    const time = times.get(publicKey);
    if (time !== undefined) return time.endSeq === Infinity;
    // The first key of all gives its place away before it has signed anything where there was nothing to sign.
    return hasSignedBefore(publicKey, seq) || firstSignedSeq >= seq;
  };
  const isNew = (publicKey: string, seq: number) => !times.has(publicKey) && !hasSignedBefore(publicKey, seq);

  for (const { seq, rotation } of rotations) {
    const isRight =
      rotation?.fromSeq === seq &&
      isRotationRight(rotation) &&
      isInItsTime(rotation.previousPublicKey, seq) &&
      isNew(rotation.newPublicKey, seq) &&
      rotation.newPublicKey !== rotation.previousPublicKey &&
      // The key that signs now remembers whose place it took.
      (rotation.newPublicKey !== currentKey?.publicKey || isSameRotation(rotation, currentKey.rotation));
    if (!isRight) {
      findings.push({ problem: 'bad_rotation', seq });
      continue;
    }
    const previous = times.get(rotation.previousPublicKey) ?? begin(rotation.previousPublicKey, [], 1);
    previous.endSeq = seq;
    begin(rotation.newPublicKey, previous.line, seq);
  }
  for (const { publicKey } of signed) if (!times.has(publicKey)) begin(publicKey, [], 1);
  return times;
}

function useOf({ publicKey, line, signed }: KeyTime): KeyUse {
  const inOrder = signed.toSorted((one, other) => one.seq - other.seq) as [Signed, ...Signed[]];
  const [first, last] = [inOrder[0], inOrder.at(-1) ?? inOrder[0]];
  return {
    publicKey,
    ...{ firstSeq: first.seq, lastSeq: last.seq, firstAtMs: first.atMs, lastAtMs: last.atMs },
    isSuccessor: line[0]?.publicKey !== publicKey,
  };
}

/** The lines that cannot have been ours, each with the row at which that shows. */
function unknownLines(times: readonly KeyTime[], currentKey: string | undefined): ReadonlyMap<Line, number> {
  const extents = [...new Set(times.map(({ line }) => line))]
    .map(extentOf)
    .sort((one, other) => one.first - other.first);
  const current = extents.find(({ line }) => line.some(({ publicKey }) => publicKey === currentKey));
  const unknown = new Map<Line, number>();
  let endSeq = 0;
  for (const { line, first, last } of extents) {
    if (line === current?.line || first === Infinity) continue;
    if (current !== undefined && last >= current.first) unknown.set(line, Math.max(first, current.first));
    else if (first <= endSeq) unknown.set(line, first);
    else endSeq = last;
  }
  return unknown;
}

/** The first and the last row of what a line of keys signed, and of its rotations. */
function extentOf(line: Line): { readonly line: Line; readonly first: number; readonly last: number } {
  let [first, last] = [Infinity, 0];
  for (const { signed, endSeq } of line) {
    const seqs = signed.map(({ seq }) => seq);
    if (endSeq !== Infinity) seqs.push(endSeq);
    for (const seq of seqs) [first, last] = [Math.min(first, seq), Math.max(last, seq)];
  }
  return { line, first, last };
}
