import type { ListedSession } from '../../../shared/contract/session';
import type { Caller } from '../../../shared/kernel/actor';
import { isStillEngine } from '../../connect/processes';
import type { Query, Send } from '../../kernel/door';
import { every } from '../../kernel/every';
import type { HeardSessions } from './heard-sessions';

/** How often it is looked whether the processes of sessions are still there, in milliseconds. */
const LOOK_MS = 15_000;

/** So many sessions are looked at. */
const MOST_SESSIONS = 200;

/** What ending sessions needs. */
export type EndedSessionsParts = {
  readonly send: Send;
  readonly query: Query;
  readonly operator: Caller;
  readonly heard: HeardSessions;
};

/** Ends the sessions under way whose engine is gone without a word (spec/sessions.md section 1), until it is closed. */
export function endGoneSessions({ send, query, operator, heard }: EndedSessionsParts): { close(): void } {
  const isGone = ({ engine, sessionId, pid }: ListedSession) =>
    pid !== undefined && !isStillEngine(pid, engine, heard.lastHeardAtMs(engine, sessionId));

  async function look(): Promise<void> {
    const found = query(operator, 'sessions.list', { state: 'under_way', limit: MOST_SESSIONS });
    if (!found.ok) return;
    for (const session of found.value.sessions.filter(isGone)) {
      await send(operator, 'session.gone', { runId: session.runId });
    }
  }

  return { close: every(LOOK_MS, () => void look()) };
}
