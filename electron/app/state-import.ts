import { type Automation, flowAgentIds } from '../../shared/automation';
import { type StateFile, windowsOf } from '../../shared/state-file';
import { without } from '../../shared/without';
import { windowBounds } from '../core/calendar';
import { lineageAgentIds } from '../core/provenance';
import { newAgent } from '../store/agents';
import { canonicalHash } from '../store/canonical-json';
import type { ReadStore } from '../store/database';
import { duplicateKeyOf } from './duplicate-key';
import type { CommandContext } from './handler';
import { changeLimits } from './handlers/limits';
import { withCountedChains } from './lineage';
import { PAUSE_ALL } from './state-export';

/** Something in a file that is here already. */
export type Conflict = { readonly section: string; readonly id: string };

/** What of a file is here already (spec/governance.md section 15). The limits are one such thing once they were changed. */
export function conflictsOf(store: ReadStore, file: StateFile): readonly Conflict[] {
  const sections: readonly (readonly [string, Iterable<string>, (id: string) => boolean])[] = [
    ['records', file.records.keys(), (id) => store.records.find(id) !== undefined],
    ['approvals', file.approvals.keys(), (id) => store.approvals.find(id) !== undefined],
    ['deleted_automations', file.deletedAutomations.keys(), (id) => store.automations.find(id) !== undefined],
    ['agent_spend', file.agentSpend.keys(), (id) => store.spend.windows(id).length > 0],
    ['agent_creation_reviews', file.agentCreationReviews.keys(), (id) => store.agents.find(id)?.review !== undefined],
    ['limits', Object.keys(file.limits), () => store.limits.areSet()],
    ['gatehouse.automations', Object.keys(file.extra.automations), (id) => store.automations.find(id) !== undefined],
    [
      'gatehouse.runs',
      Object.keys(file.extra.runs),
      (id) => (file.extra.runs[id] ?? []).some(({ runId }) => store.runs.find(runId) !== undefined),
    ],
    [
      'gatehouse.automation_days',
      Object.keys(file.extra.automationDays ?? {}),
      (id) => store.spendDays.ofAutomation(id).length > 0,
    ],
    ['gatehouse.agents', Object.keys(file.extra.agents), (id) => store.agents.find(id) !== undefined],
  ];
  return sections.flatMap(([section, ids, isHere]) => [...ids].filter(isHere).map((id) => ({ section, id })));
}

/** Writes a file but for what `isSkipped` names, and answers how many of each section were written. */
export function writeState(
  context: CommandContext,
  file: StateFile,
  isSkipped: (section: string, id: string) => boolean,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const write = <T>(section: string, entries: Iterable<readonly [string, T]>, one: (value: T, id: string) => void) => {
    const taken = [...entries].filter(([id]) => !isSkipped(section, id));
    for (const [id, value] of taken) one(value, id);
    counts[section] = taken.length;
  };
  const { store } = context;
  const limits = Object.entries(file.limits).filter(
    ([name, value]) => value !== undefined && !isSkipped('limits', name),
  );
  if (limits.length > 0) changeLimits(context, { ...store.limits.current(), ...Object.fromEntries(limits) });
  counts['limits'] = limits.length;

  write('records', file.records, (record) => {
    store.grants.removeOf(record.automationId);
    for (const grant of [...record.modifyGrants, ...record.capabilityGrants]) store.grants.save(grant);
    store.records.save(without(record, 'modifyGrants', 'capabilityGrants'));
    store.automations.keepLineage(record.automationId, lineageAgentIds(record.provenance));
  });
  write('approvals', file.approvals, (approval) => {
    store.approvals.remove(approval.approvalId);
    const hashed =
      approval.action === undefined ? approval : { ...approval, actionHash: canonicalHash(approval.action) };
    // Only what is still asked can be asked again; the key of everything else stands for itself.
    const key = duplicateKeyOf(approval);
    const isAsked = approval.status === 'pending' && approval.requestedBy.kind === 'agent';
    const isFree = store.approvals.findPendingDuplicate(approval.requestedBy.actorId ?? '', key) === undefined;
    store.approvals.insert(
      { ...hashed, status: 'pending' },
      isAsked && isFree ? key : canonicalHash([approval.approvalId]),
    );
    if (approval.status !== 'pending') store.approvals.update(hashed);
  });
  write('deleted_automations', file.deletedAutomations, (deletion) => {
    putAutomation(context, deletion.automation);
    store.automations.setDeletion(deletion.automation.automationId, deletion);
  });
  write('gatehouse.automations', Object.entries(file.extra.automations), (automation) =>
    putAutomation(context, automation),
  );
  write('gatehouse.runs', Object.entries(file.extra.runs), (runs, automationId) => {
    store.runs.removeOf(automationId);
    for (const run of runs) {
      store.runs.insert(run);
      putUsages(context, file, run.runId);
    }
    if (file.extra.automationDays !== undefined) return;
    // An older file has what each run cost, and not on which days: it counts on the day that it was queued.
    store.spendDays.replaceAutomation(
      automationId,
      runs.map(({ createdAtMs, totalTokens, costNanos }) => ({
        dayStartMs: windowBounds('daily', createdAtMs).startMs,
        totalTokens,
        costNanos,
        estimatedNanos: 0,
      })),
    );
  });
  write('gatehouse.automation_days', Object.entries(file.extra.automationDays ?? {}), (days, automationId) =>
    store.spendDays.replaceAutomation(automationId, days),
  );
  writeAgents(context, file, write);
  if (file.extra.pauseAll !== undefined && store.kept.find(PAUSE_ALL) === undefined) {
    store.kept.keep(PAUSE_ALL, file.extra.pauseAll);
  }
  for (const [name, value] of Object.entries(file.extra.keptAside)) {
    if (store.kept.find(name) === undefined) store.kept.keep(name, value);
  }
  return counts;
}

