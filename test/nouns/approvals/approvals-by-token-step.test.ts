import { expect, test } from 'vitest';
import { migrate } from '../../../electron/kernel/store/migrate';
import { createApprovals } from '../../../electron/nouns/approvals/store';
import { approvalRecord } from '../../support/approvals';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

test('the step to tokens keeps what was asked before it, also twice by an engine, and counts it against no token', () => {
  const database = databaseBefore('approvals by token');
  const insert = database.prepare(
    `INSERT INTO approvals (approval_id, request_type, requested_by_kind, requested_by_source, target_type, target_id,
       rationale, context, status, revision, expires_at_ms, ancestor_ids, duplicate_key, created_at_ms, updated_at_ms)
     VALUES (?, 'tool_call', 'system', 'tandem', 'tool', 'Bash', 'why', '{}', 'pending', 1, ?, '[]', 'key', ?, ?)`,
  );
  for (const id of ['one', 'two']) insert.run(id, START + 9_999, START, START);
  migrate(database, START);
  const approvals = createApprovals(database);
  expect(approvals.waiting(9).map(({ approvalId }) => approvalId)).toEqual(['one', 'two']);
  const tandem = { kind: 'system', source: 'tandem' } as const;
  expect(approvals.findPendingDuplicate(tandem, 'key')?.approvalId).toBe('one');
  expect(approvals.findPendingDuplicate({ kind: 'system', source: 'other' }, 'key')).toBeUndefined();
  expect(approvals.findPendingDuplicate({ kind: 'human', actorId: 'olga' }, 'key')).toBeUndefined();
  expect(approvals.pendingCountOfToken('t1')).toBe(0);
  approvals.insert(approvalRecord({ approvalId: 'three' }), 'other key', 't1');
  expect([approvals.pendingCountOfToken('t1'), approvals.pendingCountOfToken('t2')]).toEqual([1, 0]);
  approvals.update({ ...approvalRecord({ approvalId: 'three' }), status: 'cancelled' });
  expect(approvals.pendingCountOfToken('t1')).toBe(0);
  database.close();
});
