import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestType } from '../../../shared/contract/request-kinds';
import type { Caller } from '../../../shared/kernel/actor';
import { codeOf } from '../../support/answers';
import { request } from '../../support/approvals';
import { eventNamesAfter, headSeq } from '../../support/audit';
import { create } from '../../support/automations';
import { insertAgent, insertApproval, insertAutomation, recordOf, runOf } from '../../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const about = (requestType: RequestType, type: string, id: string) => {
  const { action: _action, ...asked } = request({ requestType, targetResource: { type, id }, context: {} });
  return asked;
};

test.each(['lifecycle_review', 'retirement_action'] as const)(
  'a %s about what the asker may not see answers as if it did not exist',
  async (requestType) => {
    const world = createWorld();
    const { automationId } = await create(world, agent('scout'), { agents: [{ agentId: 'worker' }] });
    const deleted = await create(world, agent('scout'));
    await world.execute(agent('scout'), 'automation.delete', { automationId: deleted.automationId });
    const seq = headSeq(world);
    const ask = async (caller: Caller, type: string, id: string) =>
      codeOf(await world.execute(caller, 'approval.request', about(requestType, type, id)));
    for (const id of [automationId, deleted.automationId, 'nothing']) {
      const there = world.query(agent('stranger'), 'automations.get', { automationId: id });
      expect([id, await ask(agent('stranger'), 'automation', id)]).toEqual([id, codeOf(there)]);
    }
    for (const id of ['scout', 'nobody']) {
      const there = world.query(agent('stranger'), 'agent.allowance', { agentId: id });
      expect([id, await ask(agent('stranger'), 'agent', id)]).toEqual([id, codeOf(there)]);
    }
    expect(headSeq(world)).toBe(seq);
    for (const caller of [agent('scout'), agent('worker'), engine, operator]) {
      expect(await ask(caller, 'automation', automationId)).toBe('ok');
    }
    expect(await ask(agent('stranger'), 'agent', 'stranger')).toBe('ok');
    expect(await ask(engine, 'agent', 'scout')).toBe('ok');
  },
);

/** The victim: an agent whose creations wait for a look, and its automation with a review and a running run. */
function victimsWorld(reviewRequestId: string | undefined): World {
  const world = createWorld();
  const review = { agentId: 'victim', createdSinceReview: 5, reviewRequired: true, updatedAtMs: START };
  insertAgent(world, 'victim', { review: { ...review, reviewKind: 'creation_quota' } });
  const creator = { kind: 'agent', actorId: 'victim' } as const;
  const record = recordOf({
    provenance: { creator, rootActor: creator, ancestorChain: [], depth: 1 },
    reviewRequired: true,
    reviewKind: 'health_drift',
    runsSinceReview: 3,
    ...(reviewRequestId !== undefined && { reviewRequestId }),
  });
  insertAutomation(world, undefined, record, [runOf({ status: 'running', activeSessionIds: ['s1'] })]);
  return world;
}

function standOf({ store }: World) {
  return [
    store.read.agents.find('victim'),
    store.read.automations.find('nightly'),
    store.read.records.find('nightly'),
    store.read.runs.find('run-1'),
  ];
}

test('whatever is decided about a request of a stranger, also one of before, it changes nothing of the victim’s [7.denied-stranger]', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        requestType: fc.constantFrom<RequestType>(
          'lifecycle_review',
          'retirement_action',
          'external_post',
          'tool_call',
        ),
        target: fc.constantFrom(['automation', 'nightly'], ['agent', 'victim']),
        trigger: fc.constantFrom(
          ...['creation_quota', 'run_drift', 'health_drift', 'dependency_revoked', 'expired', undefined],
        ),
        current: fc.constantFrom('apr_own', undefined),
        verdict: fc.constantFrom('approve', 'deny'),
      }),
      async ({ requestType, target: [type = '', id = ''], trigger, current, verdict: decision }) => {
        const world = victimsWorld(current);
        const approvalId = insertApproval(world, {
          requestType,
          requestedBy: { kind: 'agent', actorId: 'stranger' },
          targetResource: { type, id },
          context: trigger === undefined ? {} : { trigger },
        });
        const before = standOf(world);
        const decided = await world.execute(operator, `approval.${decision}` as const, { approvalId });
        expect(codeOf(decided)).toBe('ok');
        expect(standOf(world)).toEqual(before);
        expect(eventNamesAfter(world, 0)).toHaveLength(1);
        world.holder.close();
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
});
