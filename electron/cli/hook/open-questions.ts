import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../shared/contract/engine';
import { fieldsOf } from '../../../shared/kernel/fields';
import { fromKept, toKept, writeWhole } from '../../connect/kept-file';
import { isAlive } from '../../connect/processes';
import type { Ended } from '../../engines/engine';
import { namesIn, textAt } from '../../engines/on-disk';
import { notesFolder } from './notes-folder';
import { type Question, questionKey, sessionKey } from './question';

/** That a hook waits for the answer to a question: one of them for each hook, also where several have the same question. */
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

/** A tool call as a note names it. */
export type NotedCall = Pick<OpenQuestion, 'key' | 'toolUseId'>;

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
 * What the hooks of a session tell each other, one small file for each hook that waits: so an event that shows a question to be over
 * finds it without asking Gatehouse, and a resumed session finds what it asked before. Lost notes cost nothing but that.
 */
export type OpenQuestions = {
  /** Those that an event shows to be over, so that nobody decides what no longer matters. */
  over(ended: Ended, event: SessionEvent): readonly OpenQuestion[];
  /** The one that was left for the engine to come back to, about this very call. */
  deferred(call: NotedCall): OpenQuestion | undefined;
  /** Whether anybody else waits for the answer, or comes back for it, in whichever session. */
  isWaitedFor(approvalId: string, except: readonly Pick<OpenQuestion, 'key' | 'pid'>[]): boolean;
  note(question: OpenQuestion): void;
  /** Whether this is the one question of the session that it is resumed for: of several calls at once an engine comes back to one. */
  claimResuming(key: string): boolean;
  forget(question: Pick<OpenQuestion, 'key' | 'pid'>): void;
};

/** The open questions of one session in the data folder. */
export function openQuestionsOf(home: string, engine: Engine, sessionId: string): OpenQuestions {
  const folder = notesFolder(home);
  const session = sessionKey(engine, sessionId);
  const pathOf = ({ key, pid }: Pick<OpenQuestion, 'key' | 'pid'>) => join(folder, `${session}-${key}-${pid}.json`);
  const claim = join(folder, `${session}${RESUMING}`);
  const ofSession = () => notesIn(folder, `${session}-`);
  const isKept = (claimed: string) => ofSession().some(({ key }) => key === claimed);
  return {
    over(ended, event) {
      const over = ofSession().filter((noted) => isOver(noted, ended, event));
      return ended === 'this_call' ? oneCall(over, event.toolUseId) : over;
    },
    deferred: (call) => ofSession().find((noted) => noted.isDeferred && isSameCall(noted, call)),
    isWaitedFor: (approvalId, except) =>
      notesIn(folder, '').some(
        ({ key, pid, ...noted }) =>
          noted.approvalId === approvalId &&
          (noted.isDeferred || isAlive(pid)) &&
          !except.some((one) => one.key === key && one.pid === pid),
      ),
    claimResuming(key) {
      try {
        mkdirSync(folder, { recursive: true });
        const known = textAt(claim);
        if (known === key) return true;
        if (known !== undefined && !isKept(known)) rmSync(claim, { force: true });
        writeFileSync(claim, key, { flag: 'wx', mode: 0o600 });
        return true;
      } catch {
        return false;
      }
    },
    note(question) {
      writeWhole(pathOf(question), JSON.stringify(toKept(question)));
      removeOld(folder);
    },
    forget(question) {
      try {
        rmSync(pathOf(question), { force: true });
        const known = textAt(claim);
        if (known !== undefined && !isKept(known)) rmSync(claim, { force: true });
      } catch {
        // What the operator has decided counts more than a note that stays.
      }
    },
  };
}

/** How the name of the file ends that says for which question a session is resumed. */
const RESUMING = '.resuming';

function isOver(open: OpenQuestion, ended: Ended, { agentId, question, toolUseId }: SessionEvent): boolean {
  const isThisCall = question !== undefined && isSameCall(open, { key: questionKey(question), toolUseId });
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

/** Of what may be about the call that ended: those that name it, else those whose hook is gone, else one of them, as one call ended. */
function oneCall(over: readonly OpenQuestion[], toolUseId: string): readonly OpenQuestion[] {
  const named = over.filter((noted) => noted.toolUseId !== '' && noted.toolUseId === toolUseId);
  if (named.length > 0) return named;
  const gone = over.filter(({ pid }) => !isAlive(pid));
  return gone.length > 0 ? gone : over.slice(0, 1);
}

/** Whether a question is about this tool call; the same call with another id is another one. */
function isSameCall(open: NotedCall, call: NotedCall): boolean {
  return open.key === call.key && (open.toolUseId === '' || call.toolUseId === '' || open.toolUseId === call.toolUseId);
}

/** The notes whose files begin with these characters. */
function notesIn(folder: string, prefix: string): readonly OpenQuestion[] {
  return namesIn(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    .flatMap((name) => read(join(folder, name)) ?? []);
}

function read(path: string): OpenQuestion | undefined {
  try {
    const { key, approvalId, agentId, pid, isDeferred, toolUseId } = fieldsOf(fromKept(readFileSync(path, 'utf8')));
    if (typeof key !== 'string' || typeof pid !== 'number') return undefined;
    if (typeof approvalId !== 'string' || typeof agentId !== 'string') return undefined;
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
