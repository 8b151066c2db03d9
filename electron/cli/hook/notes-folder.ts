import { join } from 'node:path';
import { namesIn } from '../../engines/on-disk';

/** Whether any session has a question that is not known to be over: without one there is nothing to look up. */
export function hasOpenQuestions(home: string): boolean {
  return namesIn(notesFolder(home)).some((name) => name.endsWith('.json'));
}

/** Where the hooks of all sessions keep their notes. */
export function notesFolder(home: string): string {
  return join(home, 'hooks');
}
