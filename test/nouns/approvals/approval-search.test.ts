import { expect, test } from 'vitest';
import { openStore } from '../../../electron/kernel/store/database';
import { databasePath } from '../../../electron/kernel/store/home-files';
import { migrate } from '../../../electron/kernel/store/migrate';
import { type DatabaseSync, openDatabase } from '../../../electron/kernel/store/sqlite';
import { type ApprovalSearchFilter, createApprovalSearch } from '../../../electron/nouns/approvals/store-search';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import { approvalRecord } from '../../support/approvals';
import { databaseBefore } from '../../support/tables';
import { START, temporaryHome } from '../../support/world';

const settled: Partial<ApprovalRecord> = {
  status: 'denied',
  reviewedBy: { kind: 'human', actorId: 'kim' },
  reviewedAtMs: START,
};

function storeOf(approvals: readonly Partial<ApprovalRecord>[]) {
  const store = openStore(temporaryHome(), START);
  store.transaction((write) => {
    for (const [index, different] of approvals.entries()) {
      const approvalId = `apr_${index}`;
      const record = approvalRecord({ approvalId, updatedAtMs: START + index, ...different });
      write.approvals.insert(record, approvalId);
    }
    write.approvalWords.index();
  });
  const ids = (filter: Partial<ApprovalSearchFilter>) =>
    store.read.approvals.search({ scope: 'past', limit: 10, ...filter }).approvals.map(({ approvalId }) => approvalId);
  return { store, ids };
}

test('finds past ones by words and their beginnings, in who, what and why, and only where all of them are', () => {
  const { store, ids } = storeOf([
    { ...settled, rationale: 'The Café release is “final”.' },
    { ...settled, targetResource: { type: 'channel', id: 'release/2.4' } },
    { ...settled, requestedBy: { kind: 'agent', actorId: 'release-bot' }, rationale: 'Ship the fix' },
    { rationale: 'release that still waits' },
  ]);
  expect(ids({ text: 'rele' })).toEqual(['apr_2', 'apr_1', 'apr_0']);
  expect(ids({ text: 'RELEASE cafe' })).toEqual(['apr_0']);
  expect(ids({ text: 'release/2.4' })).toEqual(['apr_1']);
  expect(ids({ text: 'release-bot ship' })).toEqual(['apr_2']);
  expect(ids({ text: 'elease' })).toEqual([]);
  expect(ids({ text: 'release', scope: 'waiting' })).toEqual(['apr_3']);
  store.close();
});

test('finds what was asked by its command, its paths and its folder, also in a large act and one of several lines [sessions-7.search]', () => {
  const tool = (id: string) => ({ targetResource: { type: 'tool', id } });
  const { store, ids } = storeOf([
    {
      ...settled,
      action: { command: 'cd packages\nnpm test', description: 'Tests' },
      context: { cwd: '/home/me/shop' },
    },
    { ...settled, ...tool('Edit'), action: { file_path: '/home/me/shop/src/cart/store.ts', new_string: 'x' } },
    { ...settled, ...tool('Write'), action: { file_path: '/home/me/shop/src/bus.ts', content: 'y '.repeat(100_000) } },
    { ...settled, ...tool('apply_patch'), action: '*** Begin Patch\n*** Add File: docs/plan.md' },
    { context: { cwd: '/home/me/billing-api' }, action: { command: 'psql -c "DROP TABLE invoices_old"' } },
  ]);
  expect(ids({ text: 'run npm test' })).toEqual(['apr_0']);
  expect(ids({ text: 'edit src/cart/store.ts' })).toEqual(['apr_1']);
  expect(ids({ text: 'src/bus' })).toEqual(['apr_2']);
  expect(ids({ text: 'docs/plan.md' })).toEqual(['apr_3']);
  expect(ids({ text: 'shop' })).toEqual(['apr_2', 'apr_1', 'apr_0']);
  expect(ids({ text: 'drop billing-api', scope: 'waiting' })).toEqual(['apr_4']);
  store.close();
});

test('a text is never a command of the index', () => {
  const { store, ids } = storeOf([{ ...settled, rationale: 'say "NOT" why: OR else*' }]);
  for (const text of ['"NOT"', 'why: OR', 'else*', 'NOT why', '^say', '{say', '- say', '(say)']) {
    expect({ text, found: ids({ text }) }).toEqual({ text, found: ['apr_0'] });
  }
  expect(ids({ text: 'NOT absent' })).toEqual([]);
  expect(ids({ text: '" * ( :' })).toEqual([]);
  expect(ids({ text: '  ' })).toEqual(['apr_0']);
  store.close();
});

