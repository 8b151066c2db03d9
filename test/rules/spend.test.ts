import { expect, test } from 'vitest';
import { z } from 'zod';
import { nanosOfUsd } from '../../shared/kernel/money';
import { codeOf } from '../support/answers';
import { eventNamesAfter } from '../support/audit';
import { setLimits } from '../support/automations';
import { changeApproval, insertAgent, insertApproval } from '../support/governed';
import { putAutomation, reserve, runOf, spend, startRun } from '../support/runs';
import { createWorld, operator, START } from '../support/world';
import { codeSchema, readCases } from './cases';

const caseSchema = z.strictObject({
  name: z.string(),
  cap_usd: z.number().nullable(),
  own_cap_usd: z.number().optional(),
  ratio: z.number().default(0.8),
  creator: z.enum(['agent', 'human']).default('agent'),
  /** For how long an approved quota override still holds; absent for none. */
  override_ms: z.int().optional(),
  /** What was reported and what was set aside before. */
  before_usd: z.number().optional(),
  reserved_usd: z.number().optional(),
  /** What is reported now, and whether it warns and stops … */
  cost_usd: z.number().optional(),
  warned: z.boolean().default(false),
  stopped: z.boolean().default(false),
  /** … or what is set aside now, and how that is answered. */
  reserve_usd: z.number().optional(),
  code: codeSchema.optional(),
});
const cases = readCases('8-spend.json', caseSchema);

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const world = createWorld();
  const capNanos = given.cap_usd === null ? null : nanosOfUsd(given.cap_usd);
  setLimits(world, { weeklySpendCapNanos: capNanos, spendWarningThresholdRatio: given.ratio });
  if (given.own_cap_usd !== undefined) {
    insertAgent(world, 'scout', { overrides: { weeklySpendCapNanos: nanosOfUsd(given.own_cap_usd) } });
  }
  if (given.override_ms !== undefined) {
    const approvalId = insertApproval(world, {
      requestType: 'quota_override',
      targetResource: { type: 'agent', id: 'scout' },
    });
    const reviewed = { reviewedBy: operator.actor, reviewedAtMs: START, expiresAtMs: START + given.override_ms };
    world.store.transaction((store) => {
      const pending = store.approvals.find(approvalId);
      if (pending !== undefined) changeApproval(store, { ...pending, ...reviewed, status: 'approved' });
    });
  }
  putAutomation(world, given.creator === 'human' ? { creator: operator.actor } : {});
  const runId = await startRun(world);
  if (given.before_usd !== undefined) await spend(world, runId, given.before_usd);
  if (given.reserved_usd !== undefined) await reserve(world, runId, given.reserved_usd, 'u1');
  const seq = world.store.read.audit.headSeq();

  if (given.reserve_usd !== undefined) {
    expect(codeOf(await reserve(world, runId, given.reserve_usd, 'u2'))).toBe(given.code ?? 'ok');
    expect(eventNamesAfter(world, seq)).toEqual(
      given.code === null ? ['spend.reserved'] : ['denied', 'approval.requested'],
    );
    return;
  }
  expect(await spend(world, runId, given.cost_usd ?? 0)).toMatchObject({
    value: { warnings: given.warned ? ['scout'] : [], hardStops: given.stopped ? ['scout'] : [] },
  });
  expect(runOf(world, runId).status).toBe(given.stopped || (given.before_usd ?? 0) >= 10 ? 'paused' : 'running');
  expect(eventNamesAfter(world, seq)).toEqual([
    'spend.charged',
    ...(given.warned ? ['spend.warning'] : []),
    ...(given.stopped ? ['approval.requested', 'spend.paused', 'run.paused'] : []),
  ]);
});
