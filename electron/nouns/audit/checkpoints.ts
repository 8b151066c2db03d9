import type { Checkpoint, Rotation } from '../../../shared/contract/checkpoint';
import type { DeskStatus } from '../../../shared/contract/desk-contract';
import type { Actor, Caller } from '../../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import type { Send } from '../../kernel/door';
import type { Clock, Logger } from '../../kernel/ports';
import type { Duty } from '../../kernel/scheduler';
import type { ReadStore } from '../../kernel/store/database';
import type { StoreHolder } from '../../kernel/store-holder';
import { type CheckpointFile, type CheckpointFiling, createCheckpointFiling } from './checkpoint-file';
import { type KeyHistory, keyHistoryOf } from './rotations';
import { type SigningKey, SigningKeyError } from './signing-key';

/** How many rows may be without a checkpoint, and for how long, in milliseconds (spec/governance.md section 13). */
const MOST_ROWS = 256;
const LONGEST_WAIT_MS = 60_000;

/** How long after a failure a file is tried again, in milliseconds. */
const RETRY_MS = 30_000;

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

/** The key that signs now, and whether it can. */
function createKeyHolder({ openKey, clock, logger, onChange }: CheckpointParts) {
  const holder = {
    key: undefined as SigningKey | undefined,
    state: 'opening' as DeskStatus['checkpoints']['key'],
    retryAtMs: 0,
    /** What the log says of keys decides which one signs, so none is opened before it can be read. */
    open(read: ReadStore): void {
      if (holder.state !== 'opening') return;
      try {
        const key = openKey(keyHistoryOf(read.audit));
        holder.key = key;
        holder.state = key.keptBy;
        if (key.isNew && read.checkpoints.last() !== undefined) {
          logger.warn(
            { publicKey: key.publicKey },
            'the key that signed the audit log is gone; a new one signs from now on',
          );
        }
      } catch (error) {
        // A disk that took no new key may take it later; a key that cannot be read stays so until the next start.
        if (error instanceof SigningKeyError) holder.state = 'unavailable';
        holder.retryAtMs = clock.now() + RETRY_MS;
        logger.error({ error }, 'the audit log is not being signed');
      }
      onChange?.();
    },
    forget(): void {
      holder.key = undefined;
      holder.state = 'opening';
    },
  };
  return holder;
}

type KeyHolder = ReturnType<typeof createKeyHolder>;

const isBehind = ({ audit, checkpoints }: ReadStore) => audit.headSeq() > (checkpoints.last()?.seq ?? 0);

/** A key that is to say which one follows it must have signed something itself, or nobody could know whose word that is. */
const isHeard = ({ checkpoints }: ReadStore, { publicKey }: SigningKey) => checkpoints.last()?.publicKey === publicKey;

/** Signs the head of the log, as long as there is a key. */
function createSigner({ holder, send, clock }: CheckpointParts, keys: KeyHolder) {
  let lastSigned: Checkpoint | undefined;
  const reader = (): ReadStore | undefined => {
    const state = holder.state();
    return state.isOpen ? state.store.read : undefined;
  };

  // How long the log was before this run wrote anything: what a new key finds already.
  let rowsAtStart = reader()?.audit.headSeq();
  holder.onChange(() => (rowsAtStart ??= reader()?.audit.headSeq()));

  /**
   * A key that begins where nothing is signed, though the log is older than this run, says so in the log: whoever removed the
   * key and every checkpoint could have made those rows anew.
   */
  async function noteBeginning(publicKey: string, { checkpoints }: ReadStore): Promise<void> {
    if (lastSigned !== undefined || checkpoints.last() !== undefined || (rowsAtStart ?? 0) === 0) return;
    await send(gatehouse, 'audit.noteKey', { publicKey, rowsBefore: rowsAtStart ?? 0 });
  }

  return {
    reader,
    lastSigned: () => lastSigned,
    /** Whether all is signed that there is. */
    async sign(read: ReadStore): Promise<boolean> {
      const { key } = keys;
      if (key === undefined || !isBehind(read)) return true;
      await noteBeginning(key.publicKey, read);
      const head = read.audit.mark(read.audit.headSeq());
      if (head === undefined) return false;
      const signed = key.sign({ seq: head.seq, hash: head.hash, atMs: clock.now() });
      if (!(await send(gatehouse, 'audit.checkpoint', signed)).ok) return false;
      lastSigned = signed;
      return true;
    },
  };
}

