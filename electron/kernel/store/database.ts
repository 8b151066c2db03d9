import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Actor } from '../../../shared/kernel/actor';
import { type AgentsReader, createAgents } from '../../nouns/agents/store';
import { type ApprovalsReader, createApprovals } from '../../nouns/approvals/store';
import { type ApprovalWordsReader, createApprovalWords } from '../../nouns/approvals/store-words';
import { type AuditLogReader, createAuditLog } from '../../nouns/audit/store';
import { type CheckpointsReader, createCheckpoints } from '../../nouns/audit/store-checkpoints';
import { type AuditSearch, createAuditSearch } from '../../nouns/audit/store-search';
import { createSubjectIndex, type SubjectIndex } from '../../nouns/audit/store-subjects';
import { type AuditWords, createAuditWords } from '../../nouns/audit/store-words';
import { type AutomationsReader, createAutomations } from '../../nouns/automations/store';
import { createGrants, type GrantsReader } from '../../nouns/automations/store-grants';
import { createRecords, type RecordsReader } from '../../nouns/automations/store-records';
import { createUnadoptedRecords, type UnadoptedRecordsReader } from '../../nouns/automations/store-unadopted';
import { createLifecycle, type LifecycleReader } from '../../nouns/lifecycle/store';
import { createLimits, type LimitsReader } from '../../nouns/limits/store';
import { createLimitHistory, type LimitHistoryReader } from '../../nouns/limits/store-history';
import { createLineage, type LineageReader } from '../../nouns/lineage/store';
import { createRuns, type RunsReader } from '../../nouns/runs/store';
import { createRunLists, type RunLists } from '../../nouns/runs/store-lists';
import { createToolCalls, type ToolCallsReader } from '../../nouns/runs/store-tool-calls';
import { createSessionCalls, type SessionCallsReader } from '../../nouns/sessions/store';
import { createSessionChanges, type SessionChangesReader } from '../../nouns/sessions/store-changes';
import { createSessionDesk, type SessionDeskReader } from '../../nouns/sessions/store-desk';
import { createSessionQuotas, type SessionQuotasReader } from '../../nouns/sessions/store-quotas';
import { createSessionUsage, type SessionUsageReader } from '../../nouns/sessions/store-usage';
import { createSpend, type SpendReader } from '../../nouns/spend/store';
import { createSpendDays, type SpendDaysReader } from '../../nouns/spend/store-days';
import { createTokens, type TokensReader } from '../../nouns/tokens/store';
import { createToolRules, type ToolRulesReader } from '../../nouns/tool-rules/store';
import { createTrust, type TrustReader } from '../../nouns/trust/store';
import { type CommitNote, openCommitNote } from './commit-note';
import { type FilePlace, lostFrom, placeOf } from './file-place';
import {
  checkIdentity,
  databasePath,
  hadDatabase,
  isCutOff,
  type LossTrouble,
  lossOf,
  readMarker,
  walPath,
  writeMarker,
} from './home-files';
import { createKept, type KeptReader } from './kept';
import { appliedSteps, migrate } from './migrate';
import { createRowSums, keepRowSums, type RowSumsReader, sumAllRows } from './row-sums';
import { createRowSurvey, type RowSurvey } from './row-survey';
import { type DatabaseSync, openDatabase } from './sqlite';
import { createTimers, type TimersReader } from './timers';
import { type StoreTrouble, StoreTroubleError, troubleOf } from './trouble';
import { createUnreadableRows, type UnreadableRows, type UnreadableRowsReader } from './unreadable';

/** What queries see: no write is possible through it. */
export type ReadStore = {
  readonly approvals: ApprovalsReader;
  readonly approvalWords: ApprovalWordsReader;
  readonly tokens: TokensReader;
  readonly agents: AgentsReader;
  readonly automations: AutomationsReader;
  readonly records: RecordsReader;
  readonly unadoptedRecords: UnadoptedRecordsReader;
  readonly grants: GrantsReader;
  readonly toolRules: ToolRulesReader;
  readonly toolCalls: ToolCallsReader;
  readonly trust: TrustReader;
  readonly runs: RunsReader;
  readonly runLists: RunLists;
  readonly lifecycle: LifecycleReader;
  readonly sessionCalls: SessionCallsReader;
  readonly sessionUsage: SessionUsageReader;
  readonly sessionQuotas: SessionQuotasReader;
  readonly sessionDesk: SessionDeskReader;
  readonly sessionChanges: SessionChangesReader;
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
  readonly auditWords: Pick<AuditWords, 'indexedSeq'>;
  readonly auditSubjects: Pick<SubjectIndex, 'indexedSeq'>;
  readonly unreadable: UnreadableRowsReader;
  readonly rowSurvey: RowSurvey;
  readonly rowSums: RowSumsReader;
};

