import { rmSync } from 'node:fs';

const MOST_TRIES = 50;

/** Takes a folder away with all that is in it, though a program that has not quite ended, or goes on, still puts files into it. */
export function removeFolder(path: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      // Node's own retries do not look for what has come since.
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' || tries === MOST_TRIES) throw error;
    }
  }
}
