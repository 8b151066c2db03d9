import { expect, test } from 'vitest';
import { z } from 'zod';
import { creationRules } from '../../electron/nouns/automations/rules-creation';
import { defaultLimits, limitsSchema } from '../../shared/contract/limits';
import type { Caller } from '../../shared/kernel/actor';
import { errorCatalogue } from '../../shared/kernel/errors';
import { decodeWire, toWireSchema } from '../../shared/kernel/wire';
import { eventNamesAfter, payloadOf } from '../support/audit';
import { definition, tryCreate } from '../support/automations';
import {
  automationOf,
  changeApproval,
  insertAgent,
  insertApproval,
  insertAutomation,
  recordOf,
  weekOf,
} from '../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../support/world';
import { codeSchema, readCases, whoSchema } from './cases';

const factsSchema = z.strictObject({
  agent_id: z.string().optional(),
  paused: z.literal(true).optional(),
  spend_paused: z.literal(true).optional(),
  override: z.enum(['approved', 'pending', 'denied', 'over']).optional(),
  review_required: z.literal(true).optional(),
  created_since_review: z.int().optional(),
  declares: z.enum(['creates_agents', 'modifies_grants']).optional(),
  depth: z.int().optional(),
  approved_depth: z.int().optional(),
  created_last_24h: z.int().optional(),
  active_by_agents: z.int().optional(),
});
const caseSchema = z.strictObject({
  name: z.string(),
  /** The row of spec/governance.md section 3 that it is about; 0 for none. */
  row: z.int().min(0).max(9),
  by: whoSchema.default('agent'),
  facts: factsSchema.default({}),
  limits: (toWireSchema(limitsSchema) as z.ZodObject).partial().default({}),
  code: codeSchema,
});
type Case = z.output<typeof caseSchema>;
const cases = readCases('3-creation.json', caseSchema);

/** A world in which these facts hold, and what the agent then does. */
function worldOf({ facts, limits }: Pick<Case, 'facts' | 'limits'>) {
  const world = createWorld();
  const inForce = { ...defaultLimits, ...(decodeWire(limitsSchema, limits) as object) };
  // A cap that is reached is how an agent comes to be spend-paused.
  const cap = facts.spend_paused === true ? { weeklySpendCapNanos: 5 } : {};
  world.store.transaction((store) => store.limits.save({ ...inForce, ...cap }));
  insertAgent(world, 'scout', {
    ...(facts.paused === true && { pausedAtMs: START }),
    ...(facts.spend_paused === true && { spendPausedAtMs: START }),
    review: {
      agentId: 'scout',
      createdSinceReview: facts.created_since_review ?? 0,
      reviewRequired: facts.review_required === true,
      updatedAtMs: START,
    },
  });
  if (facts.spend_paused === true) world.store.transaction(({ spend }) => spend.saveWindow('scout', weekOf(5)));
  if (facts.override !== undefined) approval(world, 'quota_override', {}, facts.override);
  if (facts.approved_depth !== undefined) approval(world, 'depth_override', { max_depth: facts.approved_depth });
  // What is deleted counts for the quota and not for the cap; what others created counts for the cap only.
  for (let count = 0; count < (facts.created_last_24h ?? 0); count++)
    insert(world, `own-${count}`, { deletedAtMs: START });
  for (let count = 0; count < (facts.active_by_agents ?? 0); count++) insert(world, `other-${count}`, byOther);
  const ancestors = Array.from({ length: (facts.depth ?? 1) - 1 }, (_, index) => `ancestor-${index}`);
  const caller: Caller = agent(facts.agent_id ?? 'scout', ancestors);
  const metadata = facts.declares === undefined ? {} : { metadata: { capabilities: { [facts.declares]: true } } };
  return { world, caller, metadata };
}

const other = { kind: 'agent', actorId: 'other' } as const;
const byOther = { provenance: { creator: other, rootActor: other, ancestorChain: [], depth: 1 } };

function insert(world: World, automationId: string, different: Parameters<typeof recordOf>[0]): void {
  insertAutomation(world, automationOf({ automationId }), recordOf({ automationId, ...different }));
}

function approval(
  world: World,
  requestType: 'quota_override' | 'depth_override',
  context: object,
  status: NonNullable<Case['facts']['override']> = 'approved',
): void {
  const reviewed = { reviewedBy: operator.actor, reviewedAtMs: START };
  const approvalId = insertApproval(world, {
    approvalId: `apr_${requestType}`,
    requestType,
    targetResource: { type: 'agent', id: 'scout' },
    context,
  });
  world.store.transaction((store) => {
    const pending = store.approvals.find(approvalId);
    if (pending === undefined || status === 'pending') return;
    const isOver = status === 'over' && { expiresAtMs: START };
    changeApproval(store, { ...pending, ...reviewed, status: status === 'denied' ? 'denied' : 'approved', ...isOver });
  });
}

const callers = { human: operator, system: engine } as const;

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const { world, caller, metadata } = worldOf(given);
  const by = given.by === 'agent' ? caller : callers[given.by];
  const result = await world.execute(by, 'automation.create', definition({ automationId: 'new', ...metadata }));
  expect(result.ok ? null : result.refusal.code).toBe(given.code);
  expect(world.store.read.automations.find('new') !== undefined).toBe(given.code === null);
  if (given.code === null) return;
  const rule = creationRules[given.row - 1]?.rule;
  expect(eventNamesAfter(world, 0).filter((name) => name !== 'approval.imported')).toEqual(['denied']);
  expect(payloadOf(world, 'denied')).toMatchObject({ code: given.code, rule, automationID: 'new' });
});

test('every row has a case that fails by it, and a status as the table has it [3.status]', () => {
  const codes = new Map(cases.flatMap(({ row, code }) => (code === null ? [] : [[row, code] as const])));
  expect([...codes].toSorted(([one], [next]) => one - next)).toEqual(
    creationRules.map(({ code }, index) => [index + 1, code]),
  );
  expect(creationRules.map(({ code }) => errorCatalogue[code].status)).toEqual([
    403, 403, 403, 429, 429, 403, 403, 429, 429,
  ]);
});

/** One case for each row that fails by it. */
const failing = [
  ...new Map(
    cases.filter(({ by, code }) => by === 'agent' && code !== null).map((given) => [given.row, given]),
  ).values(),
];
const pairs = failing.flatMap((first) =>
  failing.filter(({ row }) => row > first.row).map((second) => ({ first, second })),
);

test('of two rows that fail the first decides [3.first-decides]', async () => {
  expect(pairs).toHaveLength(36);
  for (const { first, second } of pairs) {
    const { world, caller, metadata } = worldOf({
      facts: { ...second.facts, ...first.facts },
      limits: { ...second.limits, ...first.limits },
    });
    const code = await tryCreate(world, caller, metadata);
    expect([first.name, second.name, code]).toEqual([first.name, second.name, first.code]);
    world.holder.close();
  }
});

test.each(Object.entries(callers))('a %s is held to none but the first row [3.humans-pass]', async (_name, caller) => {
  for (const given of failing.filter(({ row }) => row > 1)) {
    const { world, metadata } = worldOf(given);
    expect([given.name, await tryCreate(world, caller, metadata)]).toEqual([given.name, 'ok']);
    world.holder.close();
  }
});
