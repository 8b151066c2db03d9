import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Api } from '../../electron/edges/http/server';
import { bindingAgentIds, keptChains } from '../../electron/nouns/lineage/effects';
import { onlyLeavesOut } from '../../electron/nouns/lineage/rules';
import { nanosOfUsd } from '../../shared/kernel/money';
import { askBody, call } from '../support/api-client';
import { definition, setLimits } from '../support/automations';
import { createWorld, operator, type World } from '../support/world';

const agentIds = ['a', 'b', 'c', 'd'] as const;
const acts = ['create', 'run', 'reserve', 'spend', 'ask', 'allowance', 'ask as a sub-agent'] as const;

const steps = fc.array(
  fc.record({
    agentId: fc.constantFrom(...agentIds),
    /** What is stated, in any order, with names that there are and one that there is not. */
    ancestorIds: fc.shuffledSubarray([...agentIds, 'nobody'], { maxLength: 3 }),
    by: fc.oneof(
      { weight: 1, arbitrary: fc.constant('engine' as const) },
      { weight: 3, arbitrary: fc.constant('agent' as const) },
    ),
    act: fc.constantFrom(...acts),
  }),
  { minLength: 4, maxLength: 14 },
);

/** What others could take from an agent. */
function standingOf({ store: { read } }: World, agentId: string) {
  const { pausedAtMs, spendPausedAtMs } = read.agents.find(agentId) ?? {};
  return {
    windows: read.spend.windows(agentId),
    reservedNanos: read.spend.reservedFor(agentId),
    pausedAtMs,
    spendPausedAtMs,
  };
}

const chainsOf = ({ store }: World, agentId: string) =>
  keptChains(store.read.agents.find(agentId)).map(({ ancestorIds }) => ancestorIds);

async function send(
  api: Api,
  token: string | undefined,
  step: { agentId: string; ancestorIds: string[]; act: string },
) {
  const isSub = step.act === 'ask as a sub-agent';
  const by = {
    ...(token === undefined ? { agent: step.agentId } : { token, ...(isSub && { agent: `${step.agentId}/sub` }) }),
    headers: { 'x-tandem-agent-ancestor-ids': step.ancestorIds.join(',') },
  };
  const own = `/automations/v2/of-${step.agentId}`;
  const runs = `/automations/v2/runs/`;
  const newest = async () => {
    const { body } = await call(api, 'GET', `${own}/runs`, {});
    return `${runs}${String(body?.runs?.[0]?.run_id ?? 'none')}`;
  };
  const usage = { prompt_tokens: 1, completion_tokens: 1, cost_usd: 2 };
  switch (step.act) {
    case 'create':
      return call(api, 'POST', '/automations/v2', {
        ...by,
        body: { ...definition(), automation_id: `of-${step.agentId}`, status: 'active' },
      });
    case 'run':
      return call(api, 'POST', `${own}/run_now`, { ...by, body: {} });
    case 'reserve':
      return call(api, 'POST', `${await newest()}/reserve`, { ...by, body: { usage_id: 'u', cost_usd: 2 } });
    case 'spend':
      return call(api, 'POST', `${await newest()}/spend`, { ...by, body: usage });
    case 'allowance':
      return call(api, 'GET', `/governance/agents/${step.agentId}/allowance`, by);
    default:
      return call(api, 'POST', '/governance/approvals', { ...by, body: askBody() });
  }
}

test("[3] [8] whatever is stated by whom, an agent's token touches only those who are recorded above it, and no statement sheds one", async () => {
  let charged = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const world = createWorld();
      setLimits(world, { weeklySpendCapNanos: nanosOfUsd(5), lineageDepthLimit: 9 });
      const api = await world.startApi();
      const tokens = new Map<string, string>();
      for (const agentId of agentIds) {
        const made = await world.execute(operator, 'token.create', { kind: 'agent', name: agentId, agentId });
        if (made.ok) tokens.set(agentId, made.value.secret);
      }
      // So that there is something to be charged and reserved.
      for (const agentId of agentIds) {
        const step = { agentId, ancestorIds: [...agentIds], act: 'create' };
        for (const act of ['create', 'run']) await send(api, tokens.get(agentId), { ...step, act });
      }
      for (const step of given) {
        const { read } = world.store;
        const above = bindingAgentIds(read, step.agentId);
        const others = agentIds.filter((id) => !above.includes(id));
        // Whom the automation was charged to when it was made pays for its runs as well.
        const payers = read.records.lineageAgents(`of-${step.agentId}`);
        const strangers = others.filter((id) => !payers.includes(id));
        const standing = strangers.map((id) => standingOf(world, id));
        const kept = new Map(agentIds.map((id) => [id, chainsOf(world, id)]));
        const spent = read.spend.windows(step.agentId).length;
        await send(api, step.by === 'engine' ? undefined : tokens.get(step.agentId), step);

        if (step.by === 'agent') {
          expect(strangers.map((id) => standingOf(world, id))).toEqual(standing);
          expect(new Map(agentIds.map((id) => [id, chainsOf(world, id)]))).toEqual(kept);
          charged += read.spend.windows(step.agentId).length - spent;
        }
        for (const id of agentIds) {
          const now = chainsOf(world, id);
          const before = kept.get(id) ?? [];
          expect(now[0]?.length ?? 0).toBeGreaterThanOrEqual(before[0]?.length ?? 0);
          for (const chain of before) expect(now.some((one) => onlyLeavesOut(chain, one))).toBe(true);
        }
        expect(above.filter((id) => !bindingAgentIds(read, step.agentId).includes(id))).toEqual([]);
      }
      expect(world.store.read.audit.verify()).toMatchObject({ isOk: true });
      expect(world.logger.errors).toEqual([]);
      await api.close();
      world.holder.close();
    }),
    { numRuns: 10, endOnFailure: true },
  );
  // The law would say nothing if nothing was ever charged.
  expect(charged).toBeGreaterThan(0);
});
