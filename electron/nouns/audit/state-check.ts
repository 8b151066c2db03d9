import type { Automation } from '../../../shared/contract/automation';
import { MOST_DIFFERENCES, type StateDifference, type StateVerdict } from '../../../shared/contract/checkpoint';
import type { GovernanceRecord, Grant } from '../../../shared/contract/governance';
import { defaultLimits, type Limits } from '../../../shared/contract/limits';
import type { Run } from '../../../shared/contract/run';
import type { SpendWindow } from '../../../shared/contract/spend';
import type { ToolRule } from '../../../shared/contract/tool-rule';
import type { ToolClass } from '../../../shared/contract/trust';
import type { Payload } from '../../../shared/events';
import { actorSchema } from '../../../shared/kernel/actor';
import { defined } from '../../../shared/kernel/fields';
import { messageOf } from '../../../shared/kernel/message-of';
import { type DatabaseReading, integrityOf } from '../../kernel/store/integrity';
import { rowDifferences } from '../../kernel/store/row-sums';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import type { KnownAgent } from '../agents/known-agent';
import { approvalKind } from '../approvals/store-rows';
import { parseRow as parseToken } from '../tokens/store';
import {
  agentFacts,
  approvalFacts,
  automationFacts,
  differingFacts,
  type Facts,
  grantFacts,
  idOf,
  LIMITS_ID,
  limitsFacts,
  type Noun,
  nouns,
  reservationFacts,
  runFacts,
  tokenFacts,
  toolClassFacts,
  toolRuleFacts,
  unknownAgentFacts,
  windowFacts,
} from './facts';
import { type LogFacts, startLogFacts } from './log-facts';
import { createAuditLog } from './store';

const PAGE_SIZE = 500;

/** A value is shown up to this many characters. */
const LONGEST_VALUE = 200;

/** Lines of the database's own check that are told, at most. */
const MOST_INTEGRITY_LINES = 20;

/** How the rows of one noun are read, and which tables have them. */
type Source = {
  readonly tables: readonly string[];
  readonly sql: string;
  /** The columns that name a row; none where there is one alone. */
  readonly key: readonly string[];
  readonly factsOf: (row: SqlRow) => Facts;
};

const textOf = (row: SqlRow, column: string) => String(row[column]);
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what a document should be; whether it is shows in its facts
const documentOf = <T>(row: SqlRow, column = 'doc') => JSON.parse(textOf(row, column)) as T;

