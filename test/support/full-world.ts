import type { InputOf } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { nanosOfUsd } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import { ask as askFor } from './approvals';
import { gatehouse } from './runs';
import { agent, engine, operator, type World } from './world';

/** What a full world has, for tests to act on. */
export type Full = {
  /** Pending, with a week left. */
  readonly toApprove: string;
  readonly toDeny: string;
  /** Pending, of Gatehouse about the automation `watched`; denied, that automation's runs are paused. */
  readonly review: string;
  /** Pending, over an hour after the start. */
  readonly due: string;
  /** Runs that are running, by automation. */
  readonly running: Readonly<Record<string, string>>;
};

async function ask(world: World, caller: Caller, rationale: string, more: Partial<InputOf<'approval.request'>> = {}) {
  const action = { tool_name: 'Bash', tool_input: { command: `npm run ${rationale}` } };
  return (await askFor(world, { rationale, action, ...more }, caller)).approvalId;
}

/** Fills every table of a world by the commands that fill it in life: agents, their tokens, runs, spend, requests, rules. */
export async function fillWorld(world: World): Promise<Full> {
  await world.done(operator, 'limits.update', { weeklySpendCapNanos: nanosOfUsd(100), runReviewThreshold: 1 });
  for (const agentId of ['boss', 'scout', 'lone']) {
    await world.done(operator, 'token.create', { kind: 'agent', name: `token of ${agentId}`, agentId });
  }
  await world.done(operator, 'token.create', { kind: 'engine', name: 'tandem' });
  await world.done(operator, 'agent.setLimits', { agentId: 'scout', weeklySpendCapNanos: nanosOfUsd(50) });

  const scout = agent('scout', ['boss']);
  for (const [caller, automationId] of [
    [scout, 'nightly'],
    [agent('lone'), 'watched'],
    [agent('lone'), 'gone'],
  ] as const) {
    await world.done(caller, 'automation.create', { automationId, name: automationId, status: 'active' });
  }
  await world.done(operator, 'automation.create', {
    automationId: 'shared',
    name: 'shared',
    status: 'active',
    agents: [{ agentId: 'lone' }],
  });
  await world.done(operator, 'grant.create', { automationId: 'shared', grantedToAgentId: 'scout' });

  const running: Record<string, string> = {};
  for (const automationId of ['nightly', 'watched', 'shared']) {
    const over = await world.done(engine, 'automation.run', { automationId });
    await world.done(engine, 'run.report', { runId: over.run.runId, status: 'running' });
    await world.done(engine, 'run.report', { runId: over.run.runId, status: 'completed' });
    const { run } = await world.done(engine, 'automation.run', { automationId });
    await world.done(engine, 'run.report', { runId: run.runId, status: 'running', activeSessionIds: ['s1'] });
    running[automationId] = run.runId;
    const usage = { runId: run.runId, usageId: 'u1', promptTokens: 10, completionTokens: 5, costNanos: nanosOfUsd(1) };
    await world.done(engine, 'run.spend', usage);
    await world.done(engine, 'run.reserve', { runId: run.runId, usageId: 'u2', costNanos: nanosOfUsd(1) });
  }
  await world.done(operator, 'automation.delete', { automationId: 'gone' });

  const now = world.clock.now();
  const [toApprove, toDeny] = [await ask(world, agent('lone'), 'build'), await ask(world, scout, 'lint')];
  const due = await ask(world, agent('lone'), 'soon', { expiresAtMs: now + HOUR_MS });
  const approved = await ask(world, agent('lone'), 'check');
  await world.done(operator, 'approval.approve', { approvalId: approved });
  const denied = await ask(world, agent('lone'), 'publish');
  await world.done(operator, 'approval.deny', { approvalId: denied, notes: 'no' });
  const cancelled = await ask(world, agent('lone'), 'nothing');
  await world.done(agent('lone'), 'approval.cancel', { approvalId: cancelled });
  await world.done(operator, 'toolRule.create', {
    agentId: 'lone',
    toolName: 'Read',
    pattern: { kind: 'any' },
    duration: 'until_revoked',
  });
  await world.done(operator, 'toolClass.set', { agentId: 'lone', toolName: 'mcp__box__turn', level: 'low' });
  await world.done(operator, 'workspace.untrust', { folder: '/work/shop' });
  const reviews = world.query(operator, 'approvals.list', { requestType: 'lifecycle_review', status: 'pending' });
  const review = reviews.ok
    ? reviews.value.approvals.find(({ targetResource }) => targetResource.id === 'watched')?.approvalId
    : undefined;
  if (review === undefined) throw new Error('the run that was over did not bring a review');

  await world.done(gatehouse, 'health.check', {});
  await world.done(operator, 'agent.pause', { agentId: 'early' });
  world.store.transaction(({ kept }) => kept.keep('kept_aside:1', [{ path: 'records.x', value: 1 }]));
  return { toApprove, toDeny, review, due, running };
}
