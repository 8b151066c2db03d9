import {
  type ChangedEngine,
  type Check,
  type EnginePreview,
  type EngineStatus,
  LONGEST_REASON,
} from '../../shared/contract/connection';
import { engineNames } from '../../shared/contract/engine';
import type { Caller } from '../../shared/kernel/actor';
import { messageOf } from '../../shared/kernel/message-of';
import { checkApp, checkEngine, checkLauncher } from '../connect/checks';
import { ConfigError } from '../connect/config-edit';
import { connect, diffOf, disconnect, isChanged, planConnection, TOKEN_TO_COME } from '../connect/connect';
import {
  type Engine,
  engines,
  type HookSettings,
  knownConnection,
  readConnection,
  writeConnection,
} from '../connect/connection-file';
import type { DeskReads } from '../edges/ipc/desk-reads';
import { engineTable } from '../engines/table';
import type { Send } from '../kernel/door';
import { every } from '../kernel/every';
import type { Clock, Logger } from '../kernel/ports';
import { type EngineStatusParts, statusOf } from './engine-status';
import { strings } from './strings';

/** How often it is looked whether the hooks are still there, in milliseconds. */
const LOOK_INTERVAL_MS = 2 * 60_000;

/** What the engines' connections need. */
export type EngineConnectionParts = EngineStatusParts & {
  readonly send: Send;
  readonly operator: Caller;
  readonly reads: Pick<DeskReads, 'lastSeenAtMs' | 'tokenId' | 'isNoToken' | 'workspaces'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Something that `status` says has changed. */
  readonly onChange: () => void;
};

/** The engines of this machine and their connections, for the window: the same code as the command line's. */
export interface EngineConnections {
  /** As it was when it was last looked. */
  status(): readonly EngineStatus[];
  /** Looks again whether everything is as it was left. */
  look(): void;
  /** What connecting would change; as `gatehouse connect --dry-run` prints it. */
  preview(engine: Engine): EnginePreview;
  connect(engine: Engine): Promise<ChangedEngine>;
  disconnect(engine: Engine): Promise<ChangedEngine>;
  /** Tries everything out, as `gatehouse doctor` does. */
  test(engine: Engine): Promise<readonly Check[]>;
  setHook(engine: Engine, hook: HookSettings): ChangedEngine;
  close(): void;
}

/** Looks at once, and then every few minutes. */
export function createEngineConnections(parts: EngineConnectionParts): EngineConnections {
  const { home, environment } = parts;
  let known: readonly EngineStatus[] = [];

  function look(): void {
    const before = known;
    known = engines.map((engine) => statusOf(engine, parts));
    noteGuard(before, known, parts);
    if (JSON.stringify(known) !== JSON.stringify(before)) parts.onChange();
  }

  async function changed(change: () => readonly string[] | Promise<readonly string[]>): Promise<ChangedEngine> {
    try {
      return { done: [...(await change())] };
    } catch (error) {
      if (!(error instanceof ConfigError)) parts.logger.error({ error }, 'a connection was not changed');
      return { done: [], problem: messageOf(error) };
    } finally {
      look();
    }
  }

  const close = every(LOOK_INTERVAL_MS, look);
  look();

  return {
    status: () => known,
    look,
    preview: (engine) => previewOf(engine, parts),
    connect: (engine) => changed(() => connectEngine(engine, parts)),
    disconnect: (engine) => changed(() => disconnectEngine(engine, parts)),
    async test(engine) {
      const url = parts.apiUrl();
      const checked = { home, environment, url };
      const [app, launcher] = [await checkApp(checked), await checkLauncher(checked)];
      const checks = [app, launcher, ...(await checkEngine(checked, engine, launcher))];
      // The agent was heard just now.
      look();
      return checks;
    },
    setHook(engine, hook) {
      try {
        const connection = readConnection(home, engine);
        if (connection === undefined) return { done: [], problem: strings.notConnected };
        writeConnection(home, { ...connection, hook });
        return { done: [] };
      } catch (error) {
        return { done: [], problem: messageOf(error) };
      } finally {
        look();
      }
    },
    close,
  };
}

/** What comes to the desk and what does not is in the log: nothing else of an unguarded time is. */
function noteGuard(
  before: readonly EngineStatus[],
  now: readonly EngineStatus[],
  { send, operator }: EngineConnectionParts,
): void {
  for (const { engine, agentId, state, findings } of now) {
    if (agentId === undefined) continue;
    const earlier = before.find((each) => each.engine === engine);
    const reason = findings.join(' ').slice(0, LONGEST_REASON);
    const isSame = earlier?.state === state && earlier.findings.join(' ') === findings.join(' ');
    if (state === 'unguarded' && !isSame) void send(operator, 'connection.note', { engine, agentId, reason });
    if (state === 'connected' && earlier?.state === 'unguarded')
      void send(operator, 'connection.note', { engine, agentId });
  }
}

function previewOf(engine: Engine, parts: EngineConnectionParts): EnginePreview {
  try {
    const url = parts.apiUrl();
    if (url === undefined) throw new ConfigError(strings.connectNeedsApi);
    const agentId = knownConnection(parts.home, engine)?.agentId ?? engineTable[engine].agentId;
    const plan = planConnection(parts, { engine, agentId, url, token: TOKEN_TO_COME });
    return { files: plan.map((planned) => ({ path: planned.found.path, diff: diffOf(planned) })) };
  } catch (error) {
    return { files: [], problem: messageOf(error) };
  }
}

/** Connects an engine, with the token that it has or a new one; answers what was done, a sentence each. */
async function connectEngine(engine: Engine, parts: EngineConnectionParts): Promise<readonly string[]> {
  const { home, send, operator, reads } = parts;
  const url = parts.apiUrl();
  if (url === undefined) throw new ConfigError(strings.connectNeedsApi);
  const earlier = knownConnection(home, engine);
  const agentId = earlier?.agentId ?? engineTable[engine].agentId;
  const isKept = earlier !== undefined && !reads.isNoToken(earlier.token);
  // Whatever stands in the way is found before there is a token.
  planConnection(parts, { engine, agentId, url, token: TOKEN_TO_COME });
  const made = isKept
    ? undefined
    : await send(operator, 'token.create', { kind: 'agent', name: engineNames[engine], agentId });
  if (made?.ok === false) throw new ConfigError(made.refusal.sentence);
  const token = made?.value.secret ?? earlier?.token ?? '';
  try {
    const plan = connect(parts, { engine, agentId, url, token }, parts.clock.now());
    const changedFiles = plan.filter(isChanged).map(({ found }) => strings.fileChanged(found.path));
    return [...changedFiles, engineTable[engine].afterwards];
  } catch (error) {
    if (made !== undefined) await send(operator, 'token.revoke', { tokenId: made.value.token.tokenId });
    throw error;
  }
}

/** Takes an engine's connection away, and its token; answers what was done, a sentence each. */
async function disconnectEngine(engine: Engine, parts: EngineConnectionParts): Promise<readonly string[]> {
  const { home, send, operator, reads } = parts;
  const connection = knownConnection(home, engine);
  const removed = disconnect(parts, engine);
  const tokenId = connection === undefined ? undefined : reads.tokenId(connection.token);
  if (tokenId !== undefined) await send(operator, 'token.revoke', { tokenId });
  return removed.flatMap(({ path, outcome }) => (outcome === 'untouched' ? [] : [strings.fileOutcome[outcome](path)]));
}
