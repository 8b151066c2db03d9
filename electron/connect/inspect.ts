import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { JsonObject } from '../../shared/kernel/fields';
import type { ConfigFile } from '../engines/engine';
import type { Cause, Looked } from '../engines/guarding/guarding';
import { guardingTable } from '../engines/guarding/table';
import { namesIn } from '../engines/on-disk';
import { ConfigError, hasServer, holdsOurHooks, missingHooks, parseConfig, wantedEvents } from './config-edit';
import { findFile, textOf } from './config-file';
import { configFilesOf, type Places } from './connect';
import type { ChangedFile, EngineConnection } from './connection-file';

/** Something in an engine's configuration that is not as `connect` left it, or that keeps the engine from calling its hooks. */
export type HookFinding = {
  /**
   * `tools` only takes the MCP tools from the engine, `untold` some of what Gatehouse hears of; all else leaves it, or as `older` its
   * skills, unguarded. Both `older` and `untold` are hooks that an older version did not write yet.
   */
  readonly kind: 'hook_removed' | 'hook_changed' | 'off' | 'untrusted' | 'unreadable' | 'older' | 'untold' | 'tools';
  /** What is wrong, and in which file, as the end of a sentence. */
  readonly detail: string;
  /** The events whose hook is missing, or is not as it was written. */
  readonly events?: readonly string[];
};

/** What of a connection is looked at. */
export type Inspected = {
  /** Where the API listens; without it the entry of the MCP server is not looked at. */
  readonly url?: string | undefined;
  /** The folders in which the engine works: files in them can turn its hooks off. */
  readonly workspaces?: readonly string[];
};

/** The longest file of a workspace that is read, in bytes; an engine's own settings are far shorter. */
const LONGEST = 4 * 1024 * 1024;

/** Looks whether an engine will call its hooks: whether they stand in its configuration, unmodified, and nothing turns them off. */
export function inspect(
  places: Places,
  connection: EngineConnection,
  inspected: Inspected = {},
): readonly HookFinding[] {
  const { url, workspaces = [] } = inspected;
  const files = configFilesOf(places, { ...connection, url: url ?? 'http://127.0.0.1' });
  const findings: HookFinding[] = [];
  const configs = new Map<string, JsonObject>();
  for (const file of files) {
    if (url === undefined && file.isState === true) continue;
    try {
      configs.set(file.path, readConfig(file));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      findings.push({ kind: 'unreadable', detail: error.message });
    }
  }
  for (const file of files) {
    const config = configs.get(file.path);
    if (config === undefined) continue;
    const elsewhere = connection.files.find(({ path }) => path !== file.path && basename(path) === basename(file.path));
    const { isOfOlderVersion = false } = connection;
    const looked = { isServerLookedAt: url !== undefined, elsewhere, isOfOlderVersion };
    findings.push(...findingsIn(file, config, [...configs.values()], looked));
  }
  return [...findings, ...causesOf(places, connection, files, configs, workspaces)];
}

/** A finding that leaves the engine's tool calls without the operator. */
type Unguarding = HookFinding & { readonly kind: Exclude<HookFinding['kind'], 'untold' | 'tools'> };

/** Whether what was found leaves the engine's tool calls without the operator. */
export function isUnguarding(finding: HookFinding): finding is Unguarding {
  return finding.kind !== 'tools' && finding.kind !== 'untold';
}

/** The events at which an engine lets Gatehouse decide about a tool call. */
export const askingEvents: readonly string[] = ['PreToolUse', 'PermissionRequest', 'BeforeTool'];

/** What a file is looked at with. */
type FileLooked = {
  readonly isServerLookedAt: boolean;
  /** Where the engine was connected, if that is another file of this name. */
  readonly elsewhere: ChangedFile | undefined;
  readonly isOfOlderVersion: boolean;
};

/** What is missing in one file. */
function findingsIn(
  { path, additions }: ConfigFile,
  config: JsonObject,
  all: readonly JsonObject[],
  { isServerLookedAt, elsewhere, isOfOlderVersion }: FileLooked,
): readonly HookFinding[] {
  const findings: HookFinding[] = [];
  // Codex reads hooks from two files; the hook may stand in either.
  const missing = missingHooks(config, additions).filter((event) =>
    all.every((other) => missingHooks(other, additions).includes(event)),
  );
  if (missing.length > 0) {
    const isRemoved = missing.length === wantedEvents(additions).length && !holdsOurHooks(config);
    const isOlder = isOfOlderVersion && !missing.some((event) => askingEvents.includes(event));
    const connected =
      elsewhere === undefined ? '' : `; it was connected in ${elsewhere.path}, and a variable leads elsewhere`;
    const named = missing.join(', ');
    if (isRemoved)
      findings.push({ kind: 'hook_removed', events: missing, detail: `the hook is not in ${path}${connected}` });
    else if (isOlder) {
      const detail = `${path} was written by an older Gatehouse, without the hook for ${named}; connect it anew`;
      const kind = missing.includes('UserPromptExpansion') ? 'older' : 'untold';
      findings.push({ kind, events: missing, detail });
    } else {
      const detail = `the hook for ${named} was removed or changed in ${path}`;
      findings.push({ kind: 'hook_changed', events: missing, detail });
    }
  }
  if (isServerLookedAt && !hasServer(config, additions)) {
    const detail = `the MCP server in ${path} is missing, or has another address or token`;
    findings.push({ kind: 'tools', detail });
  }
  return findings;
}

/** What turns hooks off that stand where they should, in any folder or in one of these. */
function causesOf(
  { environment }: Places,
  { engine }: EngineConnection,
  files: readonly ConfigFile[],
  configs: ReadonlyMap<string, JsonObject>,
  workspaces: readonly string[],
): readonly HookFinding[] {
  const known = new Map<string, JsonObject | undefined>(configs);
  const looked: Looked = {
    environment,
    files,
    platform: process.platform,
    list: namesIn,
    read(path, format) {
      if (!known.has(path)) known.set(path, readIfThere(path, format));
      return known.get(path);
    },
  };
  const causes = [undefined, ...workspaces].flatMap((workspace): readonly Cause[] =>
    guardingTable[engine]({ ...looked, ...(workspace !== undefined && { workspace }) }),
  );
  return [...new Map(causes.map((cause) => [cause.detail, cause])).values()];
}

function readConfig({ path, additions }: ConfigFile): JsonObject {
  const found = findFile(path);
  return found.bytes === null ? {} : parseConfig(textOf(found), additions.format, path);
}

/** What a file says; one that the engine may not read either is as none. */
export function readIfThere(path: string, format: 'json' | 'toml'): JsonObject | undefined {
  try {
    if (statSync(path).size > LONGEST) return undefined;
    return parseConfig(textOf(findFile(path)), format, path);
  } catch {
    return undefined;
  }
}
