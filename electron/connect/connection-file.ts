import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, engines, type IfUnavailable, unavailableAnswers } from '../../shared/engine';

export { type Engine, engines, type IfUnavailable, unavailableAnswers } from '../../shared/engine';

/** How an engine's hooks behave. They live here and not in the hook's command, which must stay constant: Codex trusts a hook by its hash. */
export type HookSettings = { readonly ifUnavailable: IfUnavailable; readonly holdSeconds: number };

/** A file of the engine that `connect` changed, so that `--remove` can put it back byte for byte. */
export type ChangedFile = {
  readonly path: string;
  /** Null when there was nothing to back up. */
  readonly backupPath: string | null;
  /** Of the bytes before the change, in hex; null when the file did not exist. */
  readonly beforeSha256: string | null;
  readonly afterSha256: string;
};

/** A connected engine: whom its hooks ask as, with which token, and what was changed for it. */
export type EngineConnection = {
  readonly engine: Engine;
  readonly agentId: string;
  readonly token: string;
  readonly createdAtMs: number;
  readonly hook: HookSettings;
  readonly files: readonly ChangedFile[];
};

/** Thrown for a connection file that cannot be used, with a sentence for the person at the terminal. */
export class ConnectionFileError extends Error {
  constructor(engine: Engine, why: string) {
    super(`The connection of ${engine} cannot be read (${why}). Connect it again: gatehouse connect ${engine}`);
    this.name = 'ConnectionFileError';
  }
}

/** The longest that a hook may be told to wait, in seconds: one day. */
export const MAX_HOLD_SECONDS = 86_400;

/** What a new connection starts with. The times stay under each engine's own limit for a hook (600 s); Codex locks its terminal meanwhile. */
export function defaultHookSettings(engine: Engine): HookSettings {
  return { ifUnavailable: 'prompt', holdSeconds: engine === 'codex' ? 75 : 540 };
}

/** The file of an engine's connection in the data folder. */
export function connectionPath(home: string, engine: Engine): string {
  return join(home, 'connections', `${engine}.json`);
}

/** The connection of an engine; undefined when it has none. Throws ConnectionFileError when there is one that cannot be used. */
export function readConnection(home: string, engine: Engine): EngineConnection | undefined {
  let text: string;
  try {
    text = readFileSync(connectionPath(home, engine), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConnectionFileError(engine, code ?? 'unreadable');
  }
  return parse(engine, text);
}

/** The engines that have a connection file, usable or not. */
export function connectedEngines(home: string): readonly Engine[] {
  return engines.filter((engine) => {
    try {
      return readConnection(home, engine) !== undefined;
    } catch {
      return true;
    }
  });
}

/** Writes a connection whole or not at all, readable by its owner only: it holds the token. */
export function writeConnection(home: string, connection: EngineConnection): void {
  const folder = join(home, 'connections');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const path = connectionPath(home, connection.engine);
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(toWire(connection), null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Forgets a connection; one that is not there is forgotten already. */
export function removeConnection(home: string, engine: Engine): void {
  rmSync(connectionPath(home, engine), { force: true });
}

function toWire(connection: EngineConnection): unknown {
  return {
    engine: connection.engine,
    agent_id: connection.agentId,
    token: connection.token,
    created_at_ms: connection.createdAtMs,
    hook: { if_unavailable: connection.hook.ifUnavailable, hold_seconds: connection.hook.holdSeconds },
    files: connection.files.map((file) => ({
      path: file.path,
      backup_path: file.backupPath,
      before_sha256: file.beforeSha256,
      after_sha256: file.afterSha256,
    })),
  };
}

/** Reads by hand and without the schema library, which would cost every hook its start. */
function parse(engine: Engine, text: string): EngineConnection {
  const fail = (why: string): never => {
    throw new ConnectionFileError(engine, why);
  };
  let wire: unknown;
  try {
    wire = JSON.parse(text);
  } catch {
    fail('it is not JSON');
  }
  const { engine: named, agent_id: agentId, token, created_at_ms: createdAtMs, hook, files } = fields(wire);
  if (named !== engine) return fail('it belongs to another engine');
  if (typeof agentId !== 'string' || agentId === '' || typeof token !== 'string' || token === '') {
    return fail('agent_id or token is missing');
  }
  const { if_unavailable: ifUnavailable, hold_seconds: holdSeconds } = fields(hook);
  const known = unavailableAnswers.find((answer) => answer === ifUnavailable);
  if (known === undefined) return fail('hook.if_unavailable is not prompt, block or allow');
  if (typeof holdSeconds !== 'number' || !(holdSeconds >= 0 && holdSeconds <= MAX_HOLD_SECONDS)) {
    return fail('hook.hold_seconds is not a time');
  }
  return {
    engine,
    agentId,
    token,
    createdAtMs: typeof createdAtMs === 'number' ? createdAtMs : 0,
    hook: { ifUnavailable: known, holdSeconds },
    files: (Array.isArray(files) ? files : []).map((file) => changedFile(file) ?? fail('files cannot be read')),
  };
}

function changedFile(wire: unknown): ChangedFile | undefined {
  const { path, backup_path: backupPath, before_sha256: beforeSha256, after_sha256: afterSha256 } = fields(wire);
  const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
  if (typeof path !== 'string' || typeof afterSha256 !== 'string') return undefined;
  if (!isTextOrNull(backupPath) || !isTextOrNull(beforeSha256)) return undefined;
  return { path, backupPath, beforeSha256, afterSha256 };
}

function fields(wire: unknown): Readonly<Record<string, unknown>> {
  return typeof wire === 'object' && wire !== null ? (wire as Record<string, unknown>) : {};
}
