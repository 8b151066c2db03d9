import { type EngineStatus } from '../../shared/contract/connection';
import { messageOf } from '../../shared/kernel/message-of';
import { configFilesOf, type Places, TOKEN_TO_COME } from '../connect/connect';
import { type Engine, type EngineConnection, readConnection } from '../connect/connection-file';
import { inspect, isUnguarding } from '../connect/inspect';
import { launcherProblem } from '../connect/launcher';
import { findNodes, isInstalled } from '../connect/programs';
import type { DeskReads } from '../edges/ipc/desk-reads';
import { engineTable } from '../engines/table';
import { strings } from './strings';
import type { UnguardedSession } from './watch/unguarded-sessions';

/** What is looked at to know how an engine is connected. */
export type EngineStatusParts = Places & {
  readonly reads: Pick<DeskReads, 'lastSeenAtMs' | 'isNoToken' | 'workspaces'>;
  /** Sessions that work without their hooks, of every engine. */
  readonly unguardedSessions: () => readonly UnguardedSession[];
  /** Where the API listens; undefined while it does not. */
  readonly apiUrl: () => string | undefined;
};

/** How this engine is connected now, and what is wrong with it (sessions-5). */
export function statusOf(engine: Engine, parts: EngineStatusParts): EngineStatus {
  const { home, environment, reads } = parts;
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
  const ofHooks = findings.find(isUnguarding)?.kind;
  const sessions = parts.unguardedSessions().filter((session) => session.engine === engine);
  const launcher = launcherProblem(home, findNodes(environment));
  const cause = launcher === undefined ? causeOf(isTokenValid, ofHooks, sessions) : 'launcher';
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

/** Why an engine is unguarded, in one word; undefined where it is not. */
function causeOf(
  isTokenValid: boolean,
  ofHooks: EngineStatus['cause'],
  sessions: readonly UnguardedSession[],
): EngineStatus['cause'] {
  if (!isTokenValid) return 'token';
  if (ofHooks !== undefined) return ofHooks;
  return sessions.length > 0 ? 'session' : undefined;
}

function sentenceOf(end: string): string {
  return `${end.charAt(0).toUpperCase()}${end.slice(1).replace(/\.$/, '')}.`;
}
