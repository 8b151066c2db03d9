import { expect, onTestFinished, test } from 'vitest';
import { noticesOf } from '../../electron/desktop/notifications/notices';
import type { Notice } from '../../electron/desktop/notifications/plan';
import { createDeskReads } from '../../electron/edges/ipc/desk-reads';
import { nanosOfUsd } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import { ask } from '../support/approvals';
import { tamper } from '../support/audit';
import { create, setLimits } from '../support/automations';
import { approveOverride, spend, startRun } from '../support/runs';
import { agent, createWorld, engine, operator } from '../support/world';

/** A world whose commits are told as notices. */
function telling() {
  const world = createWorld();
  const reads = createDeskReads(world.holder, world.query, operator, world.clock);
  const notices: Notice[] = [];
  onTestFinished(world.feed.subscribe((commit) => notices.push(...noticesOf(commit, reads))));
  return {
    world,
    /** What was told since it was last asked: kind, title, text and buttons. */
    told: () =>
      notices
        .splice(0)
        .map(({ kind, notification: { title, body, actions } }) => [
          kind,
          title,
          body,
          actions.map(({ label }) => label),
        ]),
    notices,
  };
}

test('a request of an agent is one of its own kind, with the buttons that decide', async () => {
  const { world, told } = telling();
  await ask(world, { rationale: 'Why not', action: { command: 'npm test' } });
  expect(told()).toEqual([['request', 'scout: Run npm test', 'npm test\nWhy: Why not', ['Approve', 'Deny', 'Open']]]);
});

test('an approval that is not what the log says is told when it is to be used [13.vouched]', async () => {
  const { world, told } = telling();
  const action = { command: 'npm publish' };
  const { approvalId } = await ask(world, { rationale: 'Why not', action });
  await world.execute(operator, 'approval.deny', { approvalId });
  tamper(world.home, (database) => database.exec("UPDATE approvals SET status = 'approved'"));
  told();
  expect(await world.execute(agent('scout'), 'approval.consume', { approvalId, action })).toMatchObject({ ok: false });
  const [title, body] = ['An approval was changed behind Gatehouse’s back', expect.stringContaining('audit log')];
  expect(told()).toEqual([['api_trouble', title, body, ['Open']]]);
});

test('an engine that calls itself by a name of ours does not pass for us', async () => {
  const { world, told } = telling();
  await world.execute(engine, 'approval.request', {
    requestType: 'lifecycle_review',
    targetResource: { type: 'automation', id: 'nightly' },
    rationale: 'Look',
  });
  expect(told().map(([kind]) => kind)).toEqual(['request']);
});

test('the first report over the warning warns, the one over the cap says by how much, and each is told once', async () => {
  const { world, told, notices } = telling();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(5) });
  const { automationId } = await create(world, agent('scout'));
  const runId = await startRun(world, automationId);
  told();
  await spend(world, runId, 3.99);
  expect(told()).toEqual([]);
  await spend(world, runId, 0.99);
  expect(told()).toEqual([
    [
      'spend_warning',
      'scout has used 99% of its weekly cap',
      '$4.98 of $5.00 this week. At the cap it is stopped.',
      ['Open'],
    ],
  ]);
  await spend(world, runId, 0.52);
  expect(notices[0]?.approvalId).toBe(world.store.read.approvals.waiting(1)[0]?.approvalId);
  expect(told()).toEqual([
    [
      'hard_stop',
      'scout is stopped by its weekly cap',
      expect.stringMatching(
        /^\$5\.50 of \$5\.00 this week: \$0\.50 over the cap\.\n1 run stopped\.\nApprove lets it go on until .*\.$/,
      ),
      ['Approve', 'Deny', 'Open'],
    ],
  ]);
});

