import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Engine } from '../../shared/contract/engine';
import { type Environment, userFolder } from '../engines/engine';
import { engineTable } from '../engines/table';

/** How long a program may take to say its version, in milliseconds. */
const VERSION_TIMEOUT_MS = 5_000;

/** Where an engine's program is on the PATH, if it is there. */
export function findProgram(engine: Engine, environment: Environment): string | undefined {
  const { program } = engineTable[engine];
  const names = process.platform === 'win32' ? ['.cmd', '.exe', ''].map((end) => program + end) : [program];
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

/** The oldest Node.js that the command runs on. */
const OLDEST_NODE = 20;

/** Where the programs that manage versions of Node.js keep them, below the person's folder: a folder for each version. */
const versionFolders = [
  ['.nvm/versions/node', 'bin/node'],
  ['.local/share/fnm/node-versions', 'installation/bin/node'],
  ['.local/share/mise/installs/node', 'bin/node'],
  ['.asdf/installs/nodejs', 'bin/node'],
  ['.volta/tools/image/node', 'bin/node'],
] as const;

/**
 * The programs of Node.js on this machine, the best first: the one that is named, those on the PATH, those where they usually are. An
 * app that is started from a desktop has a short PATH, and so have the engines that it starts.
 */
export function findNodes(environment: Environment, platform: NodeJS.Platform = process.platform): readonly string[] {
  const name = platform === 'win32' ? 'node.exe' : 'node';
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const usual =
    platform === 'win32' ? ['C:\\Program Files\\nodejs'] : ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin'];
  const managed = versionFolders.flatMap(([folder, program]) =>
    versionsIn(join(userFolder(environment), folder)).map((version) => join(folder, version, program)),
  );
  const all = [
    environment['GATEHOUSE_NODE'] ?? '',
    ...[...onPath, ...usual].map((folder) => join(folder, name)),
    ...managed.map((path) => join(userFolder(environment), path)),
  ];
  return [...new Set(all)].filter((path) => path !== '' && isAbsolute(path) && isExecutable(path));
}

/** The versions in a folder that are new enough, the newest first. */
function versionsIn(folder: string): readonly string[] {
  const numberOf = (name: string) => Number.parseInt(name.replace(/^v/, ''), 10);
  try {
    return readdirSync(folder)
      .filter((name) => numberOf(name) >= OLDEST_NODE)
      .toSorted((one, other) => numberOf(other) - numberOf(one));
  } catch {
    return [];
  }
}

/** Whether this engine is on this machine: its program, or the folder that it makes when it is first started. */
export function isInstalled(engine: Engine, environment: Environment): boolean {
  return findProgram(engine, environment) !== undefined || existsSync(engineTable[engine].folder(environment));
}

/** The first line that a program answers to `--version`; undefined when it answers nothing within a few seconds. */
export function versionOf(path: string, environment: Environment): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = {
      env: { ...environment },
      timeout: VERSION_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    } as const;
    // A .cmd cannot be started without a shell.
    const child = execFile(path, ['--version'], { ...options, shell: path.endsWith('.cmd') }, (error, output) => {
      const [line = ''] = output.trim().split('\n');
      resolve(error === null && line !== '' ? line.slice(0, 100) : undefined);
    });
    child.stdin?.end();
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
