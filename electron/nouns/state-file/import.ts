import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Provenance } from '../../../shared/contract/governance';
import type { Run } from '../../../shared/contract/run';
import type { SpendWindow } from '../../../shared/contract/spend';
import { type FileRecord, KEPT_ASIDE, type StateFile, windowsOf } from '../../../shared/contract/state-file';
import { defined, isJsonObject } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import type { ReadStore } from '../../kernel/store/database';
import { newAgent } from '../agents/known-agent';
import { duplicateKeyOf } from '../approvals/facts';
import { bootstrapRecords, keepUnadopted, placeRecord, putDefinition } from '../automations/adoption';
import { changeLimits } from '../limits/effects';
import { noteLineage, withCountedChains } from '../lineage/effects';
import { windowBounds } from '../spend/rules-calendar';
import { PAUSE_ALL } from './export';
import type { UnknownField } from './file';
import { entryOf } from './rules-place';

/** Something in a file that is here already. */
export type Conflict = { readonly section: string; readonly id: string };

/** What of a file is here already (spec/governance.md section 15). The limits are one such thing once they were changed. */
export function conflictsOf(store: ReadStore, file: StateFile): readonly Conflict[] {
  const sections: readonly (readonly [string, Iterable<string>, (id: string) => boolean])[] = [
    [
      'records',
      file.records.keys(),
      (id) => store.records.find(id) !== undefined || store.unadoptedRecords.find(id) !== undefined,
    ],
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
    if (isDefined(store, file, record)) placeRecord(store, record);
    else keepUnadopted(store, record);
    // What a desk knows of its agents, corrections by its operator included, it says in a section of its own.
    if (Object.keys(file.extra.agents).length === 0) noteLineages(context, record.provenance);
  });
  write('approvals', inOrder(file.approvals, file.extra.approvalOrder ?? []), (approval) =>
    writeApproval(context, approval),
  );
  write('deleted_automations', file.deletedAutomations, (deletion) => {
    const { automationId } = deletion.automation;
    store.automations.forget(automationId);
    putDefinition(context, deletion.automation, deletion);
  });
  write('gatehouse.automations', Object.entries(file.extra.automations), (automation) => {
    store.automations.forget(automation.automationId);
    putDefinition(context, automation);
  });
  write('gatehouse.runs', Object.entries(file.extra.runs), (runs, automationId) =>
    writeRuns(context, file, runs, automationId),
  );
  write('gatehouse.automation_days', Object.entries(file.extra.automationDays ?? {}), (days, automationId) =>
    store.spendDays.replaceAutomation(automationId, days),
  );
  writeAgents(context, file, write);
  if (file.extra.pauseAll !== undefined && store.kept.find(PAUSE_ALL) === undefined) {
    store.kept.keep(PAUSE_ALL, file.extra.pauseAll);
  }
  for (const [name, value] of Object.entries(file.extra.keptAside).flatMap(keptByPlace)) {
    if (store.kept.find(name) === undefined) store.kept.keep(name, value);
  }
  bootstrapRecords(context);
  counts['records_without_definition'] = [...file.records.keys()].filter(
    (id) => store.unadoptedRecords.find(id) !== undefined,
  ).length;
  return counts;
}

function writeApproval({ store }: CommandContext, approval: ApprovalRecord): void {
  store.approvals.remove(approval.approvalId);
  const hashed = approval.action === undefined ? approval : { ...approval, actionHash: canonicalHash(approval.action) };
  // Only what is still asked can be asked again; the key of everything else stands for itself.
  const key = duplicateKeyOf(approval);
  const isAsked = approval.status === 'pending' && approval.requestedBy.kind === 'agent';
  const isFree = store.approvals.findPendingDuplicate(approval.requestedBy, key) === undefined;
  store.approvals.insert(hashed, isAsked && isFree ? key : canonicalHash([approval.approvalId]));
}

function writeRuns(context: CommandContext, file: StateFile, runs: readonly Run[], automationId: string): void {
  const { store } = context;
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
}

/**
 * Keeps what a file has that Gatehouse does not know under its place there, so that an export writes it back (spec/governance.md
 * section 15). What was kept of entries that the file replaced goes with them.
 */