// Documents are taken as they are: one that no longer fits its schema either has the facts that the log tells, or differs.
const sources: Readonly<Record<Noun, Source>> = {
  approval: {
    tables: ['approvals'],
    sql: 'SELECT * FROM approvals',
    key: ['approval_id'],
    factsOf: (row) => approvalFacts(approvalKind.parse(row)),
  },
  automation: {
    tables: ['governance_records', 'automations'],
    sql: `SELECT r.automation_id, r.doc, a.doc AS automation FROM governance_records r
          LEFT JOIN automations a ON a.automation_id = r.automation_id`,
    key: ['automation_id'],
    factsOf: (row) =>
      automationFacts(
        documentOf<GovernanceRecord>(row),
        row['automation'] === null ? undefined : documentOf<Automation>(row, 'automation'),
      ),
  },
  grant: {
    tables: ['grants'],
    sql: 'SELECT grant_id, doc FROM grants',
    key: ['grant_id'],
    factsOf: (row) => grantFacts(documentOf<Grant>(row)),
  },
  agent: {
    tables: ['agents'],
    sql: 'SELECT agent_id, doc FROM agents',
    key: ['agent_id'],
    factsOf: (row) => agentFacts(documentOf<KnownAgent>(row)),
  },
  limits: {
    tables: ['limits'],
    sql: "SELECT coalesce((SELECT limits FROM limits), '{}') AS doc",
    key: [],
    factsOf: (row) => limitsFacts({ ...defaultLimits, ...documentOf<Limits>(row) }),
  },
  token: {
    tables: ['tokens'],
    sql: 'SELECT * FROM tokens',
    key: ['token_id'],
    factsOf: (row) => tokenFacts(parseToken(row), row['secret_hash'] as Uint8Array),
  },
  tool_rule: {
    tables: ['tool_rules'],
    sql: 'SELECT rule_id, doc FROM tool_rules',
    key: ['rule_id'],
    factsOf: (row) => toolRuleFacts(documentOf<ToolRule>(row)),
  },
  tool_class: {
    tables: ['tool_classes'],
    sql: 'SELECT agent_id, tool_name, doc FROM tool_classes',
    key: ['agent_id', 'tool_name'],
    factsOf: (row) => toolClassFacts(documentOf<ToolClass>(row)),
  },
  // That there is one is all that it says.
  untrusted_workspace: {
    tables: ['untrusted_workspaces'],
    sql: 'SELECT root FROM untrusted_workspaces',
    key: ['root'],
    factsOf: () => ({}),
  },
  run: {
    tables: ['runs'],
    sql: 'SELECT run_id, doc FROM runs',
    key: ['run_id'],
    factsOf: (row) => runFacts(documentOf<Run>(row)),
  },
  reservation: {
    tables: ['reservations', 'reservation_agents'],
    sql: `SELECT r.*, (SELECT json_group_array(a.agent_id) FROM reservation_agents a
            WHERE a.run_id = r.run_id AND a.usage_id = r.usage_id) AS agent_ids FROM reservations r`,
    key: ['run_id', 'usage_id'],
    factsOf: (row) =>
      reservationFacts(
        {
          runId: textOf(row, 'run_id'),
          usageId: textOf(row, 'usage_id'),
          costNanos: Number(row['cost_nanos']),
          dueAtMs: Number(row['due_at_ms']),
        },
        documentOf<string[]>(row, 'agent_ids'),
      ),
  },
  spend_window: {
    tables: ['spend_windows'],
    sql: 'SELECT agent_id, kind, doc FROM spend_windows',
    key: ['agent_id', 'kind'],
    factsOf: (row) => windowFacts(documentOf<SpendWindow>(row)),
  },
};

/**
 * Holds everything that is stored against the audit log and against the sums that the app keeps of its rows, and lets the database
 * check itself (spec/governance.md section 13). Reads the whole database through a connection of its own, and takes seconds for a
 * large one: it belongs in a thread.
 */
export function checkState(reading: DatabaseReading): StateVerdict {
  const { database } = reading;
  const differences: StateDifference[] = [];
  const named = new Set<string>();
  let differenceCount = 0;
  const integrity: string[] = [];
  const tell = (difference: StateDifference) => {
    differenceCount += 1;
    named.add(keyOf(difference.noun, difference.id));
    if (differences.length < MOST_DIFFERENCES) differences.push(difference);
  };
  // What cannot be read (a page, a number larger than there are) ends one part of the check; the others still say what they can.
  const attempt = (part: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      integrity.push(`${part}: ${messageOf(error)}`);
    }
  };

  attempt('integrity check', () => integrity.push(...integrityOf(reading, MOST_INTEGRITY_LINES)));
  const log = startLogFacts();
  const times = new Map<number, number>();
  let rows = 0;
  attempt('audit log', () => {
    rows = readLog(database, log, (seq) => integrity.push(`audit log: row ${seq} cannot be read`));
  });
  let compared = 0;
  let unvouched = 0;
  for (const noun of nouns) {
    attempt(noun, () => {
      const counts = compareNoun(database, noun, log, tell);
      compared += counts.compared;
      unvouched += counts.unvouched;
    });
  }
  attempt('sums of rows', () => {
    for (const { table, id, kind } of rowDifferences(database)) {
      const noun = nouns.find((one) => sources[one].tables.includes(table));
      // What the log has told of already is not told twice.
      if (noun !== undefined && named.has(keyOf(noun, noun === 'limits' ? LIMITS_ID : id))) continue;
      tell({ kind: `row_${kind}`, noun: noun ?? table, ...defined({ id }) });
    }
  });
  attempt('times of rows', () => noteTimes(database, differences, times));
  const blindUntilSeq = log.blindUntilSeq();
  return {
    isOk: differenceCount === 0 && integrity.length === 0,
    rows,
    compared,
    unvouched,
    ...defined({ unvouchedUntilSeq: blindUntilSeq }),
    differenceCount,
    differences: differences.map((one) => {
      const atMs = one.seq === undefined ? undefined : times.get(one.seq);
      return atMs === undefined ? one : { ...one, atMs };
    }),
    integrity: integrity.slice(0, MOST_INTEGRITY_LINES),
  };
}