test('narrows by status, type and agent, and waiting ones come by deadline', () => {
  const other = { kind: 'agent', actorId: 'tidy' } as const;
  const { store, ids } = storeOf([
    { ...settled, requestType: 'external_post' },
    { ...settled, requestedBy: other },
    { status: 'expired', requestedBy: other },
    { expiresAtMs: START + 30 },
    { expiresAtMs: START + 10, requestedBy: other },
    { expiresAtMs: START + 20 },
  ]);
  expect(ids({ requestType: 'external_post' })).toEqual(['apr_0']);
  expect(ids({ status: 'denied' })).toEqual(['apr_1', 'apr_0']);
  expect(ids({ status: 'denied', requestType: 'tool_call' })).toEqual(['apr_1']);
  expect(ids({ agentId: 'tidy' })).toEqual(['apr_2', 'apr_1']);
  expect(ids({ agentId: 'tidy', status: 'denied', text: 'tests' })).toEqual(['apr_1']);
  expect(ids({ scope: 'waiting' })).toEqual(['apr_4', 'apr_5', 'apr_3']);
  expect(ids({ scope: 'waiting', agentId: 'scout' })).toEqual(['apr_5', 'apr_3']);
  store.close();
});

test.each([{}, { text: 'tests' }, { scope: 'waiting' }] as const)('pages of %j miss none and double none', (filter) => {
  const past = 'scope' in filter ? {} : settled;
  const { store } = storeOf(Array.from({ length: 25 }, (_, index) => ({ ...past, updatedAtMs: START + (index % 3) })));
  const seen: string[] = [];
  let after: ApprovalSearchFilter['after'];
  do {
    const page = store.read.approvals.search({
      scope: 'past',
      limit: 4,
      ...filter,
      ...(after !== undefined && { after }),
    });
    seen.push(...page.approvals.map(({ approvalId }) => approvalId));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toHaveLength(25);
  expect(new Set(seen).size).toBe(25);
  store.close();
});

test('what was asked before the step that brought the search is found as well', () => {
  const database = databaseBefore('approval search');
  database.exec(`INSERT INTO approvals (approval_id, request_type, requested_by_kind, requested_by_id, target_type, target_id,
    rationale, context, status, revision, expires_at_ms, ancestor_ids, duplicate_key, created_at_ms, updated_at_ms)
    VALUES ('old', 'tool_call', 'agent', 'scout', 'tool', 'Bash', 'Long ago', '{}', 'expired', 2, 5, '[]', 'k', 1, 5)`);
  migrate(database, START);
  const find = (text: string) => createApprovalSearch(database).search({ scope: 'past', text, limit: 5 }).approvals;
  expect(find('ago scout bash').map(({ approvalId }) => approvalId)).toEqual(['old']);
  database.exec("DELETE FROM approvals WHERE approval_id = 'old'");
  expect(find('ago')).toEqual([]);
  database.close();
});

test('every search walks an index in the order of its list', () => {
  const home = temporaryHome();
  openStore(home, START).close();
  const database = openDatabase(databasePath(home), 0);
  const prepared: string[] = [];
  const recording = {
    prepare(sql: string) {
      prepared.push(sql);
      return database.prepare(sql);
    },
  } as DatabaseSync;
  const { search } = createApprovalSearch(recording);
  const narrowings = [{}, { agentId: 'scout' }, { requestType: 'tool_call' }, { status: 'denied' }] as const;
  for (const scope of ['waiting', 'past'] as const) {
    for (const text of [undefined, 'word']) {
      for (const one of narrowings) {
        for (const other of narrowings) search({ scope, limit: 5, ...(text && { text }), ...one, ...other });
      }
    }
  }
  expect(prepared.length).toBeGreaterThan(20);
  for (const sql of prepared) {
    const details = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row['detail']));
    const bad = details.filter((detail) => /^SCAN (?!t VIRTUAL|approvals_text VIRTUAL)|TEMP B-TREE/.test(detail));
    expect({ sql, bad }).toEqual({ sql, bad: [] });
  }
  database.close();
});
