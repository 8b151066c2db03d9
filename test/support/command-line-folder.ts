import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeFolder } from './remove-folder';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where each worker puts the `gatehouse` command that it builds; gone when all tests have run. */
    commandLineFolder: string;
  }
}

/** Makes the folder for all tests of a run. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
  project.provide('commandLineFolder', folder);
  return () => removeFolder(folder);
}
