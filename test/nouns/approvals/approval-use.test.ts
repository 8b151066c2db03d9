import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHash } from '../../../electron/kernel/store/canonical-json';
import type { WriteStore } from '../../../electron/kernel/store/database';
import { newAgent } from '../../../electron/nouns/agents/known-agent';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import { codeOf } from '../../support/answers';
import { approvalRecord, ask } from '../../support/approvals';
import { eventNamesAfter, headSeq, payloadOf } from '../../support/audit';
import { setLimits } from '../../support/automations';
import { changeApproval, weekOf } from '../../support/governed';
import { agent, createWorld, engine, operator, START } from '../../support/world';

const action = { command: 'git push' };

/** Puts a request that was decided into a store, approved unless a test says otherwise. */
function putDecided(store: WriteStore, different: Partial<ApprovalRecord>): void {
  const decided = approvalRecord({
    action,
    actionHash: canonicalHash(action),
    status: 'approved',
    reviewedBy: operator.actor,
    reviewedAtMs: START,
    ...different,
  });
  store.approvals.insert(decided, decided.approvalId);
  changeApproval(store, decided);
}

const who = ['asker', 'parent', 'stated', 'stranger'] as const;
const some = fc.subarray([...who]);
const rarely = fc.oneof(
  { weight: 2, arbitrary: fc.constant<(typeof who)[number][]>([]) },
  { weight: 1, arbitrary: some },
);

test('used means approved, for this act, unused, unexpired, and nobody above the asker is paused or stopped [7.consume-expired]', async () => {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: 5 });
  let round = 0;
  const codes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        paused: rarely,
        stopped: rarely,
        overridden: some,
        expiresInMs: fc.constantFrom(-1, 0, 1, 1_000, 1_000),
        isDenied: fc.constantFrom(false, false, false, true),
        isConsumed: fc.constantFrom(false, false, false, true),
        isOtherAct: fc.constantFrom(false, false, false, true),
        isByEngine: fc.boolean(),
      }),
      async ({ paused, stopped, overridden, expiresInMs, isDenied, isConsumed, isOtherAct, isByEngine }) => {
        const turn = ++round;
        const named = (one: (typeof who)[number]) => `${one}-${turn}`;
        const approvalId = `apr_${turn}`;
        world.store.transaction((store) => {
          for (const one of who) {
            store.agents.save({
              ...newAgent(named(one), START),
              ...(one === 'asker' && { ancestorIds: [named('parent')] }),
              ...(paused.includes(one) && { pausedAtMs: START }),
              ...(stopped.includes(one) && { spendPausedAtMs: START }),
            });
            store.spend.saveWindow(named(one), weekOf(5));
            if (!overridden.includes(one)) continue;
            putDecided(store, {
              approvalId: `${approvalId}-${one}`,
              requestType: 'quota_override',
              targetResource: { type: 'agent', id: named(one) },
            });
          }
          putDecided(store, {
            approvalId,
            requestedBy: { kind: 'agent', actorId: named('asker') },
            ancestorIds: [named('stated')],
            expiresAtMs: START + expiresInMs,
            ...(isDenied && { status: 'denied' }),
            ...(isConsumed && !isDenied && { consumedAtMs: START }),
          });
        });
        const caller = isByEngine ? engine : agent(named('asker'));
        const before = world.store.read.approvals.find(approvalId);
        const seq = headSeq(world);
        const act = isOtherAct ? { command: 'rm' } : action;
        const code = codeOf(await world.execute(caller, 'approval.consume', { approvalId, action: act }));
        const isBinding = (one: (typeof who)[number]) => one !== 'stranger';
        const rows = [
          [isDenied, 'GOVERNANCE_APPROVAL_NOT_APPROVED'],
          [isOtherAct, 'GOVERNANCE_ACTION_MISMATCH'],
          [isConsumed, 'GOVERNANCE_APPROVAL_CONSUMED'],
          [expiresInMs <= 0, 'GOVERNANCE_APPROVAL_EXPIRED'],
          [paused.some(isBinding), 'AUTOMATION_V2_AGENT_CREATION_PAUSED'],
          [
            stopped.some((one) => isBinding(one) && !overridden.includes(one)),
            'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
          ],
        ] as const;
        expect(code).toBe(rows.find(([fails]) => fails)?.[1] ?? 'ok');
        codes.add(code);
        const isUsed = world.store.read.approvals.find(approvalId)?.consumedAtMs !== before?.consumedAtMs;
        expect(isUsed).toBe(code === 'ok');
        const told = code.startsWith('AUTOMATION') ? ['denied'] : [];
        expect(eventNamesAfter(world, seq)).toEqual(code === 'ok' ? ['approval.consumed'] : told);
      },
    ),
    { numRuns: 150, endOnFailure: true },
  );
  expect(codes.size).toBeGreaterThan(3);
});

test('what was approved in time and is used too late is told as that, and may be asked again', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world, { expiresAtMs: START + 1_000 });
  await world.execute(operator, 'approval.approve', { approvalId });
  expect(world.store.read.approvals.find(approvalId)?.expiresAtMs).toBe(START + 1_000);
  world.clock.at = START + 1_000;
  const used = await world.execute(agent('scout'), 'approval.consume', { approvalId, action });
  expect(used).toMatchObject({ refusal: { code: 'GOVERNANCE_APPROVAL_EXPIRED' } });
  expect(used.ok ? '' : used.refusal.sentence).toMatch(/^This was approved, .* not a refusal/);
  const seen = world.query(agent('scout'), 'approvals.get', { approvalId });
  expect(seen).toMatchObject({ value: { approval: { guidance: { canAskAgain: true } } } });
});

test('an approve with another end is used until that one', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world, { expiresAtMs: START + 1_000 });
  await world.execute(operator, 'approval.approve', { approvalId, expiresAtMs: START + 5_000 });
  world.clock.at = START + 4_999;
  expect(codeOf(await world.execute(agent('scout'), 'approval.consume', { approvalId, action }))).toBe('ok');
});

test('an approval waits out a pause: refused by name while it lasts, used after it [7.consume-paused]', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world, {}, agent('scout', ['planner']));
  await world.execute(operator, 'approval.approve', { approvalId });
  await world.execute(operator, 'agent.pause', { agentId: 'planner' });
  const use = () => world.execute(agent('scout'), 'approval.consume', { approvalId, action });
  expect(await use()).toMatchObject({
    refusal: {
      code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED',
      sentence: expect.stringContaining('The approval stands') as string,
    },
  });
  expect(payloadOf(world, 'denied')).toEqual({
    action: 'approval.consume',
    code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    approvalID: approvalId,
    pausedAgentIDs: ['planner'],
  });
  await world.execute(operator, 'agent.resume', { agentId: 'planner' });
  expect(codeOf(await use())).toBe('ok');
});