type Write = <T>(section: string, entries: Iterable<readonly [string, T]>, one: (value: T, id: string) => void) => void;

function writeAgents({ store, now }: CommandContext, file: StateFile, write: Write): void {
  const known = (agentId: string) => store.agents.find(agentId) ?? newAgent(agentId, now);
  write('gatehouse.agents', Object.entries(file.extra.agents), ({ spendDays, ...agent }, agentId) => {
    const { review, spendPausedAtMs, spendPauseReason } = known(agentId);
    store.agents.save({
      ...withCountedChains(agent),
      ...(review !== undefined && { review }),
      ...(spendPausedAtMs !== undefined && { spendPausedAtMs }),
      ...(spendPauseReason !== undefined && { spendPauseReason }),
    });
    store.spend.replaceDays(agentId, spendDays);
  });
  write('agent_creation_reviews', file.agentCreationReviews, (review, agentId) =>
    store.agents.save({ ...known(agentId), review }),
  );
  write('agent_spend', file.agentSpend, (summary, agentId) => {
    for (const window of windowsOf(summary)) store.spend.saveWindow(agentId, window);
    // Also an agent of which nothing else is known is one that spent.
    store.agents.save(known(agentId));
  });
  // Pauses are only ever added: what is paused here stays so.
  write('paused_agents', ofIds(file.pausedAgents), (agentId) => {
    const agent = known(agentId);
    if (agent.pausedAtMs === undefined) store.agents.save({ ...agent, pausedAtMs: now });
  });
  write('spend_paused_agents', ofIds(file.spendPausedAgents), (agentId) => {
    const agent = known(agentId);
    if (agent.spendPausedAtMs !== undefined) return;
    const { pausedAtMs = now, pauseReason } = file.agentSpend.get(agentId) ?? {};
    const reason = pauseReason === undefined ? {} : { spendPauseReason: pauseReason };
    store.agents.save({ ...agent, spendPausedAtMs: pausedAtMs, ...reason });
  });
}

function ofIds(ids: readonly string[]): readonly (readonly [string, string])[] {
  return ids.map((id) => [id, id]);
}

function putUsages({ store }: CommandContext, file: StateFile, runId: string): void {
  const { reservations = {}, answers = {} } = file.extra.usages[runId] ?? {};
  for (const [usageId, { agentIds, ...reservation }] of Object.entries(reservations)) {
    store.spend.reserve({ runId, usageId, ...reservation }, agentIds);
  }
  for (const [usageId, answer] of Object.entries(answers)) store.spend.keepAnswer(runId, usageId, answer);
}

function putAutomation({ store }: CommandContext, automation: Automation): void {
  const { automationId } = automation;
  store.automations.forget(automationId);
  const provenance = store.records.find(automationId)?.provenance;
  const lineage = provenance === undefined ? [] : lineageAgentIds(provenance);
  store.automations.insert(automation, lineage, flowAgentIds(automation));
}
