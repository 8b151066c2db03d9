import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { without } from '../../../shared/kernel/fields';
import { anyCommand, busyWorld, send } from '../../support/any-command';
import { anyReferenceState } from '../../support/any-reference-state';
import { loadAsReference, writeAsReference } from '../../support/reference-file';
import { createWorld, operator, type World } from '../../support/world';

type Json = Record<string, unknown>;

async function importInto(world: World, text: string) {
  return await world.done(operator, 'state.import', { text });
}

function exportOf(world: World): string {
  return world.told(operator, 'state.export', {}).text;
}

/** What Gatehouse adds to the reference's entries; the reference takes no notice of it. */
const added: Readonly<Record<string, readonly string[]>> = {
  approvals: ['revision', 'ancestor_ids'],
};

/** A file as the reference has it after loading, in an order of its own, without what Gatehouse adds. */
function loaded(text: string): Json {
  const { gatehouse: _own, updated_at_ms: _now, limits, ...sections } = loadAsReference(text) as Json;
  const byList = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(byList).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, byList(item)]));
  };
  return {
    ...Object.fromEntries(
      Object.entries(sections).map(([name, entries]) => [
        name,
        added[name] === undefined
          ? byList(entries)
          : Object.fromEntries(
              Object.entries(entries as Json).map(([id, entry]) => [
                id,
                byList(without(entry as Json, ...(added[name] ?? []))),
              ]),
            ),
      ]),
    ),
    limits: without(limits as Json, 'independent_review_required', 'plan_stop_ratio'),
  };
}

function keyOf(value: unknown): string {
  return JSON.stringify(value);
}

/** Brings the definition of each record that waits for one, as the operator, with the capabilities that its record has. */
async function adoptAll(world: World): Promise<void> {
  for (const { automationId, declaredCapabilities } of world.store.read.unadoptedRecords.listAfter('', 100)) {
    const created = await world.execute(operator, 'automation.create', {
      automationId,
      name: 'Adopted',
      status: 'active',
      capabilities: declaredCapabilities,
    });
    expect(created).toMatchObject({ ok: true, value: { automation: { automationId } } });
  }
}

test('a file in the habits of the reference goes in, is adopted and comes out the same, and the same again [15.left-out]', async () => {
  await fc.assert(
    fc.asyncProperty(anyReferenceState, async (state) => {
      const file = writeAsReference(state);
      const world = createWorld();
      await importInto(world, file);
      expect(loaded(exportOf(world))).toEqual(loaded(file));
      await adoptAll(world);
      expect(world.store.read.unadoptedRecords.listAfter('', 1)).toEqual([]);
      const exported = exportOf(world);
      expect(loaded(exported)).toEqual(loaded(file));
      const other = createWorld();
      await importInto(other, exported);
      expect(exportOf(other)).toBe(exported);
      for (const each of [world, other]) each.holder.close();
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

test('whatever is done in Gatehouse, the reference reads its export [15.export-required]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCommand, { minLength: 20, maxLength: 80 }), async (commands) => {
      const world = await busyWorld();
      for (const command of commands) await send(world, command);
      expect(() => loadAsReference(exportOf(world))).not.toThrow();
      world.holder.close();
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

const fixture = readFileSync(join(import.meta.dirname, 'fixtures', 'reference-state.json'), 'utf8');

test('a file as the reference left it on a disk is imported whole, and what is not known comes back at its place [3.lineage-imported, 15.u64-max, 15.lineage, 15.export-unknown]', async () => {
  const world = createWorld();
  const { counts, conflicts, unknownPaths } = await importInto(world, fixture);
  expect(conflicts).toEqual([]);
  expect(counts).toMatchObject({
    records: 4,
    records_without_definition: 3,
    approvals: 3,
    deleted_automations: 1,
    agent_spend: 2,
    agent_creation_reviews: 1,
  });
  expect([...unknownPaths].toSorted()).toEqual([
    '$.approvals.apr_77aa0000000000000000000000000004',
    '$.limits.cost_spike_multiplier',
    '$.records["automation-v2-7c1e"].health_findings[1]',
    '$.records["automation-v2-7c1e"].modify_grants[0].tenant_context',
    '$.records["automation-v2-91aa"].review_kind',
  ]);
  const { read } = world.store;
  expect(read.spend.windows('builder').find(({ kind }) => kind === 'lifetime')).not.toHaveProperty('windowEndMs');
  expect(read.agents.find('builder')?.ancestorIds).toEqual(['orchestrator', 'planner']);
  expect(read.agents.find('planner')?.ancestorIds).toEqual(['orchestrator']);
  await adoptAll(world);
  const back = JSON.parse(exportOf(world)) as { records: Json; approvals: Json; gatehouse: Json };
  const given = JSON.parse(fixture) as typeof back;
  expect(back.approvals).toMatchObject(given.approvals);
  expect(back.records).toMatchObject(given.records);
  expect(back.gatehouse['kept_aside']).toEqual({});
});
