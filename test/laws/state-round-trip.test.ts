import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHash } from '../../electron/kernel/store/canonical-json';
import { without } from '../../shared/kernel/fields';
import { HOUR_MS } from '../../shared/kernel/time';
import { anyCommand, busyWorld, send } from '../support/any-command';
import { reserve, spend, startRun } from '../support/runs';
import { referenceState } from '../support/state-file';
import { auditTables, dumpOf, type TableRow } from '../support/tables';
import { agent, createWorld, operator, type World } from '../support/world';

/** What no state file has, and why. */
const leftOut: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    auditTables.map((name) => [name, 'the audit log belongs to its database; it has an export of its own']),
  ),
  audit_checkpoints: 'they sign rows of the log of their own database',
  tokens: 'there are only hashes of their secrets',
  tool_rules: 'a file that somebody hands over must not allow acts beforehand (decision 21)',
  tool_classes: 'a file that somebody hands over must not say what is harmless (decision 35)',
  untrusted_workspaces: 'folders are those of this machine (decision 35)',
  timers: 'the timers of another desk ran at other times',
  failing_automations: 'the database itself fills it from the custody records',
  active_automations: 'the database itself counts it from the custody records, and keeps a count that is 0 again',
  identity: 'it is another database',
  migrations: 'it is as new as the app that imports',
  limits: 'compared by what is in force: limits that were set back to the defaults need no row',
};

/** The state of a world, in a form in which two worlds are the same that behave the same. */
function stateOf(world: World) {
  const tables = [...dumpOf(world, Object.keys(leftOut))].map(([name, rows]) => {
    const ordered = rows.map((row) => comparable(name, row));
    // Only approvals are listed in the order in which they came, and runs in that of their own automation.
    if (name === 'approvals') return [name, ordered];
    return [name, ordered.toSorted((one, other) => (keyOf(name, one) < keyOf(name, other) ? -1 : 1))];
  });
  return { ...(Object.fromEntries(tables) as object), limits: world.store.read.limits.current() };
}

function comparable(table: string, row: TableRow): TableRow {
  const kept = without(row as Record<string, unknown>, 'row_id');
  // The key by which a request is found again matters while it is pending; what is settled can be asked anew.
  const isAsked = row['status'] === 'pending' && row['requested_by_kind'] === 'agent';
  return table === 'approvals' && !isAsked ? without(kept, 'duplicate_key', 'duplicate_mark') : kept;
}

function keyOf(table: string, row: TableRow): string {
  return table === 'runs' ? String(row['automation_id']) : canonicalHash(row);
}

function exportOf(world: World): string {
  return world.told(operator, 'state.export', {}).text;
}

/** Leaves a cost set aside and another one reported, whatever was done before: what a moved desk must not forget. */
async function leaveWorkOpen(world: World): Promise<void> {
  const limits = { creationEnabled: true, weeklySpendCapNanos: null, activeAgentAutomationCap: 1_000 };
  await world.execute(operator, 'limits.update', limits);
  await world.execute(agent('fresh'), 'automation.create', { automationId: 'last', name: 'Last', status: 'active' });
  const runId = await startRun(world, 'last');
  expect((await reserve(world, runId, 0.5, 'open')).ok).toBe(true);
  expect((await spend(world, runId, 0.25, 'reported')).ok).toBe(true);
}

const rounds = fc.array(fc.record({ hours: fc.constantFrom(0, 0, 0, 0.5, 30, 24 * 8), command: anyCommand }), {
  minLength: 30,
  maxLength: 150,
});

test('whatever was done, its export imported into an empty home is the same state', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rounds, async (given) => {
      const world = await busyWorld();
      const unknown = { ...referenceState(), later: { section: 1 } };
      const begun = await world.execute(operator, 'state.import', {
        text: JSON.stringify(unknown),
        onConflict: 'replace',
      });
      expect(begun).toMatchObject({ ok: true, value: { unknownPaths: ['$.later'] } });
      for (const { hours, command } of given) {
        world.clock.at += hours * HOUR_MS;
        await send(world, command);
      }
      await leaveWorkOpen(world);
      const other = createWorld();
      other.clock.at = world.clock.at;
      const imported = await other.execute(operator, 'state.import', { text: exportOf(world) });
      expect(imported).toMatchObject({ ok: true, value: { unknownPaths: ['$.later'], conflicts: [] } });
      expect(stateOf(other)).toEqual(stateOf(world));
      for (const [table, rows] of dumpOf(world, [])) if (rows.length > 0) seen.add(table);
      for (const each of [world, other]) each.holder.close();
    }),
    { numRuns: 15, endOnFailure: true },
  );
  // Every table had something in it at some time, so that each is really compared.
  const compared = [...dumpOf(createWorld(), Object.keys(leftOut)).keys()];
  expect(compared.filter((table) => !seen.has(table))).toEqual([]);
});

test('every table that no file has is there', () => {
  const tables = [...dumpOf(createWorld(), []).keys()];
  expect(Object.keys(leftOut).filter((table) => !tables.includes(table))).toEqual([]);
});
