import { type Automation, flowAgentIds } from '../../../shared/contract/automation';
import type { Run } from '../../../shared/contract/run';
import type { DenialFacts } from '../../../shared/events';
import type { Caller } from '../../../shared/kernel/actor';
import { type ErrorCode, type Result, refusal, refused, succeeded } from '../../../shared/kernel/errors';
import type { CommandOutcome } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { denied as deniedByRule } from '../automations/access';
import { stopsOf } from '../lineage/effects';
import { runBlock, workDenial } from './rules';

/** What looking up an automation or a run for a caller needs. */
export type AccessContext = { readonly store: ReadStore; readonly caller: Caller; readonly now: number };

/** A refusal, with the denial that the audit log keeps of it where a rule decided it. */
export type RunDenied = Extract<CommandOutcome<never>, { readonly ok: false }>;

/** An automation, deleted ones included, that the caller may see; to an agent no other exists (spec/api.md section 2). */
export function findAutomation({ store, caller }: AccessContext, automationId: string): Result<Automation> {
  const automation = store.automations.find(automationId)?.automation;
  if (automation === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  const { kind, actorId = '' } = caller.actor;
  const isVisible = kind !== 'agent' || store.automations.isVisibleTo(automationId, actorId);
  return isVisible ? succeeded(automation) : refused('AUTOMATION_V2_NOT_FOUND');
}

/** A run of an automation that the caller may see, with the automation. */
export function findRun(context: AccessContext, runId: string): Result<{ run: Run; automation: Automation }> {
  const run = context.store.runs.find(runId);
  if (run === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  const found = findAutomation(context, run.automationId);
  return found.ok ? succeeded({ run, automation: found.value }) : found;
}

/** The denial of a caller that may see an automation but not work with its runs; undefined when it may. */
export function lackOfWork(context: AccessContext, automation: Automation): RunDenied | undefined {
  const { store, caller } = context;
  const { actor } = caller;
  // The rules are for agents; a record that cannot be read keeps nobody else from pausing a run.
  if (actor.kind !== 'agent') return undefined;
  const agentId = actor.actorId ?? '';
  const code = workDenial({
    actor,
    record: store.records.find(automation.automationId),
    hasModifyGrant: store.grants.findModify(automation.automationId, agentId) !== undefined,
    isFlowAgent: flowAgentIds(automation).includes(agentId),
  });
  return code === undefined ? undefined : denied(context, automation.automationId, code, {});
}

/** An automation, deleted ones included, whose runs the caller may work with; for others it answers as the rules say. */
export function findOwnAutomation(context: AccessContext, automationId: string): CommandOutcome<Automation> {
  const automation = context.store.automations.find(automationId)?.automation;
  if (automation === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  return lackOfWork(context, automation) ?? succeeded(automation);
}

/** A run that the caller may work with: pause, report on, charge. */
export function findOwnRun(
  context: AccessContext,
  runId: string,
): CommandOutcome<{ run: Run; automation: Automation }> {
  const run = context.store.runs.find(runId);
  if (run === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  const found = findOwnAutomation(context, run.automationId);
  return found.ok ? succeeded({ run, automation: found.value }) : found;
}

/**
 * Why no run of this automation may begin or go on now (rules.ts, runRules); undefined when one may. Those whom the run is
 * for are the caller, if it is an agent, the lineage, which pays, and the agents of the flow, which work; whoever is above one of them
 * binds too (section 3). A run that is there already can
 * have a spend override of its own.
 */
export function blockOf(context: AccessContext, automation: Automation, runId?: string): RunDenied | undefined {
  const { store, caller, now } = context;
  const { automationId } = automation;
  const own = caller.actor.kind === 'agent' ? [caller.actor.actorId ?? ''] : [];
  const payers = [...new Set([...own, ...store.records.lineageAgents(automationId)])];
  const workers = [...new Set([...payers, ...flowAgentIds(automation)])];
  const { pausedAgentIds } = stopsOf(context, workers);
  const { spendPausedAgentIds } = stopsOf(context, payers, runId);
  const code = runBlock({ record: store.records.find(automationId), pausedAgentIds, spendPausedAgentIds }, now);
  if (code === undefined) return undefined;
  return denied(context, automationId, code, {
    ...(pausedAgentIds.length > 0 && { pausedAgentIds }),
    ...(spendPausedAgentIds.length > 0 && { spendPausedAgentIds }),
  });
}

/** What was asked for is not in the row, and an answer without facts has no details. */
function denied({ caller }: AccessContext, automationId: string, code: ErrorCode, facts: DenialFacts): RunDenied {
  const outcome = deniedByRule(caller.actor, code, facts, { automationId });
  return Object.keys(facts).length > 0 ? outcome : { ...outcome, refusal: refusal(code) };
}

/** A refusal of a change of a run's status that makes no sense. */
export function invalidTransition(run: Run, to: string): CommandOutcome<never> {
  return refused('AUTOMATION_V2_RUN_TRANSITION_INVALID', {
    sentence: `A run that is ${run.status} cannot become ${to}.`,
    details: { status: run.status },
  });
}