const keyOf = (noun: string, id = '') => `${noun} ${id}`;

function readLog(database: DatabaseSync, log: LogFacts, onUnreadable: (seq: number) => void): number {
  const { storedAfter } = createAuditLog(database);
  let last = 0;
  for (let page = storedAfter(0, PAGE_SIZE); page.length > 0; page = storedAfter(last, PAGE_SIZE)) {
    for (const [seq, atMs, eventType, actor, payload] of page) {
      last = seq;
      try {
        const given = JSON.parse(payload) as Payload;
        log.take({ seq, atMs, eventType, actor: actorSchema.parse(JSON.parse(actor)), payload: given });
      } catch {
        onUnreadable(seq);
      }
    }
  }
  return last;
}

function compareNoun(
  database: DatabaseSync,
  noun: Noun,
  log: LogFacts,
  tell: (difference: StateDifference) => void,
): { readonly compared: number; readonly unvouched: number } {
  const { sql, key, factsOf } = sources[noun];
  const isBlind = log.blindUntilSeq() !== undefined;
  const seen = new Set<string>();
  let compared = 0;
  let unvouched = 0;
  for (const row of database.prepare(sql).iterate() as Iterable<SqlRow>) {
    const ids = key.map((column) => textOf(row, column));
    const id = ids.length === 0 ? LIMITS_ID : ids.length === 1 ? String(ids[0]) : idOf(...ids);
    seen.add(id);
    const entry = log.find(noun, id) ?? (noun === 'agent' && !isBlind ? { facts: unknownAgentFacts } : undefined);
    if (entry === undefined) {
      if (isBlind) unvouched += 1;
      else tell({ kind: 'not_in_log', noun, id });
      continue;
    }
    compared += 1;
    const seq = 'seq' in entry ? { seq: entry.seq } : {};
    const stored = factsIn(row, factsOf);
    if (stored === undefined) {
      tell({ kind: 'unreadable', noun, id, ...seq });
      continue;
    }
    for (const { field, logged, stored: value } of differingFacts(entry.facts, stored)) {
      tell({ kind: 'field_differs', noun, id, field, logged: shown(logged), stored: shown(value), ...seq });
    }
  }
  for (const [id, { seq, facts }] of log.entries(noun)) {
    // An agent that the log only counted with nothing needs no row, and limits have one once they are changed.
    if (seen.has(id) || (noun === 'agent' && differingFacts(facts, unknownAgentFacts).length === 0)) continue;
    tell({ kind: 'not_stored', noun, id, seq });
  }
  return { compared, unvouched };
}

function factsIn(row: SqlRow, factsOf: (row: SqlRow) => Facts): Facts | undefined {
  try {
    return factsOf(row);
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function noteTimes(database: DatabaseSync, differences: readonly StateDifference[], times: Map<number, number>): void {
  const { mark } = createAuditLog(database);
  for (const { seq } of differences) {
    const atMs = seq === undefined ? undefined : mark(seq)?.atMs;
    if (seq !== undefined && atMs !== undefined) times.set(seq, atMs);
  }
}
