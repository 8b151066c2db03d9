import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn, notesFolder } from './notes-folder';
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

/** Notes that nobody came back to are removed after this many milliseconds: seven days. */
const KEPT_MS = 7 * 86_400_000;

/**
 * What the hooks of a session tell each other, one small file for each question: so an event that shows a question to be over
 * finds it without asking Gatehouse, and a resumed session finds what it asked before. Lost notes cost nothing but that.
 */
export type OpenQuestions = {
  all(): readonly OpenQuestion[];
  find(key: string): OpenQuestion | undefined;
  note(question: OpenQuestion): void;
  forget(key: string): void;
};

/** The open questions of one session in the data folder. */
export function openQuestionsOf(home: string, session: string): OpenQuestions {
  const folder = notesFolder(home);
  const prefix = `${session}-`;
  const pathOf = (key: string) => join(folder, `${prefix}${key}.json`);
  return {
    all() {
      const names = namesIn(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.json'));
      return names.flatMap((name) => read(join(folder, name), name.slice(prefix.length, -'.json'.length)) ?? []);
    },
    find: (key) => read(pathOf(key), key),
    note({ key, approvalId, agentId, pid, isDeferred, toolUseId }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(key);
      const text = JSON.stringify({
        approval_id: approvalId,
        agent_id: agentId,
        pid,
        is_deferred: isDeferred,
        tool_use_id: toolUseId,
      });
      writeFileSync(`${path}.${process.pid}`, text, { mode: 0o600 });
      renameSync(`${path}.${process.pid}`, path);
      removeOld(folder);
    },
    forget(key) {
      try {
        rmSync(pathOf(key), { force: true });
      } catch {
        // What the operator has decided counts more than a note that stays.
      }
    },
  };
}

/** Whether a question is about this tool call; the same call with another id is another one. */
export function isSameCall(open: OpenQuestion, question: Question, toolUseId: string): boolean {
  return open.key === question.key && (open.toolUseId === '' || toolUseId === '' || open.toolUseId === toolUseId);
}

function read(path: string, key: string): OpenQuestion | undefined {
  try {
    const wire = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    const { approval_id: approvalId, agent_id: agentId, pid, is_deferred: isDeferred, tool_use_id: toolUseId } = wire;
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
