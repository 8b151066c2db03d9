import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type AskMode,
  askModes,
  type Engine,
  engines,
  type IfUnavailable,
  MAX_HOLD_SECONDS,
  type Strength,
  strengths,
  unavailableAnswers,
} from '../../shared/contract/engine';
import { fieldsOf, type JsonObject } from '../../shared/kernel/fields';
import { engineTable } from '../engines/table';
import { fromKept, toKept, writeWhole } from './kept-file';

export { type Engine, engines, type IfUnavailable, unavailableAnswers } from '../../shared/contract/engine';

/** How an engine's hooks behave. They live here and not in the hook's command, which must stay constant: Codex trusts a hook by its hash. */
export type HookSettings = {
  readonly askMode: AskMode;
  readonly ifUnavailable: IfUnavailable;
  readonly holdSeconds: number;
};

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
  readonly strength: Strength;
  /** Whether it was made by a version that did not say how strongly, and wrote fewer hooks. */
  readonly isOfOlderVersion?: boolean;
  /** Whether the engine is to send no telemetry; its transcripts are read all the same. */
  readonly isTelemetryDeclined?: boolean;
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

/** What a new connection starts with. */
export function defaultHookSettings(engine: Engine): HookSettings {
  return { askMode: 'engine', ifUnavailable: 'prompt', holdSeconds: engineTable[engine].hold.defaultSeconds };
}

/** The settings with a hold that the engine waits out: no longer one is stored, and one that an older version stored counts as that. */
function waitedOut(engine: Engine, hook: HookSettings): HookSettings {
  return { ...hook, holdSeconds: Math.min(hook.holdSeconds, engineTable[engine].hold.longestSeconds) };
}

/** The folder of all connections in the data folder; it is there once an engine was connected. */
export function connectionsFolder(home: string): string {
  return join(home, 'connections');
}

/** The file of an engine's connection in the data folder. */
export function connectionPath(home: string, engine: Engine): string {
  return join(connectionsFolder(home), `${engine}.json`);
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

/** As `readConnection`, but one that cannot be read is as none: connecting again is what mends it. */
export function knownConnection(home: string, engine: Engine): EngineConnection | undefined {
  try {
    return readConnection(home, engine);
  } catch {
    return undefined;
  }
}

/** What is set for an engine; where its connection is missing or cannot be read, what a new one starts with. */
export function hookSettingsOf(home: string, engine: Engine): HookSettings {
  return knownConnection(home, engine)?.hook ?? defaultHookSettings(engine);
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
  const path = connectionPath(home, connection.engine);
  const hook = waitedOut(connection.engine, connection.hook);
  writeWhole(path, `${JSON.stringify(toKept({ ...connection, hook }), null, 2)}\n`);
  chmodSync(dirname(path), 0o700);
}

/** Forgets a connection; one that is not there is forgotten already. */
export function removeConnection(home: string, engine: Engine): void {
  rmSync(connectionPath(home, engine), { force: true });
}

function parse(engine: Engine, text: string): EngineConnection {
  const fail = (why: string): never => {
    throw new ConnectionFileError(engine, why);
  };
  let kept: unknown;
  try {
    kept = fromKept(text);
  } catch {
    fail('it is not JSON');
  }
  const { engine: named, agentId, token, createdAtMs, hook, files, ...terms } = fieldsOf(kept);
  if (named !== engine) return fail('it belongs to another engine');
  if (typeof agentId !== 'string' || agentId === '' || typeof token !== 'string' || token === '') {
    return fail('agent_id or token is missing');
  }
  const { askMode, ifUnavailable, holdSeconds } = fieldsOf(hook);
  const known = unavailableAnswers.find((answer) => answer === ifUnavailable);
  if (known === undefined) return fail('hook.if_unavailable is not prompt, block or allow');
  // A connection that an older version has made says nothing of it.
  const mode = askMode === undefined ? 'engine' : askModes.find((each) => each === askMode);
  if (mode === undefined) return fail('hook.ask_mode is not engine, high, changes or all');
  if (typeof holdSeconds !== 'number' || !(holdSeconds >= 0 && holdSeconds <= MAX_HOLD_SECONDS)) {
    return fail('hook.hold_seconds is not a time');
  }
  const changed: readonly unknown[] = Array.isArray(files) ? files : [];
  return {
    engine,
    agentId,
    token,
    createdAtMs: typeof createdAtMs === 'number' ? createdAtMs : 0,
    ...termsIn(terms),
    hook: waitedOut(engine, { askMode: mode, ifUnavailable: known, holdSeconds }),
    files: changed.every(isChangedFile) ? changed : fail('files cannot be read'),
  };
}

function termsIn({ strength, isOfOlderVersion, isTelemetryDeclined }: JsonObject) {
  return {
    strength: strengths.find((known) => known === strength) ?? 'user',
    ...((strength === undefined || isOfOlderVersion === true) && { isOfOlderVersion: true }),
    ...(isTelemetryDeclined === true && { isTelemetryDeclined }),
  };
}

function isChangedFile(kept: unknown): kept is ChangedFile {
  const { path, backupPath, beforeSha256, afterSha256 } = fieldsOf(kept);
  const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';
  return (
    typeof path === 'string' &&
    isTextOrNull(backupPath) &&
    isTextOrNull(beforeSha256) &&
    typeof afterSha256 === 'string'
  );
}
