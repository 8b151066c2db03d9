import type { Engine } from '../../shared/contract/engine';
import { SESSIONS_ENDING } from '../../shared/contract/session';
import type { PlanQuota } from '../../shared/contract/session-quota';
import type { TranscriptPlace, Use } from '../../shared/contract/session-usage';
import type { Caller } from '../../shared/kernel/actor';
import type { ErrorCode } from '../../shared/kernel/errors';
import { fieldsOf, jsonIn } from '../../shared/kernel/fields';
import type { Prices } from '../../shared/prices';
import type { Environment } from '../engines/engine';
import { transcriptTable } from '../engines/transcripts/table';
import type { LineState, Thread, TranscriptRow } from '../engines/transcripts/transcript';
import type { Send } from '../kernel/door';
import type { Feed } from '../kernel/feed';
import type { Clock, Logger } from '../kernel/ports';
import { startSlices } from '../kernel/slices';
import type { ReadStore } from '../kernel/store/database';
import type { StoreHolder } from '../kernel/store-holder';
import { firstLineOf, type OpenTranscript, openBelow, transcriptsIn } from './file';

/** How often transcripts are looked at while sessions work, in milliseconds: a cap that is reached stops the call after the next. */
const LOOK_INTERVAL_MS = 2_000;

/** The same while nothing is told of any: a session that its engine left alone, or that only thinks. */
const QUIET_INTERVAL_MS = 15_000;

/** So long after the last word of a session, or the last line of a transcript, they are looked at as while sessions work. */
const BUSY_MS = 30_000;

/** Looks at a session's transcripts after it has ended: the last answer may be written after the last hook. */
const LAST_LOOKS = 5;

/** So many sessions that are over are looked at after a start: what they wrote last, or while Gatehouse was away, is not read yet. */
const MOST_CAUGHT_UP = 200;

/** What is read of a file at a time, and at one look at most, in bytes. */
const CHUNK_BYTES = 1024 * 1024;
const MOST_BYTES_OF_A_LOOK = 64 * CHUNK_BYTES;

/** A longer line is passed over. */
const LONGEST_LINE_BYTES = 16 * CHUNK_BYTES;

/** Uses that are told at a time. */
const MOST_TOLD = 500;

