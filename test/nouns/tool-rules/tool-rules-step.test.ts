import { expect, test } from 'vitest';
import { migrate } from '../../../electron/kernel/store/migrate';
import { createApprovals } from '../../../electron/nouns/approvals/store';
import { createToolCalls } from '../../../electron/nouns/runs/store-tool-calls';
import { createToolRules } from '../../../electron/nouns/tool-rules/store';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

test('the step to standing rules keeps what was asked, and finds the tool calls among it', () => {
  const database = databaseBefore('tool rules');
  const insert = database.prepare(
    `INSERT INTO approvals (approval_id, request_type, requested_by_kind, requested_by_id, target_type, target_id, rationale,
       context, action, status, revision, expires_at_ms, ancestor_ids, duplicate_key, created_at_ms, updated_at_ms)
     VALUES (?, ?, 'agent', ?, ?, ?, 'why', '{}', '{"command":"ls"}', 'pending', 1, ?, '[]', ?, ?, ?)`,
  );
  const rows = [
    ['one', 'tool_call', 'scout', 'tool', 'Bash'],
    ['sub', 'tool_call', 'scout/reviewer-1', 'tool', 'Bash'],
    ['neighbour', 'tool_call', 'scout-2', 'tool', 'Bash'],
    ['other tool', 'tool_call', 'scout', 'tool', 'Read'],
    ['no call', 'external_post', 'scout', 'tool', 'Bash'],
  ] as const;
  for (const [index, [id, type, agentId, targetType, target]] of rows.entries()) {
    insert.run(id, type, agentId, targetType, target, START + 9_999, id, START + index, START + index);
  }
  migrate(database, START);
  const approvals = createApprovals(database);
  expect(approvals.waiting(9).map(({ approvalId }) => approvalId)).toEqual(rows.map(([id]) => id));
  expect(approvals.find('one')).not.toHaveProperty('toolRuleId');
  const found = createToolCalls(database).since('scout', 'Bash', START);
  expect(found.calls.map(({ approvalId }) => approvalId)).toEqual(['sub', 'one']);
  expect(createToolCalls(database).since('scout', 'Bash', START + 1).calls).toHaveLength(1);
  expect(createToolRules(database).list({ state: 'all', now: START, limit: 9 })).toEqual([]);
  database.close();
});
