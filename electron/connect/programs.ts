import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Engine } from '../../shared/contract/engine';
import type { Environment } from '../engines/engine';
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
