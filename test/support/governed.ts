import type { CommandContext } from '../../electron/kernel/handler';
import type { WriteStore } from '../../electron/kernel/store/database';
import { type KnownAgent, newAgent } from '../../electron/nouns/agents/known-agent';
import {
  lineageAgentIds,
  newRecord,
  noCapabilities,
  provenanceOf,
} from '../../electron/nouns/automations/rules-definition';
import type { ApprovalRecord } from '../../shared/contract/approval';
import { type Automation, flowAgentIds } from '../../shared/contract/automation';
import type { GovernanceRecord } from '../../shared/contract/governance';
import type { Run } from '../../shared/contract/run';
import type { SpendWindow } from '../../shared/contract/spend';
import type { GovernanceEvent } from '../../shared/events';
import type { Actor } from '../../shared/kernel/actor';
import { approvalRecord } from './approvals';
import { operator, START, type World } from './world';

/** An active automation, with what a test wants to be different. */
export function automationOf(different: Partial<Automation> = {}): Automation {
  return {
    automationId: 'nightly',
    name: 'Nightly report',
    status: 'active',
    schedule: { kind: 'daily' },
    agents: [],
    flow: { nodes: [] },
    creatorId: 'scout',
    createdAtMs: START,
    updatedAtMs: START,
    ...different,
  };
}

/** A custody record of what an agent created, with what a test wants to be different. */
export function recordOf(different: Partial<GovernanceRecord> = {}, ancestorIds: readonly string[] = []) {
  const creator: Actor = { kind: 'agent', actorId: 'scout' };
  const provenance = provenanceOf(creator, ancestorIds);
  const begun = { automationId: 'nightly', provenance, createdAtMs: START, updatedAtMs: START };
  const record: GovernanceRecord = { ...newRecord({ ...begun, declaredCapabilities: noCapabilities }), ...different };
  return record;
}

/** A run that has completed with an output, with what a test wants to be different. */
export function runOf(different: Partial<Run> = {}): Run {
  return {
    runId: 'run-1',
    automationId: 'nightly',
    triggerType: 'manual',
    status: 'completed',
    createdAtMs: START,
    updatedAtMs: START,
    finishedAtMs: START,
    activeSessionIds: [],
    activeInstanceIds: [],
    checkpoint: { nodeOutputs: { report: 'fine' } },
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    costNanos: 0,
    lifecycleHistory: [],
    ...different,
  };
}

/** What an agent spent in the week that the tests begin in. */
export function weekOf(costNanos: number): SpendWindow {
  return {
    kind: 'weekly',
    windowStartMs: Date.UTC(2026, 10, 16),
    windowEndMs: Date.UTC(2026, 10, 23),
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    costNanos,
    updatedAtMs: START,
  };
}

/** Puts an automation with its custody record and runs into a world, as if it had been created there. */
export function insertAutomation(
  world: World,
  automation: Automation = automationOf(),
  record: GovernanceRecord = recordOf({ automationId: automation.automationId }),
  runs: readonly Run[] = [],
): void {
  world.store.transaction((store) => {
    store.automations.insert(automation, lineageAgentIds(record.provenance), flowAgentIds(automation));
    store.records.save(record);
    for (const run of runs) store.runs.insert({ ...run, automationId: automation.automationId });
  });
}

/** Puts an agent into a world. */
export function insertAgent(world: World, agentId: string, different: Partial<KnownAgent> = {}): void {
  world.store.transaction((store) => store.agents.save({ ...newAgent(agentId, START), ...different }));
}

/** Puts an approval into a world, and answers its id. */
export function insertApproval(world: World, different: Partial<ApprovalRecord>): string {
  const approval = approvalRecord({ context: {}, ...different });
  world.store.transaction((store) => store.approvals.insert(approval, approval.approvalId));
  return approval.approvalId;
}

/** Changes an approval that `insertApproval` put there, and has the log say so, as an import would: else nothing may use it. */
export function changeApproval(store: WriteStore, approval: ApprovalRecord): void {
  store.approvals.update(approval);
  store.audit.append({ name: 'approval.imported', payload: approval }, operator.actor, START);
}

/** Runs what commands share as a command would, and answers what it told. */
export function asCommand(world: World, run: (context: CommandContext) => void): readonly GovernanceEvent[] {
  const events: GovernanceEvent[] = [];
  world.store.transaction((store) => {
    let count = world.store.read.audit.headSeq();
    const ids = { uuid: () => `99999999-0000-7000-8000-${String(++count).padStart(12, '0')}` };
    const now = world.clock.now();
    run({ store, caller: operator, now, ids, emit: (event) => events.push(event) });
    for (const event of events) store.audit.append(event, event.actor ?? operator.actor, now);
  });
  return events;
}

/** The pending approvals of a world, the oldest deadline first. */
export function pendingOf(world: World): readonly ApprovalRecord[] {
  return world.store.read.approvals.waiting(100);
}
