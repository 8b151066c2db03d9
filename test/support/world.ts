import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readOwnPrices } from '../../electron/connect/own-prices';
import { type Api, startApi } from '../../electron/edges/http/server';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import type { Beside } from '../../electron/kernel/beside';
import { createDoor, type Query, type Send } from '../../electron/kernel/door';
import { createFeed, type Feed } from '../../electron/kernel/feed';
import { workLong } from '../../electron/kernel/long-work';
import type { Clock, Ids, Keychain, Logger } from '../../electron/kernel/ports';
import type { Store } from '../../electron/kernel/store/database';
import { createStoreHolder, type StoreHolder } from '../../electron/kernel/store-holder';
import { createWaits, type Waits } from '../../electron/kernel/waits';
import { createCheckpointFile } from '../../electron/nouns/audit/checkpoint-file';
import { type CheckpointKeeper, createCheckpointKeeper } from '../../electron/nouns/audit/checkpoints';
import { type AuditExport, createAuditExport } from '../../electron/nouns/audit/export';
import type { KeyHistory } from '../../electron/nouns/audit/rotations';
import { openSigningKey } from '../../electron/nouns/audit/signing-key';
import { createAuditVerify } from '../../electron/nouns/audit/verify';
import { readLauncherTokens } from '../../electron/nouns/tokens/launcher-tokens';
import { createPairings, type Pairings } from '../../electron/nouns/tokens/pairings';
import type { ContractName, InputOf, OutputOf, QueryName } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { answered } from './answers';
import { putMigratedDatabase } from './migrated-database';
import { removeFolder } from './remove-folder';

// Acts are judged by it.
await loadShellGrammar();

/** A clock that a test sets. */
export type TestClock = Clock & { at: number };

function standingClock(): TestClock {
  const clock = { at: START, now: () => clock.at };
  return clock;
}

/** Ids that count up. */
export function countingIds(): Ids {
  let count = 0;
  return { uuid: () => `00000000-0000-7000-8000-${String(++count).padStart(12, '0')}` };
}

/** The instant at which tests begin. */
export const START = Date.UTC(2026, 10, 22, 12);

/** The operator, an engine and agents as callers. */
export const operator: Caller = { role: 'operator', actor: { kind: 'human', actorId: 'olga' }, ancestorIds: [] };
export const engine: Caller = { role: 'engine', actor: { kind: 'system', source: 'tandem' }, ancestorIds: [] };
export const agent = (actorId: string, ancestorIds: readonly string[] = []): Caller => ({
  role: 'agent',
  actor: { kind: 'agent', actorId },
  ancestorIds,
});

/** A home folder of its own, removed after the test. */
export function temporaryHome(parent = tmpdir()): string {
  const home = mkdtempSync(join(parent, 'gatehouse-test-'));
  onTestFinished(() => removeFolder(home));
  return home;
}

/** Errors that were logged; a test that expects one looks here. */
export type RecordedLog = Logger & { readonly errors: { readonly details: object; readonly message: string }[] };

/** A logger that keeps errors. */
export function recordingLogger(): RecordedLog {
  const errors: RecordedLog['errors'] = [];
  return { errors, info() {}, warn() {}, error: (details, message) => errors.push({ details, message }) };
}

/** The app without Electron, on a real database: the door, the feed, and the API when it is asked for. */
export type World = {
  readonly home: string;
  readonly clock: TestClock;
  readonly holder: StoreHolder;
  readonly feed: Feed;
  /** The door, for commands. */
  readonly execute: Send;
  readonly query: Query;
  /** Sends a command that must be done, and answers what it brought. */
  readonly done: <N extends ContractName>(caller: Caller, name: N, input: InputOf<N>) => Promise<OutputOf<N>>;
  /** Asks a query that must be answered. */
  readonly told: <N extends QueryName>(caller: Caller, name: N, input: InputOf<N>) => OutputOf<N>;
  /** A world that is started again on the same home goes on with these. */
  readonly ids: Ids;
  readonly logger: RecordedLog;
  readonly store: Store;
  /** The door, for whatever there is. */
  readonly send: Send;
  readonly exportAudit: AuditExport;
  readonly pairings: Pairings;
  /** Nothing is signed until it is opened. */
  readonly checkpoints: CheckpointKeeper;
  /** Ends the door for writes, as the app does when it quits. */
  readonly closeDoor: () => Promise<void>;
  /** Clients of the API that wait for an approval now. */
  readonly waitingCount: () => number;
  /** Starts the API on a free port with launcher tokens for the operator and an engine. */
  startApi(): Promise<Api>;
};

