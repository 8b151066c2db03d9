import { v7 as uuidv7 } from 'uuid';
import { type Api, startApi } from '../../electron/edges/http/server';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { createBeside } from '../../electron/kernel/beside';
import { createDoor, type Query, type Send } from '../../electron/kernel/door';
import { createFeed, type Feed } from '../../electron/kernel/feed';
import type { Clock, Ids, Logger } from '../../electron/kernel/ports';
import type { Store } from '../../electron/kernel/store/database';
import { createStoreHolder } from '../../electron/kernel/store-holder';
import { createWaits } from '../../electron/kernel/waits';
import { createCheckpointFile } from '../../electron/nouns/audit/checkpoint-file';
import { createCheckpointKeeper } from '../../electron/nouns/audit/checkpoints';
import { createAuditExport } from '../../electron/nouns/audit/export';
import type { KeyHistory } from '../../electron/nouns/audit/rotations';
import { openSigningKey } from '../../electron/nouns/audit/signing-key';
import { createAuditVerify } from '../../electron/nouns/audit/verify';
import { readLauncherTokens } from '../../electron/nouns/tokens/launcher-tokens';
import { createPairings } from '../../electron/nouns/tokens/pairings';
import type { Caller } from '../../shared/kernel/actor';

// Requests are judged as they come in.
await loadShellGrammar();

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
  readonly send: Send;
  readonly query: Query;
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
  const beside = createBeside(new URL('./worker.js', import.meta.url), home, logger);
  const door = createDoor({ holder, feed, clock, ids, logger, beside, waits: createWaits(feed) });
  const { send, query, endWaits } = door;
  const file = createCheckpointFile(home);
  const openKey = (history: KeyHistory) => openSigningKey(home, undefined, history);
  const checkpoints = createCheckpointKeeper({ holder, send, file, openKey, clock, logger });
  door.answerLong({ 'audit.verify': createAuditVerify({ checkpoints, file }) });
  const exportAudit = createAuditExport({ checkpoints, file, clock });
  const pairings = createPairings({ send, operator, clock, ids, logger });
  return {
    send,
    query,
    feed,
    store: state.store,
    startApi: () =>
      startApi(
        {
          ...{ send, query, endWaits, exportAudit, pairings, feed, holder, clock, ids, logger },
          launcherTokens: readLauncherTokens({ GATEHOUSE_ENGINE_TOKEN: ENGINE_TOKEN }),
          ownPrices: () => ({}),
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
export async function askForApprovals({ send }: BenchApp, count: number): Promise<string[]> {
  const approvalIds: string[] = [];
  while (approvalIds.length < count) {
    const asked = Array.from({ length: Math.min(500, count - approvalIds.length) }, () =>
      send(engine, 'approval.request', {
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
