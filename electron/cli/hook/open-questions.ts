import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf, fromKept, toKept, writeWhole } from '../../connect/kept-file';
import type { Ended } from '../../engines/engine';
import { isAlive } from '../connection';
import type { Question } from './question';

/** A question that a hook has asked and that is not over, as far as the hook could say. */
export type OpenQuestion = {
  readonly key: string;
  readonly approvalId: string;
  readonly agentId: string;
  /** The hook's process. */
  readonly pid: number;
  /** Whether the engine ended and is going to ask the same again when it is resumed. */
  readonly isDeferred: boolean;
  readonly toolUseId: string;
};

/** An event of a session, for the questions that it may end. */
export type SessionEvent = {
  readonly agentId: string;
  /** About the tool call that the event is about, if it is about one. */
  readonly question: Question | undefined;
  readonly toolUseId: string;
};

/** Notes that nobody came back to are removed after this many milliseconds: seven days. */
const KEPT_MS = 7 * 86_400_000;

/**
 * What the hooks of a session tell each other, one small file for each question: so an event that shows a question to be over
 * finds it without asking Gatehouse, and a resumed session finds what it asked before. Lost notes cost nothing but that.
 */
export type OpenQuestions = {
  /** Those that an event shows to be over, so that nobody decides what no longer matters. */
  over(ended: Ended, event: SessionEvent): readonly OpenQuestion[];
  find(key: string): OpenQuestion | undefined;
  note(question: OpenQuestion): void;
  /** Whether this is the one question of the session that it is resumed for: of several calls at once an engine comes back to one. */
  claimResuming(key: string): boolean;
  forget(key: string): void;
};

/** The open questions of one session in the data folder. */
export function openQuestionsOf(home: string, session: string): OpenQuestions {
  const folder = notesFolder(home);
  const prefix = `${session}-`;
  const pathOf = (key: string) => join(folder, `${prefix}${key}.json`);
  return {
    over(ended, event) {
      return namesIn(folder)
        .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
        .flatMap((name) => read(join(folder, name), name.slice(prefix.length, -'.json'.length)) ?? [])
        .filter((question) => isOver(question, ended, event));
    },
    find: (key) => read(pathOf(key), key),
    claimResuming(key) {
      const path = join(folder, `${session}${RESUMING}`);
      try {
        mkdirSync(folder, { recursive: true });
        const known = textIn(path);
        if (known !== undefined && known !== key && read(pathOf(known), known) === undefined)
          rmSync(path, { force: true });
        if (known === key) return true;
        writeFileSync(path, key, { flag: 'wx', mode: 0o600 });
        return true;
      } catch {
        return false;
      }
    },
    note({ key, ...question }) {
      writeWhole(pathOf(key), JSON.stringify(toKept(question)));
      removeOld(folder);
    },
    forget(key) {
      try {
        rmSync(pathOf(key), { force: true });
        const claim = join(folder, `${session}${RESUMING}`);
        if (textIn(claim) === key) rmSync(claim, { force: true });
      } catch {
        // What the operator has decided counts more than a note that stays.
      }
    },
  };
}

/** Whether any session has a question that is not known to be over: without one there is nothing to look up. */
export function hasOpenQuestions(home: string): boolean {
  return namesIn(notesFolder(home)).some((name) => name.endsWith('.json'));
}

/** How the name of the file ends that says for which question a session is resumed. */
const RESUMING = '.resuming';

function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Where the hooks of all sessions keep their notes. */
function notesFolder(home: string): string {
  return join(home, 'hooks');
}

/** The names of the files in a folder; none if there is no such folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isOver(open: OpenQuestion, ended: Ended, { agentId, question, toolUseId }: SessionEvent): boolean {
  const isThisCall = question !== undefined && isSameCall(open, question, toolUseId);
  if (ended === 'this_call') return isThisCall;
  // An engine that ends to be resumed has not answered anything.
  if (open.isDeferred) return false;
  switch (ended) {
    case 'abandoned':
      return open.agentId === agentId && !isThisCall && !isAlive(open.pid);
    case 'own':
      return open.agentId === agentId;
    case 'session':
      return true;
  }
}

/** Whether a question is about this tool call; the same call with another id is another one. */
export function isSameCall(open: OpenQuestion, question: Question, toolUseId: string): boolean {
  return open.key === question.key && (open.toolUseId === '' || toolUseId === '' || open.toolUseId === toolUseId);
}

function read(path: string, key: string): OpenQuestion | undefined {
  try {
    const { approvalId, agentId, pid, isDeferred, toolUseId } = fieldsOf(fromKept(readFileSync(path, 'utf8')));
    if (typeof approvalId !== 'string' || typeof agentId !== 'string' || typeof pid !== 'number') return undefined;
    return {
      key,
      approvalId,
      agentId,
      pid,
      isDeferred: isDeferred === true,
      toolUseId: typeof toolUseId === 'string' ? toolUseId : '',
    };
  } catch {
    return undefined;
  }
}

function removeOld(folder: string): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    try {
      if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
    } catch {
      // Another hook was faster.
    }
  }
}
