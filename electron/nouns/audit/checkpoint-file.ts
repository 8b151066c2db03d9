import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Checkpoint, checkpointSchema } from '../../../shared/contract/checkpoint';
import { decodeWire, encodeWire, toWireSchema } from '../../../shared/kernel/wire';
import type { Clock, Logger } from '../../kernel/ports';
import type { ReadStore } from '../../kernel/store/database';

/** How much of the file's end is looked at to find out what it has already, in bytes: some two hundred lines. */
const TAIL_BYTES = 64 * 1024;

/** Checkpoints that go into the file at once, at most. */
const PAGE_SIZE = 500;

const lineSchema = toWireSchema(checkpointSchema);

/** The second place for checkpoints, outside the database: JSON lines that are only ever added to. */
export interface CheckpointFile {
  /** Adds lines and flushes them to the disk. After a torn line it begins a new one; it never takes anything away. */
  append(checkpoints: readonly Checkpoint[]): Promise<void>;
  /** The newest checkpoints in it, the newest first; none when there is no file. */
  newest(): Promise<readonly Checkpoint[]>;
  /** How long it is now, in bytes; 0 when there is no file. */
  size(): number;
  /**
   * Every line of its first `bytes` in order; undefined for a line that is no checkpoint. What cannot be read is not there:
   * that its checkpoints are missing is what verification then says.
   */
  lines(bytes: number): AsyncIterable<Checkpoint | undefined>;
}

/** A line's checkpoint; undefined when it is torn or something else. */
function parseLine(line: string): Checkpoint | undefined {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    return parsed.success ? (decodeWire(checkpointSchema, parsed.data) as Checkpoint) : undefined;
  } catch {
    return undefined;
  }
}

/** The file of this home folder; made when there is something to write, and never in another folder that is in the place of the home. */
export function createCheckpointFile(home: string, isInPlace = () => true): CheckpointFile {
  const path = join(home, 'audit-checkpoints.jsonl');
  const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

  async function readTail(length: number): Promise<string> {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(TAIL_BYTES, length));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, length - buffer.length);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }

  return {
    size,
    async append(checkpoints) {
      if (!isInPlace()) throw new Error('the data folder was taken away');
      const length = size();
      const isTorn = length > 0 && !(await readTail(length)).endsWith('\n');
      const lines = checkpoints.map((one) => `${JSON.stringify(encodeWire(checkpointSchema, one))}\n`);
      const file = await open(path, 'a', 0o600);
      try {
        await file.appendFile((isTorn ? '\n' : '') + lines.join(''));
        await file.sync();
      } finally {
        await file.close();
      }
      if (length === 0) await syncFolder(dirname(path));
    },
    async newest() {
      const length = size();
      if (length === 0) return [];
      const lines = (await readTail(length)).split('\n');
      // The first one of the tail began before it.
      if (length > TAIL_BYTES) lines.shift();
      return lines.flatMap((line) => parseLine(line) ?? []).reverse();
    },
    async *lines(bytes) {
      if (bytes === 0) return;
      const stream = createReadStream(path, { end: bytes - 1 });
      try {
        for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
          if (line !== '') yield parseLine(line);
        }
      } catch (error) {
        if (!(error instanceof Error && 'syscall' in error)) throw error;
      }
    },
  };
}

/** So that the file's name is on the disk too; Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Brings the database's checkpoints into the file. */
export interface CheckpointFiling {
  fileWhatIsMissing(read: Pick<ReadStore, 'checkpoints'>): Promise<void>;
  /** Why the file cannot be read or written at the moment, and when it is tried again. */
  trouble(): { readonly detail: string; readonly retryAtMs: number } | undefined;
}

/** The filing of checkpoints into this file; after a failure it is tried again when so many milliseconds are over. */
export function createCheckpointFiling(
  parts: {
    readonly file: CheckpointFile;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly onChange?: () => void;
  },
  retryMs: number,
): CheckpointFiling {
  const { file, clock, logger } = parts;
  let fileTrouble: { readonly detail: string; readonly retryAtMs: number } | undefined;
  /** Up to which row the file has the database's checkpoints; undefined until it was looked at. */
  let filedSeq: number | undefined;

  async function fileWhatIsMissing({ checkpoints }: Pick<ReadStore, 'checkpoints'>): Promise<void> {
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
    fileTrouble = detail === undefined ? undefined : { detail, retryAtMs: clock.now() + retryMs };
    if (isChanged) parts.onChange?.();
  }

  return { fileWhatIsMissing, trouble: () => fileTrouble };
}
