import { describe, expect, test } from 'vitest';
import type { InputOf } from '../../../shared/contract/contract';
import { ask } from '../../support/approvals';
import { indexAll } from '../../support/runs';
import { agent, createWorld, operator, START, type World } from '../../support/world';

const MINUTE_MS = 60_000;
const definition = { name: 'Nightly', schedule: {}, agents: [], flow: { nodes: [] } };

function search(world: World, sought: InputOf<'audit.search'>) {
  return world.told(operator, 'audit.search', sought);
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
  await indexAll(world);
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
    ['an agent, as actor and as what a row is about', { text: 'scout' }, [5, 4, 1]],
    ['an automation, also by the name that a row does not have', { text: 'a1 nightly' }, [7, 1]],
    ['the operator', { text: 'olga' }, [7, 5, 4, 3, 2]],
    ['a text in any case', { text: 'ZEBRA' }, [2]],
    ['the beginning of a word', { text: 'zeb' }, [2]],
    ['all of them at once', { event: 'created', text: 'nightly scout' }, [1]],
    ['signs that mean something to the index', { text: '"zebra" NOT (' }, []],
    ['signs alone', { text: '" * (' }, []],
    ['a time', { untilMs: START + 2 * MINUTE_MS }, [3, 2, 1]],
    ['a time before the first row', { untilMs: START - 1 }, []],
    ['nothing that is there', { text: 'nobody' }, []],
  ])('finds by %s', async (_, sought, expected) => {
    expect(seqs(await history(), sought)).toEqual(expected);
  });

  test('says of every row what it is about, and finds a decision by the act that was decided', async () => {
    const world = createWorld();
    const { approvalId } = await ask(world, {
      rationale: 'Clean up',
      action: { command: 'psql -c "DROP TABLE invoices_old"' },
      context: { cwd: '/home/olga/billing-api' },
    });
    await world.execute(operator, 'approval.deny', { approvalId, notes: 'Keep it.' });
    expect(search(world, { text: 'invoices' })).toMatchObject({ events: [], headSeq: 2, indexedSeq: 0 });
    await indexAll(world);
    for (const text of ['drop table', 'invoices_old', 'billing-api drop', '/home/olga/billing-api']) {
      expect({ text, said: search(world, { text }).events.map(({ sentence }) => sentence) }).toEqual({
        text,
        said: [
          'Denied: Run psql -c "DROP TABLE invoices_old" (billing-api) – “Keep it.”',
          'Asked: Run psql -c "DROP TABLE invoices_old" (billing-api)',
        ],
      });
    }
    expect(seqs(world, { event: 'approval.denied', text: 'drop' })).toEqual([2]);
  });

  test('every page goes on where the one before ended, also among words', async () => {
    const world = await history();
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = search(world, { text: 'olga', limit: 2, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.events.map(({ seq }) => seq));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([7, 5, 4, 3, 2]);
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
