import { type Run, runSchema } from '../../../shared/contract/run';
import { pageOf } from '../../kernel/cursor';
import { listOf, preparedOn, type Rows, rowsOf, textsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow, SqlValue } from '../../kernel/store/sqlite';
import { createUnreadableRows, type UnreadableRows } from '../../kernel/store/unreadable';
import { matchOf } from '../../kernel/store/words';
import { runKind } from '../runs/store';
import type { SessionCounts } from './store';

/** The run of a session or a sub-agent, without what it put out and its history, and how much it did. */
export type SessionRow = {
  readonly rowId: number;
  readonly run: Omit<Run, 'checkpoint' | 'lifecycleHistory'>;
  readonly counts: SessionCounts;
  readonly lastCallAtMs?: number;
};

/** Which sessions are wanted; the most telling of these chooses the index. */
export type DeskSessionFilter = {
  readonly state?: 'under_way' | 'over';
  readonly engine?: string;
  readonly workspace?: string;
  /** Words, or their beginnings, that all have to be in what a session is called, where it works or whose it is. */
  readonly text?: string;
  /** The automation that all sessions of an agent are runs of. */
  readonly automationId?: string;
  /** Of that agent, those of this sub-agent alone. */
  readonly subAgentId?: string;
  readonly limit: number;
  readonly beforeRow?: number;
};

/** A page, and where the next one begins. */
export type SessionRowPage = { readonly rows: readonly SessionRow[]; readonly nextRow?: number };

/** Requests that wait of one who works in a session. */
export type Waiting = {
  readonly sessionRunId: string;
  readonly askerId: string;
  readonly count: number;
  /** The one with the next deadline. */
  readonly approvalId: string;
};

/** What the desk asks of sessions: a page by one statement each, whatever is on it. */
export interface SessionDeskReader {
  page(filter: DeskSessionFilter): SessionRowPage;
  find(runId: string): SessionRow | undefined;
  /** The newest sub-agents of these sessions that are under way, at most `limit` of each, the oldest of them first. */
  subAgentsUnderWay(runIds: readonly string[], limit: number): readonly SessionRow[];
  /** How many sub-agents each of these sessions has had. */
  subAgentCounts(runIds: readonly string[]): ReadonlyMap<string, number>;
  /** The sub-agents of a session, the newest first. */
  subAgents(runId: string, limit: number, beforeRow?: number): SessionRowPage;
  /** What waits of these sessions, by who asks; that it is theirs is what the asker says. */
  waiting(runIds: readonly string[]): readonly Waiting[];
  /** The folders of this many of the newest sessions, in the order in which they were last begun in. */
  workspaces(sessions: number): readonly string[];
}

/** Folders that can be chosen from. */
const MOST_WORKSPACES = 200;

// A document that is damaged is selected as no text, which is not readable and so left out.
const SELECTED = `runs.row_id, runs.run_id,
  iif(json_valid(doc), json_remove(doc, '$.checkpoint', '$.lifecycleHistory'), '') AS doc, calls, asked, denied, failed,
  (SELECT at_ms FROM session_calls WHERE session_calls.run_no = session_counts.run_no ORDER BY session_calls.row_id DESC LIMIT 1)
    AS last_call_at_ms`;
const COUNTED = 'LEFT JOIN session_counts ON session_counts.run_id = runs.run_id';
const isTop = 'runs.run_id = session_run_id';

const partialRunSchema = runSchema.omit({ checkpoint: true, lifecycleHistory: true });

/** What the desk asks of sessions, in this database. */
export function createSessionDesk(database: DatabaseSync, unreadable = createUnreadableRows()): SessionDeskReader {
  const rows = sessionRows(database, unreadable);
  const toPage = (found: readonly SqlRow[], limit: number): SessionRowPage => {
    const { page, last } = pageOf(found, limit);
    const read = page.flatMap((row) => rows.readOrLeaveOut(row) ?? []);
    return last === undefined ? { rows: read } : { rows: read, nextRow: Number(last['row_id']) };
  };
  const prepared = preparedOn(database);
  const underWay = rows.many(
    `SELECT ${SELECTED} FROM json_each(?) AS given CROSS JOIN runs ON runs.row_id IN
       (SELECT below.row_id FROM runs AS below INDEXED BY sub_agents_under_way
        WHERE below.session_run_id = given.value AND below.run_id <> below.session_run_id AND below.is_over = 0
        ORDER BY below.row_id DESC LIMIT ?)
     ${COUNTED}`,
  );
  const counted = listOf<{ readonly runId: string; readonly count: number }>(
    database,
    `SELECT session_run_id AS runId, count(*) - 1 AS count FROM json_each(?) AS given
     CROSS JOIN runs INDEXED BY runs_by_session ON session_run_id = given.value GROUP BY session_run_id`,
  );
  const below = listOf<SqlRow>(
    database,
    `SELECT ${SELECTED} FROM runs INDEXED BY runs_by_session ${COUNTED}
     WHERE session_run_id = ? AND runs.run_id <> session_run_id AND runs.row_id < ? ORDER BY runs.row_id DESC LIMIT ?`,
  );
  return {
    page({ limit, beforeRow = Number.MAX_SAFE_INTEGER, text = '', ...filter }) {
      const words = matchOf(text);
      if (words === undefined && text.trim() !== '') return { rows: [] };
      const { sql, values } = statementOf(filter, words);
      return toPage(prepared(sql).all(...values, beforeRow, limit + 1) as SqlRow[], limit);
    },
    find: rows.one(`SELECT ${SELECTED} FROM runs ${COUNTED} WHERE runs.run_id = ? AND session_run_id IS NOT NULL`),
    subAgentsUnderWay: (runIds, limit) =>
      underWay(JSON.stringify(runIds), limit).toSorted((one, other) => one.rowId - other.rowId),
    subAgentCounts: (runIds) => new Map(counted(JSON.stringify(runIds)).map(({ runId, count }) => [runId, count])),
    subAgents: (runId, limit, beforeRow = Number.MAX_SAFE_INTEGER) => toPage(below(runId, beforeRow, limit + 1), limit),
    ...waitingIn(database),
  };
}

