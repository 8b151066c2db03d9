import type { Automation, NewAutomation } from '../../shared/contract/automation';
import type { GovernanceRecord } from '../../shared/contract/governance';
import type { Limits } from '../../shared/contract/limits';
import type { Run } from '../../shared/contract/run';
import type { Caller } from '../../shared/kernel/actor';
import { codeOf } from './answers';
import { request } from './approvals';
import { agent, operator, START, type World } from './world';

/** A definition of an automation, with what a test wants to be different. */
export function definition(different: Partial<NewAutomation> = {}): NewAutomation {
  return { name: 'Nightly report', schedule: { type: 'manual' }, agents: [], flow: { nodes: [] }, ...different };
}

/** Creates an automation and answers it; a refusal fails the test. */
export async function create(
  world: World,
  caller: Caller,
  different: Partial<NewAutomation> = {},
): Promise<Automation> {
  return (await world.done(caller, 'automation.create', definition(different))).automation;
}

/** What creating an automation answers: `ok`, or the code of the refusal. */
export async function tryCreate(world: World, caller: Caller, different: Partial<NewAutomation> = {}): Promise<string> {
  return codeOf(await world.execute(caller, 'automation.create', definition(different)));
}

/** Sets some limits. */
export function setLimits(world: World, limits: Partial<Limits>): void {
  world.store.transaction((store) => store.limits.save({ ...store.limits.current(), ...limits }));
}

/** Asks for something about an agent as that agent, and approves it. */
export async function approve(
  world: World,
  agentId: string,
  requestType: 'capability_request' | 'elevated_capability' | 'quota_override' | 'depth_override',
  context: object,
  expiresAtMs?: number,
): Promise<string> {
  const { action: _, ...about } = request({ requestType, targetResource: { type: 'agent', id: agentId }, context });
  const asked = await world.done(agent(agentId), 'approval.request', {
    ...about,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  });
  const { approvalId } = asked.approval;
  await world.execute(operator, 'approval.approve', { approvalId });
  return approvalId;
}

/** The custody record of an automation; it must be there. */
export function recordOf(world: World, automationId: string): GovernanceRecord {
  const record = world.store.read.records.find(automationId);
  if (record === undefined) throw new Error('no record');
  return record;
}

/** The automation as it is stored; it must be there, deleted or not. */
export function storedAutomation(world: World, automationId: string): Automation {
  const found = world.store.read.automations.find(automationId);
  if (found === undefined) throw new Error('no automation');
  return found.automation;
}

/** Puts a run of an automation into the database. */
export function addRun(world: World, automationId: string, different: Partial<Run> = {}): Run {
  const run: Run = {
    runId: `run-of-${automationId}`,
    automationId,
    triggerType: 'manual',
    status: 'running',
    createdAtMs: START,
    updatedAtMs: START,
    activeSessionIds: ['session-1'],
    activeInstanceIds: ['instance-1'],
    checkpoint: { nodeOutputs: {} },
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    costNanos: 0,
    lifecycleHistory: [],
    ...different,
  };
  world.store.transaction((store) => store.runs.insert(run));
  return run;
}
