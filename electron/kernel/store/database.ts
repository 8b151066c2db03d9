import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Actor } from '../../../shared/kernel/actor';
import { type Agents, type AgentsReader, createAgents } from '../../nouns/agents/store';
import { type Approvals, type ApprovalsReader, createApprovals } from '../../nouns/approvals/store';
import { type AuditLog, type AuditLogReader, createAuditLog } from '../../nouns/audit/store';
import { type Checkpoints, type CheckpointsReader, createCheckpoints } from '../../nouns/audit/store-checkpoints';
import { type AuditSearch, createAuditSearch } from '../../nouns/audit/store-search';
import { type Automations, type AutomationsReader, createAutomations } from '../../nouns/automations/store';
import { createGrants, type Grants, type GrantsReader } from '../../nouns/automations/store-grants';
import { createRecords, type Records, type RecordsReader } from '../../nouns/automations/store-records';
import {
  createUnadoptedRecords,
  type UnadoptedRecords,
  type UnadoptedRecordsReader,
} from '../../nouns/automations/store-unadopted';
import { createLifecycle, type LifecycleReader } from '../../nouns/lifecycle/store';
import { createLimits, type LimitsReader, type LimitsStore } from '../../nouns/limits/store';
import { createLimitHistory, type LimitHistoryReader } from '../../nouns/limits/store-history';
import { createLineage, type LineageReader } from '../../nouns/lineage/store';
import { createRuns, type Runs, type RunsReader } from '../../nouns/runs/store';
import { createRunLists, type RunLists } from '../../nouns/runs/store-lists';
import { createToolCalls, type ToolCallsReader } from '../../nouns/runs/store-tool-calls';
import { createSessionCalls, type SessionCalls, type SessionCallsReader } from '../../nouns/sessions/store';
import { createSessionUsage, type SessionUsage, type SessionUsageReader } from '../../nouns/sessions/store-usage';
import { createSpend, type Spend, type SpendReader } from '../../nouns/spend/store';
import { createSpendDays, type SpendDays, type SpendDaysReader } from '../../nouns/spend/store-days';
import { createTokens, type Tokens, type TokensReader } from '../../nouns/tokens/store';
import { createToolRules, type ToolRules, type ToolRulesReader } from '../../nouns/tool-rules/store';
import { type CommitNote, openCommitNote, readCommitNote } from './commit-note';
import { type FilePlace, lostFrom, placeOf } from './file-place';
import { createKept, type Kept, type KeptReader } from './kept';
import { appliedSteps, migrate } from './migrate';
import { keepRowSums, sumAllRows } from './row-sums';
import { createRowSurvey, type RowSurvey } from './row-survey';
import { type DatabaseSync, openDatabase } from './sqlite';
import { createTimers, type Timers, type TimersReader } from './timers';
import { type StoreTrouble, StoreTroubleError, troubleOf } from './trouble';
import { createUnreadableRows, type UnreadableRows, type UnreadableRowsReader } from './unreadable';

/** What queries see: no write is possible through it. */
export type ReadStore = {
  readonly approvals: ApprovalsReader;
  readonly tokens: TokensReader;
  readonly agents: AgentsReader;
  readonly automations: AutomationsReader;
  readonly records: RecordsReader;
  readonly unadoptedRecords: UnadoptedRecordsReader;
  readonly grants: GrantsReader;
  readonly toolRules: ToolRulesReader;
  readonly toolCalls: ToolCallsReader;
  readonly runs: RunsReader;
  readonly runLists: RunLists;
  readonly lifecycle: LifecycleReader;
  readonly sessionCalls: SessionCallsReader;
  readonly sessionUsage: SessionUsageReader;
  readonly spend: SpendReader;
  readonly spendDays: SpendDaysReader;
  readonly limits: LimitsReader;
  readonly limitHistory: LimitHistoryReader;
  readonly kept: KeptReader;
  readonly timers: TimersReader;
  readonly audit: AuditLogReader;
  readonly checkpoints: CheckpointsReader;
  readonly lineage: LineageReader;
  readonly auditSearch: AuditSearch;
  readonly unreadable: UnreadableRowsReader;
  readonly rowSurvey: RowSurvey;
};

