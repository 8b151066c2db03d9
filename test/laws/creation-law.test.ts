import fc from 'fast-check';
import { expect, test } from 'vitest';
import { provenanceOf } from '../../electron/nouns/automations/rules-definition';
import type { Caller } from '../../shared/kernel/actor';
import { HOUR_MS } from '../../shared/kernel/time';
import { setLimits } from '../support/automations';
import { agent, createWorld, engine, operator, type World } from '../support/world';

const DAILY_LIMIT = 3;
const CAP = 6;
const DEPTH_LIMIT = 2;
const IDS = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9'];

const callers = fc.oneof(
  fc.constantFrom<Caller>(operator, engine),
  fc
    .record({ id: fc.constantFrom('x', 'y', 'z'), ancestors: fc.subarray(['p', 'q', 'r']) })
    .map(({ id, ancestors }) => agent(id, ancestors)),
);
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ name: fc.constant('automation.create' as const), by: callers }) },
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constantFrom(
        'automation.update' as const,
        'automation.delete' as const,
        'automation.retire' as const,
        'automation.extend' as const,
        'automation.pause' as const,
        'automation.resume' as const,
      ),
      by: callers,
    }),
  },
);
const rounds = fc.array(
  fc.record({
    hours: fc.constantFrom(0, 0, 1, 12, 24),
    steps: fc.array(fc.tuple(steps, fc.constantFrom(...IDS)), { minLength: 1, maxLength: 8 }),
  }),
  { maxLength: 12 },
);

/** Everything that commands may change, but the audit log. */
function stateOf({ store }: World) {
  return JSON.stringify([
    IDS.map((id) => [store.read.automations.find(id), store.read.records.find(id)]),
    ['x', 'y', 'z'].map((id) => store.read.agents.find(id)),
    store.read.approvals.list({ limit: 500 }),
  ]);
}

test('in any order, no limit of creation is passed, no lineage gets shorter, and a denial changes nothing [3.one-transaction]', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (given) => {
      const world = createWorld();
      setLimits(world, {
        perAgentDailyCreationLimit: DAILY_LIMIT,
        activeAgentAutomationCap: CAP,
        lineageDepthLimit: DEPTH_LIMIT,
        perAgentCreationReviewThreshold: 0,
      });
      const depths = new Map<string, number>();
      for (const round of given) {
        world.clock.at += round.hours * HOUR_MS;
        const activeBefore = world.store.read.records.activeByAgents(1_000);
        const before = stateOf(world);
        const results = await Promise.all(
          round.steps.map(([{ name, by }, automationId]) =>
            name === 'automation.create'
              ? world.execute(by, name, { name: 'N', automationId })
              : world.execute(by, name, {
                  automationId,
                  ...(name === 'automation.update' && { description: by.role }),
                }),
          ),
        );
        const isExtended = round.steps.some(([{ name }], index) => name === 'automation.extend' && results[index]?.ok);
        if (results.every(({ ok }) => !ok)) expect(stateOf(world)).toBe(before);
        // Only the operator's extending can bring back more than agents may create.
        const most = isExtended ? CAP + round.steps.length : Math.max(CAP, activeBefore);
        expect(world.store.read.records.activeByAgents(1_000)).toBeLessThanOrEqual(most);
        for (const agentId of ['x', 'y', 'z']) {
          const since = world.clock.at - 24 * HOUR_MS;
          expect(world.store.read.records.createdSince(agentId, since)).toBeLessThanOrEqual(DAILY_LIMIT);
          const kept = world.store.read.agents.find(agentId)?.ancestorIds ?? [];
          expect(kept.length).toBeGreaterThanOrEqual(depths.get(agentId) ?? 0);
          depths.set(agentId, kept.length);
        }
        for (const id of IDS) {
          const record = world.store.read.records.find(id);
          if (record === undefined) continue;
          const { creator, ancestorChain, depth } = record.provenance;
          expect(depth).toBeLessThanOrEqual(creator.kind === 'agent' ? DEPTH_LIMIT : 0);
          const ancestorIds = ancestorChain.map(({ actor }) => actor.actorId ?? '');
          expect(provenanceOf(creator, ancestorIds)).toEqual(record.provenance);
          const status = world.store.read.automations.find(id)?.automation.status;
          if (record.pausedForLifecycle) expect(status).not.toBe('active');
        }
      }
      expect(world.store.read.audit.verify()).toMatchObject({ isOk: true });
      expect(world.logger.errors).toEqual([]);
      world.holder.close();
    }),
    { numRuns: 30, endOnFailure: true },
  );
});
