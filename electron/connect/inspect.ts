import type { ConfigFile } from '../engines/engine';
import { engineTable } from '../engines/table';
import { ConfigError, hasServer, holdsOurHooks, missingHooks, parseConfig, wantedEvents } from './config-edit';
import { findFile, textOf } from './config-file';
import { configFilesOf, type Places } from './connect';
import type { EngineConnection } from './connection-file';

/** Something in an engine's configuration that is not as `connect` left it. */
export type Finding = {
  /** `hook_*` and `off` leave the engine unguarded; `tools` only takes the MCP tools from it. */
  readonly kind: 'hook_removed' | 'hook_changed' | 'off' | 'unreadable' | 'tools';
  readonly path: string;
  /** What is wrong, as the end of a sentence. */
  readonly detail: string;
};

/**
 * Looks whether an engine's hooks are in its configuration, unmodified. `url` is where the API listens; without it the entry of
 * the MCP server is not looked at.
 */
export function inspect(places: Places, connection: EngineConnection, url?: string): readonly Finding[] {
  const { engine, token } = connection;
  const files = configFilesOf(places, { engine, token, url: url ?? 'http://127.0.0.1' });
  const findings: Finding[] = [];
  const configs = new Map<string, Readonly<Record<string, unknown>>>();
  for (const file of files) {
    if (url === undefined && file.isState === true) continue;
    try {
      configs.set(file.path, readConfig(file));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      findings.push({ kind: 'unreadable', path: file.path, detail: error.message });
    }
  }
  for (const { path, additions } of files) {
    const config = configs.get(path);
    if (config === undefined) continue;
    // Codex reads hooks from two files; the hook may stand in either.
    const missing = missingHooks(config, additions).filter((event) =>
      [...configs.values()].every((other) => missingHooks(other, additions).includes(event)),
    );
    if (missing.length > 0) {
      const isRemoved = missing.length === wantedEvents(additions).length && !holdsOurHooks(config);
      findings.push(
        isRemoved
          ? { kind: 'hook_removed', path, detail: `the hook is not in ${path}` }
          : {
              kind: 'hook_changed',
              path,
              detail: `the hook for ${missing.join(', ')} was removed or changed in ${path}`,
            },
      );
    }
    const off = engineTable[engine].hooksOff(config);
    if (off !== undefined) findings.push({ kind: 'off', path, detail: `${path}: ${off}` });
    if (url !== undefined && !hasServer(config, additions)) {
      findings.push({
        kind: 'tools',
        path,
        detail: `the MCP server in ${path} is missing, or has another address or token`,
      });
    }
  }
  return findings;
}

/** Whether what was found leaves the engine's tool calls without the operator. */
export function isUnguarded(findings: readonly Finding[]): boolean {
  return findings.some(({ kind }) => kind !== 'tools');
}

function readConfig({ path, additions }: ConfigFile): Readonly<Record<string, unknown>> {
  const found = findFile(path);
  return found.bytes === null ? {} : parseConfig(textOf(found), additions.format, path);
}