/** What commands see, inside a transaction. */
export type WriteStore = {
  readonly approvals: Approvals;
  readonly tokens: Tokens;
  readonly agents: Agents;
  readonly automations: Automations;
  readonly records: Records;
  readonly unadoptedRecords: UnadoptedRecords;
  readonly grants: Grants;
  readonly toolRules: ToolRules;
  readonly toolCalls: ToolCallsReader;
  readonly runs: Runs;
  readonly runLists: RunLists;
  readonly lifecycle: LifecycleReader;
  readonly sessionCalls: SessionCalls;
  readonly sessionUsage: SessionUsage;
  readonly spend: Spend;
  readonly spendDays: SpendDays;
  readonly limits: LimitsStore;
  readonly limitHistory: LimitHistoryReader;
  readonly kept: Kept;
  readonly timers: Timers;
  readonly audit: AuditLog;
  readonly checkpoints: Checkpoints;
  readonly lineage: LineageReader;
  readonly auditSearch: AuditSearch;
  readonly unreadable: UnreadableRows;
  readonly rowSurvey: RowSurvey;
};

/** The open database. */
export interface Store {
  readonly read: ReadStore;
  /** Runs and commits, durably, or throws and leaves everything as it was. */
  transaction<T>(run: (store: WriteStore) => T): T;
  /** Reads that all see the same state, whatever another connection commits meanwhile. Nothing may be written in it. */
  snapshot<T>(run: (store: ReadStore) => T): T;
  /** Writes something that changes nothing, to see whether the disk takes it. Throws what the disk says. */
  tryWriting(): void;
  /** The database and its write-ahead log, as they were when they were opened. */
  readonly place: FilePlace;
  /** What is wrong when the open files are no longer those at their paths: what is written would be lost with them. */
  takenAway(): StoreTrouble | undefined;
  /**
   * Moves what only the write-ahead log has into the database, for when the log's name is gone from the folder and the database is
   * still in its place. Answers whether all of it is there now, so that the database may be closed and opened anew.
   */
  saveLog(): boolean;
  /** Inside a transaction: undoes what `run` did when it throws or answers false. */
  savepoint(run: () => boolean): void;
  close(): void;
}

const CONNECTION_PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON';

/** How long to wait for another process that holds the database, in milliseconds. */
const BUSY_TIMEOUT_MS = 250;

/** The database file in a home folder. */
export function databasePath(home: string): string {
  return join(home, 'gatehouse.db');
}

// Beside the database stands a file that says that there is one, so that a lost or emptied database is noticed and never
// taken for a first start.
function markerPath(home: string): string {
  return join(home, 'gatehouse.db.exists');
}

/**
 * Opens the database of a home folder, making it on the first start only. Throws StoreTroubleError with what is wrong when it
 * is damaged, of a newer version, locked, missing although there was one, without changes that were committed, on a full disk or
 * not permitted. With `lossAcceptedBy` it goes on without those changes, and the first row of the log from then on says so.
 */
export function openStore(home: string, now: number, lossAcceptedBy?: Actor): Store {
  let database: DatabaseSync | undefined;
  let reading: DatabaseSync | undefined;
  let note: CommitNote | undefined;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const path = databasePath(home);
    const hadDatabase = existsSync(markerPath(home));
    if (hadDatabase && (!existsSync(path) || statSync(path).size === 0)) {
      throw new StoreTroubleError({ kind: 'missing', detail: 'there was a database here, and now there is none' });
    }
    if (isCutOff(path)) throw new StoreTroubleError({ kind: 'damaged', detail: 'the end of the file is missing' });
    database = openDatabase(path, BUSY_TIMEOUT_MS);
    // Looked at before anything is written, so that a file that is not ours stays as it is.
    const isBegun = appliedSteps(database) > 0;
    if (isBegun && hadDatabase) checkIdentity(database, home);
    const loss = hadDatabase ? lossOf(database, home, isBegun) : undefined;
    if (loss !== undefined && lossAcceptedBy === undefined) throw new StoreTroubleError(loss);
    database.exec(CONNECTION_PRAGMAS);
    migrate(database, now, undefined, sumAllRows);
    keepRowSums(database);
    const databaseId = noteStart(database);
    if (!hadDatabase || !isBegun || readMarker(home) === '') writeDurably(markerPath(home), `${databaseId}\n`);
    note = openCommitNote(home);
    reading = openToRead(path);
    const store = createStore({ database, reading, note, place: placeOf([path, walPath(path)]), close: closeWhole });
    if (loss !== undefined && lossAcceptedBy !== undefined) recordLoss(store, loss, lossAcceptedBy, now);
    // Only now: until the loss is accepted, each start says it again.
    note.write(store.read.audit.headSeq());
    return store;
  } catch (error) {
    note?.close();
    closeQuietly(reading);
    closeQuietly(database);
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    throw new StoreTroubleError(trouble);
  }
}

