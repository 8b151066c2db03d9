import { expect, test } from 'vitest';
import { createKept } from '../../../electron/kernel/store/kept';
import { migrate } from '../../../electron/kernel/store/migrate';
import { createAutomations } from '../../../electron/nouns/automations/store';
import { createGrants } from '../../../electron/nouns/automations/store-grants';
import { createRecords } from '../../../electron/nouns/automations/store-records';
import { createUnadoptedRecords } from '../../../electron/nouns/automations/store-unadopted';
import type { Grant } from '../../../shared/contract/governance';
import { automationOf, recordOf } from '../../support/governed';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

const grantOf = (grantId: string, automationId: string, grantKind: Grant['grantKind']): Grant => ({
  grantId,
  automationId,
  grantKind,
  grantedTo: { kind: 'agent', actorId: 'helper' },
  grantedBy: { kind: 'human' },
  createdAtMs: START,
});

test('the step sets records without definitions apart with their grants, and unfolds what imports kept aside', () => {
  const database = databaseBefore('unadopted records');
  const [grants, kept] = [createGrants(database), createKept(database)];
  const insertRecord = database.prepare('INSERT INTO governance_records (automation_id, doc) VALUES (?, ?)');
  for (const different of [
    { automationId: 'defined' },
    { automationId: 'alone' },
    { automationId: 'purged', deletedAtMs: START },
  ]) {
    insertRecord.run(different.automationId, JSON.stringify(recordOf({ ...different, expiresAtMs: START + 1 })));
  }
  grants.save(grantOf('g1', 'alone', 'modify'));
  grants.save(grantOf('g2', 'alone', 'capability'));
  grants.save(grantOf('g3', 'defined', 'modify'));
  database.exec("INSERT INTO automation_agents (agent_id, part, automation_id) VALUES ('scout', 'lineage', 'alone')");
  database
    .prepare('INSERT INTO automations (automation_id, doc) VALUES (?, ?)')
    .run('defined', JSON.stringify(automationOf({ automationId: 'defined' })));
  kept.keep('import_unknown_5', [
    { path: '$.later', value: null },
    { path: '$.limits.x', value: { a: [1] } },
  ]);
  kept.keep('import_unknown_7', [{ path: '$.later', value: 2 }]);
  kept.keep('pause_all', { wasCreationEnabled: true });

  migrate(database, START);

  const [records, unadopted] = [createRecords(database), createUnadoptedRecords(database)];
  expect(unadopted.listAfter('', 9)).toEqual([
    {
      ...recordOf({ automationId: 'alone', expiresAtMs: START + 1 }),
      modifyGrants: [grantOf('g1', 'alone', 'modify')],
      capabilityGrants: [grantOf('g2', 'alone', 'capability')],
    },
  ]);
  expect(records.listAfter('', 9).map(({ automationId }) => automationId)).toEqual(['defined', 'purged']);
  expect(records.activeOf('scout')).toBe(1);
  expect(records.agentsOf('alone')).toEqual([]);
  expect(grants.of('alone')).toEqual([]);
  expect(grants.of('defined')).toHaveLength(1);
  expect(createAutomations(database).withoutRecord('', 9)).toEqual([]);
  expect(kept.startingWith('')).toEqual([
    // The later import has the last word.
    { name: 'import_unknown_$.later', value: 2 },
    { name: 'import_unknown_$.limits.x', value: { a: [1] } },
    { name: 'pause_all', value: { wasCreationEnabled: true } },
  ]);
  database.close();
});
