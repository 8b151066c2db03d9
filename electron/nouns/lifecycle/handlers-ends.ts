import { refused, succeeded } from '../../../shared/kernel/errors';
import { HOUR_MS } from '../../../shared/kernel/time';
import type { CommandContext, CommandHandlers } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { findChangeable } from '../automations/access';
import { makeRecord } from '../automations/adoption';
import { agentsOf, pauseRunsOf, saveRecord } from '../effects';
import { chargeEstimate, readAllToCharge } from '../spend/charge';
import { extendAutomation, retireAutomation, setStatus, stopBy } from './effects';

/** How long a deleted automation can be restored (spec/governance.md section 11). */
const RETENTION_MS = 7 * 24 * HOUR_MS;

/** Automations that one batch purges at most, with all their runs; the rest follow in the next. */
const PURGE_BATCH_SIZE = 20;

/** automation.delete, restore, retire, extend and the purge (spec/governance.md section 11). */
export const automationEndCommands: CommandHandlers<
  'automation.delete' | 'automation.restore' | 'automation.retire' | 'automation.extend' | 'automations.purgeDue'
> = {
  'automation.delete'(context, { automationId }) {
    const { store, caller, now, emit } = context;
    const found = findChangeable(context, automationId, 'automation.delete');
    if (!found.ok) return found;
    const restoreUntilMs = now + RETENTION_MS;
    const runs = pauseRunsOf(context, automationId, stopBy(context, 'the automation was deleted'));
    store.automations.setDeletion(automationId, { deletedBy: caller.actor, deletedAtMs: now, restoreUntilMs });
    saveRecord(context, { ...found.value.record, deletedAtMs: now, deleteRetentionUntilMs: restoreUntilMs });
    emit({
      name: 'deleted',
      payload: {
        automationId,
        name: found.value.automation.name,
        deletedBy: caller.actor,
        deletedAtMs: now,
        restoreUntilMs,
        pausedRunIds: runs.map(({ runId }) => runId),
      },
      agentIds: agentsOf(context, automationId),
    });
    return succeeded({ ok: true, deleted: true });
  },

  'automation.restore'(context, { automationId }) {
    const { store, now, emit } = context;
    const found = store.automations.find(automationId);
    if (found?.deletion === undefined || found.deletion.restoreUntilMs < now) {
      return refused('AUTOMATION_V2_RESTORE_NOT_FOUND');
    }
    const record = store.records.find(automationId) ?? makeRecord(context, found.automation);
    store.automations.setDeletion(automationId, undefined);
    const { deletedAtMs: _deleted, deleteRetentionUntilMs: _until, ...kept } = record;
    saveRecord(context, kept);
    const isActive = found.automation.status === 'active';
    const automation = isActive ? setStatus(context, found.automation, 'paused') : found.automation;
    emit({
      name: 'restored',
      payload: { automationId, name: automation.name, status: automation.status },
      agentIds: agentsOf(context, automationId),
    });
    return succeeded({ automation });
  },

  'automation.retire'(context, { automationId, reason }) {
    const by = { actor: context.caller.actor, ...(reason !== undefined && { reason }) };
    const retired = retireAutomation(context, automationId, by);
    return retired.ok ? succeeded({ automation: retired.value }) : retired;
  },

  'automation.extend'(context, { automationId, ...given }) {
    const extended = extendAutomation(context, automationId, { ...given, actor: context.caller.actor });
    return extended.ok ? succeeded({ automation: extended.value }) : extended;
  },

  'automations.purgeDue'(context) {
    const { store, now, emit } = context;
    const due = store.automations.toPurge(now, PURGE_BATCH_SIZE);
    // What cannot be read is not thrown away either: it may be all that is left to say what happened.
    const automationIds = due.filter((automationId) => isReadable(context, automationId));
    for (const automationId of automationIds) {
      const agentIds = agentsOf(context, automationId);
      // Long overdue, but a clock that jumps can bring both at once, and what was set aside must not be lost with its run.
      for (const reservation of store.spend.reservationsOfAutomation(automationId)) {
        const run = store.runs.find(reservation.runId);
        if (run !== undefined) chargeEstimate(context, run, reservation);
      }
      store.runs.removeOf(automationId);
      store.automations.remove(automationId);
      emit({ name: 'purged', payload: { automationId }, agentIds });
    }
    return succeeded({ count: automationIds.length });
  },
};

/** Whether a deleted automation can be read with its runs, and whoever pays for what is set aside for them. */
function isReadable(context: CommandContext, automationId: string): boolean {
  const { automations, runs, spend } = context.store;
  const read = ifReadable(() => {
    for (const { runId } of spend.reservationsOfAutomation(automationId)) {
      const run = runs.find(runId);
      if (run !== undefined) readAllToCharge(context, run);
    }
    return automations.find(automationId) !== undefined && runs.areAllReadable(automationId);
  });
  return read === true;
}