export function keepUnknown(
  { store }: CommandContext,
  unknown: readonly UnknownField[],
  isSkipped: (section: string, id: string) => boolean,
  replaced: readonly Conflict[],
): void {
  const isReplaced = new Set(replaced.map(({ section, id }) => JSON.stringify([section, id])));
  for (const { name } of store.kept.startingWith(KEPT_ASIDE)) {
    const entry = entryOf(name.slice(KEPT_ASIDE.length));
    if (entry !== undefined && isReplaced.has(JSON.stringify([entry.section, entry.id]))) store.kept.drop(name);
  }
  for (const { place, value } of unknown) {
    const entry = entryOf(place);
    if (entry === undefined || !isSkipped(entry.section, entry.id)) store.kept.keep(KEPT_ASIDE + place, value);
  }
}

/** Files of earlier versions have one list for each import, of paths with their values. */
function keptByPlace([name, value]: readonly [string, unknown]): readonly (readonly [string, unknown])[] {
  if (!/^import_unknown_\d+$/.test(name) || !Array.isArray(value)) return [[name, value]];
  return value.flatMap((item: unknown) =>
    isJsonObject(item) && typeof item['path'] === 'string' ? [[KEPT_ASIDE + item['path'], item['value'] ?? null]] : [],
  );
}

/**
 * Whether there is, or will be after this import, a definition of the automation that a record is of; also of one that was purged,
 * whose record has none any more and stays so.
 */
function isDefined(store: ReadStore, file: StateFile, { automationId, deletedAtMs }: FileRecord): boolean {
  return (
    store.automations.find(automationId) !== undefined ||
    Object.hasOwn(file.extra.automations, automationId) ||
    file.deletedAutomations.has(automationId) ||
    deletedAtMs !== undefined
  );
}

/** Notes for the creator and each agent above it whom the record names above them (section 3, Lineage cannot be laundered). */
function noteLineages(context: CommandContext, { creator, ancestorChain }: Provenance): void {
  const chain = ancestorChain
    .filter(({ actor }) => actor.kind === 'agent')
    .map(({ actor }) => actor.actorId?.trim() ?? '')
    .filter((id) => id !== '');
  const agents = creator.kind === 'agent' ? [...chain, creator.actorId?.trim() ?? ''] : chain;
  for (const [index, agentId] of agents.entries()) {
    if (index > 0 && agentId !== '') noteLineage(context, agentId, chain.slice(0, index));
  }
}

/** The entries in this order of their ids; those that it does not name come last, as they stand. */
function inOrder<T>(entries: ReadonlyMap<string, T>, order: readonly string[]): readonly (readonly [string, T])[] {
  const places = new Map(order.map((id, index) => [id, index]));
  const placeOf = (id: string) => places.get(id) ?? order.length;
  return [...entries].toSorted(([one], [other]) => placeOf(one) - placeOf(other));
}

type Write = <T>(section: string, entries: Iterable<readonly [string, T]>, one: (value: T, id: string) => void) => void;

function writeAgents({ store, now }: CommandContext, file: StateFile, write: Write): void {
  const known = (agentId: string) => store.agents.find(agentId) ?? newAgent(agentId, now);
  write('gatehouse.agents', Object.entries(file.extra.agents), ({ spendDays, ...agent }, agentId) => {
    const { review, spendPausedAtMs, spendPauseReason } = known(agentId);
    store.agents.save({
      ...withCountedChains(agent),
      ...defined({ review, spendPausedAtMs, spendPauseReason }),
    });
    store.spend.replaceDays(agentId, spendDays);
  });
  write('agent_creation_reviews', file.agentCreationReviews, (review, agentId) =>
    store.agents.save({ ...known(agentId), review }),
  );
  write('agent_spend', file.agentSpend, (summary, agentId) => {
    for (const window of windowsOf(summary)) if (!isMadeUp(window)) store.spend.saveWindow(agentId, window);
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

/** Whether an export made a window up because the reference needs each one. */
function isMadeUp({ updatedAtMs, totalTokens, costNanos }: SpendWindow): boolean {
  return updatedAtMs === 0 && totalTokens === 0 && costNanos === 0;
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
