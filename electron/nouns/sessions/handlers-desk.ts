import { reportedCost } from '../../../shared/contract/run';
import { SESSIONS_ENDING } from '../../../shared/contract/session';
import {
  type DeskSession,
  MOST_SESSIONS_OF_PROJECTS,
  MOST_SUB_AGENTS,
  type SessionLine,
} from '../../../shared/contract/session-desk';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { cursorsOf, invalidCursor } from '../../kernel/cursor';
import type { QueryHandlers } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { automationIdOf } from './effects';
import { runIdOf } from './rules';
import type { SessionRow, Waiting } from './store-desk';

const DEFAULT_PAGE_SIZE = 50;

const places = cursorsOf({ rowId: 'number' });

/** What only the operator asks of sessions (spec/api.md section 2). */
export const sessionDeskQueries: QueryHandlers<
  'sessions.overview' | 'sessions.details' | 'sessions.subAgents' | 'sessions.projects'
> = {
  'sessions.overview'({ store }, { limit = DEFAULT_PAGE_SIZE, cursor, agentId, ...filter }) {
    const place = places.placeOf(cursor);
    if (place === 'invalid') return invalidCursor();
    const found = store.sessionDesk.page({
      ...filter,
      limit,
      ...(agentId !== undefined && ownedBy(store, agentId)),
      ...(place !== undefined && { beforeRow: place.rowId }),
    });
    return succeeded({ sessions: deskSessions(store, found.rows), ...nextOf(found.nextRow) });
  },

  'sessions.details'({ store }, { runId }) {
    const found = store.sessionDesk.find(runId);
    const [session] = found === undefined ? [] : deskSessions(store, [found]);
    return session === undefined ? refused('AUTOMATION_V2_NOT_FOUND') : succeeded({ session });
  },

  'sessions.subAgents'({ store }, { runId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const place = places.placeOf(cursor);
    if (place === 'invalid') return invalidCursor();
    const found = store.sessionDesk.subAgents(runId, limit, place?.rowId);
    const waiting = store.sessionDesk.waiting([runId]);
    return succeeded({ subAgents: found.rows.map((row) => lineOf(row, waiting)), ...nextOf(found.nextRow) });
  },

  'sessions.projects': ({ store }) =>
    succeeded({ workspaces: [...store.sessionDesk.workspaces(MOST_SESSIONS_OF_PROJECTS)] }),
};

const nextOf = (rowId: number | undefined) => places.nextOf(rowId === undefined ? undefined : { rowId });

/** Whose sessions those of an agent are: its own, or where it is a sub-agent its part of the sessions of the agent that it is below. */
function ownedBy(store: ReadStore, agentId: string) {
  const slash = agentId.indexOf('/');
  const isOwner = slash === -1 || store.automations.find(automationIdOf(agentId)) !== undefined;
  if (isOwner) return { automationId: automationIdOf(agentId) };
  return { automationId: automationIdOf(agentId.slice(0, slash)), subAgentId: agentId.slice(slash + 1) };
}

/** A page of sessions with what belongs to each, by one look for all of them. */
function deskSessions({ sessionDesk }: ReadStore, rows: readonly SessionRow[]): DeskSession[] {
  const runIds = rows.map(sessionRunIdOf);
  const tops = rows.filter((row) => row.run.runId === sessionRunIdOf(row)).map(({ run }) => run.runId);
  const waiting = sessionDesk.waiting(runIds);
  const counts = sessionDesk.subAgentCounts(tops);
  const underWay = sessionDesk.subAgentsUnderWay(tops, MOST_SUB_AGENTS);
  return rows.map((row) => ({
    ...lineOf(row, waiting),
    subAgentCount: tops.includes(row.run.runId) ? (counts.get(row.run.runId) ?? 0) : 0,
    subAgents: underWay
      .filter((one) => tops.includes(row.run.runId) && sessionRunIdOf(one) === row.run.runId)
      .map((one) => lineOf(one, waiting)),
  }));
}

function sessionRunIdOf({ run: { session, runId } }: SessionRow): string {
  return session === undefined ? runId : runIdOf(session.engine, session.sessionId);
}

/** A session in a line. Throws for a run that is none: the store answers sessions alone. */
function lineOf({ run, counts, lastCallAtMs }: SessionRow, waiting: readonly Waiting[]): SessionLine {
  const { session, runId, automationId, status, createdAtMs, startedAtMs, finishedAtMs, totalTokens } = run;
  if (session === undefined) throw new Error(`the run ${runId} is not of a session`);
  const sessionRunId = runIdOf(session.engine, session.sessionId);
  const agentId = automationId.slice(0, -SESSIONS_ENDING.length);
  const workerId = runId === sessionRunId ? agentId : `${agentId}${runId.slice(sessionRunId.length)}`;
  // Those that others say are of this session are not.
  const own = waiting.filter(
    (each) => each.sessionRunId === sessionRunId && `${each.askerId}/`.startsWith(`${workerId}/`),
  );
  return {
    ...session,
    ...{ runId, agentId, workerId, status, totalTokens, counts },
    startedAtMs: startedAtMs ?? createdAtMs,
    ...defined({ finishedAtMs, lastCallAtMs }),
    costNanos: reportedCost(run),
    waitingCount: own.reduce((sum, { count }) => sum + count, 0),
    ...defined({ waitingId: own[0]?.approvalId }),
  };
}
