import type { Checkpoint, Rotation } from '../../../shared/contract/checkpoint';
import type { DeskStatus } from '../../../shared/contract/desk-contract';
import type { Actor, Caller } from '../../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import type { Send } from '../../kernel/door';
import type { Clock, Logger } from '../../kernel/ports';
import type { Duty } from '../../kernel/scheduler';
import type { ReadStore } from '../../kernel/store/database';
import type { StoreHolder } from '../../kernel/store-holder';
import type { CheckpointFile } from './checkpoint-file';
import { type KeyHistory, keyHistoryOf } from './rotations';
import { type SigningKey, SigningKeyError } from './signing-key';

/** How many rows may be without a checkpoint, and for how long, in milliseconds (spec/governance.md section 13). */
const MOST_ROWS = 256;
const LONGEST_WAIT_MS = 60_000;

/** How long after a failure a file is tried again, in milliseconds. */
const RETRY_MS = 30_000;

const PAGE_SIZE = 500;

/** How often a rotation is said anew when other rows come in between, as those of what has run out may. */
const MOST_TRIES = 5;

const cannotRotate = 'The signing key cannot be used now, so it was not changed.';

const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'audit_checkpoint' },
  ancestorIds: [],
};

/** What checkpoints need. `openKey` is asked once the log can be read, and again after a change of the key. */
export type CheckpointParts = {
  readonly holder: StoreHolder;
  readonly send: Send;
  readonly file: CheckpointFile;
  readonly openKey: (history: KeyHistory) => SigningKey;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange?: () => void;
};

/** Signs checkpoints of the audit log, into the database and into the file outside it. */
export interface CheckpointKeeper {
  /** Opens the key, unless it is open; nothing is signed before. */
  open(): void;
  /** Signs when the scheduler says that it is time. */
  readonly duty: Duty;
  status(): DeskStatus['checkpoints'];
  /** The key that signs now; undefined when there is none that can be used. */
  currentKey(): Pick<SigningKey, 'publicKey' | 'rotation'> | undefined;
  /** The newest checkpoint that this run has signed, whatever has become of it in its places since. */
  lastSigned(): Checkpoint | undefined;
  /**
   * Has the key give its place to a new one, whose first checkpoint covers the row that tells of it (section 13). A crash in
   * between leaves one of the two, and the next start carries out what the log has. Refused with STORE_UNAVAILABLE when nothing can
   * be signed.
   */
  rotate(by: Actor): Promise<Result<Rotation>>;
  /** Resolves when no checkpoint is half written, and both places have what they can. */
  settled(): Promise<void>;
  /** Signs the head of the log, and then nothing more. */
  close(): Promise<void>;
}

/**
 * The keeper of checkpoints. A checkpoint goes into the database through the door for writes, so that it shares the flush of
 * the commands of its tick, and then into the file, where nobody waits for the disk. What the file could not take it gets later.
 */
