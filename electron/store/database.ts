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
import { dirname, join } from 'node:path';
import { type Agents, type AgentsReader, createAgents } from './agents';
import { type Approvals, type ApprovalsReader, createApprovals } from './approvals';
import { type AuditLog, type AuditLogReader, createAuditLog } from './audit-log';
import { type AuditSearch, createAuditSearch } from './audit-search';
import { type Automations, type AutomationsReader, createAutomations } from './automations';
import { type Checkpoints, type CheckpointsReader, createCheckpoints } from './checkpoints';
import { createGrants, type Grants, type GrantsReader } from './grants';
import { createKept, type Kept, type KeptReader } from './kept';
import { createLifecycle, type LifecycleReader } from './lifecycle';
import { createLimitHistory, type LimitHistoryReader } from './limit-history';
import { createLimits, type LimitsReader, type LimitsStore } from './limits';
import { createLineage, type LineageReader } from './lineage';
import { appliedSteps, migrate } from './migrate';
import { createRecords, type Records, type RecordsReader } from './records';
import { keepRowSums, sumAllRows } from './row-sums';
import { createRunLists, type RunLists } from './run-lists';
import { createRuns, type Runs, type RunsReader } from './runs';
import { createSpend, type Spend, type SpendReader } from './spend';
import { createSpendDays, type SpendDays, type SpendDaysReader } from './spend-days';
import { type DatabaseSync, openDatabase } from './sqlite';
import { createTimers, type Timers, type TimersReader } from './timers';
import { createTokens, type Tokens, type TokensReader } from './tokens';
import { createToolCalls, type ToolCallsReader } from './tool-calls';
import { createToolRules, type ToolRules, type ToolRulesReader } from './tool-rules';
import { StoreTroubleError, troubleOf } from './trouble';

/** What queries see: no write is possible through it. */
export type ReadStore = {
  readonly approvals: ApprovalsReader;
  readonly tokens: TokensReader;
  readonly agents: AgentsReader;
  readonly automations: AutomationsReader;
  readonly records: RecordsReader;
  readonly grants: GrantsReader;
  readonly toolRules: ToolRulesReader;
  readonly toolCalls: ToolCallsReader;
  readonly runs: RunsReader;
  readonly runLists: RunLists;
  readonly lifecycle: LifecycleReader;
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
};

/** What commands see, inside a transaction. */
export type WriteStore = {
  readonly approvals: Approvals;
  readonly tokens: Tokens;
  readonly agents: Agents;
  readonly automations: Automations;
  readonly records: Records;
  readonly grants: Grants;
  readonly toolRules: ToolRules;
  readonly toolCalls: ToolCallsReader;
  readonly runs: Runs;
  readonly runLists: RunLists;
  readonly lifecycle: LifecycleReader;
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
};

/** The open database. */
export interface Store {
  readonly read: ReadStore;
  /** Runs and commits, durably, or throws and leaves everything as it was. */
  transaction<T>(run: (store: WriteStore) => T): T;
  /** Writes something that changes nothing, to see whether the disk takes it. Throws what the disk says. */
  tryWriting(): void;
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
 * is damaged, of a newer version, locked, missing although there was one, on a full disk or not permitted.
 */
export function openStore(home: string, now: number): Store {
  let database: DatabaseSync | undefined;
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
    if (appliedSteps(database) > 0 && hadDatabase) checkIdentity(database, home);
    database.exec(CONNECTION_PRAGMAS);
    migrate(database, now, undefined, sumAllRows);
    keepRowSums(database);
    const databaseId = noteStart(database);
    if (!hadDatabase || readMarker(home) === '') writeDurably(markerPath(home), `${databaseId}\n`);
    return createStore(database, closeWhole);
  } catch (error) {
    closeQuietly(database);
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    throw new StoreTroubleError(trouble);
  }
}

/**
 * Opens a second connection to a database that is open already, for another thread. What it writes must not overlap with what
 * the first one writes: each waits for the other only shortly. Throws as `openStore` does.
 */
export function openStoreBeside(home: string): Store {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(databasePath(home), BUSY_TIMEOUT_MS);
    database.exec(CONNECTION_PRAGMAS);
    keepRowSums(database);
    return createStore(database, (own) => own.close());
  } catch (error) {
    closeQuietly(database);
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    throw new StoreTroubleError(trouble);
  }
}

/**
 * Whether the file is shorter than its header says. SQLite itself would notice only when it came to a missing page. While
 * there is a write-ahead log the header may be ahead of the file, and says nothing.
 */
function isCutOff(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const logSize = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
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

function createStore(database: DatabaseSync, close: (database: DatabaseSync) => void): Store {
  const write: WriteStore = {
    approvals: createApprovals(database),
    tokens: createTokens(database),
    agents: createAgents(database),
    automations: createAutomations(database),
    records: createRecords(database),
    grants: createGrants(database),
    toolRules: createToolRules(database),
    toolCalls: createToolCalls(database),
    runs: createRuns(database),
    runLists: createRunLists(database),
    lifecycle: createLifecycle(database),
    spend: createSpend(database),
    spendDays: createSpendDays(database),
    limits: createLimits(database),
    limitHistory: createLimitHistory(database),
    kept: createKept(database),
    timers: createTimers(database),
    audit: createAuditLog(database),
    checkpoints: createCheckpoints(database),
    lineage: createLineage(database),
    auditSearch: createAuditSearch(database),
  };
  return {
    read: write,
    transaction(run) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const value = run(write);
        database.exec('COMMIT');
        return value;
      } catch (error) {
        // SQLite has rolled back by itself after some errors (a full disk, for one).
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    tryWriting() {
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
    close: () => close(database),
  };
}
