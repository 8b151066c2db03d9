import { describe, expect, test } from 'vitest';
import type { InputOf } from '../../../shared/contract/contract';
import { agent, createWorld, operator, START, type World } from '../../support/world';

const MINUTE_MS = 60_000;
const definition = { name: 'Nightly', schedule: {}, agents: [], flow: { nodes: [] } };

function search(world: World, sought: InputOf<'audit.search'>) {
  const result = world.query(operator, 'audit.search', sought);
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}
const seqs = (world: World, sought: InputOf<'audit.search'>) => search(world, sought).events.map(({ seq }) => seq);

/** Seven rows, a minute apart: created by scout, created by operator, limits, paused, resumed, created by tidy, retired. */
async function history(): Promise<World> {
  const world = createWorld();
  const later = () => {
    world.clock.at += MINUTE_MS;
  };
  await world.execute(agent('scout'), 'automation.create', { ...definition, automationId: 'a1' });
  later();
  await world.execute(operator, 'automation.create', { ...definition, automationId: 'a2', name: 'Zebra crossing' });
  later();
  await world.execute(operator, 'limits.update', { runReviewThreshold: 3 });
  later();
  await world.execute(operator, 'agent.pause', { agentId: 'scout' });
  later();
  await world.execute(operator, 'agent.resume', { agentId: 'scout' });
  later();
  await world.execute(agent('tidy'), 'automation.create', { ...definition, automationId: 'a3' });
  later();
  await world.execute(operator, 'automation.retire', { automationId: 'a1' });
  return world;
}

describe('searching the audit log', () => {
  test('gives the newest first, page by page, until the first row', async () => {
    const world = await history();
    const first = search(world, { limit: 4 });
    expect(first.events.map(({ seq }) => seq)).toEqual([7, 6, 5, 4]);
    expect(first).toMatchObject({ headSeq: 7, nextCursor: '4' });
    const second = search(world, { limit: 4, cursor: '4' });
    expect(second.events.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(second).not.toHaveProperty('nextCursor');
  });

  test.each<[string, InputOf<'audit.search'>, readonly number[]]>([
    ['an event', { event: 'created' }, [6, 2, 1]],
    ['an agent, as actor and as what a row is about', { id: 'scout' }, [7, 5, 4, 1]],
    ['an automation', { id: 'a1' }, [7, 1]],
    ['the operator', { id: 'olga' }, [7, 5, 4, 3, 2]],
    ['a text in any case', { text: 'ZEBRA' }, [2]],
    ['all of them at once', { id: 'scout', event: 'created', text: 'nightly' }, [1]],
    ['a time', { untilMs: START + 2 * MINUTE_MS }, [3, 2, 1]],
    ['a time before the first row', { untilMs: START - 1 }, []],
    ['nothing that is there', { id: 'nobody' }, []],
  ])('finds by %s', async (_, sought, expected) => {
    expect(seqs(await history(), sought)).toEqual(expected);
  });

  test('looks at a few thousand rows at a time, and says from where to go on', async () => {
    const world = createWorld();
    world.store.transaction((store) => {
      for (let index = 0; index < 9_000; index += 1) {
        const payload = { agentId: 'scout', reason: index === 10 ? 'needle' : `row ${index}` };
        store.audit.append({ name: 'agent.paused', payload }, operator.actor, START);
      }
    });
    const found: number[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = search(world, { text: 'needle', ...(cursor !== undefined && { cursor }) });
      found.push(...page.events.map(({ seq }) => seq));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(found).toEqual([11]);
    expect(pages).toBe(3);
  });

  test('refuses a cursor that it did not give', async () => {
    expect(createWorld().query(operator, 'audit.search', { cursor: 'x' })).toMatchObject({
      refusal: { code: 'VALIDATION_FAILED' },
    });
  });

  test('opens one row with its place in the chain', async () => {
    const world = await history();
    const result = world.query(operator, 'audit.row', { seq: 2 });
    const before = world.query(operator, 'audit.row', { seq: 1 });
    if (!result.ok || !before.ok) throw new Error('refused');
    expect(result.value.row).toMatchObject({ seq: 2, prevHash: before.value.row?.hash });
    expect(world.query(operator, 'audit.row', { seq: 99 })).toEqual({ ok: true, value: { row: null } });
  });
});
