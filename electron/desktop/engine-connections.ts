import { type ChangedEngine, type Check, type EngineStatus, LONGEST_REASON } from '../../shared/contract/connection';
import { engineNames } from '../../shared/contract/engine';
import type { Caller } from '../../shared/kernel/actor';
import { checkApp, checkEngine, checkLauncher } from '../connect/checks';
import { ConfigError } from '../connect/config-edit';
import {
  configFilesOf,
  connect,
  disconnect,
  isChanged,
  type Places,
  planConnection,
  TOKEN_TO_COME,
} from '../connect/connect';
import {
  type Engine,
  type EngineConnection,
  engines,
  type HookSettings,
  knownConnection,
  readConnection,
  writeConnection,
} from '../connect/connection-file';
import { type Finding, inspect, isUnguarded } from '../connect/inspect';
import { launcherProblem } from '../connect/launcher';
import { findNodes, isInstalled } from '../connect/programs';
import type { DeskReads } from '../edges/ipc/desk-reads';
import { engineTable } from '../engines/table';
import type { Send } from '../kernel/door';
import type { Clock, Logger } from '../kernel/ports';
import { strings } from './strings';
import type { UnguardedSession } from './watch/unguarded-sessions';

/** How often it is looked whether the hooks are still there, in milliseconds. */
const LOOK_INTERVAL_MS = 2 * 60_000;

/** What the engines' connections need. */
export type EngineConnectionParts = Places & {
  readonly send: Send;
  readonly operator: Caller;
  readonly reads: Pick<DeskReads, 'lastSeenAtMs' | 'tokenId' | 'isNoToken' | 'workspaces'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sessions that work without their hooks, of every engine. */
  readonly unguardedSessions: () => readonly UnguardedSession[];
  /** Where the API listens; undefined while it does not. */
  readonly apiUrl: () => string | undefined;
  /** Something that `status` says has changed. */
  readonly onChange: () => void;
};

/** The engines of this machine and their connections, for the window: the same code as the command line's. */
export interface EngineConnections {
  /** As it was when it was last looked. */
  status(): readonly EngineStatus[];
  /** Looks again whether everything is as it was left. */
  look(): void;
  connect(engine: Engine): Promise<ChangedEngine>;
  disconnect(engine: Engine): Promise<ChangedEngine>;
  /** Tries everything out, as `gatehouse doctor` does. */
  test(engine: Engine): Promise<readonly Check[]>;
  setHook(engine: Engine, hook: HookSettings): ChangedEngine;
  close(): void;
}

/** Looks at once, and then every few minutes. */
export function createEngineConnections(parts: EngineConnectionParts): EngineConnections {
  const { home, environment, send, operator, reads } = parts;
  let known: readonly EngineStatus[] = [];

  function look(): void {
    const before = known;
    known = engines.map(statusOf);
    noteGuard(before, known);
    if (JSON.stringify(known) !== JSON.stringify(before)) parts.onChange();
  }

  /** What comes to the desk and what does not is in the log: nothing else of an unguarded time is. */
  function noteGuard(before: readonly EngineStatus[], now: readonly EngineStatus[]): void {
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

  function statusOf(engine: Engine): EngineStatus {
    const { longestSeconds } = engineTable[engine].hold;
    const installed = { engine, maxHoldSeconds: longestSeconds, isInstalled: isInstalled(engine, environment) };
    const wanted = configFilesOf(parts, { engine, url: 'http://127.0.0.1', token: TOKEN_TO_COME });
    const untouched = { ...installed, findings: [], files: wanted.map(({ path }) => path) };
    let connection: EngineConnection | undefined;
    try {
      connection = readConnection(home, engine);
    } catch (error) {
      return { ...untouched, state: 'unguarded', cause: 'unreadable', findings: [messageOf(error)] };
    }
    if (connection === undefined) return { ...untouched, state: 'not_connected' };
    const { agentId, createdAtMs, hook, strength, files } = connection;
    const findings = inspect(parts, connection, { url: parts.apiUrl(), workspaces: reads.workspaces(engine) });
    const isTokenValid = !reads.isNoToken(connection.token);
    const hookFinding = findings.find((finding) => isUnguarded([finding]));
    const sessions = parts.unguardedSessions().filter((session) => session.engine === engine);
    const launcher = launcherProblem(home, findNodes(environment));
    const cause = launcher === undefined ? causeOf(isTokenValid, hookFinding, sessions) : 'launcher';
    const lastSeenAtMs = reads.lastSeenAtMs(agentId);
    return {
      ...installed,
      state: cause === undefined ? 'connected' : 'unguarded',
      ...(cause !== undefined && { cause }),
      findings: [
        ...(isTokenValid ? [] : [strings.connectionTokenRevoked]),
        ...(launcher === undefined ? [] : [sentenceOf(launcher)]),
        ...findings.map(({ detail }) => sentenceOf(detail)),
        ...new Set(sessions.map(({ workspace, cause: why }) => strings.unguardedSession(workspace, why))),
      ],
      agentId,
      connectedAtMs: createdAtMs,
      ...(lastSeenAtMs !== undefined && { lastSeenAtMs }),
      hook,
      strength,
      files: files.map(({ path }) => path),
    };
  }

  async function changed(change: () => Promise<readonly string[]>): Promise<ChangedEngine> {
    try {
      return { done: [...(await change())] };
    } catch (error) {
      if (!(error instanceof ConfigError)) parts.logger.error({ error }, 'a connection was not changed');
      return { done: [], problem: messageOf(error) };
    } finally {
      look();
    }
  }

  const timer = setInterval(look, LOOK_INTERVAL_MS);
  timer.unref();
  look();

  return {
    status: () => known,
    look,
    connect: (engine) =>
      changed(async () => {
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
          return [
            ...plan.filter(isChanged).map(({ found }) => strings.fileChanged(found.path)),
            engineTable[engine].afterwards,
          ];
        } catch (error) {
          if (made !== undefined) await send(operator, 'token.revoke', { tokenId: made.value.token.tokenId });
          throw error;
        }
      }),
    disconnect: (engine) =>
      changed(async () => {
        const connection = knownConnection(home, engine);
        const removed = disconnect(parts, engine);
        const tokenId = connection === undefined ? undefined : reads.tokenId(connection.token);
        if (tokenId !== undefined) await send(operator, 'token.revoke', { tokenId });
        return removed.flatMap(({ path, outcome }) =>
          outcome === 'untouched' ? [] : [strings.fileOutcome[outcome](path)],
        );
      }),
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
    close: () => clearInterval(timer),
  };
}

/** Why an engine is unguarded, in one word; undefined where it is not. */
function causeOf(
  isTokenValid: boolean,
  finding: Finding | undefined,
  sessions: readonly UnguardedSession[],
): EngineStatus['cause'] {
  if (!isTokenValid) return 'token';
  if (finding !== undefined && finding.kind !== 'tools') return finding.kind;
  return sessions.length > 0 ? 'session' : undefined;
}

function sentenceOf(end: string): string {
  return `${end.charAt(0).toUpperCase()}${end.slice(1).replace(/\.$/, '')}.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
