import { cpSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from './kept-file';

/** The file that starts the `gatehouse` command; it stays where it is while the app moves, so configurations name it. */
export function launcherPath(home: string, platform: NodeJS.Platform = process.platform): string {
  return join(home, 'bin', platform === 'win32' ? 'gatehouse.cmd' : 'gatehouse');
}

/** Why no hook could run at all; undefined where one can, as far as that is seen without trying. */
export function launcherProblem(home: string, nodes: readonly string[]): string | undefined {
  const path = launcherPath(home);
  if (!existsSync(path)) return `the command that hooks run is gone (${path}); start Gatehouse again`;
  return nodes.length > 0
    ? undefined
    : 'no Node.js 20 or newer was found, which hooks need; install it and start Gatehouse again';
}

/** The command's program in the app's folder; plain Node reads no asar, so a package carries it unpacked. */
export function programPath(appFolder: string): string {
  return join(appFolder.replace(/\.asar$/, '.asar.unpacked'), 'out', 'cli', 'gatehouse.js');
}

/** Where the app is and runs. */
export type LauncherPlace = {
  readonly home: string;
  readonly appFolder: string;
  /** Whether the app's folder is gone when the app is not running, as that of an AppImage is. */
  readonly isPassing: boolean;
  /** The programs of Node.js of this machine, the best first: what an engine has on its PATH is no matter. */
  readonly nodes: readonly string[];
  readonly platform?: NodeJS.Platform;
};

/** Writes the launcher anew, whole or not at all, and answers its path. */
export function writeLauncher(place: LauncherPlace): string {
  const { home, appFolder, isPassing, nodes, platform = process.platform } = place;
  const path = launcherPath(home, platform);
  const inApp = programPath(appFolder);
  const program = isPassing ? copyProgram(inApp, join(home, 'bin', 'program')) : inApp;
  const text = platform === 'win32' ? commandFile(home, program, nodes) : shellScript(home, program, nodes);
  writeWhole(path, text, { mode: 0o755 });
  return path;
}

/** Its own folder each time would outlive it for ever; a hook that starts while this copies is answered by its own rule. */
function copyProgram(program: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  cpSync(dirname(program), folder, { recursive: true });
  return join(folder, 'gatehouse.js');
}

/** The events at which exit code 2 blocks an act, and nothing else. */
const decidingEvents = ['PreToolUse', 'PermissionRequest', 'UserPromptExpansion', 'BeforeTool'] as const;

/**
 * What a project can set for its engine, and would let it answer in place of a hook: by code that Node.js runs with ours or takes for it,
 * or by another Gatehouse. And the certificates of a company, of which a hook has no need: Node.js takes 35 ms to read them.
 */
const unsetForHooks = [
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_COMPILE_CACHE', 'OPENSSL_CONF', 'NODE_EXTRA_CA_CERTS'],
  ...['GATEHOUSE_NODE', 'GATEHOUSE_URL', 'GATEHOUSE_TOKEN'],
] as const;

const needsNode = 'gatehouse needs Node.js 20 or newer, which was not found. Install it and start Gatehouse again.';

/**
 * Only builtins of the shell besides Node.js itself: a hook must not depend on the PATH, nor on what a project sets for the commands of
 * its engine. Where it cannot run, it blocks what the operator wants blocked, which only some events can be.
 */
function shellScript(home: string, program: string, nodes: readonly string[]): string {
  return `#!/bin/sh
# Written by Gatehouse each time it starts.
if [ "$1" = hook ]; then
  unset ${unsetForHooks.join(' ')}
  GATEHOUSE_HOME=${quoted(home)}
elif [ -z "$GATEHOUSE_HOME" ]; then
  GATEHOUSE_HOME=${quoted(home)}
fi
export GATEHOUSE_HOME
for node in "$GATEHOUSE_NODE" ${nodes.map(quoted).join(' ')}; do
  if [ -n "$node" ] && [ -x "$node" ]; then exec "$node" ${quoted(program)} "$@"; fi
done
if [ "$1" != hook ] && command -v node >/dev/null 2>&1; then exec node ${quoted(program)} "$@"; fi
echo '${needsNode}' >&2
holds() { while IFS= read -r line || [ -n "$line" ]; do case "$line" in *"$1"*) return 0 ;; esac; done; return 1; }
connection="$GATEHOUSE_HOME/connections/$2.json"
if [ "$1" = hook ] && [ -r "$connection" ] && holds '"if_unavailable": "block"' <"$connection"; then
  while IFS= read -r line || [ -n "$line" ]; do
    case "$line" in ${decidingEvents.map((event) => `*\\"hook_event_name\\":\\"${event}\\"*`).join(' | ')}) exit 2 ;; esac
  done
fi
exit 127
`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function commandFile(home: string, program: string, nodes: readonly string[]): string {
  const escaped = (text: string) => text.replaceAll('%', '%%');
  return [
    '@echo off',
    'setlocal',
    'if "%~1"=="hook" (',
    `  ${unsetForHooks.map((name) => `set "${name}="`).join(' & ')}`,
    '  set "GATEHOUSE_HOME="',
    ')',
    `if not defined GATEHOUSE_HOME set "GATEHOUSE_HOME=${escaped(home)}"`,
    ...nodes.map(
      (node) => `if not defined GATEHOUSE_NODE if exist "${escaped(node)}" set "GATEHOUSE_NODE=${escaped(node)}"`,
    ),
    'if not defined GATEHOUSE_NODE set "GATEHOUSE_NODE=node"',
    `where "%GATEHOUSE_NODE%" >nul 2>nul || if not exist "%GATEHOUSE_NODE%" (echo ${needsNode} 1>&2 & exit /b 127)`,
    `"%GATEHOUSE_NODE%" "${escaped(program)}" %*`,
    '',
  ].join('\r\n');
}