/** Waits that can be counted. */
function countedWaits(feed: Feed, add: (change: 1 | -1) => void): Waits {
  const waits = createWaits(feed);
  return {
    ...waits,
    async untilChanged(...given) {
      add(1);
      await waits.untilChanged(...given);
      add(-1);
    },
  };
}

/** The launcher tokens of a world's API. */
export const OPERATOR_TOKEN = 'operator-token-of-the-tests-0123456789';
export const ENGINE_TOKEN = 'engine-token-of-the-tests-0123456789ab';

/** Long work without a thread, on the connection that everything else is on. */
function besideHere(home: string, holder: StoreHolder, ids: Ids, logger: Logger): Beside {
  const nobody = { untilAlone: () => Promise.reject(new Error('not alone')), publish: () => Promise.resolve() };
  return {
    run(order, turn) {
      const open = () => {
        const state = holder.state();
        if (!state.isOpen) throw new Error('no store');
        return { ...state.store, close() {} };
      };
      return workLong(order, { ...nobody, ...turn }, { home, open, ids, logger });
    },
    close: () => Promise.resolve(),
  };
}

/** What a world is made of where that matters to a test. */
export type WorldOptions = {
  readonly home?: string;
  readonly keychain?: Keychain;
  readonly ids?: Ids;
  /** One that stands still until the test sets it, if absent. */
  readonly clock?: TestClock;
  /** The app's own thread; without it long work is done on the connection that everything else is on. */
  readonly beside?: Beside;
};

/** Where files are kept in memory, if that has much room, so that no commit of a test waits for a disk. */
export function inMemory(): string | undefined {
  const folder = '/dev/shm';
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 2 ** 31 ? folder : undefined;
}

/** A home of its own, with the database of a first start. */
function newHome(): string {
  const home = temporaryHome(inMemory());
  putMigratedDatabase(home, START);
  return home;
}

/** Makes a world with a home of its own, gone after the test. */
export function createWorld(given: WorldOptions = {}): World {
  const { home = newHome(), keychain, ids = countingIds(), clock = standingClock() } = given;
  const logger = recordingLogger();
  const holder = createStoreHolder(home, clock);
  if (!holder.open()) throw new Error(`no store: ${holder.trouble()?.detail}`);
  const feed = createFeed(logger);
  let waitingCount = 0;
  const waits = countedWaits(feed, (change) => (waitingCount += change));
  const { beside = besideHere(home, holder, ids, logger) } = given;
  const door = createDoor({ holder, feed, clock, ids, logger, beside, waits });
  const { send, query, endWaits } = door;
  const file = createCheckpointFile(home);
  const openKey = (history: KeyHistory) => openSigningKey(home, keychain, history);
  const checkpoints = createCheckpointKeeper({ holder, send, file, openKey, clock, logger });
  door.answerLong({ 'audit.verify': createAuditVerify({ checkpoints, file }) });
  const exportAudit = createAuditExport({ checkpoints, file, clock });
  const pairings = createPairings({ send, operator, clock, ids, logger });
  onTestFinished(async () => {
    pairings.close();
    await door.close();
    holder.close();
  });
  const state = holder.state();
  if (!state.isOpen) throw new Error('no store');
  return {
    home,
    clock,
    holder,
    feed,
    execute: send,
    send,
    query,
    done: async (...given) => answered(await send(...given)),
    told: (...given) => answered(query(...given)),
    ids,
    logger,
    store: state.store,
    exportAudit,
    pairings,
    checkpoints,
    closeDoor: door.close,
    waitingCount: () => waitingCount,
    async startApi() {
      const api = await startApi(
        {
          send,
          query,
          endWaits,
          exportAudit,
          pairings,
          feed,
          holder,
          clock,
          ids,
          logger,
          launcherTokens: readLauncherTokens({
            GATEHOUSE_OPERATOR_TOKEN: OPERATOR_TOKEN,
            GATEHOUSE_ENGINE_TOKEN: ENGINE_TOKEN,
          }),
          operatorId: 'olga',
          ownPrices: () => readOwnPrices(home),
          version: '0.0.0-test',
        },
        0,
      );
      onTestFinished(() => api.close());
      return api;
    },
  };
}
