import { expect, test } from 'vitest';
import { z } from 'zod';
import { requestTypes } from '../../shared/contract/request-kinds';
import type { Actor } from '../../shared/kernel/actor';
import { codeOf } from '../support/answers';
import { eventNamesAfter } from '../support/audit';
import { recordOf as recordIn, setLimits } from '../support/automations';
import { insertAgent, insertApproval, insertAutomation, recordOf, runOf, weekOf } from '../support/governed';
import { createWorld, operator, START, type World } from '../support/world';
import { readCases } from './cases';

const effects = [
  'none',
  'agent acknowledged',
  'automation acknowledged',
  'spend resumed',
  'extended',
  'retired',
] as const;
const caseSchema = z.strictObject({
  name: z.string(),
  request_type: z.enum(requestTypes),
  /** What it is about: the automation, or the agent that created it. */
  target: z.enum(['automation', 'agent']).default('automation'),
  trigger: z.string().optional(),
  /** Who asked; its creator sees the automation, a stranger does not. */
  asker: z.enum(['Gatehouse', 'engine', 'creator', 'stranger']).default('Gatehouse'),
  /** Whether the record names this review or another one as its current one. */
  current: z.enum(['this', 'other']).optional(),
  verdict: z.enum(['approve', 'deny']).default('approve'),
  action: z.enum(['extend', 'retire']).optional(),
  effect: z.enum([...effects, 'lifecycle paused']),
});
type Case = z.output<typeof caseSchema>;
const cases = readCases('7-effects.json', caseSchema);

const askers: Readonly<Record<Case['asker'], Actor>> = {
  Gatehouse: { kind: 'system', source: 'automation_health_check' },
  engine: { kind: 'system', source: 'tandem' },
  creator: { kind: 'agent', actorId: 'scout' },
  stranger: { kind: 'agent', actorId: 'stranger' },
};

const review = { agentId: 'scout', createdSinceReview: 5, reviewRequired: true, updatedAtMs: START } as const;

/** An agent at its cap with a review, and its automation with a review and a running run. */
function worldOf({ request_type: requestType, target, trigger, asker, current }: Case): World {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: 5 });
  world.store.transaction(({ spend }) => spend.saveWindow('scout', weekOf(5)));
  insertAgent(world, 'scout', { spendPausedAtMs: START, review: { ...review, reviewKind: 'creation_quota' } });
  const record = recordOf({
    reviewRequired: true,
    reviewKind: 'health_drift',
    runsSinceReview: 3,
    ...(current !== undefined && { reviewRequestId: current === 'this' ? 'apr_1' : 'apr_0' }),
  });
  insertAutomation(world, undefined, record, [runOf({ status: 'running', activeSessionIds: ['s1'] })]);
  insertApproval(world, {
    requestType,
    requestedBy: askers[asker],
    targetResource: { type: target, id: target === 'agent' ? 'scout' : 'nightly' },
    context: trigger === undefined ? {} : { trigger },
  });
  return world;
}

/** Everything that an effect could change. */
function standOf(world: World) {
  const agent = world.store.read.agents.find('scout');
  const { reviewRequired, pausedForLifecycle, retiredAtMs, expiresAtMs, runsSinceReview } = recordIn(world, 'nightly');
  return {
    agentReview: agent?.review?.reviewRequired,
    isSpendPaused: agent?.spendPausedAtMs !== undefined,
    status: world.store.read.automations.find('nightly')?.automation.status,
    run: world.store.read.runs.find('run-1')?.status,
    ...{ reviewRequired, pausedForLifecycle, runsSinceReview },
    isRetired: retiredAtMs !== undefined,
    hasExpiry: expiresAtMs !== undefined,
  };
}

/** What each effect changes, and which events tell of it after the decision's own. */
const expected: Readonly<Record<Case['effect'], readonly [Partial<ReturnType<typeof standOf>>, readonly string[]]>> = {
  none: [{}, []],
  'agent acknowledged': [{ agentReview: false }, ['review.agent_acknowledged']],
  'automation acknowledged': [{ reviewRequired: false, runsSinceReview: 0 }, ['review.automation_acknowledged']],
  'spend resumed': [{ isSpendPaused: false }, ['spend.resumed']],
  extended: [{ reviewRequired: false, hasExpiry: true }, ['retirement.extended']],
  retired: [
    { reviewRequired: false, pausedForLifecycle: true, isRetired: true, status: 'paused', run: 'paused' },
    ['run.paused', 'retired'],
  ],
  'lifecycle paused': [{ pausedForLifecycle: true, status: 'paused', run: 'paused' }, ['run.paused', 'record.updated']],
};

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const world = worldOf(given);
  const before = standOf(world);
  const decided = { approvalId: 'apr_1', notes: 'n' };
  const result =
    given.verdict === 'deny'
      ? await world.execute(operator, 'approval.deny', decided)
      : await world.execute(operator, 'approval.approve', {
          ...decided,
          ...(given.action !== undefined && { action: given.action }),
        });
  expect(codeOf(result)).toBe('ok');
  const [changes, told] = expected[given.effect];
  const name = given.verdict === 'deny' ? 'approval.denied' : 'approval.approved';
  expect(standOf(world)).toEqual({ ...before, ...changes });
  expect(eventNamesAfter(world, 0)).toEqual([name, ...told]);
});

test('every type of request has a case for each codeOf [2.request-types]', () => {
  for (const decision of ['approve', 'deny']) {
    const types = new Set(cases.filter((given) => given.verdict === decision).map((given) => given.request_type));
    expect([decision, [...types].toSorted()]).toEqual([decision, requestTypes.toSorted()]);
  }
});
