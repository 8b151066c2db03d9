import { rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Strength } from '../../shared/contract/engine';
import type { JsonObject } from '../../shared/kernel/fields';
import type { Additions, ConfigFile, Environment } from '../engines/engine';
import { engineTable, hookCommand } from '../engines/table';
import { addTo, hasServer, hasStray, missingHooks, parseConfig, takeFrom, trustHashesOf } from './config-edit';
import { type FoundFile, findFile, refuseReadOnly, replaceFile, sha256, textOf, writeBackup } from './config-file';
import {
  type ChangedFile,
  defaultHookSettings,
  type Engine,
  type HookSettings,
  hookSettingsOf,
  knownConnection,
  removeConnection,
  writeConnection,
} from './connection-file';
import { launcherPath } from './launcher';
import { whileLocked } from './lock';
import { hasTelemetry } from './telemetry-entries';

/** Where things are: the data folder of Gatehouse, and the variables that say where the engine's files are. */
export type Places = { readonly home: string; readonly environment: Environment };

/** What an engine is connected with. */
export type NewConnection = {
  readonly engine: Engine;
  readonly agentId: string;
  readonly token: string;
  /** Where the API listens. */
  readonly url: string;
  /** As it was before, or `user`, unless it is said. */
  readonly strength?: Strength;
  /** Whether the engine is to send no telemetry; as it was before, or no, unless it is said. */
  readonly isTelemetryDeclined?: boolean;
};

/** What will become of one file. */
export type PlannedFile = {
  readonly found: FoundFile;
  /** Without anything of Gatehouse's: what `--remove` puts back. Null when there is to be no file then. */
  readonly base: Buffer | null;
  readonly after: string;
  readonly mode: number;
  /** What is known from before, when that is still what can be put back. */
  readonly record: ChangedFile | undefined;
};

/** Shown where a token would stand, before there is one. */
export const TOKEN_TO_COME = 'gth_…';

/** Works out what will change and changes nothing. Throws ConfigError when one of the files must not be changed. */
export function planConnection(places: Places, wanted: NewConnection): readonly PlannedFile[] {
  const records = recordsOf(places.home, wanted.engine);
  return configFilesOf(places, { ...wanted, ...termsOf(places.home, wanted) }).map(({ path, additions }) => {
    const found = findFile(path);
    refuseReadOnly(found);
    const holdsToken =
      additions.format !== 'whole' && (additions.server !== undefined || additions.telemetry !== undefined);
    const mode = holdsToken ? found.mode & 0o600 : found.mode;
    const known = records.find((record) => record.path === path);
    if (known !== undefined && isAsWanted(found, additions)) {
      return { found, base: found.bytes, after: textOf(found), mode, record: known };
    }
    const { base, record } = baseOf(found, additions.format, records);
    const text = base === null ? '' : textOf({ ...found, bytes: base });
    const after = addTo(text, additions, path);
    return { found, base, after, record, mode };
  });
}

/** The configuration files of an engine with what Gatehouse wants in each. */
export function configFilesOf(
  { home, environment }: Places,
  { engine, url, token, strength = 'user', isTelemetryDeclined = false }: Omit<NewConnection, 'agentId'>,
): readonly ConfigFile[] {
  const command = hookCommand(launcherPath(home), engine);
  return engineTable[engine].files(environment, { hookCommand: command, url, token, strength, isTelemetryDeclined });
}

/** How strongly an engine is to be bound, and whether it is to send no telemetry: as it is said now, or as it was. */
function termsOf(home: string, wanted: NewConnection) {
  const known = knownConnection(home, wanted.engine);
  const strength: Strength = wanted.strength ?? known?.strength ?? 'user';
  return { strength, isTelemetryDeclined: wanted.isTelemetryDeclined ?? known?.isTelemetryDeclined ?? false };
}

/** What is set for an engine's hooks: who fails closed blocks as well while Gatehouse is away, and no longer when that ends. */
function hookOf(home: string, engine: Engine, strength: Strength): HookSettings {
  const hook = hookSettingsOf(home, engine);
  const before = knownConnection(home, engine)?.strength ?? 'user';
  if (strength === before) return hook;
  return { ...hook, ifUnavailable: strength === 'fail-closed' ? 'block' : defaultHookSettings(engine).ifUnavailable };
}

