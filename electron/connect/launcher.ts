import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from './kept-file';

/** The file that starts the `gatehouse` command; it stays where it is while the app moves, so configurations name it. */
export function launcherPath(home: string, platform: NodeJS.Platform = process.platform): string {
  return join(home, 'bin', platform === 'win32' ? 'gatehouse.cmd' : 'gatehouse');
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
  readonly platform?: NodeJS.Platform;
};

/** Writes the launcher anew, whole or not at all, and answers its path. */
export function writeLauncher({ home, appFolder, isPassing, platform = process.platform }: LauncherPlace): string {
  const path = launcherPath(home, platform);
  const inApp = programPath(appFolder);
  const program = isPassing ? copyProgram(inApp, join(home, 'bin', 'program')) : inApp;
  const text = platform === 'win32' ? commandFile(home, program) : shellScript(home, program);
  writeWhole(path, text, { mode: 0o755 });
  return path;
}

/** Its own folder each time would outlive it for ever; a hook that starts while this copies is answered by its own rule. */
function copyProgram(program: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  cpSync(dirname(program), folder, { recursive: true });
  return join(folder, 'gatehouse.js');
}

const needsNode = 'gatehouse needs Node.js 20 or newer on the PATH; GATEHOUSE_NODE may name it.';

function shellScript(home: string, program: string): string {
  return `#!/bin/sh
# Written by Gatehouse each time it starts.
if [ -z "$GATEHOUSE_HOME" ]; then GATEHOUSE_HOME=${quoted(home)}; export GATEHOUSE_HOME; fi
command -v "\${GATEHOUSE_NODE:-node}" >/dev/null 2>&1 || { echo '${needsNode}' >&2; exit 127; }
exec "\${GATEHOUSE_NODE:-node}" ${quoted(program)} "$@"
`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function commandFile(home: string, program: string): string {
  const escaped = (text: string) => text.replaceAll('%', '%%');
  return [
    '@echo off',
    'setlocal',
    `if not defined GATEHOUSE_HOME set "GATEHOUSE_HOME=${escaped(home)}"`,
    'if not defined GATEHOUSE_NODE set "GATEHOUSE_NODE=node"',
    `where "%GATEHOUSE_NODE%" >nul 2>nul || if not exist "%GATEHOUSE_NODE%" (echo ${needsNode} 1>&2 & exit /b 127)`,
    `"%GATEHOUSE_NODE%" "${escaped(program)}" %*`,
    '',
  ].join('\r\n');
}