test('a cap that is hit exactly is not said to be overshot', async () => {
  const { world, told } = telling();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(5), spendWarningThresholdRatio: 0 });
  const { automationId } = await create(world, agent('scout'));
  await spend(world, await startRun(world, automationId), 5);
  expect(told().find(([kind]) => kind === 'hard_stop')?.[2]).toMatch(
    /^\$5\.00 of \$5\.00 this week: the cap is reached, and not overshot\.\n/,
  );
});

test('an agent whose plan is used as far as the operator lets it go is told of as a hard stop, with the window that it is about', async () => {
  const { world, told } = telling();
  setLimits(world, { planStopRatio: 0.8 });
  const { at } = world.clock;
  const window = { windowMinutes: 10_080, usedPercent: 81.9, resetsAtMs: at + 60_000, atMs: at };
  await world.execute(agent('scout'), 'quota.tell', { engine: 'claude', quotas: [window] });
  expect(told()).toEqual([
    [
      'hard_stop',
      'scout is stopped: its plan is used as far as you allow',
      '81% of its 7-day window is used; you let it go to 80%. It goes on when the window begins anew, or when you raise the limit.',
      ['Open'],
    ],
  ]);
});

test('one report that stops an agent and its parent is a hard stop of each, and no request besides', async () => {
  const { world, told } = telling();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(5), spendWarningThresholdRatio: 0 });
  const { automationId } = await create(world, agent('child', ['root']));
  const runId = await startRun(world, automationId);
  told();
  await spend(world, runId, 6);
  expect(told().map(([kind, title]) => [kind, title])).toEqual([
    ['hard_stop', 'child is stopped by its weekly cap'],
    ['hard_stop', 'root is stopped by its weekly cap'],
  ]);
  await approveOverride(world, 'child', world.clock.now() + HOUR_MS);
});

test('what an agent created is to be looked at when there is enough of it', async () => {
  const { world, told } = telling();
  setLimits(world, { perAgentCreationReviewThreshold: 2 });
  await create(world, agent('scout'));
  await create(world, agent('scout'), { name: 'Another' });
  expect(told()).toEqual([
    [
      'review',
      'Look at agent scout',
      expect.stringMatching(/^scout has created 2 automations .*$/),
      ['Approve', 'Deny', 'Open'],
    ],
  ]);
});

test('an automation that expires soon is told once, and again when it has', async () => {
  const { world, told } = telling();
  setLimits(world, { defaultExpiresAfterMs: 10 * 24 * HOUR_MS, expirationWarningWindowMs: 24 * HOUR_MS });
  await create(world, agent('scout'), { name: 'Nightly & co' });
  told();
  const check = () => world.execute(operator, 'health.check', {});
  world.clock.at += 9.5 * 24 * HOUR_MS;
  await check();
  await check();
  expect(told().map(([kind, title, , buttons]) => [kind, title, buttons])).toEqual([
    ['expiry', 'Nightly & co expires soon', ['Extend', 'Retire', 'Deny', 'Open']],
  ]);
  world.clock.at += 24 * HOUR_MS;
  await check();
  expect(told().map(([kind, title]) => [kind, title])).toEqual([['expiry', 'Nightly & co has expired']]);
});

test('the operator’s pause says how many runs of that agent it stopped, and a pause of all says it once', async () => {
  const { world, told } = telling();
  for (const name of ['scout', 'ledger']) {
    const { automationId } = await create(world, agent(name), { name });
    await startRun(world, automationId);
    await startRun(world, automationId);
  }
  told();
  await world.execute(operator, 'agent.pause', { agentId: 'scout' });
  expect(told().map(([kind, title]) => [kind, title])).toEqual([['agent_stopped', 'scout paused: 2 runs stopped']]);
  await world.execute(operator, 'agents.pauseAll', {});
  expect(told().map(([kind, title]) => [kind, title])).toEqual([
    ['agent_stopped', 'All agents paused: 2 runs stopped'],
  ]);
  await world.execute(operator, 'agents.resumeAll', {});
  expect(told()).toEqual([]);
});