/** Whether a planned file is to be written at all. */
export function isChanged({ found, after }: PlannedFile): boolean {
  return found.bytes === null || !found.bytes.equals(Buffer.from(after));
}

/** The difference that a plan makes, as a unified diff; empty when it makes none. */
export function diffOf({ found, after }: PlannedFile): string {
  const before = found.bytes === null ? '' : textOf(found);
  return before === after
    ? ''
    : createTwoFilesPatch(found.path, found.path, before, after, undefined, undefined, {
        context: 2,
        headerOptions: FILE_HEADERS_ONLY,
      });
}

/**
 * Connects an engine: backs up, remembers, then changes each file. All of it or nothing: a file that cannot be written puts
 * back those before it. Connecting again keeps the hook's settings and the first backup, and writes only what differs.
 */
export function connect(places: Places, wanted: NewConnection, nowMs: number): readonly PlannedFile[] {
  return whileLocked(places.home, wanted.engine, () => change(places, wanted, nowMs));
}

function change(places: Places, wanted: NewConnection, nowMs: number): readonly PlannedFile[] {
  const { engine, agentId, token } = wanted;
  const { strength, isTelemetryDeclined } = termsOf(places.home, wanted);
  const plan = planConnection(places, wanted);
  const earlier = knownConnection(places.home, engine);
  const files: ChangedFile[] = [];
  const written: PlannedFile[] = [];
  try {
    for (const planned of plan) files.push(recordOf(planned, nowMs));
    writeConnection(places.home, {
      engine,
      agentId,
      token,
      createdAtMs: earlier?.token === token ? earlier.createdAtMs : nowMs,
      strength,
      isTelemetryDeclined,
      hook: hookOf(places.home, engine, strength),
      files,
    });
    for (const planned of plan) {
      if (!isChanged(planned)) continue;
      replaceFile(planned.found, planned.after, planned.mode);
      written.push(planned);
    }
  } catch (error) {
    for (const { found } of written) replaceFile(findFile(found.path), found.bytes, found.mode);
    const backups = new Set((earlier?.files ?? []).map(({ backupPath }) => backupPath));
    for (const { backupPath } of files) if (!backups.has(backupPath)) forgetBackup(backupPath ?? undefined);
    if (earlier === undefined) removeConnection(places.home, engine);
    else writeConnection(places.home, earlier);
    throw error;
  }
  return plan;
}

/** What was done to a file when its engine was disconnected. */
export type RemovedFile = {
  readonly path: string;
  /** `restored` byte for byte, `deleted` because there was none, `edited` because it was changed since, `untouched` with nothing of ours in it. */
  readonly outcome: 'restored' | 'deleted' | 'edited' | 'untouched';
  /** The backup that was kept, because the file is not what it was. */
  readonly keptBackup?: string;
};

/**
 * Disconnects an engine: a file that nobody changed since gets its bytes back, from any other only what `connect` wrote is taken
 * out. Works without a connection file too. Throws ConfigError, before anything is changed, when one of the files cannot be.
 */
export function disconnect(places: Places, engine: Engine): readonly RemovedFile[] {
  return whileLocked(places.home, engine, () => takeOut(places, engine));
}

function takeOut(places: Places, engine: Engine): readonly RemovedFile[] {
  const records = recordsOf(places.home, engine);
  const known = configFilesOf(places, { engine, url: 'http://127.0.0.1', token: TOKEN_TO_COME });
  const paths = new Set([...records.map(({ path }) => path), ...known.map(({ path }) => path)]);
  const found = [...paths].map((path) => findFile(path));
  const trusted = new Set(found.flatMap((file) => [...trustHashesOf(configIn(file, formatOf(file.path)))]));
  const steps = found.map((file) => {
    const { base, record } = baseOf(file, formatOf(file.path), records, trusted);
    const isSame = file.bytes === null ? base === null : base !== null && file.bytes.equals(base);
    if (!isSame) refuseReadOnly(file);
    return { found: file, base, record, isSame, isExact: record !== undefined };
  });
  const removed = steps.map(({ found, base, record, isSame, isExact }): RemovedFile => {
    const { path } = found;
    const backup = records.find((each) => each.path === path)?.backupPath ?? undefined;
    if (isSame) {
      if (isExact) forgetBackup(backup);
      return { path, outcome: 'untouched', ...(!isExact && backup !== undefined && { keptBackup: backup }) };
    }
    const mode = isExact && backup !== undefined ? statSync(backup).mode & 0o777 : found.mode;
    replaceFile(found, base, mode);
    if (base === null && formatOf(path) === 'whole') forgetFolder(dirname(path));
    if (!isExact) return { path, outcome: 'edited', ...(backup !== undefined && { keptBackup: backup }) };
    forgetBackup(record?.backupPath ?? undefined);
    return { path, outcome: base === null ? 'deleted' : 'restored' };
  });
  removeConnection(places.home, engine);
  return removed;
}

