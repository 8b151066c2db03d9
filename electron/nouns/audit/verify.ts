import type { AuditVerdict, Checkpoint, StateVerdict } from '../../../shared/contract/checkpoint';
import type { InputOf } from '../../../shared/contract/contract';
import { EVENT_PREFIX, type EventName, events, readPayload } from '../../../shared/events';
import type { LongQueryHandlers, Walk } from '../../kernel/queries';
import { startSlices } from '../../kernel/slices';
import type { ReadStore } from '../../kernel/store/database';
import type { CheckpointFile } from './checkpoint-file';
import { createSignatureCheck } from './checkpoint-signature';
import type { CheckpointKeeper } from './checkpoints';
import { rotationsIn } from './rotations';
import { type ChainVerdict, GENESIS_HASH, startChainWalk } from './store-chain';
import { startVerdict, type VerdictMaker } from './verdict';

/** Rows and checkpoints that are read at a time: well within one slice. */
const PAGE_SIZE = 200;

/** What verification needs besides the store. */
export type VerifyParts = {
  readonly checkpoints: Pick<CheckpointKeeper, 'settled' | 'currentKey' | 'lastSigned'>;
  readonly file: CheckpointFile;
};

/** What there is at the beginning of a walk; what is written while it goes on is not looked at. */
type Extent = { readonly headSeq: number; readonly lastCheckpointSeq: number; readonly fileBytes: number };

type Start = { readonly seq: number; readonly hash: string };

const beginning: Start = { seq: 0, hash: GENESIS_HASH };

/**
 * audit.verify (spec/governance.md section 13): the chain first, then both places of checkpoints against it, and beside them the
 * whole state against the log.
 */
export function createAuditVerify({ checkpoints, file }: VerifyParts): LongQueryHandlers['audit.verify'] {
  // Only what this very run has verified is believed: what is stored could have been written by anyone.
  let verified = beginning;

  function startOf({ audit }: ReadStore, from: InputOf<'audit.verify'>['from']): Start {
    if (from !== 'checkpoint') return beginning;
    return audit.mark(verified.seq)?.hash === verified.hash ? verified : beginning;
  }

  return async ({ store, walk, beside }, { from }) => {
    await checkpoints.settled();
    const extent: Extent = {
      headSeq: store.audit.headSeq(),
      lastCheckpointSeq: store.checkpoints.last()?.seq ?? 0,
      fileBytes: file.size(),
    };
    const start = startOf(store, from);
    const stateAsked = beside();
    // Its failure is told where it is awaited, also when the walk fails before.
    stateAsked.catch(() => {});
    const chain = await walkChain(store, start, extent, walk);
    const maker = startVerdict(chain, checkpoints.currentKey(), createSignatureCheck());
    const counts = await walkCheckpoints(store, file, start, extent, maker, walk);
    const signedLast = checkpoints.lastSigned();
    if (signedLast !== undefined && signedLast.seq > start.seq && signedLast.seq <= extent.headSeq) {
      maker.judge(signedLast, store.audit.mark(signedLast.seq)?.hash);
      if (store.checkpoints.find(signedLast.seq) === undefined) {
        maker.missing('checkpoint_missing_in_database', signedLast.seq);
      }
    }
    if (start.seq === 0) maker.unsigned(rowsBeforeFirstKey(store));
    for (const row of rotationsIn(store.audit)) maker.rotated(row);
    const log = { ...maker.verdict(), ...counts, fromSeq: start.seq };
    const signed = store.audit.mark(log.signedSeq);
    if (log.isOk && signed !== undefined) verified = signed;
    const state = (await stateAsked) as StateVerdict;
    const verdict: AuditVerdict = {
      ...log,
      ...(log.isOk && !state.isOk && { problem: 'state_differs' as const }),
      isOk: log.isOk && state.isOk,
      state,
    };
    // What the walk began at vouches for itself where no checkpoint has come since.
    return { ...verdict, signedSeq: Math.max(verdict.signedSeq, start.seq) };
  };
}

/** How many rows there were when a key began to sign although nothing was signed before; 0 where the key is as old as the log. */
function rowsBeforeFirstKey({ audit }: ReadStore): number {
  const eventType = `${EVENT_PREFIX}${'signing_key.began' satisfies EventName}`;
  const [row] = audit.find({ afterSeq: 0, limit: 1, eventType }).rows;
  return row === undefined ? 0 : (readPayload(events['signing_key.began'].payload, row.payload).rowsBefore ?? 0);
}

async function walkChain({ audit }: ReadStore, start: Start, { headSeq }: Extent, walk: Walk): Promise<ChainVerdict> {
  const slice = startSlices(walk.signal);
  const chain = startChainWalk(start);
  let seq = start.seq;
  while (seq < headSeq) {
    const page = audit.storedAfter(seq, Math.min(PAGE_SIZE, headSeq - seq));
    if (!page.every((row) => chain.take(row))) break;
    seq = chain.verdict().rows;
    walk.onProgress?.(seq, headSeq);
    await slice();
  }
  return chain.verdict();
}

/** Every checkpoint after the start, each judged once, and compared between its two places. */
async function walkCheckpoints(
  { audit, checkpoints }: ReadStore,
  file: CheckpointFile,
  start: Start,
  { lastCheckpointSeq, fileBytes }: Extent,
  maker: VerdictMaker,
  walk: Walk,
): Promise<Pick<AuditVerdict, 'checkpoints' | 'unreadableLines'>> {
  const slice = startSlices(walk.signal);
  const judge = (checkpoint: Checkpoint) => maker.judge(checkpoint, audit.mark(checkpoint.seq)?.hash);
  const inDatabase = new Set<number>();
  // Whose time it was when the walk began.
  const atStart = checkpoints.find(start.seq);
  if (atStart !== undefined) judge(atStart);
  for (let seq = start.seq; seq < lastCheckpointSeq; ) {
    const page = checkpoints.after(seq, PAGE_SIZE).filter((one) => one.seq <= lastCheckpointSeq);
    for (const checkpoint of page) {
      judge(checkpoint);
      inDatabase.add(checkpoint.seq);
      await slice();
    }
    seq = page.at(-1)?.seq ?? lastCheckpointSeq;
  }

  const inBoth = new Set<number>();
  let onlyInFile = 0;
  let unreadableLines = 0;
  for await (const checkpoint of file.lines(fileBytes)) {
    await slice();
    if (checkpoint === undefined) unreadableLines += 1;
    else if (checkpoint.seq > start.seq) {
      if (isSame(checkpoints.find(checkpoint.seq), checkpoint)) inBoth.add(checkpoint.seq);
      else {
        onlyInFile += 1;
        judge(checkpoint);
        maker.missing('checkpoint_missing_in_database', checkpoint.seq);
      }
    }
  }
  for (const seq of inDatabase) if (!inBoth.has(seq)) maker.missing('checkpoint_missing_in_file', seq);
  return { checkpoints: inDatabase.size + onlyInFile, unreadableLines };
}

function isSame(one: Checkpoint | undefined, other: Checkpoint): boolean {
  return one?.signature === other.signature && one.hash === other.hash && one.publicKey === other.publicKey;
}