/**
 * Opens a second connection to a database that is open already, for another thread; `place` is that of the first. What it writes
 * must not overlap with what the first one writes: each waits for the other only shortly. Throws as `openStore` does.
 */
export function openStoreBeside(home: string, place: FilePlace): Store {
  let database: DatabaseSync | undefined;
  let reading: DatabaseSync | undefined;
  let note: CommitNote | undefined;
  try {
    // Before, so that no file is made where there is none; after, so that it is the first one's that was opened.
    failIfTakenAway(place);
    database = openDatabase(databasePath(home), BUSY_TIMEOUT_MS);
    reading = openToRead(databasePath(home));
    failIfTakenAway(place);
    database.exec(CONNECTION_PRAGMAS);
    keepRowSums(database);
    note = openCommitNote(home);
    return createStore({ database, reading, note, place, close: (own) => own.close() });
  } catch (error) {
    note?.close();
    closeQuietly(reading);
    closeQuietly(database);
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    throw new StoreTroubleError(trouble);
  }
}

/** A connection for whoever must not write: the database refuses it there, whatever is asked. */
function openToRead(path: string): DatabaseSync {
  const database = openDatabase(path, BUSY_TIMEOUT_MS);
  database.exec('PRAGMA query_only = ON');
  return database;
}

/**
 * Whether the file is shorter than its header says. SQLite itself would notice only when it came to a missing page. While
 * there is a write-ahead log the header may be ahead of the file, and says nothing.
 */
function isCutOff(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const logSize = statSync(walPath(path), { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || logSize > 0) return false;
  const header = Buffer.alloc(32);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, header.length, 0) < header.length) return true;
  } finally {
    closeSync(file);
  }
  const storedPageSize = header.readUInt16BE(16);
  const pageSize = storedPageSize === 1 ? 65_536 : storedPageSize;
  return size < pageSize * header.readUInt32BE(28);
}

/** The marker holds the database's id; one that power loss left empty says nothing, and is filled again. */
function checkIdentity(database: DatabaseSync, home: string): void {
  const expected = readMarker(home);
  const found = database.prepare('SELECT database_id FROM identity').get()?.['database_id'];
  if (expected !== '' && found !== undefined && found !== expected) {
    throw new StoreTroubleError({
      kind: 'missing',
      detail: 'another database is in the place of the one that was here',
    });
  }
}

function walPath(path: string): string {
  return `${path}-wal`;
}

/**
 * What is missing from a database that ends before the row that was noted: a write-ahead log that was deleted after a crash, or an
 * older copy in its place. What was committed after the note is missing too, so it is a least number. One that is not even begun,
 * although its marker was written after its first commit, had all that it had in the log.
 */
function lossOf(database: DatabaseSync, home: string, isBegun: boolean): LossTrouble | undefined {
  const noted = readCommitNote(home) ?? 0;
  if (!isBegun) {
    return { kind: 'changes_lost', detail: 'the database is empty', loss: { atLeast: Math.max(noted, 1) } };
  }
  const head = database.prepare('SELECT seq, at_ms FROM audit_log ORDER BY seq DESC LIMIT 1').get();
  const last = Number(head?.['seq'] ?? 0);
  if (last >= noted) return undefined;
  const loss = { atLeast: noted - last, ...(head !== undefined && { afterMs: Number(head['at_ms']) }) };
  const detail = `the audit log ends with row ${last}, and row ${noted} was committed`;
  return { kind: 'changes_lost', detail, loss };
}

type LossTrouble = StoreTrouble & { readonly loss: NonNullable<StoreTrouble['loss']> };

/** One commit with nothing beside it: before it nobody is answered, after it the log tells of the loss for ever. */
function recordLoss(store: Store, { loss }: LossTrouble, acceptedBy: Actor, now: number): void {
  const payload = {
    missingAtLeast: loss.atLeast,
    lastSeq: store.read.audit.headSeq(),
    ...(loss.afterMs !== undefined && { missingAfterMs: loss.afterMs }),
  };
  store.transaction(({ audit }) => audit.append({ name: 'loss.accepted', payload }, acceptedBy, now));
}