/** What is needed to read transcripts. */
export type TranscriptParts = {
  readonly holder: StoreHolder;
  readonly send: Send;
  readonly feed: Feed;
  /** Says where the engines keep their files. */
  readonly environment: Environment;
  readonly ownPrices: () => Prices;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** A session whose transcripts are read. */
type Followed = {
  readonly runId: string;
  readonly agentId: string;
  readonly engine: Engine;
  readonly sessionId: string;
  readonly path: string;
  readonly beganAtMs: number;
  looksLeft: number;
};

/** Reads what engines write of their sessions (spec/sessions.md section 4). */
export interface Transcripts {
  /** Looks once at the transcripts of all sessions under way. Never rejects. */
  look(): Promise<void>;
  close(): void;
}

/** Follows the transcripts of sessions from now on, in slices: what they say that was used is charged to the session. */
export function followTranscripts(parts: TranscriptParts): Transcripts {
  const followed = new Map<string, Followed>();
  /** Sessions that began, went on or ended since the last look: some are over before anybody looks. */
  const told = new Set<string>();
  let isCaughtUp = false;
  const reader = createReader(parts);
  const unsubscribe = parts.feed.subscribe((commit) => {
    for (const { payload } of commit) {
      const { runId, automationId } = payload as { readonly runId?: unknown; readonly automationId?: unknown };
      const isOfSession = typeof automationId === 'string' && automationId.endsWith(SESSIONS_ENDING);
      if (!isOfSession || typeof runId !== 'string') continue;
      told.add(runId);
      looking.soon();
    }
  });
  let lookUnderWay: Promise<void> | undefined;

  async function lookAtAll(): Promise<void> {
    const { holder, logger } = parts;
    const state = holder.state();
    if (!state.isOpen) return;
    try {
      noteSessions(state.store.read);
      // A fork's begins with what its parent has written, and an answer is of the session whose transcript is read first.
      const oldestFirst = [...followed.values()].toSorted((one, other) => one.beganAtMs - other.beganAtMs);
      for (const session of oldestFirst) await reader.read(session);
    } catch (error) {
      if (!holder.failed(error)) logger.error({ error }, 'a transcript could not be read');
    }
  }

  function noteSessions({ sessionCalls, runs }: ReadStore): void {
    for (const [runId, session] of followed) if ((session.looksLeft -= 1) < 0) followed.delete(runId);
    const over = isCaughtUp ? [] : sessionCalls.runs({ state: 'over', limit: MOST_CAUGHT_UP }).runIds;
    const noted = [...over, ...sessionCalls.underWay(), ...told];
    isCaughtUp = true;
    told.clear();
    for (const runId of noted) {
      const run = runs.find(runId);
      const path = run?.session?.transcriptPath;
      if (run?.session === undefined || path === undefined) continue;
      const { engine, sessionId } = run.session;
      const agentId = run.automationId.slice(0, -SESSIONS_ENDING.length);
      const { createdAtMs: beganAtMs } = run;
      followed.set(runId, { runId, agentId, engine, sessionId, path, beganAtMs, looksLeft: LAST_LOOKS });
    }
  }

  const look = () =>
    (lookUnderWay ??= lookAtAll().finally(() => {
      lookUnderWay = undefined;
    }));
  const looking = lookAgainAndAgain(look, () => followed.size > 0 || !isCaughtUp);
  return {
    look,
    close() {
      looking.close();
      unsubscribe();
    },
  };
}

/**
 * Looks often while sessions work, seldom while nothing is told of them, and not at all while there is none: whoever tells of one has
 * it looked at by `soon`.
 */
function lookAgainAndAgain(look: () => Promise<void>, isAnyLeft: () => boolean) {
  let busyUntilMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function lookIn(ms: number): void {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => void look().then(lookAgain), ms);
    timer.unref();
  }

  function lookAgain(): void {
    if (performance.now() < busyUntilMs) lookIn(LOOK_INTERVAL_MS);
    else if (isAnyLeft()) lookIn(QUIET_INTERVAL_MS);
  }

  lookIn(LOOK_INTERVAL_MS);
  return {
    soon() {
      const wasBusy = performance.now() < busyUntilMs;
      busyUntilMs = performance.now() + BUSY_MS;
      if (!wasBusy) lookIn(LOOK_INTERVAL_MS);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** A place in a file as it is known between two looks. */
type Place = { readonly offset: number; readonly state: LineState };

function createReader(parts: TranscriptParts) {
  const { holder, environment } = parts;
  const places = new Map<string, Place>();
  const subAgentsOf = createSubAgentSearch(parts);
  const refused = new Set<string>();

  /** Reads what is new in all transcripts of a session. */
  async function read(session: Followed): Promise<void> {
    if (refused.has(session.runId)) return;
    const row = transcriptTable[session.engine];
    if (row === undefined) return;
    for (const path of [session.path, ...(await subAgentsOf(session, row))]) {
      const open = await openBelow(row.folder(environment), path);
      if (open === undefined) continue;
      try {
        await readNew(session, row, open, path === session.path);
      } finally {
        await open.handle.close();
      }
    }
  }

  async function readNew(session: Followed, row: TranscriptRow, open: OpenTranscript, isOwn: boolean): Promise<void> {
    const { marks, read: readLine } = row;
    let { offset, state } = placeOf(open, places.get(open.file) ?? keptPlace(holder, open.file));
    const { file, size } = open;
    const pause = startSlices();
    const end = Math.min(size, offset + MOST_BYTES_OF_A_LOOK);
    let uses: Use[] = [];
    let forkedFrom: string | undefined;
    let quotas: readonly PlanQuota[] = [];
    const tellSoFar = async () => {
      const isNew = uses.length > 0 || forkedFrom !== undefined;
      const place = { file, offset, state: JSON.stringify(state) };
      const refusal = isNew ? await tell(parts, session, uses, place, forkedFrom) : undefined;
      if (refusal !== undefined) {
        // While the store cannot be used it is read again.
        if (refusal !== 'STORE_UNAVAILABLE') refused.add(session.runId);
        return false;
      }
      uses = [];
      forkedFrom = undefined;
      places.set(file, { offset, state });
      return true;
    };
    let longest = CHUNK_BYTES;
    while (offset < end) {
      const lines = await wholeLines(open, offset, Math.min(longest, size - offset));
      if (lines === undefined) {
        // One that is not written to its end yet, or too long.
        if (offset + longest >= size) break;
        if (longest >= LONGEST_LINE_BYTES) offset += longest;
        longest = Math.min(LONGEST_LINE_BYTES, longest * 2);
        continue;
      }
      longest = CHUNK_BYTES;
      for (const { text, bytes } of linesOf(lines)) {
        offset += bytes;
        if (!marks.some((mark) => text.includes(mark))) continue;
        const reading = readLine(jsonIn(text), state);
        state = reading.state;
        if (reading.use !== undefined) {
          uses.push({ ...reading.use, part: 'conversation', sessionId: session.sessionId });
        }
        quotas = reading.quotas ?? quotas;
        // A sub-agent's may begin with what its parent has written.
        if (isOwn) forkedFrom ??= reading.forkedFrom;
        if (uses.length >= MOST_TOLD && !(await tellSoFar())) return;
        await pause();
      }
    }
    if (await tellSoFar()) await tellQuotas(parts, session, quotas);
  }

  return { read };
}

/** Where reading goes on: whatever is shorter than before was written anew; its marks are known. */
function placeOf({ size }: OpenTranscript, known: Place | undefined): Place {
  return known === undefined || known.offset > size ? { offset: 0, state: {} } : known;
}

function keptPlace(holder: StoreHolder, file: string): Place | undefined {
  const state = holder.state();
  const kept = state.isOpen ? state.store.read.sessionUsage.place(file) : undefined;
  return kept && { offset: kept.offset, state: stateIn(kept.state) };
}

/** Looks for the transcripts of a session's sub-agents; what a file says of its thread is read once. */
function createSubAgentSearch({ environment, clock }: TranscriptParts) {
  const threads = new Map<string, Thread>();
  return subAgentsOf;

  async function subAgentsOf(
    { path, sessionId }: Followed,
    { folder, besides }: TranscriptRow,
  ): Promise<readonly string[]> {
    const found: string[] = [];
    const ids = new Set<unknown>([sessionId]);
    for (const beside of besides(path, sessionId, clock.now())) {
      for (const each of await transcriptsIn(beside.folder, beside.from)) {
        if (each === path) continue;
        if (beside.threadOf === undefined) found.push(each);
        else {
          const thread = threads.get(each) ?? (await threadOf(folder(environment), each, beside.threadOf));
          if (thread === undefined) continue;
          threads.set(each, thread);
          // By name they are in the order in which they began: a sub-agent comes after who started it.
          if (!ids.has(thread.parentId)) continue;
          ids.add(thread.id);
          found.push(each);
        }
      }
    }
    return found;
  }

  async function threadOf(folder: string, path: string, of: (first: unknown) => Thread): Promise<Thread | undefined> {
    const open = await openBelow(folder, path);
    if (open === undefined) return undefined;
    try {
      const first = await firstLineOf(open);
      return first === undefined ? undefined : of(first);
    } finally {
      await open.handle.close();
    }
  }
}

/** Tells how much of a plan is used, where anything is said of it; what is not taken is told with the next answer. */
async function tellQuotas({ send }: TranscriptParts, { agentId, engine }: Followed, quotas: readonly PlanQuota[]) {
  const caller: Caller = { role: 'agent', actor: { kind: 'agent', actorId: agentId }, ancestorIds: [] };
  if (quotas.length > 0) await send(caller, 'quota.tell', { engine, quotas: [...quotas] });
}

/** Tells what was used, and how far the file was read. Answers why it is not kept; nothing where it is. */
async function tell(
  { send, ownPrices }: TranscriptParts,
  { agentId, engine, sessionId }: Followed,
  uses: Use[],
  place: TranscriptPlace,
  forkedFrom: string | undefined,
): Promise<ErrorCode | undefined> {
  const caller: Caller = { role: 'agent', actor: { kind: 'agent', actorId: agentId }, ancestorIds: [] };
  const prices = ownPrices();
  const told = await send(caller, 'session.use', {
    engine,
    source: 'transcript',
    uses,
    place,
    ...(forkedFrom !== undefined && { fork: { sessionId, ofSessionId: forkedFrom } }),
    ...(Object.keys(prices).length > 0 && { ownPrices: prices }),
  });
  return told.ok ? undefined : told.refusal.code;
}

/** The whole lines among so many bytes; undefined where there is none. */
async function wholeLines({ handle }: OpenTranscript, from: number, length: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, from);
  const end = buffer.subarray(0, bytesRead).lastIndexOf(10);
  return end < 0 ? undefined : buffer.subarray(0, end + 1);
}

/** Each line with how many bytes it is, its end included. */
function* linesOf(buffer: Buffer): Generator<{ readonly text: string; readonly bytes: number }> {
  for (let from = 0; from < buffer.length; ) {
    const end = buffer.indexOf(10, from);
    yield { text: buffer.toString('utf8', from, end), bytes: end + 1 - from };
    from = end + 1;
  }
}

function stateIn(text: string): LineState {
  return fieldsOf(jsonIn(text)) as LineState;
}
