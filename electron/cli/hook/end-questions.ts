import { Unreachable } from '../failure';
import { cancelQuestion } from './ask';
import type { Ended } from './engine-hooks';
import type { Link } from './link';
import { isSameCall, type OpenQuestion, type OpenQuestions } from './open-questions';
import type { Question } from './question';

/** An event of a session, for the questions that it may end. */
export type SessionEvent = {
  readonly link: Link;
  readonly open: OpenQuestions;
  readonly agentId: string;
  /** About the tool call that the event is about, if it is about one. */
  readonly question: Question | undefined;
  readonly toolUseId: string;
};

const reason = 'It was answered in the terminal, or the session went on without it.';

/** Withdraws the questions that the event shows to be over, so that nobody decides what no longer matters. */
export async function endQuestions(ended: Ended, event: SessionEvent): Promise<void> {
  const { link, open } = event;
  const over = open.all().filter((question) => isOver(question, ended, event));
  await Promise.all(
    over.map(async (question) => {
      try {
        await cancelQuestion(link, question, reason);
        open.forget(question.key);
      } catch (error) {
        // Another event of the session, or its own deadline, ends it.
        if (!(error instanceof Unreachable)) throw error;
      }
    }),
  );
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