/** Counts the start and answers the database's id. It is a real write, so that a disk that takes none is noticed now. */
function noteStart(database: DatabaseSync): string {
  database
    .prepare(
      `INSERT INTO identity (only_row, database_id, starts) VALUES (1, ?, 1)
       ON CONFLICT (only_row) DO UPDATE SET starts = starts + 1`,
    )
    .run(randomUUID());
  return String(database.prepare('SELECT database_id FROM identity').get()?.['database_id']);
}

function readMarker(home: string): string {
  return readFileSync(markerPath(home), 'utf8').trim();
}

function writeDurably(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600, flush: true });
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function closeQuietly(database: DatabaseSync | undefined): void {
  try {
    database?.close();
  } catch {
    // It is being given up already because of the error that matters.
  }
}

/** Empties the write-ahead log into the database before it closes it. */
function closeWhole(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function troubleOfPlace(place: FilePlace): StoreTrouble | undefined {
  const lost = lostFrom(place);
  if (lost === undefined) return undefined;
  const detail = `${basename(lost.path)} ${lost.isReplaced ? 'is another file now' : 'is gone'}`;
  return { kind: 'taken_away', detail };
}

function failIfTakenAway(place: FilePlace): void {
  const trouble = troubleOfPlace(place);
  if (trouble !== undefined) throw new StoreTroubleError(trouble);
}

/** What a store is made of: a connection that writes, and one that cannot. */
type StoreParts = {
  readonly database: DatabaseSync;
  readonly reading: DatabaseSync;
  readonly note: CommitNote;
  readonly place: FilePlace;
  readonly close: (database: DatabaseSync) => void;
};

function createStores(database: DatabaseSync, unreadable: UnreadableRows): WriteStore {
  const agents = createAgents(database, unreadable);
  return {
    approvals: createApprovals(database, unreadable),
    tokens: createTokens(database, unreadable),
    agents,
    automations: createAutomations(database, unreadable),
    records: createRecords(database, unreadable),
    unadoptedRecords: createUnadoptedRecords(database, unreadable),
    grants: createGrants(database, unreadable),
    toolRules: createToolRules(database, unreadable),
    toolCalls: createToolCalls(database, unreadable),
    runs: createRuns(database, unreadable),
    runLists: createRunLists(database, unreadable),
    lifecycle: createLifecycle(database),
    sessionCalls: createSessionCalls(database),
    sessionUsage: createSessionUsage(database),
    spend: createSpend(database, unreadable),
    spendDays: createSpendDays(database),
    limits: createLimits(database, unreadable),
    limitHistory: createLimitHistory(database),
    kept: createKept(database, unreadable),
    timers: createTimers(database),
    audit: createAuditLog(database, unreadable),
    checkpoints: createCheckpoints(database),
    lineage: createLineage(database, agents),
    auditSearch: createAuditSearch(database, unreadable),
    unreadable,
    rowSurvey: createRowSurvey(database, unreadable),
  };
}

function createStore({ database, reading, note, place, close }: StoreParts): Store {
  const unreadable = createUnreadableRows();
  const write = createStores(database, unreadable);
  const read: ReadStore = createStores(reading, unreadable);
  return {
    read,
    transaction(run) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const value = run(write);
        // Before, so that what is refused is not there when the files come back; after, so that nobody is told of a commit that
        // went away with them while it was flushed.
        failIfTakenAway(place);
        database.exec('COMMIT');
        failIfTakenAway(place);
        note.write(write.audit.headSeq());
        return value;
      } catch (error) {
        // SQLite has rolled back by itself after some errors (a full disk, for one).
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    place,
    takenAway: () => troubleOfPlace(place),
    saveLog() {
      const [databaseFile, ...logs] = place;
      if (databaseFile === undefined || lostFrom([databaseFile]) !== undefined) return false;
      // A file in the log's place is somebody's: it is not for us to remove it.
      if (lostFrom(logs)?.isReplaced !== false) return false;
      return Number(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy']) === 0;
    },
    snapshot(run) {
      reading.exec('BEGIN');
      try {
        return run(read);
      } finally {
        reading.exec('COMMIT');
      }
    },
    tryWriting() {
      failIfTakenAway(place);
      database.exec('UPDATE identity SET starts = starts');
    },
    savepoint(run) {
      database.exec('SAVEPOINT command');
      let isKept = false;
      try {
        isKept = run();
      } finally {
        if (database.isTransaction) database.exec(`${isKept ? '' : 'ROLLBACK TO command; '}RELEASE command`);
      }
    },
    close() {
      note.close();
      reading.close();
      close(database);
    },
  };
}
