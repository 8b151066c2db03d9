import { v7 as uuidv7 } from 'uuid';
import { type Api, startApi } from '../../electron/api/server';
import { createAuditExport } from '../../electron/app/audit-export';
import { createAuditVerify } from '../../electron/app/audit-verify';
import { createCheckpointKeeper } from '../../electron/app/checkpoints';
import { createCommandThread, createExportThread } from '../../electron/app/command-thread';
import { createExecute, type Execute } from '../../electron/app/execute';
import { createExportDoor } from '../../electron/app/export-door';
import { createFeed, type Feed } from '../../electron/app/feed';
import { readLauncherTokens } from '../../electron/app/launcher-tokens';
import { createLongQuery, type LongQuery } from '../../electron/app/long-query';
import { createPairings } from '../../electron/app/pairings';
import type { Clock, Ids, Logger } from '../../electron/app/ports';
import { createQuery, type Query } from '../../electron/app/query';
import type { KeyHistory } from '../../electron/app/rotations';
import { openSigningKey } from '../../electron/app/signing-key';
import { createStateCheckThread } from '../../electron/app/state-check-thread';
import { createStoreHolder } from '../../electron/app/store-holder';
import { createApprovalWaits } from '../../electron/app/wait';
import { createCheckpointFile } from '../../electron/store/checkpoint-file';
import type { Store } from '../../electron/store/database';
import type { Caller } from '../../shared/actor';

/** The operator, an engine and an agent as callers. */
export const operator: Caller = { role: 'operator', actor: { kind: 'human', actorId: 'olga' }, ancestorIds: [] };
export const engine: Caller = { role: 'engine', actor: { kind: 'system', source: 'bench' }, ancestorIds: [] };
export const agentCaller = (actorId: string): Caller => ({
  role: 'agent',
  actor: { kind: 'agent', actorId },
  ancestorIds: [],
});

/** The token of the API's engine. */
export const ENGINE_TOKEN = 'engine-token-of-the-benchmarks-0123456789';

/** The app without its desk. */
export type BenchApp = {
  readonly execute: Execute;
  readonly query: Query;
  readonly longQuery: LongQuery;
  readonly feed: Feed;
  readonly store: Store;
  readonly startApi: () => Promise<Api>;
  readonly close: () => Promise<void>;
};

/** Opens the app on this home folder. */
export function openApp(home: string): BenchApp {
  const clock: Clock = { now: () => Date.now() };
  const ids: Ids = { uuid: () => uuidv7() };
  const logger: Logger = { info() {}, warn() {}, error: (details, message) => console.error(message, details) };
  const holder = createStoreHolder(home, clock);
  holder.open();
  const state = holder.state();
  if (!state.isOpen) throw new Error(`no store: ${state.trouble.detail}`);
  const feed = createFeed(logger);
  const threadScript = new URL('./command-worker.js', import.meta.url);
  const longCommands = createCommandThread(threadScript, home, logger);
  const stateExport = createExportThread(threadScript, home, logger);
  const door = createExecute({ holder, feed, clock, ids, logger, longCommands });
  const query = createQuery(holder, clock, ids, logger);
  const file = createCheckpointFile(home);
  const openKey = (history: KeyHistory) => openSigningKey(home, undefined, history);
  const checkpoints = createCheckpointKeeper({ holder, execute: door.execute, file, openKey, clock, logger });
  const exportState = createExportDoor({ holder, stateExport, clock, ids, logger });
  const checkState = createStateCheckThread(new URL('./state-check-worker.js', import.meta.url), home);
  const handlers = { 'audit.verify': createAuditVerify({ checkpoints, file, checkState }) };
  const { longQuery } = createLongQuery({ holder, handlers, ids, logger });
  const exportAudit = createAuditExport({ checkpoints, file, clock });
  const pairings = createPairings({ execute: door.execute, operator, clock, ids, logger });
  return {
    execute: door.execute,
    query,
    longQuery,
    feed,
    store: state.store,
    startApi: () =>
      startApi(
        {
          ...{ longQuery, exportState, exportAudit, pairings },
          ...{ execute: door.execute, query, feed, holder, clock, ids, logger },
          waits: createApprovalWaits(feed),
          launcherTokens: readLauncherTokens({ GATEHOUSE_ENGINE_TOKEN: ENGINE_TOKEN }),
          operatorId: 'olga',
          version: '0.0.0-bench',
        },
        0,
      ),
    async close() {
      await door.close();
      holder.close();
    },
  };
}

/** What is answered, or an error: a benchmark of refusals would measure nothing. */
export function valueOf<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly refusal: { readonly code: string } },
): T {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`);
  return result.value;
}

let askedCount = 0;

/** Asks for this many approvals as the engine, many in a commit, and answers their ids. */
export async function askForApprovals({ execute }: BenchApp, count: number): Promise<string[]> {
  const approvalIds: string[] = [];
  while (approvalIds.length < count) {
    const asked = Array.from({ length: Math.min(500, count - approvalIds.length) }, () =>
      execute(engine, 'approval.request', {
        requestType: 'tool_call',
        targetResource: { type: 'tool', id: 'Bash' },
        rationale: 'The tests pass.',
        // Each its own: who asks the same again is answered with what waits already.
        action: { command: `git push origin branch-${askedCount++}` },
      }),
    );
    for (const result of await Promise.all(asked)) approvalIds.push(valueOf(result).approval.approvalId);
  }
  return approvalIds;
}
