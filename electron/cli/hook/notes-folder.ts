import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Whether any session has a question that is not known to be over: without one there is nothing to look up. */
export function hasOpenQuestions(home: string): boolean {
  return namesIn(notesFolder(home)).some((name) => name.endsWith('.json'));
}

/** Where the hooks of all sessions keep their notes. */
export function notesFolder(home: string): string {
  return join(home, 'hooks');
}

/** The names of the files in a folder; none if there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
