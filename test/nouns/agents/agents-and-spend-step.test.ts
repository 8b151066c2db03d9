import { expect, test } from 'vitest';
import { migrate } from '../../../electron/kernel/store/migrate';
import { newAgent } from '../../../electron/nouns/agents/known-agent';
import { createAgents } from '../../../electron/nouns/agents/store';
import { createRunLists } from '../../../electron/nouns/runs/store-lists';
import { createSpend } from '../../../electron/nouns/spend/store';
import { createSpendDays } from '../../../electron/nouns/spend/store-days';
import { MAX_NANOS } from '../../../shared/kernel/money';
import { runOf } from '../../support/governed';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

const DAY_MS = 86_400_000;
const TODAY_MS = START - (START % DAY_MS);

test('the step to agents and spend finds parents, days of automations and costs of runs in what was there before', () => {
  const database = databaseBefore('agents and spend');
  const insertRun = database.prepare('INSERT INTO runs (run_id, doc) VALUES (?, ?)');
  const runs = [
    runOf({ runId: 'one', costNanos: 5, totalTokens: 7 }),
    runOf({ runId: 'two', costNanos: 8 }),
    runOf({ runId: 'yesterday', costNanos: 3, createdAtMs: START - DAY_MS }),
    runOf({ runId: 'silent' }),
    runOf({ runId: 'huge', automationId: 'huge', costNanos: MAX_NANOS }),
    runOf({ runId: 'huger', automationId: 'huge', costNanos: MAX_NANOS }),
  ];
  for (const run of runs) insertRun.run(run.runId, JSON.stringify(run));
  database.prepare('INSERT INTO spend_days VALUES (?, ?, ?, ?)').run('scout', TODAY_MS, 9, 16);
  const child = { ...newAgent('child', START), ancestorIds: ['root', 'scout'] };
  for (const agent of [child, newAgent('scout', START)]) {
    database.prepare('INSERT INTO agents (agent_id, doc) VALUES (?, ?)').run(agent.agentId, JSON.stringify(agent));
  }
  migrate(database, START);
  expect(createAgents(database).childrenOf('scout', 9)).toEqual(['child']);
  expect(createAgents(database).childrenOf('root', 9)).toEqual([]);
  expect(createSpend(database).days('scout', 0)).toEqual([
    { dayStartMs: TODAY_MS, totalTokens: 9, costNanos: 16, ownCostNanos: 16, estimatedNanos: 0 },
  ]);
  const sums = createSpendDays(database).ofAutomations(0);
  expect(sums).toEqual([
    { automationId: 'huge', totalTokens: 0, costNanos: MAX_NANOS, estimatedNanos: 0 },
    { automationId: 'nightly', totalTokens: 7, costNanos: 16, estimatedNanos: 0 },
  ]);
  const today = TODAY_MS / DAY_MS;
  const dearest = createRunLists(database).dearest(today - 1, today, 9);
  expect(dearest.map(({ run }) => run.runId)).toEqual(['huger', 'huge', 'two', 'one', 'yesterday', 'silent']);
  database.close();
});
