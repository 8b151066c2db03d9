import { expect, test } from 'vitest';
import { z } from 'zod';
import { mutationDenial, mutationRules } from '../../electron/nouns/automations/rules-mutation';
import type { GovernanceRecord } from '../../shared/contract/governance';
import type { Actor, Caller } from '../../shared/kernel/actor';
import { errorCatalogue } from '../../shared/kernel/errors';
import { codeOf } from '../support/answers';
import { eventNamesAfter, payloadOf } from '../support/audit';
import { automationOf, insertAutomation, recordOf } from '../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../support/world';
import { codeSchema, readCases } from './cases';

const caseSchema = z.strictObject({
  name: z.string(),
  by: z.enum(['agent', 'nobody', 'engine', 'other engine']).default('agent'),
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

const otherEngine: Caller = { ...engine, actor: { kind: 'system', source: 'other' } };
const callers = { agent: agent('scout'), nobody: agent(' '), engine, 'other engine': otherEngine } as const;

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const world = worldOf(given);
  const before = world.store.read.automations.find('nightly');
  expect(codeOf(await act(world, callers[given.by], given))).toBe(given.code ?? 'ok');
  if (given.code === null) return;
  expect(errorCatalogue[given.code].status).toBe(403);
  expect(eventNamesAfter(world, 0)).toEqual(['denied']);
  expect(payloadOf(world, 'denied')).toMatchObject({ code: given.code, automationID: 'nightly' });
  expect(world.store.read.automations.find('nightly')).toEqual(before);
});

test('a human may change and delete all of these, but what has no custody record [5.humans-pass]', async () => {
  for (const given of cases.filter(({ code }) => code !== null)) {
    const world = worldOf(given);
    const code = given.creator === 'none' ? 'AUTOMATION_V2_GOVERNANCE_MISSING' : 'ok';
    expect([given.name, codeOf(await act(world, operator, given))]).toEqual([given.name, code]);
    world.holder.close();
  }
});

test('every row has a case, and of two rows that fail the first decides [5.order]', async () => {
  const rows = cases.flatMap(({ row, code }) => (row === undefined ? [] : [[row, code] as const]));
  expect([...new Map(rows)]).toEqual(mutationRules.map(({ code }, index) => [index + 1, code]));
  const failing = [
    ...new Map(cases.filter(({ row }) => row !== undefined).map((one) => [`${one.row} ${one.act}`, one])).values(),
  ];
  for (const first of failing) {
    for (const second of failing.filter(({ row, act: name }) => (row ?? 0) > (first.row ?? 0) && name === first.act)) {
      const given = { ...second, ...definedOf(first) };
      const world = worldOf(given);
      const code = codeOf(await act(world, callers[given.by], given));
      expect([first.name, second.name, code]).toEqual([first.name, second.name, first.code]);
      world.holder.close();
    }
  }
});

const actors: readonly Actor[] = [
  operator.actor,
  { kind: 'human' },
  ...['scout', 'other', ' ', ''].map((actorId) => ({ kind: 'agent', actorId }) as const),
  { kind: 'agent' },
  ...['tandem', 'other'].map((source) => ({ kind: 'system', source }) as const),
  { kind: 'system' },
  { kind: 'system', actorId: 'scout', source: 'tandem' },
];
const makers: readonly Actor[] = [
  ...Object.values(creators),
  { kind: 'system', source: 'other' },
  { kind: 'system' },
  { kind: 'agent', actorId: ' ' },
];
const states = [{}, { retiredAtMs: START }, { expiredAtMs: START }, { pausedForLifecycle: true }] as const;

/** Section 5 in its own words, row by row, for a record that there is. */
function lawOf(actor: Actor, creator: Actor, record: GovernanceRecord, isDelete: boolean, hasGrant: boolean) {
  if (actor.kind === 'human') return undefined;
  const hasAgentId = actor.kind === 'agent' && (actor.actorId ?? '').trim() !== '';
  const isOfOwnEngine =
    actor.kind === 'system' &&
    creator.kind === 'system' &&
    actor.source !== undefined &&
    actor.source === creator.source;
  const isOwnAgents = hasAgentId && creator.kind === 'agent' && creator.actorId === actor.actorId;
  if (!hasAgentId && !isOfOwnEngine) return 'AUTOMATION_V2_AGENT_ID_REQUIRED';
  if (record.retiredAtMs !== undefined) return 'AUTOMATION_V2_RETIRED';
  if (record.expiredAtMs !== undefined && record.pausedForLifecycle) return 'AUTOMATION_V2_EXPIRED';
  if (record.pausedForLifecycle) return 'AUTOMATION_V2_LIFECYCLE_PAUSED';
  if (isDelete && creator.kind !== 'agent') return 'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED';
  if (isDelete) return isOwnAgents ? undefined : 'AUTOMATION_V2_DELETE_NOT_OWNER';
  return isOwnAgents || isOfOwnEngine || hasGrant ? undefined : 'AUTOMATION_V2_MODIFY_FORBIDDEN';
}

test('for every actor, creator, state, grant and act the first row that fails decides [5.engines]', () => {
  const answers = new Set<string | undefined>();
  for (const [actor, creator, first, second] of product(actors, makers, states, states)) {
    const record = recordOf({
      provenance: { creator, rootActor: creator, ancestorChain: [], depth: 0 },
      ...first,
      ...second,
    });
    for (const [isDelete, hasModifyGrant] of product([true, false], [true, false])) {
      const code = mutationDenial({ actor, isDelete, record, hasModifyGrant });
      expect([actor, creator, record, isDelete, hasModifyGrant, code]).toEqual([
        ...[actor, creator, record, isDelete, hasModifyGrant],
        lawOf(actor, creator, record, isDelete, hasModifyGrant),
      ]);
      answers.add(code);
    }
  }
  expect(answers).toEqual(new Set([undefined, ...mutationRules.map(({ code }) => code)]));
});

/** Every choice of one of each. */
function product<T extends readonly (readonly unknown[])[]>(...lists: T) {
  return lists.reduce<unknown[][]>((rows, list) => rows.flatMap((row) => list.map((one) => [...row, one])), [[]]) as {
    [K in keyof T]: T[K][number];
  }[];
}

const acts = ['update', 'pause', 'resume', 'delete'] as const;

test.each(acts)(
  'an engine that names no agent may %s nobody’s automation but its own, where the rules let it',
  async (name) => {
    for (const caller of [engine, otherEngine]) {
      for (const creator of ['scout', 'human', 'system'] as const) {
        const world = worldOf({ by: 'engine', act: 'change', creator });
        const done = await world.execute(caller, `automation.${name}`, {
          automationId: 'nightly',
          ...(name === 'update' && { description: 'new' }),
        });
        const own = name === 'delete' ? 'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED' : 'ok';
        const code = creator === 'system' && caller === engine ? own : 'AUTOMATION_V2_AGENT_ID_REQUIRED';
        expect([caller.actor.source, creator, codeOf(done)]).toEqual([caller.actor.source, creator, code]);
        world.holder.close();
      }
    }
  },
);

/** What a case says of the facts, without what it leaves as it is. */
function definedOf({ by, creator, ...rest }: Case): Partial<Case> {
  return { ...rest, ...(by !== 'agent' && { by }), ...(creator !== 'scout' && { creator }) };
}
