import { expect, test } from 'vitest';
import { migrate } from '../../../electron/kernel/store/migrate';
import { createSessionCalls } from '../../../electron/nouns/sessions/store';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

test('the step to smaller calls leaves each call with its run, in its order, and counts on', () => {
  const database = databaseBefore('smaller calls');
  const tell = database.prepare(
    `INSERT INTO session_calls (run_id, agent_id, at_ms, tool_name, title, call_key, answer, tool_use_id, ended_at_ms, is_error)
     VALUES (?, 'scout', ?, 'Bash', ?, ?, ?, ?, ?, ?)`,
  );
  tell.run('claude-s1', START, 'Run ls', 'k1', 'nothing', 'toolu_1', START + 5, 1);
  tell.run('claude-s2', START + 1, 'Run pwd', 'k2', 'ask', null, null, null);
  tell.run('claude-s1', START + 2, 'Run make', 'k3', 'deny', 'toolu_3', null, null);
  const count = database.prepare('INSERT INTO session_counts VALUES (?, ?, ?, ?, ?)');
  count.run('claude-s1', 7, 2, 3, 1);
  // A run whose counts alone are left, and one (claude-s2) that lacks them.
  count.run('claude-s0', 4, 0, 0, 0);
  migrate(database, START);

  const calls = createSessionCalls(database);
  expect(calls.of('claude-s1', 9).calls).toEqual([
    {
      callId: 3,
      runId: 'claude-s1',
      agentId: 'scout',
      atMs: START + 2,
      toolName: 'Bash',
      title: 'Run make',
      answer: 'deny',
    },
    {
      ...{ callId: 1, runId: 'claude-s1', agentId: 'scout', atMs: START, toolName: 'Bash', title: 'Run ls' },
      ...{ answer: 'nothing', endedAtMs: START + 5, isError: true },
    },
  ]);
  expect(calls.of('claude-s2', 9).calls.map(({ title }) => title)).toEqual(['Run pwd']);
  expect(calls.counts('claude-s0')).toEqual({ calls: 4, asked: 0, denied: 0, failed: 0 });

  calls.tell({
    ...{ runId: 'claude-s1', agentId: 'scout', atMs: START + 9, toolName: 'Bash', title: 'Run cat', key: 'k4' },
    answer: 'ask',
  });
  expect(calls.counts('claude-s1')).toEqual({ calls: 8, asked: 3, denied: 3, failed: 1 });
  expect(calls.findById('claude-s1', 'toolu_3')?.rowId).toBe(3);
  expect(calls.of('claude-s1', 1).calls.map(({ title }) => title)).toEqual(['Run cat']);
  database.close();
});