export function createCheckpointKeeper(parts: CheckpointParts): CheckpointKeeper {
  const { holder, send, file, clock, logger } = parts;
  let key: SigningKey | undefined;
  let keyState: DeskStatus['checkpoints']['key'] = 'opening';
  /** Whether a key may be opened or made: not before the app is ready for it. */
  let isBegun = false;
  let keyRetryAtMs = 0;
  let fileTrouble: { readonly detail: string; readonly retryAtMs: number } | undefined;
  /** Up to which row the file has the database's checkpoints; undefined until it was looked at. */
  let filedSeq: number | undefined;
  let isClosed = false;
  let lastSigned: Checkpoint | undefined;
  let turn: Promise<boolean> = Promise.resolve(true);

  const reader = (): ReadStore | undefined => {
    const state = holder.state();
    return state.isOpen ? state.store.read : undefined;
  };

  // How long the log was before this run wrote anything: what a new key finds already.
  let rowsAtStart = reader()?.audit.headSeq();
  holder.onChange(() => (rowsAtStart ??= reader()?.audit.headSeq()));

  /** What the log says of keys decides which one signs, so none is opened before it can be read. */
  function openKey(read: ReadStore): void {
    if (keyState !== 'opening') return;
    try {
      key = parts.openKey(keyHistoryOf(read.audit));
      keyState = key.keptBy;
      if (key.isNew && read.checkpoints.last() !== undefined) {
        logger.warn(
          { publicKey: key.publicKey },
          'the key that signed the audit log is gone; a new one signs from now on',
        );
      }
    } catch (error) {
      // A disk that took no new key may take it later; a key that cannot be read stays so until the next start.
      if (error instanceof SigningKeyError) keyState = 'unavailable';
      keyRetryAtMs = clock.now() + RETRY_MS;
      logger.error({ error }, 'the audit log is not being signed');
    }
    parts.onChange?.();
  }

  const isBehind = ({ audit, checkpoints }: ReadStore) => audit.headSeq() > (checkpoints.last()?.seq ?? 0);

  async function takeOne(): Promise<boolean> {
    const read = reader();
    if (read === undefined) return false;
    try {
      if (isBegun) openKey(read);
      if (key !== undefined && isBehind(read)) {
        await noteBeginning(key.publicKey, read);
        const head = read.audit.mark(read.audit.headSeq());
        if (head === undefined) return false;
        const signed = key.sign({ seq: head.seq, hash: head.hash, atMs: clock.now() });
        if (!(await send(gatehouse, 'audit.checkpoint', signed)).ok) return false;
        lastSigned = signed;
      }
      await fileWhatIsMissing(read);
      return true;
    } catch (error) {
      if (!holder.failed(error)) throw error;
      return false;
    }
  }

  /**
   * A key that begins where nothing is signed, though the log is older than this run, says so in the log: whoever removed the
   * key and every checkpoint could have made those rows anew.
   */
  async function noteBeginning(publicKey: string, { checkpoints }: ReadStore): Promise<void> {
    if (lastSigned !== undefined || checkpoints.last() !== undefined || (rowsAtStart ?? 0) === 0) return;
    await send(gatehouse, 'audit.noteKey', { publicKey, rowsBefore: rowsAtStart ?? 0 });
  }

  /** A key that is to say which one follows it must have signed something itself, or nobody could know whose word that is. */
  const isHeard = ({ checkpoints }: ReadStore, { publicKey }: SigningKey) =>
    checkpoints.last()?.publicKey === publicKey;

  async function noteUnheard(): Promise<void> {
    const read = reader();
    if (key === undefined || read?.checkpoints.last() === undefined || isHeard(read, key)) return;
    await send(gatehouse, 'audit.noteKey', { publicKey: key.publicKey, rowsBefore: read.audit.headSeq() });
    await takeOne();
  }

  async function fileWhatIsMissing({ checkpoints }: ReadStore): Promise<void> {
    const newest = filedSeq === undefined ? await tryFile(() => file.newest()) : [];
    if (newest === undefined) return;
    filedSeq ??= seqInFile(checkpoints, newest);
    for (;;) {
      const page = checkpoints.after(filedSeq, PAGE_SIZE);
      const last = page.at(-1);
      if (last === undefined) break;
      const isFiled = await tryFile(() => file.append(page).then(() => true));
      // Half a line may be there after a failure: then it is looked at anew before the next try.
      filedSeq = isFiled === true ? last.seq : undefined;
      if (filedSeq === undefined) return;
    }
    setFileTrouble(undefined);
  }

  /** Undefined when the file could not be read or written: that is no trouble of the database's. */
  async function tryFile<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (fileTrouble === undefined) logger.error({ error }, 'checkpoints could not be written to their file');
      setFileTrouble(error instanceof Error && 'code' in error ? String(error.code) : String(error));
      return undefined;
    }
  }

  /** Up to which row the file has them. Where it knows another history, only what comes now is added: verification tells the rest. */
  function seqInFile(checkpoints: ReadStore['checkpoints'], newest: readonly Checkpoint[]): number {
    const known = newest.find(({ seq, signature }) => checkpoints.find(seq)?.signature === signature);
    if (known !== undefined || newest.length === 0) return known?.seq ?? 0;
    return checkpoints.last()?.seq ?? 0;
  }

  function setFileTrouble(detail: string | undefined): void {
    const isChanged = fileTrouble?.detail !== detail;
    fileTrouble = detail === undefined ? undefined : { detail, retryAtMs: clock.now() + RETRY_MS };
    if (isChanged) parts.onChange?.();
  }

  function take(): Promise<boolean> {
    turn = turn.then(takeOne).catch((error: unknown) => {
      logger.error({ error }, 'a checkpoint failed');
      return false;
    });
    return turn;
  }

  async function openAnew(): Promise<void> {
    key = undefined;
    keyState = 'opening';
    await takeOne();
  }

  async function rotateNow(by: Actor): Promise<Result<Rotation>> {
    // What is there already is signed by the key that saw it.
    await takeOne();
    await noteUnheard();
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const read = reader();
      if (read === undefined || key === undefined) break;
      // Rows that have come since its last checkpoint are covered by the first one of the new key.
      if (read.audit.headSeq() > 0 && !isHeard(read, key)) break;
      const rotation = key.prepareNext({ atMs: clock.now(), fromSeq: read.audit.headSeq() + 1 });
      const noted = await send({ ...gatehouse, actor: by }, 'audit.noteRotation', rotation);
      // Whether the log has it decides which of the two signs.
      await openAnew();
      if (noted.ok) {
        logger.info({ publicKey: rotation.newPublicKey }, 'the operator changed the key that signs the audit log');
        return succeeded(rotation);
      }
      if (noted.refusal.code !== 'VALIDATION_FAILED') return noted;
    }
    return refused('STORE_UNAVAILABLE', { sentence: cannotRotate });
  }

  return {
    open() {
      isBegun = true;
      const read = reader();
      if (read !== undefined) openKey(read);
      // What a crash, or a file that could not be written, kept from the file.
      void take();
    },
    duty: {
      next(read, now) {
        if (isClosed || !isBegun) return undefined;
        if (keyState === 'opening') return keyRetryAtMs;
        const toFile = fileTrouble?.retryAtMs;
        if (key === undefined || !isBehind(read)) return toFile;
        const lastSeq = read.checkpoints.last()?.seq;
        // The first row of all at once: after a crash nobody could say whether a key ever vouched for what came before it.
        if (lastSeq === undefined || read.audit.headSeq() - lastSeq >= MOST_ROWS) return now;
        const firstAtMs = read.audit.mark(lastSeq + 1)?.atMs ?? now;
        // A row from the future was written under a clock that has been set back since.
        const due = firstAtMs > now ? now : firstAtMs + LONGEST_WAIT_MS;
        return Math.min(due, toFile ?? Infinity);
      },
      meet: take,
    },
    status: () => ({ key: keyState, ...(fileTrouble !== undefined && { fileTrouble: fileTrouble.detail }) }),
    currentKey: () => key,
    lastSigned: () => lastSigned,
    rotate(by) {
      const rotated = turn
        .then(() => rotateNow(by))
        .catch((error: unknown): Result<Rotation> => {
          logger.error({ error }, 'the signing key could not be changed');
          return refused('STORE_UNAVAILABLE', { sentence: cannotRotate });
        });
      turn = rotated.then(({ ok }) => ok);
      return rotated;
    },
    async settled() {
      for (let awaited: unknown; awaited !== turn; ) {
        awaited = turn;
        await awaited;
      }
    },
    async close() {
      isClosed = true;
      isBegun = true;
      await take();
    },
  };
}
