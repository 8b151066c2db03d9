import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Additions } from './config-edit';
import type { Engine } from './connection-file';

/** What the configuration of an engine is written with. */
export type Wanted = { readonly hookCommand: string; readonly url: string; readonly token: string };

/** Where an engine's own variables come from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration file of an engine and what Gatehouse wants in it. */
export type ConfigFile = { readonly path: string; readonly additions: Additions };

/** What is known of an engine (decision 0020 says what of it was not tried on a real one). */
export type EngineFacts = {
  /** What people call it. */
  readonly name: string;
  /** Whom it asks as unless the operator says otherwise. */
  readonly agentId: string;
  /** The command that starts it. */
  readonly program: string;
  /** The longest that its hook may be held, in seconds; the timeout in its configuration is longer. */
  readonly maxHoldSeconds: number;
  /** What the person has to do afterwards for the hook to be used. */
  readonly afterwards: string;
  readonly folder: (environment: Environment) => string;
  readonly files: (environment: Environment, wanted: Wanted) => readonly ConfigFile[];
  /** Where its configuration turns all hooks off, as a sentence with what to do. */
  readonly hooksOff: (config: Readonly<Record<string, unknown>>) => string | undefined;
};

/** Longer than any hold, so that changing the hold changes no configuration: Codex forgets its trust in a hook that is edited. */
const LONGEST_HOOK_SECONDS = 86_460;

/** Codex locks its terminal while a hook is held, so it is not given a day. */
const CODEX_HOOK_SECONDS = 600;

/** For hooks that only tell Gatehouse something and never wait for the operator. */
const TELLING_HOOK_SECONDS = 30;

const home = (environment: Environment) => environment['HOME'] || environment['USERPROFILE'] || homedir();
const bearer = ({ token }: Wanted) => ({ Authorization: `Bearer ${token}` });
const mcpUrl = ({ url }: Wanted) => new URL('/mcp', url).href;
const valueAt = (config: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    config,
  );

function claudeFolder(environment: Environment): string {
  return environment['CLAUDE_CONFIG_DIR'] || join(home(environment), '.claude');
}

function claudeFiles(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const hook = (timeout: number) => [{ type: 'command', command: wanted.hookCommand, timeout }];
  const asking = ['PermissionRequest', 'PreToolUse'].map((event) => ({
    event,
    group: { matcher: '*', hooks: hook(LONGEST_HOOK_SECONDS) },
  }));
  const telling = ['SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd'].map((event) => ({
    event,
    group: { hooks: hook(TELLING_HOOK_SECONDS) },
  }));
  const after = { event: 'PostToolUse', group: { matcher: '*', hooks: hook(TELLING_HOOK_SECONDS) } };
  const folder = claudeFolder(environment);
  // With a folder of its own, its state file is in there; without one it is beside the folder.
  const stateFolder = environment['CLAUDE_CONFIG_DIR'] ? folder : home(environment);
  return [
    { path: join(folder, 'settings.json'), additions: { format: 'json', hooks: [...asking, after, ...telling] } },
    {
      path: join(stateFolder, '.claude.json'),
      additions: {
        format: 'json',
        hooks: [],
        server: { key: 'mcpServers', value: { type: 'http', url: mcpUrl(wanted), headers: bearer(wanted) } },
      },
    },
  ];
}

function codexFolder(environment: Environment): string {
  return environment['CODEX_HOME'] || join(home(environment), '.codex');
}

function codexFiles(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const folder = codexFolder(environment);
  const hooks = [
    {
      event: 'PermissionRequest',
      group: { hooks: [{ type: 'command', command: wanted.hookCommand, timeout: CODEX_HOOK_SECONDS }] },
    },
  ];
  const server = { key: 'mcp_servers', value: { url: mcpUrl(wanted), http_headers: bearer(wanted) } };
  const config = join(folder, 'config.toml');
  const hooksFile = join(folder, 'hooks.json');
  // Codex warns when one folder has hooks in both forms.
  if (!existsSync(hooksFile)) return [{ path: config, additions: { format: 'toml', hooks, server } }];
  return [
    { path: hooksFile, additions: { format: 'json', hooks } },
    { path: config, additions: { format: 'toml', hooks: [], server } },
  ];
}

function geminiFolder(environment: Environment): string {
  return join(environment['GEMINI_CLI_HOME'] || home(environment), '.gemini');
}

function geminiFiles(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const timeout = LONGEST_HOOK_SECONDS * 1_000;
  const hook = { name: 'gatehouse', type: 'command', command: wanted.hookCommand, timeout };
  return [
    {
      path: join(geminiFolder(environment), 'settings.json'),
      additions: {
        format: 'json',
        hooks: [{ event: 'BeforeTool', group: { matcher: '.*', hooks: [hook] } }],
        server: { key: 'mcpServers', value: { httpUrl: mcpUrl(wanted), headers: bearer(wanted) } },
      },
    },
  ];
}

/** What is known of each engine. */
export const engineTable: Readonly<Record<Engine, EngineFacts>> = {
  claude: {
    name: 'Claude Code',
    agentId: 'claude-code',
    program: 'claude',
    maxHoldSeconds: LONGEST_HOOK_SECONDS - 60,
    afterwards: 'Sessions that are open already use the hook after a restart of Claude Code.',
    folder: claudeFolder,
    files: claudeFiles,
    hooksOff: (config) =>
      config['disableAllHooks'] === true
        ? 'all hooks are turned off there ("disableAllHooks"); remove that'
        : undefined,
  },
  codex: {
    name: 'Codex',
    agentId: 'codex',
    program: 'codex',
    maxHoldSeconds: CODEX_HOOK_SECONDS - 60,
    afterwards: 'Codex runs a new hook only after you trusted it once: start codex, type /hooks, and trust it.',
    folder: codexFolder,
    files: codexFiles,
    hooksOff: (config) =>
      [valueAt(config, 'features', 'hooks'), valueAt(config, 'features', 'codex_hooks')].includes(false)
        ? 'all hooks are turned off there ("features.hooks"); remove that'
        : undefined,
  },
  gemini: {
    name: 'Gemini CLI',
    agentId: 'gemini-cli',
    program: 'gemini',
    maxHoldSeconds: LONGEST_HOOK_SECONDS - 60,
    afterwards: 'Sessions that are open already use the hook after a restart of Gemini CLI.',
    folder: geminiFolder,
    files: geminiFiles,
    hooksOff: (config) =>
      valueAt(config, 'hooksConfig', 'enabled') === false || valueAt(config, 'tools', 'enableHooks') === false
        ? 'all hooks are turned off there ("hooksConfig.enabled" or "tools.enableHooks"); turn them on'
        : undefined,
  },
};

/** The command that stands in an engine's configuration: constant for a data folder, whatever is set in Gatehouse. */
export function hookCommand(launcherPath: string, engine: Engine): string {
  const isPlain = /^[\w@%+=:,./\\-]+$/.test(launcherPath);
  return `${isPlain ? launcherPath : `"${launcherPath.replaceAll(/(["$`])/g, '\\$1')}"`} hook ${engine}`;
}