/** What commands see, inside a transaction. */
export type WriteStore = ReturnType<typeof createStores>;

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
    const hadOne = hadDatabase(home);
    if (hadOne && (!existsSync(path) || statSync(path).size === 0)) {
      throw new StoreTroubleError({ kind: 'missing', detail: 'there was a database here, and now there is none' });
    }
    if (isCutOff(path)) throw new StoreTroubleError({ kind: 'damaged', detail: 'the end of the file is missing' });
    database = openDatabase(path, BUSY_TIMEOUT_MS);
    // Looked at before anything is written, so that a file that is not ours stays as it is.
    const isBegun = appliedSteps(database) > 0;
    if (isBegun && hadOne) checkIdentity(database, home);
    const loss = hadOne ? lossOf(database, home, isBegun) : undefined;
    if (loss !== undefined && lossAcceptedBy === undefined) throw new StoreTroubleError(loss);
    database.exec(CONNECTION_PRAGMAS);
    migrate(database, now, undefined, sumAllRows);
    keepRowSums(database);
    const databaseId = noteStart(database);
    if (!hadOne || !isBegun || readMarker(home) === '') writeMarker(home, databaseId);
    note = openCommitNote(home);
    reading = openToRead(path);
    const store = createStore({ database, reading, note, place: placeOf([path, walPath(path)]), close: closeWhole });
    if (loss !== undefined && lossAcceptedBy !== undefined) recordLoss(store, loss, lossAcceptedBy, now);
    // Only now: until the loss is accepted, each start says it again.
    note.write(store.read.audit.headSeq());
    return store;
  } catch (error) {
    throw givenUp(error, note, reading, database);
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
    throw givenUp(error, note, reading, database);
  }
}

/** A connection for whoever must not write: the database refuses it there, whatever is asked. */
function openToRead(path: string): DatabaseSync {
  const database = openDatabase(path, BUSY_TIMEOUT_MS);
  database.exec('PRAGMA query_only = ON');
  return database;
}

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

/** Closes what is open of a database that cannot be used; answers what is wrong with it, or the error where it is another. */
function givenUp(error: unknown, ...opened: readonly ({ close(): void } | undefined)[]): unknown {
  for (const each of opened) {
    try {
      each?.close();
    } catch {
      // The error that matters is known already.
    }
  }
  const trouble = troubleOf(error);
  return trouble === undefined ? error : new StoreTroubleError(trouble);
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

/** Every store there is. */
function createStores(database: DatabaseSync, unreadable: UnreadableRows) {
  const agents = createAgents(database, unreadable);
  return {
    approvals: createApprovals(database, unreadable),
    approvalWords: createApprovalWords(database),
    tokens: createTokens(database, unreadable),
    agents,
    automations: createAutomations(database, unreadable),
    records: createRecords(database, unreadable),
    unadoptedRecords: createUnadoptedRecords(database, unreadable),
    grants: createGrants(database, unreadable),
    toolRules: createToolRules(database, unreadable),
    toolCalls: createToolCalls(database, unreadable),
    trust: createTrust(database, unreadable),
    runs: createRuns(database, unreadable),
    runLists: createRunLists(database, unreadable),
    lifecycle: createLifecycle(database),
    sessionCalls: createSessionCalls(database),
    sessionUsage: createSessionUsage(database),
    sessionQuotas: createSessionQuotas(database),
    sessionDesk: createSessionDesk(database, unreadable),
    sessionChanges: createSessionChanges(database),
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
    auditWords: createAuditWords(database),
    auditSubjects: createSubjectIndex(database),
    unreadable,
    rowSurvey: createRowSurvey(database, unreadable),
    rowSums: createRowSums(database),
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
