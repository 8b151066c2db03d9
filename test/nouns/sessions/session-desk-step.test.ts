import { expect, test } from 'vitest';
import { migrate } from '../../../electron/kernel/store/migrate';
import { queuedRun } from '../../../electron/nouns/runs/rules';
import { createRuns } from '../../../electron/nouns/runs/store';
import { createSessionDesk } from '../../../electron/nouns/sessions/store-desk';
import type { Run } from '../../../shared/contract/run';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

test('the step to sessions on the desk finds those that there were, and takes no other run for one', () => {
  const database = databaseBefore('session desk');
  const insert = database.prepare('INSERT INTO runs (run_id, doc) VALUES (?, ?)');
  const keep = (run: Run) => insert.run(run.runId, JSON.stringify(run));
  const session = { engine: 'claude', sessionId: 's1', workspace: '/home/me/shop' } as const;
  keep({ ...queuedRun('claude-s1', 'claude-code sessions', 'session', START), session });
  keep({ ...queuedRun('claude-s1/reviewer-1', 'claude-code sessions', 'session', START), session });
  keep(queuedRun('nightly-1', 'nightly', 'manual', START));
  migrate(database, START);
  const desk = createSessionDesk(database);
  expect(desk.page({ limit: 9 }).rows.map(({ run }) => run.runId)).toEqual(['claude-s1']);
  expect(desk.subAgents('claude-s1', 9).rows.map(({ run }) => run.runId)).toEqual(['claude-s1/reviewer-1']);
  expect(desk.find('nightly-1')).toBeUndefined();
  expect(createRuns(database).find('nightly-1')).toMatchObject({ status: 'queued' });
  database.close();
});
