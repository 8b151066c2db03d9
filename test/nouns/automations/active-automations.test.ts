import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrate } from '../../../electron/kernel/store/migrate';
import { provenanceOf } from '../../../electron/nouns/automations/rules-definition';
import { createRecords } from '../../../electron/nouns/automations/store-records';
import { automationOf, recordOf } from '../../support/governed';
import { databaseBefore } from '../../support/tables';
import { START } from '../../support/world';

const agents = ['scout', 'builder'] as const;

const savedRecord = fc.record({
  automationId: fc.constantFrom('one', 'two', 'three'),
  creator: fc.constantFrom(...agents, undefined),
  isRetired: fc.boolean(),
  isDeleted: fc.boolean(),
});

type Saved = typeof savedRecord extends fc.Arbitrary<infer Value> ? Value : never;

function record({ automationId, creator, isRetired, isDeleted }: Saved) {
  const actor = creator === undefined ? ({ kind: 'human' } as const) : ({ kind: 'agent', actorId: creator } as const);
  return recordOf({
    automationId,
    provenance: provenanceOf(actor, []),
    ...(isRetired && { retiredAtMs: START }),
    ...(isDeleted && { deletedAtMs: START }),
  });
}

test('however records are saved, by this version or one before it, each agent has as many active automations as are there', () => {
  fc.assert(
    fc.property(fc.array(savedRecord), fc.array(savedRecord), (before, after) => {
      const database = databaseBefore('active automations');
      const insert = database.prepare('INSERT OR REPLACE INTO governance_records (automation_id, doc) VALUES (?, ?)');
      const define = database.prepare('INSERT OR IGNORE INTO automations (automation_id, doc) VALUES (?, ?)');
      for (const saved of before) {
        insert.run(saved.automationId, JSON.stringify(record(saved)));
        define.run(saved.automationId, JSON.stringify(automationOf({ automationId: saved.automationId })));
      }
      migrate(database, START);
      const records = createRecords(database);
      for (const saved of after) records.save(record(saved));
      const last = new Map([...before, ...after].map((saved) => [saved.automationId, saved]));
      for (const agentId of agents) {
        const active = [...last.values()].filter(
          ({ creator, isRetired, isDeleted }) => creator === agentId && !isRetired && !isDeleted,
        );
        expect(records.activeOf(agentId)).toBe(active.length);
      }
      database.close();
    }),
  );
});
