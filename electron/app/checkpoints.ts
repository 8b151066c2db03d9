import type { Caller } from '../../shared/actor';
import type { Checkpoint } from '../../shared/checkpoint';
import type { DeskStatus } from '../../shared/desk-contract';
import type { CheckpointFile } from '../store/checkpoint-file';
import type { ReadStore } from '../store/database';
import type { Execute } from './execute';
import type { Clock, Logger } from './ports';
import type { Duty } from './scheduler';
import { type SigningKey, SigningKeyError } from './signing-key';
import type { StoreHolder } from './store-holder';

/** How many rows may be without a checkpoint, and for how long, in milliseconds (spec/governance.md section 13). */
const MOST_ROWS = 256;
const LONGEST_WAIT_MS = 60_000;

/** How long after a failure the file is tried again, in milliseconds. */
const FILE_RETRY_MS = 30_000;

const PAGE_SIZE = 500;

const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'audit_checkpoint' },
  ancestorIds: [],
};

/** What checkpoints need. `openKey` is asked once. */
export type CheckpointParts = {
  readonly holder: StoreHolder;
  readonly execute: Execute;
  readonly file: CheckpointFile;
  readonly openKey: () => SigningKey;
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
  publicKey(): string | undefined;
  /** The newest checkpoint that this run has signed, whatever has become of it in its places since. */
  lastSigned(): Checkpoint | undefined;
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
  const { holder, execute, file, clock, logger } = parts;
  let key: SigningKey | undefined;
  let keyState: DeskStatus['checkpoints']['key'] = 'opening';
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

  function openKey(): void {
    if (keyState !== 'opening') return;
    try {
      key = parts.openKey();
      keyState = key.keptBy;
      if (key.isNew && reader()?.checkpoints.last() !== undefined) {
        logger.warn(
          { publicKey: key.publicKey },
          'the key that signed the audit log is gone; a new one signs from now on',
        );
      }
    } catch (error) {
      // A disk that took no new key may take it later; a key that cannot be read stays so until the next start.
      if (error instanceof SigningKeyError) keyState = 'unavailable';
      logger.error({ error }, 'the audit log is not being signed');
    }
    parts.onChange?.();
  }

  const isBehind = ({ audit, checkpoints }: ReadStore) => audit.headSeq() > (checkpoints.last()?.seq ?? 0);

  async function takeOne(): Promise<boolean> {
    const read = reader();
    if (read === undefined) return false;
    try {
      if (key !== undefined && isBehind(read)) {
        await noteBeginning(key.publicKey, read);
        const head = read.audit.mark(read.audit.headSeq());
        if (head === undefined) return false;
        const signed = key.sign({ seq: head.seq, hash: head.hash, atMs: clock.now() });
        if (!(await execute(gatehouse, 'audit.checkpoint', signed)).ok) return false;
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
    await execute(gatehouse, 'audit.noteKey', { publicKey, rowsBefore: rowsAtStart ?? 0 });
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
    fileTrouble = detail === undefined ? undefined : { detail, retryAtMs: clock.now() + FILE_RETRY_MS };
    if (isChanged) parts.onChange?.();
  }

  function take(): Promise<boolean> {
    turn = turn.then(takeOne).catch((error: unknown) => {
      logger.error({ error }, 'a checkpoint failed');
      return false;
    });
    return turn;
  }

  return {
    open() {
      openKey();
      // What a crash, or a file that could not be written, kept from the file.
      void take();
    },
    duty: {
      next(read, now) {
        if (keyState === 'opening' || isClosed) return undefined;
        const toFile = fileTrouble?.retryAtMs;
        if (key === undefined || !isBehind(read)) return toFile;
        const lastSeq = read.checkpoints.last()?.seq ?? 0;
        if (read.audit.headSeq() - lastSeq >= MOST_ROWS) return now;
        const firstAtMs = read.audit.mark(lastSeq + 1)?.atMs ?? now;
        // A row from the future was written under a clock that has been set back since.
        const due = firstAtMs > now ? now : firstAtMs + LONGEST_WAIT_MS;
        return Math.min(due, toFile ?? Infinity);
      },
      meet: take,
    },
    status: () => ({ key: keyState, ...(fileTrouble !== undefined && { fileTrouble: fileTrouble.detail }) }),
    publicKey: () => key?.publicKey,
    lastSigned: () => lastSigned,
    async settled() {
      for (let awaited: unknown; awaited !== turn; ) {
        awaited = turn;
        await awaited;
      }
    },
    async close() {
      isClosed = true;
      openKey();
      await take();
    },
  };
}