function sessionRows(database: DatabaseSync, unreadable: UnreadableRows): Rows<SessionRow> {
  return rowsOf(database, unreadable, {
    ...runKind,
    isPartial: true,
    parse: (row) => {
      const { last_call_at_ms: lastCallAtMs } = row;
      return {
        rowId: Number(row['row_id']),
        run: partialRunSchema.parse(JSON.parse(String(row['doc']))),
        counts: {
          calls: Number(row['calls'] ?? 0),
          asked: Number(row['asked'] ?? 0),
          denied: Number(row['denied'] ?? 0),
          failed: Number(row['failed'] ?? 0),
        },
        ...(typeof lastCallAtMs === 'number' && { lastCallAtMs }),
      };
    },
  });
}

type Narrowed = Omit<DeskSessionFilter, 'limit' | 'text'>;

/** The statement for a filter and for words, by the index that leaves the fewest rows to look at. */
function statementOf(filter: Narrowed, words: string | undefined) {
  const { state, engine, workspace, automationId, subAgentId } = filter;
  const conditions: readonly (readonly [sql: string, ...values: SqlValue[]])[] = [
    ...(words === undefined ? [] : [['sessions_text MATCH ?', words] as const]),
    subAgentId === undefined ? [isTop] : ["runs.run_id = session_run_id || '/' || ?", subAgentId],
    ...(automationId === undefined ? [] : [['automation_id = ?', automationId] as const]),
    ...(workspace === undefined ? [] : [['session_workspace = ?', workspace] as const]),
    ...(engine === undefined ? [] : [['session_engine = ?', engine] as const]),
    ...(state === undefined ? [] : [[`is_over = ${state === 'over' ? 1 : 0}`] as const]),
  ];
  // The index of the words answers in the order of its rows, so that a word of every session is no slower than a rare one.
  const [from, place] =
    words === undefined
      ? [`runs INDEXED BY ${indexOf(filter)}`, 'runs.row_id']
      : ['sessions_text CROSS JOIN runs ON runs.row_id = sessions_text.rowid', 'sessions_text.rowid'];
  return {
    sql: `SELECT ${SELECTED} FROM ${from} ${COUNTED}
      WHERE ${conditions.map(([sql]) => sql).join(' AND ')} AND ${place} < ? ORDER BY ${place} DESC LIMIT ?`,
    values: conditions.flatMap(([, ...values]) => values),
  };
}

function indexOf({ state, engine, workspace, automationId }: Narrowed): string {
  if (automationId !== undefined) return 'runs_of_automation';
  if (state === 'under_way') return 'sessions_under_way';
  if (workspace !== undefined) return 'sessions_by_workspace';
  return engine === undefined ? 'sessions_all' : 'sessions_by_engine';
}

function waitingIn(database: DatabaseSync): Pick<SessionDeskReader, 'waiting' | 'workspaces'> {
  // With min(), the other columns are those of the row that has it.
  const everyWaiting = listOf<Waiting & { readonly dueAtMs: number }>(
    database,
    `SELECT session_run_id AS sessionRunId, coalesce(requested_by_id, '') AS askerId, count(*) AS count, approval_id AS approvalId,
       min(expires_at_ms) AS dueAtMs
     FROM approvals INDEXED BY approvals_by_deadline
     WHERE status = 'pending' AND session_mark IN (SELECT substr(value, -8) FROM json_each(?1) AS given)
       AND session_run_id IN (SELECT value FROM json_each(?1) AS given)
     GROUP BY session_run_id, requested_by_id`,
  );
  const workspaces = textsOf(
    database,
    `SELECT session_workspace AS value FROM runs INDEXED BY sessions_all
     WHERE ${isTop} AND session_workspace IS NOT NULL ORDER BY row_id DESC LIMIT ?`,
  );
  return {
    waiting: (runIds) => everyWaiting(JSON.stringify(runIds)).toSorted((one, other) => one.dueAtMs - other.dueAtMs),
    workspaces: (sessions) => [...new Set(workspaces(sessions))].slice(0, MOST_WORKSPACES),
  };
}
