import { expect, test } from 'vitest';
import { migrate } from '../../../electron/kernel/store/migrate';
import { newAgent } from '../../../electron/nouns/agents/known-agent';
import { createAgents } from '../../../electron/nouns/agents/store';
import { createRecords } from '../../../electron/nouns/automations/store-records';
import { createLineage } from '../../../electron/nouns/lineage/store';
import { automationOf, recordOf } from '../../support/governed';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

test('the step to several lineages finds parents, and the order of charging, in what was there before', () => {
  const database = databaseBefore('lineages');
  const insertAgent = database.prepare('INSERT INTO agents (agent_id, doc) VALUES (?, ?)');
  for (const agent of [
    newAgent('scout', START),
    { ...newAgent('child', START), ancestorIds: ['root', 'scout'] },
    { ...newAgent('odd', START), ancestorIds: ['odd'] },
  ]) {
    insertAgent.run(agent.agentId, JSON.stringify(agent));
  }
  const record = recordOf({}, ['zoe', 'adam', 'scout']);
  database
    .prepare('INSERT INTO governance_records (automation_id, doc) VALUES (?, ?)')
    .run(record.automationId, JSON.stringify(record));
  database
    .prepare('INSERT INTO automations (automation_id, doc) VALUES (?, ?)')
    .run(record.automationId, JSON.stringify(automationOf({ automationId: record.automationId })));
  const insertPart = database.prepare("INSERT INTO automation_agents VALUES (?, 'lineage', ?)");
  for (const agentId of ['adam', 'scout', 'zoe']) insertPart.run(agentId, record.automationId);

  migrate(database, START);
  const agents = createAgents(database);
  expect(agents.childrenOf('scout', 9)).toEqual(['child']);
  expect(agents.childrenOf('odd', 9)).toEqual([]);
  expect(createRecords(database).lineageAgents(record.automationId)).toEqual(['scout', 'zoe', 'adam']);
  expect(createLineage(database).agents(9)).toMatchObject([
    { agentId: 'scout', ancestorIds: [], otherChains: [] },
    { agentId: 'odd', ancestorIds: ['odd'], otherChains: [] },
    { agentId: 'child', ancestorIds: ['root', 'scout'], otherChains: [] },
  ]);

  const child = { ...newAgent('child', START), ancestorIds: ['root', 'scout'] };
  agents.save({ ...child, chains: [{ ancestorIds: ['root', 'scout'] }, { ancestorIds: ['zoe'] }] });
  expect([agents.childrenOf('scout', 9), agents.childrenOf('zoe', 9)]).toEqual([['child'], ['child']]);
  agents.save({ ...child, ancestorIds: [], chains: [] });
  expect([agents.childrenOf('scout', 9), agents.childrenOf('zoe', 9)]).toEqual([[], []]);
  database.close();
});
