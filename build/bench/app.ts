import { v7 as uuidv7 } from 'uuid';
import { type Api, startApi } from '../../electron/edges/http/server';
import { createCommandThread, createExportThread } from '../../electron/kernel/command-thread';
import { createExecute, type Execute } from '../../electron/kernel/execute';
import { createFeed, type Feed } from '../../electron/kernel/feed';
import { createLongQuery, type LongQuery } from '../../electron/kernel/long-query';
import type { Clock, Ids, Logger } from '../../electron/kernel/ports';
import { createQuery, type Query } from '../../electron/kernel/query';
import type { Store } from '../../electron/kernel/store/database';
import { createStoreHolder } from '../../electron/kernel/store-holder';
import { createApprovalWaits } from '../../electron/nouns/approvals/waits';
import { createCheckpointFile } from '../../electron/nouns/audit/checkpoint-file';
import { createCheckpointKeeper } from '../../electron/nouns/audit/checkpoints';
import { createAuditExport } from '../../electron/nouns/audit/export';
import { createExportDoor } from '../../electron/nouns/audit/export-door';
import type { KeyHistory } from '../../electron/nouns/audit/rotations';
import { openSigningKey } from '../../electron/nouns/audit/signing-key';
import { createStateCheckThread } from '../../electron/nouns/audit/state-check-thread';
import { createAuditVerify } from '../../electron/nouns/audit/verify';
import { readLauncherTokens } from '../../electron/nouns/tokens/launcher-tokens';
import { createPairings } from '../../electron/nouns/tokens/pairings';
import type { Caller } from '../../shared/kernel/actor';

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
  const { checkState } = createStateCheckThread(new URL('./state-check-worker.js', import.meta.url), home);
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
