import { isAlive } from '../is-alive';
import type { Ended } from './engine-hooks';
import { isSameCall, type OpenQuestion, type OpenQuestions } from './open-questions';
import type { Question } from './question';

/** An event of a session, for the questions that it may end. */
export type SessionEvent = {
  readonly open: OpenQuestions;
  readonly agentId: string;
  /** About the tool call that the event is about, if it is about one. */
  readonly question: Question | undefined;
  readonly toolUseId: string;
};

/** The open questions that an event shows to be over, so that nobody decides what no longer matters. */
export function questionsOver(ended: Ended, event: SessionEvent): readonly OpenQuestion[] {
  return event.open.all().filter((question) => isOver(question, ended, event));
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
