import { describe, expect, test } from 'vitest';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import type { Caller } from '../../../shared/kernel/actor';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, eventsAfter } from '../../support/audit';
import { setLimits } from '../../support/automations';
import { insertAgent } from '../../support/governed';
import { putAutomation, spend, startRun } from '../../support/runs';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

/** Gives an agent a grant that lets it change the automation. */
function grant(world: World, agentId: string): void {
  world.store.transaction(({ grants }) =>
    grants.save({
      grantId: `grant-${agentId}`,
      automationId: 'auto',
      grantKind: 'modify',
      grantedTo: { kind: 'agent', actorId: agentId },
      grantedBy: operator.actor,
      createdAtMs: START,
    }),
  );
}

describe('starting a run', () => {
  test('queues it for an engine and says so', async () => {
    const world = createWorld();
    putAutomation(world);
    const started = await world.execute(agent('scout'), 'automation.run', {
      automationId: 'auto',
      triggerType: 'cron',
    });
    expect(started).toMatchObject({
      ok: true,
      value: { ok: true, dryRun: false, run: { status: 'queued', triggerType: 'cron' } },
    });
    if (!started.ok) return;
    const { runId } = started.value.run;
    expect(world.query(agent('scout'), 'runs.get', { runId })).toEqual({ ok: true, value: { run: started.value.run } });
    expect(eventsAfter(world)).toEqual([
      {
        name: 'run.started',
        payload: { runID: runId, automationID: 'auto', triggerType: 'cron' },
        actor: { kind: 'agent', actorId: 'scout' },
      },
    ]);
  });

  test('that is dry makes every check and keeps nothing [api-2.run-now]', async () => {
    const world = createWorld();
    putAutomation(world);
    const dry = await world.execute(engine, 'automation.run', { automationId: 'auto', dryRun: true });
    expect(dry).toMatchObject({ ok: true, value: { dryRun: true, run: { status: 'queued' } } });
    expect(world.store.read.runs.newest('auto', 10)).toEqual([]);
    expect(eventNamesAfter(world)).toEqual([]);
    insertAgent(world, 'scout', { pausedAtMs: START });
    expect(codeOf(await world.execute(engine, 'automation.run', { automationId: 'auto', dryRun: true }))).toBe(
      'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    );
  });

  test.each<[string, Partial<GovernanceRecord>, string]>([
    ['that nothing blocks', {}, 'ok'],
    ['that is paused for lifecycle', { pausedForLifecycle: true }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['that is retired', { retiredAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['that has expired', { expiredAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['whose time is over now', { expiresAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['whose time is over in a moment', { expiresAtMs: START + 1 }, 'ok'],
    ['that is deleted', { deletedAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['that needs a review only', { reviewRequired: true }, 'ok'],
  ])('of an automation %s [api-2.run-now]', async (_name, record, code) => {
    const world = createWorld();
    putAutomation(world, { record });
    for (const caller of [operator, engine, agent('scout')]) {
      expect(codeOf(await world.execute(caller, 'automation.run', { automationId: 'auto' }))).toBe(code);
    }
    expect(eventNamesAfter(world)).toEqual(Array(3).fill(code === 'ok' ? 'run.started' : 'denied'));
  });

  test('without a custody record is refused, of an unknown automation not found', async () => {
    const world = createWorld();
    world.store.transaction(({ automations }) =>
      automations.insert(
        { automationId: 'bare', name: 'x', status: 'active', creatorId: 'x', createdAtMs: 0, updatedAtMs: 0 },
        [],
        [],
      ),
    );
    expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'bare' }))).toBe(
      'AUTOMATION_V2_GOVERNANCE_MISSING',
    );
    expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'none' }))).toBe(
      'AUTOMATION_V2_NOT_FOUND',
    );
  });

  test.each<[string, string]>([
    ['creator', 'scout'],
    ['ancestor', 'root'],
    ['agent of the flow', 'writer'],
  ])('is refused while its %s is paused, whoever asks [12.starts-nothing]', async (_name, pausedId) => {
    const world = createWorld();
    putAutomation(world, { ancestorIds: ['root'], flow: ['writer'] });
    insertAgent(world, pausedId, { pausedAtMs: START });
    for (const caller of [operator, engine, agent('scout')]) {
      expect(codeOf(await world.execute(caller, 'automation.run', { automationId: 'auto' }))).toBe(
        'AUTOMATION_V2_AGENT_CREATION_PAUSED',
      );
    }
    expect(eventsAfter(world)[0]).toMatchObject({ name: 'denied', payload: { pausedAgentIDs: [pausedId] } });
  });

  test.each<[string, string, string]>([
    ['the creator', 'scout', 'ok'],
    ['an agent of the flow', 'writer', 'ok'],
    ['an agent with a grant', 'helper', 'ok'],
    ['an ancestor, which sees it', 'root', 'AUTOMATION_V2_MODIFY_FORBIDDEN'],
    ['a stranger, who cannot even see it', 'stranger', 'AUTOMATION_V2_MODIFY_FORBIDDEN'],
  ])('and all else that is done to runs, by %s [api-2.agent-runs]', async (_name, agentId, code) => {
    const world = createWorld();
    putAutomation(world, { ancestorIds: ['root'], flow: ['writer'] });
    grant(world, 'helper');
    const caller = agent(agentId);
    expect(codeOf(await world.execute(caller, 'automation.run', { automationId: 'auto' }))).toBe(code);
    const runId = await startRun(world);
    expect(codeOf(await world.execute(caller, 'run.report', { runId, detail: 'x' }))).toBe(code);
    expect(codeOf(await world.execute(caller, 'run.reserve', { runId, usageId: 'u', costNanos: 1 }))).toBe(code);
    const usage = { promptTokens: 1, completionTokens: 1, costNanos: 1 };
    expect(codeOf(await world.execute(caller, 'run.spend', { runId, ...usage }))).toBe(code);
    expect(codeOf(await world.execute(caller, 'run.pause', { runId }))).toBe(code);
    expect(codeOf(await world.execute(caller, 'run.resume', { runId }))).toBe(
      code === 'AUTOMATION_V2_MODIFY_FORBIDDEN' ? code : 'ok',
    );
    expect(codeOf(await world.execute(caller, 'run.cancel', { runId }))).toBe(code);
    const isSeen = agentId !== 'stranger';
    expect(world.query(caller, 'runs.get', { runId }).ok).toBe(isSeen);
    expect(world.query(caller, 'runs.list', { automationId: 'auto' }).ok).toBe(isSeen);
  });

  test('does not need the creator to be an agent', async () => {
    const world = createWorld();
    putAutomation(world, { creator: operator.actor });
    expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'auto' }))).toBe('ok');
    expect(codeOf(await world.execute(agent('scout'), 'automation.run', { automationId: 'auto' }))).toBe(
      'AUTOMATION_V2_MODIFY_FORBIDDEN',
    );
  });
});

test('a flow agent that its spend has stopped cannot start a run, though it pays for none of it [8.no-run]', async () => {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(1) });
  putAutomation(world, { automationId: 'own', creator: { kind: 'agent', actorId: 'writer' } });
  putAutomation(world, { flow: ['writer'] });
  const runId = await startRun(world, 'own');
  await spend(world, runId, 1);
  const start = (caller: Caller) => world.execute(caller, 'automation.run', { automationId: 'auto' });
  expect(codeOf(await start(agent('writer')))).toBe('AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED');
  expect(codeOf(await start(agent('scout')))).toBe('ok');
  expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'own' }))).toBe(
    'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
  );
});
