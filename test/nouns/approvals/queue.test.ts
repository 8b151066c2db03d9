import { describe, expect, test } from 'vitest';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { ask } from '../../support/approvals';
import { insertAgent } from '../../support/governed';
import { putAutomation, spend, startRun } from '../../support/runs';
import { agent, createWorld, engine, operator, START } from '../../support/world';

/** What pushing to a remote is, which is what is asked for here. */
const risk = {
  level: 'high',
  reasons: [{ kind: 'sends', what: 'pushes commits to a remote', span: { start: 0, end: 8 } }],
};

describe('what a request has cost so far', () => {
  test('is unknown, never nothing, while nobody reported a cost', async () => {
    const world = createWorld();
    const { approvalId } = await ask(world);
    expect(world.query(operator, 'approvals.facts', { approvalId })).toEqual({
      ok: true,
      value: { risk, agentId: 'scout' },
    });
  });

  test("is the asker's week, all it ever cost, its cap, and the run that it names", async () => {
    const world = createWorld();
    putAutomation(world);
    insertAgent(world, 'scout', { overrides: { weeklySpendCapNanos: nanosOfUsd(10) } });
    const runId = await startRun(world);
    const idleId = await startRun(world);
    await spend(world, runId, 1.5);
    const { approvalId } = await ask(world, { context: { run_id: runId } });
    const costs = { weekNanos: nanosOfUsd(1.5), lifetimeNanos: nanosOfUsd(1.5), weeklyCapNanos: nanosOfUsd(10) };
    expect(world.query(operator, 'approvals.facts', { approvalId })).toEqual({
      ok: true,
      value: { risk, agentId: 'scout', ...costs, run: { runId, automationId: 'auto', costNanos: nanosOfUsd(1.5) } },
    });
    const idle = await ask(world, { context: { runID: idleId } });
    expect(world.query(operator, 'approvals.facts', { approvalId: idle.approvalId })).toEqual({
      ok: true,
      value: { risk, agentId: 'scout', ...costs, run: { runId: idleId, automationId: 'auto' } },
    });
  });

  test('leaves out a week of which tokens were reported and no cost, and says of one without either that it was nothing', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    await spend(world, runId, 1.5);
    const { approvalId } = await ask(world, { expiresAtMs: START + 1000 * HOUR_MS });
    const lifetimeNanos = nanosOfUsd(1.5);
    world.clock.at = START + 8 * 24 * HOUR_MS;
    expect(world.query(operator, 'approvals.facts', { approvalId })).toEqual({
      ok: true,
      value: { risk, agentId: 'scout', weekNanos: 0, lifetimeNanos },
    });
    await spend(world, runId, 0);
    expect(world.query(operator, 'approvals.facts', { approvalId })).toEqual({
      ok: true,
      value: { risk, agentId: 'scout', lifetimeNanos },
    });
  });

  test("is not that of somebody else's run, whatever the asker writes", async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    await spend(world, runId, 1.5);
    const byAgent = await ask(world, { context: { run_id: runId } }, agent('stranger'));
    const byEngine = await ask(world, { context: { run_id: runId } }, engine);
    expect(world.query(operator, 'approvals.facts', { approvalId: byAgent.approvalId })).toEqual({
      ok: true,
      value: { risk, agentId: 'stranger' },
    });
    expect(world.query(operator, 'approvals.facts', { approvalId: byEngine.approvalId })).toEqual({
      ok: true,
      value: { risk },
    });
  });
});

describe('the queue in pages', () => {
  test('goes on after any approval by deadline, also after one that is settled meanwhile', async () => {
    const world = createWorld();
    const deadlines = [3, 1, 2, 2];
    const asked = [];
    for (const [index, hours] of deadlines.entries()) {
      asked.push(await ask(world, { rationale: `Reason ${index}`, expiresAtMs: START + hours * HOUR_MS }));
    }
    const [last, first, second, third] = asked;
    if (first === undefined || last === undefined || second === undefined || third === undefined)
      throw new Error('few');
    await world.execute(operator, 'approval.deny', { approvalId: first.approvalId });
    const page = world.query(operator, 'queue.waitingAfter', {
      approvalId: first.approvalId,
      expiresAtMs: first.expiresAtMs,
    });
    expect(page.ok && page.value.waiting.map(({ approvalId }) => approvalId)).toEqual([
      second.approvalId,
      third.approvalId,
      last.approvalId,
    ]);
  });

  test('search is for the operator only, and refuses a cursor that it did not answer', () => {
    const world = createWorld();
    const wrong = world.query(operator, 'approvals.search', { scope: 'past', cursor: 'x' });
    expect(wrong.ok ? undefined : wrong.refusal.code).toBe('VALIDATION_FAILED');
    const byAgent = world.query(agent('scout'), 'approvals.search', { scope: 'past' });
    expect(byAgent.ok ? undefined : byAgent.refusal.code).toBe('FORBIDDEN');
  });
});