/** Has the key give its place to a new one; `takeOne` opens what key there is, and has it sign. */
async function rotateNow(
  { send, clock, logger }: CheckpointParts,
  keys: KeyHolder,
  { reader, takeOne }: { reader: () => ReadStore | undefined; takeOne: () => Promise<boolean> },
  by: Actor,
): Promise<Result<Rotation>> {
  // What is there already is signed by the key that saw it.
  await takeOne();
  const before = reader();
  if (keys.key !== undefined && before?.checkpoints.last() !== undefined && !isHeard(before, keys.key)) {
    const { publicKey } = keys.key;
    await send(gatehouse, 'audit.noteKey', { publicKey, rowsBefore: before.audit.headSeq() });
    await takeOne();
  }
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const read = reader();
    if (read === undefined || keys.key === undefined) break;
    // Rows that have come since its last checkpoint are covered by the first one of the new key.
    if (read.audit.headSeq() > 0 && !isHeard(read, keys.key)) break;
    const rotation = keys.key.prepareNext({ atMs: clock.now(), fromSeq: read.audit.headSeq() + 1 });
    const noted = await send({ ...gatehouse, actor: by }, 'audit.noteRotation', rotation);
    // Whether the log has it decides which of the two signs.
    keys.forget();
    await takeOne();
    if (noted.ok) {
      logger.info({ publicKey: rotation.newPublicKey }, 'the operator changed the key that signs the audit log');
      return succeeded(rotation);
    }
    if (noted.refusal.code !== 'VALIDATION_FAILED') return noted;
  }
  return refused('STORE_UNAVAILABLE', { sentence: cannotRotate });
}

/** When to sign, or to try again; undefined while there is nothing to do. */
function nextDue(keys: KeyHolder, filing: CheckpointFiling, read: ReadStore, now: number): number | undefined {
  if (keys.state === 'opening') return keys.retryAtMs;
  const toFile = filing.trouble()?.retryAtMs;
  if (keys.key === undefined || !isBehind(read)) return toFile;
  const lastSeq = read.checkpoints.last()?.seq;
  // The first row of all at once: after a crash nobody could say whether a key ever vouched for what came before it.
  if (lastSeq === undefined || read.audit.headSeq() - lastSeq >= MOST_ROWS) return now;
  const firstAtMs = read.audit.mark(lastSeq + 1)?.atMs ?? now;
  // A row from the future was written under a clock that has been set back since.
  const due = firstAtMs > now ? now : firstAtMs + LONGEST_WAIT_MS;
  return Math.min(due, toFile ?? Infinity);
}

/**
 * The keeper of checkpoints. A checkpoint goes into the database through the door for writes, so that it shares the flush of
 * the commands of its tick, and then into the file, where nobody waits for the disk. What the file could not take it gets later.
 */
export function createCheckpointKeeper(parts: CheckpointParts): CheckpointKeeper {
  const { holder, logger } = parts;
  const keys = createKeyHolder(parts);
  const filing = createCheckpointFiling(parts, RETRY_MS);
  const { reader, sign, lastSigned } = createSigner(parts, keys);
  /** Whether a key may be opened or made: not before the app is ready for it. */
  let isBegun = false;
  let isClosed = false;
  let turn: Promise<boolean> = Promise.resolve(true);

  async function takeOne(): Promise<boolean> {
    const read = reader();
    if (read === undefined) return false;
    try {
      if (isBegun) keys.open(read);
      if (!(await sign(read))) return false;
      await filing.fileWhatIsMissing(read);
      return true;
    } catch (error) {
      if (!holder.failed(error)) throw error;
      return false;
    }
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
      isBegun = true;
      const read = reader();
      if (read !== undefined) keys.open(read);
      // What a crash, or a file that could not be written, kept from the file.
      void take();
    },
    duty: {
      next: (read, now) => (isClosed || !isBegun ? undefined : nextDue(keys, filing, read, now)),
      meet: take,
    },
    status: () => ({ key: keys.state, ...defined({ fileTrouble: filing.trouble()?.detail }) }),
    currentKey: () => keys.key,
    lastSigned,
    rotate(by) {
      const rotated = turn
        .then(() => rotateNow(parts, keys, { reader, takeOne }, by))
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