function formatOf(path: string): Additions['format'] {
  if (path.endsWith('.js')) return 'whole';
  return path.endsWith('.toml') ? 'toml' : 'json';
}

/** Whether all that is wanted stands there: others may have written elsewhere in the file, which is no matter. */
function isAsWanted(found: FoundFile, additions: Additions): boolean {
  if (found.bytes === null) return false;
  const config = parseConfig(textOf(found), additions.format, found.path);
  return (
    missingHooks(config, additions).length === 0 &&
    hasServer(config, additions) &&
    hasTelemetry(config, additions) &&
    !hasStray(config, additions)
  );
}

/** What a file is without Gatehouse, and the record that holds for it, if one does. */
function baseOf(
  found: FoundFile,
  format: Additions['format'],
  records: readonly ChangedFile[],
  trusted?: ReadonlySet<string>,
): { readonly base: Buffer | null; readonly record: ChangedFile | undefined } {
  const record = records.find(({ path }) => path === found.path);
  if (found.bytes === null) return { base: null, record: record?.beforeSha256 === null ? record : undefined };
  const now = sha256(found.bytes);
  if (record !== undefined && now === record.beforeSha256) return { base: found.bytes, record };
  const kept = record === undefined ? undefined : keptBefore(record);
  if (kept !== undefined && now === record?.afterSha256) return { base: kept, record };
  const base = takeFrom(textOf(found), format, found.path, trusted);
  // Codex writes its trust into our block, with blank lines of its own.
  if (kept !== undefined && withoutBlankLines(base) === withoutBlankLines(kept?.toString() ?? '')) {
    return { base: kept, record };
  }
  return { base: format === 'whole' && base === '' ? null : Buffer.from(base), record: undefined };
}

/** What a file was before the first change; null when there was none, undefined when that is not known any more. */
function keptBefore({ beforeSha256, backupPath }: ChangedFile): Buffer | null | undefined {
  if (beforeSha256 === null) return null;
  const kept = backupPath === null ? null : findFile(backupPath).bytes;
  return kept !== null && sha256(kept) === beforeSha256 ? kept : undefined;
}

function withoutBlankLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n')
    .trimEnd();
}

/** What a file says, as far as it can be read. */
function configIn(found: FoundFile, format: Additions['format']): JsonObject {
  try {
    return found.bytes === null ? {} : parseConfig(textOf(found), format, found.path);
  } catch {
    return {};
  }
}

function recordOf(planned: PlannedFile, nowMs: number): ChangedFile {
  const { found, base, after, record } = planned;
  if (record !== undefined && !isChanged(planned)) return record;
  const afterSha256 = sha256(after);
  if (record !== undefined) return { ...record, afterSha256 };
  const beforeSha256 = base === null ? null : sha256(base);
  return {
    path: found.path,
    backupPath: base === null ? null : writeBackup(found, base, nowMs),
    beforeSha256,
    afterSha256,
  };
}

function recordsOf(home: string, engine: Engine): readonly ChangedFile[] {
  return knownConnection(home, engine)?.files ?? [];
}

/** Removes a folder that is empty; another one stays. */
function forgetFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // There is something else in it.
  }
}

/** The file is as the backup is, so it has no use any more. */
function forgetBackup(path: string | undefined): void {
  if (path !== undefined) rmSync(path, { force: true });
}
