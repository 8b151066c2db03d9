import { rmSync } from 'node:fs';

/** Takes a folder away with all that is in it, though a program that has not quite ended, or goes on, still puts files into it. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
}
