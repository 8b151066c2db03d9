import { expect, test } from 'vitest';
import { z } from 'zod';
import { mutationRules } from '../../electron/core/mutation';
import type { Actor, Caller } from '../../shared/actor';
import { errorCatalogue } from '../../shared/errors';
import { eventsAfter, payloadOf, verdict } from '../support/automations';
import { automationOf, insertAutomation, recordOf } from '../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../support/world';
import { codeSchema, readCases } from './cases';

const caseSchema = z.strictObject({
  name: z.string(),
  by: z.enum(['agent', 'nobody']).default('agent'),
  /** The row of the table of spec/governance.md section 5 that decides. */
  row: z.int().min(1).max(7).optional(),
  act: z.enum(['change', 'delete']).default('change'),
  creator: z.enum(['scout', 'other', 'human', 'namesake', 'system', 'none']).default('scout'),
  retired: z.literal(true).optional(),
  expired: z.literal(true).optional(),
  paused: z.literal(true).optional(),
  grant: z.enum(['standing', 'revoked', 'elsewhere', 'capability']).optional(),
  code: codeSchema,
});
type Case = z.output<typeof caseSchema>;
const cases = readCases('5-mutation.json', caseSchema);

const creators: Readonly<Record<Exclude<Case['creator'], 'none'>, Actor>> = {
  scout: { kind: 'agent', actorId: 'scout' },
  other: { kind: 'agent', actorId: 'other' },
  human: { kind: 'human', actorId: 'olga' },
  namesake: { kind: 'human', actorId: 'scout' },
  system: { kind: 'system', source: 'tandem' },
};

function worldOf(given: Omit<Case, 'code' | 'name'>): World {
  const world = createWorld();
  if (given.creator === 'none') {
    world.store.transaction(({ automations }) => automations.insert(automationOf(), [], ['scout']));
    return world;
  }
  const creator = creators[given.creator];
  const provenance = { creator, rootActor: creator, ancestorChain: [], depth: creator.kind === 'agent' ? 1 : 0 };
  insertAutomation(
    world,
    automationOf({ status: 'paused' }),
    recordOf({
      provenance,
      ...(given.retired && { retiredAtMs: START }),
      ...(given.expired && { expiredAtMs: START }),
      ...(given.paused && { pausedForLifecycle: true }),
    }),
  );
  if (given.grant === undefined) return world;
  const grantedTo: Actor = { kind: 'agent', actorId: given.grant === 'elsewhere' ? 'else' : 'scout' };
  world.store.transaction(({ grants }) =>
    grants.save({
      grantId: 'grant-1',
      automationId: 'nightly',
      grantKind: given.grant === 'capability' ? 'capability' : 'modify',
      grantedTo,
      grantedBy: operator.actor,
      createdAtMs: START,
      ...(given.grant === 'revoked' && { revokedAtMs: START }),
    }),
  );
  return world;
}

const act = (world: World, caller: Caller, { act: name }: Pick<Case, 'act'>) =>
  name === 'delete'
    ? world.execute(caller, 'automation.delete', { automationId: 'nightly' })
    : world.execute(caller, 'automation.update', { automationId: 'nightly', description: 'new' });

const callers = { agent: agent('scout'), nobody: agent(' ') } as const;

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const world = worldOf(given);
  const before = world.store.read.automations.find('nightly');
  expect(verdict(await act(world, callers[given.by], given))).toBe(given.code ?? 'ok');
  if (given.code === null) return;
  expect(errorCatalogue[given.code].status).toBe(403);
  expect(eventsAfter(world, 0)).toEqual(['denied']);
  expect(payloadOf(world, 'denied')).toMatchObject({ code: given.code, automation_id: 'nightly' });
  expect(world.store.read.automations.find('nightly')).toEqual(before);
});

test.each([
  ['a human', operator],
  ['the system', engine],
])('%s may change and delete all of these, but what has no custody record', async (_name, caller) => {
  for (const given of cases.filter(({ code }) => code !== null)) {
    const world = worldOf(given);
    const code = given.creator === 'none' ? 'AUTOMATION_V2_GOVERNANCE_MISSING' : 'ok';
    expect([given.name, verdict(await act(world, caller, given))]).toEqual([given.name, code]);
    world.holder.close();
  }
});

test('every row has a case, and of two rows that fail the first decides', async () => {
  const rows = cases.flatMap(({ row, code }) => (row === undefined ? [] : [[row, code] as const]));
  expect([...new Map(rows)]).toEqual(mutationRules.map(({ code }, index) => [index + 1, code]));
  const failing = [
    ...new Map(cases.filter(({ row }) => row !== undefined).map((one) => [`${one.row} ${one.act}`, one])).values(),
  ];
  for (const first of failing) {
    for (const second of failing.filter(({ row, act: name }) => (row ?? 0) > (first.row ?? 0) && name === first.act)) {
      const given = { ...second, ...definedOf(first) };
      const world = worldOf(given);
      const code = verdict(await act(world, callers[given.by], given));
      expect([first.name, second.name, code]).toEqual([first.name, second.name, first.code]);
      world.holder.close();
    }
  }
});

/** What a case says of the facts, without what it leaves as it is. */
function definedOf({ by, creator, ...rest }: Case): Partial<Case> {
  return { ...rest, ...(by !== 'agent' && { by }), ...(creator !== 'scout' && { creator }) };
}
