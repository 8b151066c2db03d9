import {
  lineageAgentIds,
  newRecord,
  noCapabilities,
  provenanceOf,
} from '../../electron/nouns/automations/rules-definition';
import { type Automation, flowAgentIds } from '../../shared/contract/automation';
import type { GovernanceRecord } from '../../shared/contract/governance';
import type { Run } from '../../shared/contract/run';
import type { SpendSummary } from '../../shared/contract/spend';
import type { Actor, Caller } from '../../shared/kernel/actor';
import { nanosOfUsd } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import { setLimits } from './automations';
import { agent, createWorld, engine, operator, START, type World } from './world';

const scoutActor: Actor = { kind: 'agent', actorId: 'scout' };

/** Puts an automation and its custody record into the store; by scout unless the test says who. Answers its id. */
export function putAutomation(
  world: World,
  different: {
    readonly automationId?: string;
    readonly creator?: Actor;
    readonly ancestorIds?: readonly string[];
    readonly flow?: readonly string[];
    readonly record?: Partial<GovernanceRecord>;
  } = {},
): string {
  const { automationId = 'auto', creator = scoutActor, ancestorIds = [], flow = [] } = different;
  const automation: Automation = {
    automationId,
    name: 'Nightly',
    status: 'active',
    creatorId: creator.actorId ?? 'unknown',
    agents: flow.map((agentId) => ({ agentId })),
    createdAtMs: START,
    updatedAtMs: START,
  };
  const provenance = provenanceOf(creator, ancestorIds);
  world.store.transaction(({ automations, records }) => {
    automations.insert(automation, lineageAgentIds(provenance), flowAgentIds(automation));
    const begun = { automationId, provenance, createdAtMs: START, updatedAtMs: START };
    records.save({ ...newRecord({ ...begun, declaredCapabilities: noCapabilities }), ...different.record });
  });
  return automationId;
}

/** Starts a run as the engine and reports it running; answers its id. */
export async function startRun(world: World, automationId = 'auto'): Promise<string> {
  const started = await world.done(engine, 'automation.run', { automationId });
  const { runId } = started.run;
  await world.execute(engine, 'run.report', { runId, status: 'running', activeSessionIds: ['s1', 's2'] });
  return runId;
}

/** The run as it is stored. */
export function runOf(world: World, runId: string): Run {
  const run = world.store.read.runs.find(runId);
  if (run === undefined) throw new Error(`no run ${runId}`);
  return run;
}

/** Reports a cost in dollars, as the engine. */
export function spend(world: World, runId: string, usd: number, usageId?: string) {
  return world.execute(engine, 'run.spend', {
    runId,
    ...(usageId !== undefined && { usageId }),
    promptTokens: 10,
    completionTokens: 5,
    costNanos: nanosOfUsd(usd),
  });
}

/** Sets a cost in dollars aside, as the engine. */
export function reserve(world: World, runId: string, usd: number, usageId: string) {
  return world.execute(engine, 'run.reserve', { runId, usageId, costNanos: nanosOfUsd(usd) });
}

/** Asks for a quota override as the agent and approves it as the operator; it holds until then. */
export async function approveOverride(world: World, agentId: string, expiresAtMs: number): Promise<void> {
  const asked = await world.done(agent(agentId), 'approval.request', {
    requestType: 'quota_override',
    targetResource: { type: 'agent', id: agentId },
    rationale: `more, please, until ${expiresAtMs}`,
    expiresAtMs,
  });
  const { approvalId } = asked.approval;
  await world.done(operator, 'approval.approve', { approvalId });
}

/** When the next week begins: START is a Sunday at noon. */
export const NEXT_WEEK = START + 12 * HOUR_MS;
/** Gatehouse's own timers. */
export const gatehouse: Caller = { role: 'gatehouse', actor: { kind: 'system', source: 'test' }, ancestorIds: [] };

/** Brings every index up with what was committed, as the scheduler does a moment after each commit. */
export async function indexAll(world: World): Promise<void> {
  for (let count = 1; count > 0; ) {
    const done = await Promise.all([
      world.execute(gatehouse, 'audit.index', {}),
      world.execute(gatehouse, 'approvals.index', {}),
    ]);
    count = Math.max(...done.map((one) => (one.ok ? one.value.count : Number.NaN)));
    if (Number.isNaN(count)) throw new Error('the indexes cannot be written');
  }
}

/** What an agent spent, as the operator sees it. */
export function summaryOf(world: World, agentId: string): SpendSummary | undefined {
  const result = world.query(operator, 'spend.get', { agentId });
  return result.ok ? result.value.spend : undefined;
}

/** What an agent spent this week, in nano-dollars. */
export const weeklyCost = (world: World, agentId = 'scout') => summaryOf(world, agentId)?.weekly.costNanos;

/** A world in which scout has a cap and a run that is running. */
export async function cappedWorld(usd: number, different: Parameters<typeof putAutomation>[1] = {}) {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(usd) });
  putAutomation(world, different);
  const runId = await startRun(world);
  return { world, runId, seq: world.store.read.audit.headSeq() };
}
