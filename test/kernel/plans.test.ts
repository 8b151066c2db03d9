import { expect, test } from 'vitest';
import { openStore } from '../../electron/kernel/store/database';
import { databasePath } from '../../electron/kernel/store/home-files';
import { createKept } from '../../electron/kernel/store/kept';
import { createRowSums } from '../../electron/kernel/store/row-sums';
import { type DatabaseSync, openDatabase } from '../../electron/kernel/store/sqlite';
import { createTimers } from '../../electron/kernel/store/timers';
import { createAgents } from '../../electron/nouns/agents/store';
import { createApprovals } from '../../electron/nouns/approvals/store';
import { createApprovalWords } from '../../electron/nouns/approvals/store-words';
import { createAuditLog } from '../../electron/nouns/audit/store';
import { createAuditSearch } from '../../electron/nouns/audit/store-search';
import { createSubjectIndex } from '../../electron/nouns/audit/store-subjects';
import { createAutomations } from '../../electron/nouns/automations/store';
import { createGrants } from '../../electron/nouns/automations/store-grants';
import { createRecords } from '../../electron/nouns/automations/store-records';
import { createLifecycle } from '../../electron/nouns/lifecycle/store';
import { createLimitHistory } from '../../electron/nouns/limits/store-history';
import { createRuns } from '../../electron/nouns/runs/store';
import { createRunLists } from '../../electron/nouns/runs/store-lists';
import { createToolCalls } from '../../electron/nouns/runs/store-tool-calls';
import { createSessionChanges } from '../../electron/nouns/sessions/store-changes';
import { createSessionDesk } from '../../electron/nouns/sessions/store-desk';
import { createSpend } from '../../electron/nouns/spend/store';
import { createSpendDays } from '../../electron/nouns/spend/store-days';
import { createToolRules } from '../../electron/nouns/tool-rules/store';
import { createTrust } from '../../electron/nouns/trust/store';
import { START, temporaryHome } from '../support/world';

// A walk along a whole index is fine where it has only what is wanted, or where the walk ends after a page.
const wholeIndexes = [
  'agents_paused',
  'agents_spend_paused',
  'approvals_by_deadline',
  'approvals_by_type',
  'approvals_settled',
  'automations_by_update',
  'automations_to_purge',
  'failing_by_time',
  'records_by_expiry',
  'records_expired',
  'records_in_review',
  'records_retired',
  'reservations_by_due',
  'runs_under_way',
  'sessions_all',
  'sessions_under_way',
  'tool_rules_by_creation',
  // How many agents there are, asked only while all are paused.
  'sqlite_autoindex_agents_1',
];

// Over what was given or a subquery answered, or one short row for each agent, at most a few pages; how it came to that is a line of its own.
const overAPage =
  /^SCAN (\(subquery-\d+\)|CONSTANT ROW|active_automations$|ids$|given (EXISTS )?VIRTUAL|json_tree VIRTUAL|(t|sessions_text) VIRTUAL TABLE INDEX \d+:M)/;

/** Every list of approvals that can be asked for, beside what is prepared once. */
function everyList(database: DatabaseSync): void {
  const approvals = createApprovals(database);
  const page = { limit: 5 };
  for (const after of [undefined, { key: 5, rowId: 5 }]) {
    for (const visibleTo of [undefined, 'scout']) {
      for (const status of [undefined, 'pending', 'denied'] as const) {
        for (const requestTypes of [undefined, ['tool_call'], ['lifecycle_review', 'retirement_action']] as const) {
          approvals.list({
            ...page,
            ...(after !== undefined && { after }),
            ...(visibleTo !== undefined && { visibleTo }),
            ...(status !== undefined && { status }),
            ...(requestTypes !== undefined && { requestTypes }),
          });
        }
      }
    }
  }
}

/** Every list of sessions that can be asked for, beside what is prepared once. */
function everySessionList(database: DatabaseSync): void {
  const sessions = createSessionDesk(database);
  for (const state of [undefined, 'under_way', 'over'] as const) {
    for (const filter of [
      {},
      { engine: 'claude' },
      { workspace: '/home/me' },
      { automationId: 'a sessions' },
      { text: 'shop' },
    ]) {
      sessions.page({ limit: 5, ...filter, ...(state !== undefined && { state }) });
    }
  }
  sessions.page({ limit: 5, automationId: 'a sessions', subAgentId: 'reviewer-1' });
}

test.each<[string, (database: DatabaseSync) => unknown, number]>([
  ['agents', createAgents, 8],
  ['approvals', everyList, 30],
  ['audit log', createAuditLog, 16],
  ['index of the log', createSubjectIndex, 2],
  ['words of approvals', createApprovalWords, 2],
  ['sums of rows', createRowSums, 1],
  ['audit search', createAuditSearch, 6],
  ['automations', createAutomations, 9],
  ['grants', createGrants, 3],
  ['kept', createKept, 2],
  ['lifecycle', createLifecycle, 12],
  ['limit history', createLimitHistory, 3],
  ['records', createRecords, 11],
  ['runs', createRuns, 6],
  ['run lists', createRunLists, 6],
  ['sessions', everySessionList, 19],
  ['spend', createSpend, 13],
  ['days of spend', createSpendDays, 7],
  ['timers', createTimers, 1],
  ['tool rules', createToolRules, 9],
  ['tool calls', createToolCalls, 1],
  ['trust', createTrust, 6],
  ['changes of sessions', createSessionChanges, 2],
])('no statement of %s scans a table, and no read sorts more than a page', (_name, create, fewest) => {
  const home = temporaryHome();
  openStore(home, START).close();
  const database = openDatabase(databasePath(home), 0);
  const prepared: string[] = [];
  create({
    prepare(sql: string) {
      prepared.push(sql);
      return database.prepare(sql);
    },
  } as DatabaseSync);
  expect(prepared.filter((sql) => /^\s*(SELECT|WITH)/.test(sql)).length).toBeGreaterThanOrEqual(fewest);
  for (const sql of prepared) {
    const details = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row['detail']));
    const bad = details.filter((detail) => {
      if (detail.startsWith('SCAN')) {
        const isOneRow = /ORDER BY (seq|rowid) DESC LIMIT 1$/.test(sql);
        return (
          !isOneRow && !overAPage.test(detail) && !wholeIndexes.some((index) => detail.endsWith(` INDEX ${index}`))
        );
      }
      // A union is sorted once each half has walked its index as far as a page; what waits is little.
      return detail.startsWith('USE TEMP B-TREE FOR ORDER BY') && !/UNION|INDEXED BY approvals_by_deadline/.test(sql);
    });
    expect({ sql, bad }).toEqual({ sql, bad: [] });
  }
  database.close();
});
