import { expect, test } from 'vitest';
import { createOperatorChoices } from '../../electron/desktop/operator-choices';
import { createPreferences } from '../../electron/desktop/preferences';
import { createDeskReads } from '../../electron/edges/ipc/desk-reads';
import { HOUR_MS } from '../../shared/kernel/time';
import { create, setLimits } from '../support/automations';
import { insertAgent, insertApproval } from '../support/governed';
import { agent, createWorld, operator, START } from '../support/world';

function choosing() {
  const world = createWorld();
  const store: Record<string, unknown> = {};
  const preferences = createPreferences({ store, set: (key, value) => void (store[key] = value) });
  const said: string[][] = [];
  let tellDone = () => {};
  const choices = createOperatorChoices({
    send: world.execute,
    operator,
    clock: world.clock,
    preferences,
    find: createDeskReads(world.holder, world.query, operator, world.clock).find,
    sayNotDone: (_key, title, reason) => said.push([title, reason]),
    onDone: () => tellDone(),
  });
  /** Chooses, and waits until it is done or refused. */
  const after = (choose: () => void) =>
    new Promise<void>((resolve) => {
      tellDone = resolve;
      choose();
    });
  return { world, preferences, said, choices, after };
}

test('a pause that is refused says so and why, and one that is not says nothing', async () => {
  const { world, said, choices, after } = choosing();
  insertAgent(world, 'scout', {});
  await after(() => choices.pause('scout', true));
  expect(world.store.read.agents.find('scout')?.pausedAtMs).toBe(START);
  await after(() => choices.pause('scout', false));
  expect(world.store.read.agents.find('scout')?.pausedAtMs).toBeUndefined();
  expect(said).toEqual([]);
  setLimits(world, { perAgentPauseEnabled: false });
  await after(() => choices.pause('scout', true));
  expect(said).toEqual([['Not done: Pause scout', expect.stringContaining('turned off in the limits')]]);
  expect(world.store.read.agents.find('scout')?.pausedAtMs).toBeUndefined();
});

test('all are paused and resumed where single ones cannot be', async () => {
  const { world, said, choices, after } = choosing();
  insertAgent(world, 'scout', {});
  setLimits(world, { perAgentPauseEnabled: false });
  await after(choices.pauseAll);
  expect(world.store.read.agents.paused().map(({ agentId }) => agentId)).toEqual(['scout']);
  await after(choices.resumeAll);
  expect([world.store.read.agents.paused(), said]).toEqual([[], []]);
});

test('a decision that comes too late says what it was before, and claims nothing', async () => {
  const { world, said, choices } = choosing();
  const approvalId = insertApproval(world, { expiresAtMs: START + HOUR_MS });
  await choices.decide(approvalId, undefined, 'deny');
  expect(said).toEqual([]);
  await choices.decide(approvalId, undefined, 'approve');
  expect(said).toEqual([['Not decided: scout: Run git push', 'It was denied already.']]);
});

test('what was asked about the end of an automation is answered by extending it, or by retiring it', async () => {
  const { world, said, choices } = choosing();
  setLimits(world, { defaultExpiresAfterMs: HOUR_MS, expirationWarningWindowMs: 2 * HOUR_MS });
  const reads = createDeskReads(world.holder, world.query, operator, world.clock);
  const recordAfter = async (verdict: 'extend' | 'retire') => {
    const { automationId } = await create(world, agent('scout'), { name: verdict });
    await world.execute(operator, 'health.check', {});
    await choices.decide(reads.pendingRetirement(automationId) ?? '', undefined, verdict);
    return world.store.read.records.find(automationId);
  };
  const before = world.clock.now();
  world.clock.at += 60_000;
  expect(await recordAfter('extend')).toMatchObject({ expiresAtMs: before + 60_000 + HOUR_MS, reviewRequired: false });
  expect(await recordAfter('retire')).toMatchObject({ retiredAtMs: before + 60_000 });
  expect(said).toEqual([]);
});

test('a mute ends in an hour or tomorrow, or at once', () => {
  const { preferences, choices } = choosing();
  choices.mute('hour');
  expect(preferences.current().mutedUntilMs).toBe(START + HOUR_MS);
  choices.mute('tomorrow');
  expect(preferences.current().mutedUntilMs).toBeGreaterThan(START + HOUR_MS);
  choices.mute('off');
  expect(preferences.current().mutedUntilMs).toBeNull();
});
