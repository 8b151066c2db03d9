import { expect, test } from 'vitest';
import { databasePath } from '../../electron/kernel/store/home-files';
import { openDatabase } from '../../electron/kernel/store/sqlite';
import { codeOf } from '../support/answers';
import { create, tryCreate } from '../support/automations';
import { agent, createWorld, operator, type World } from '../support/world';

/** Runs SQL on the database behind the app's back. */
function sql(world: World, statement: string): void {
  const database = openDatabase(databasePath(world.home), 1_000);
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}

test.each([
  ['updated', "UPDATE audit_log SET event_type = 'x' WHERE seq = 1"],
  ['deleted', 'DELETE FROM audit_log WHERE seq = 1'],
])('a row of the audit log cannot be %s, by whatever program [13.append-only]', async (_name, statement) => {
  const world = createWorld();
  await create(world, operator);
  expect(() => sql(world, statement)).toThrow();
  expect(world.store.read.audit.verify()).toMatchObject({ isOk: true, rows: 1 });
});

test('where the row of a change cannot be written, the change does not happen [13.same-transaction, 14.audit-failures]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, agent('scout'), { status: 'active' });
  const before = [world.store.read.automations.find(automationId), world.store.read.records.find(automationId)];
  sql(world, "CREATE TRIGGER no_more BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END");
  const results = [
    codeOf(await world.execute(operator, 'automation.retire', { automationId })),
    codeOf(await world.execute(agent('scout'), 'automation.delete', { automationId })),
    await tryCreate(world, operator, { automationId: 'other' }),
    codeOf(await world.execute(operator, 'limits.update', { creationEnabled: false })),
  ];
  expect(results).not.toContain('ok');
  expect([world.store.read.automations.find(automationId), world.store.read.records.find(automationId)]).toEqual(
    before,
  );
  expect(world.store.read.automations.find('other')).toBeUndefined();
  expect(world.store.read.limits.current().creationEnabled).toBe(true);
});
