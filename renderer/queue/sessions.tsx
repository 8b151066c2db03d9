import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { engineFactsOf } from '../../shared/act/engine-facts';
import type { Approval } from '../../shared/contract/approval';
import type { ListedSession } from '../../shared/contract/session';
import { useAnswer } from '../state/answers';

type Sessions = ReadonlyMap<string, ListedSession>;

const SessionsContext = createContext<Sessions>(new Map());

/** Sessions whose names are known in the queue at most: the newest of those that go on. */
const MOST_SESSIONS = 200;

/** What engines say of their sessions that go on, asked for once for all rows inside. */
export function SessionsProvider({ children }: { readonly children: ReactNode }) {
  const { value } = useAnswer('sessions.list', { state: 'under_way', limit: MOST_SESSIONS }, ['runs']);
  const sessions = useMemo(
    () => new Map((value?.sessions ?? []).map((session) => [session.runId, session])),
    [value?.sessions],
  );
  return <SessionsContext value={sessions}>{children}</SessionsContext>;
}

/** The session that a request comes from; undefined where none asks, or it is over. */
export function useSessionOf({ context }: Pick<Approval, 'context'>): ListedSession | undefined {
  const sessions = useContext(SessionsContext);
  const facts = engineFactsOf(context);
  return facts?.sessionId === undefined ? undefined : sessions.get(`${facts.engine}-${facts.sessionId}`);
}
