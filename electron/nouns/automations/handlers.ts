import {
  type Automation,
  allowedServers,
  type DeclaredCapabilities,
  flowAgentIds,
  type NewAutomation,
} from '../../../shared/contract/automation';
import type { GovernanceRecord, Provenance } from '../../../shared/contract/governance';
import type { FileRecord } from '../../../shared/contract/state-file';
import type { PayloadOf } from '../../../shared/events';
import { type ErrorCode, refused, succeeded } from '../../../shared/kernel/errors';
import { invalidCursor } from '../../kernel/cursor';
import type { CommandContext, CommandHandlers, CommandOutcome, QueryHandlers } from '../../kernel/handler';
import { agentsOf, pauseRunsOf, saveRecord } from '../effects';
import { revokeDependency, saveAutomation, setStatus, stopBy } from '../lifecycle/effects';
import { countCreation, tellRecordUpdated } from '../lifecycle/reviews';
import { lineageOf, noteSeen, stateOwnLineage } from '../lineage/effects';
import { agentIdOf, denied, findChangeable, findVisible } from './access';
import { adoptionDenial, putDefinition } from './adoption';
import { creationFacts, escalationDenial } from './creation-facts';
import { declaredCapabilities, escalations } from './rules-capabilities';
import { type CreationFacts, creationDenial } from './rules-creation';
import { changedAutomation, definedAutomation, removedServers } from './rules-definition';
import { lineageAgentIds, provenanceOf } from './rules-provenance';
import type { AutomationCursor } from './store';

/** An id that would make the paths of an automation those of runs. */
const KEPT_ID = 'runs';

/** automation.create, update, pause and resume (spec/governance.md sections 3 to 5). */
export const automationCommands: CommandHandlers<
  'automation.create' | 'automation.update' | 'automation.pause' | 'automation.resume'
> = {
  'automation.create'(context, definition) {
    const { store, caller, now, ids } = context;
    const facts = creationFacts(context, caller, definition);
    const denial = creationDenial(facts);
    if (denial !== undefined) {
      const { code, rule, value, limit } = denial;
      const about = {
        action: 'automation.create',
        ...(definition.automationId !== undefined && { automationId: definition.automationId }),
      };
      return denied(caller.actor, code, { rule, value, limit, ...stoppedBy(code, facts) }, about);
    }
    const automationId = definition.automationId ?? `automation-v2-${ids.uuid()}`;
    if (automationId === KEPT_ID) return invalid('automation_id', 'is kept for the paths of runs');
    // The record of a purged automation stays, so its id is not given again.
    if (store.automations.find(automationId) !== undefined || store.records.find(automationId) !== undefined) {
      return refused('AUTOMATION_V2_ALREADY_EXISTS');
    }
    const waiting = store.unadoptedRecords.find(automationId);
    if (waiting !== undefined) return adopt(context, definition, waiting);
    const creatorId = caller.actor.actorId ?? textOf(definition.creatorId) ?? 'unknown';
    const automation = definedAutomation(definition, { automationId, creatorId }, now);
    const provenance = provenanceOf(caller.actor, lineageOf(context, caller), caller.requestSource);
    // INVARIANT: whom something is charged to is kept as above its creator.
    const unkept = stateOwnLineage(context);
    if (unkept !== undefined) return unkept;
    insert(context, automation, provenance, facts.limits.defaultExpiresAfterMs);
    return succeeded({ automation });
  },

  'automation.update'(context, { automationId, ...patch }) {
    const { caller, emit } = context;
    const found = findChangeable(context, automationId, 'automation.update');
    if (!found.ok) return found;
    const { automation: before, record } = found.value;
    const { automation: after, changed } = changedAutomation(before, patch, context.now);
    if (changed.length === 0) return succeeded({ automation: before });
    const declared = declaredCapabilities(after);
    const escalated = escalations(record.declaredCapabilities, declared);
    const escalation = escalationDenial(context, escalated);
    if (escalation !== undefined) {
      const { code, keys } = escalation;
      const facts = { rule: 'capabilities', value: keys.join(', '), limit: null };
      return denied(caller.actor, code, facts, { action: 'automation.update', automationId });
    }
    // INVARIANT: nothing is active while it is paused for lifecycle; resume and extend end that, a change does not.
    if (record.pausedForLifecycle && after.status === 'active') return refused('AUTOMATION_V2_LIFECYCLE_BLOCKED');
    saveAutomation(context, after);
    emit({
      name: 'updated',
      payload: { automationId, name: after.name, status: after.status, changed },
      agentIds: agentsOf(context, automationId),
    });
    if (!isSame(declared, record.declaredCapabilities)) {
      saveRecord(context, { ...record, declaredCapabilities: declared });
      tellRecordUpdated(context, automationId, { declaredCapabilities: declared });
    }
    const removed = removedServers(allowedServers(before), allowedServers(after));
    if (removed.length > 0) {
      const names = [...new Set(removed.flatMap(({ servers }) => servers))];
      const evidence = removed.map(({ agentId: losing, servers }) => ({ agent_id: losing, servers }));
      revokeDependency(context, automationId, {
        reason: `mcp servers removed: ${names.join(', ')}`,
        evidence: { removed_mcp_servers: evidence },
      });
    }
    return stored(context, after);
  },

  'automation.pause'(context, { automationId, reason }) {
    const found = findChangeable(context, automationId, 'automation.pause');
    if (!found.ok) return found;
    const { automation } = found.value;
    const why = textOf(reason) ?? 'the automation was paused';
    const runs = pauseRunsOf(context, automationId, stopBy(context, why));
    if (automation.status !== 'paused') {
      tellStatus(context, setStatus(context, automation, 'paused'), {
        reason: why,
        pausedRunIds: runs.map(({ runId }) => runId),
      });
    }
    return withOk(stored(context, automation));
  },

  'automation.resume'(context, { automationId, reason }) {
    const found = findChangeable(context, automationId, 'automation.resume');
    if (!found.ok) return found;
    const { automation, record } = found.value;
    if (record.pausedForLifecycle) {
      // INVARIANT: the operator; for everyone else section 5 ended above.
      const isOver = record.retiredAtMs !== undefined || record.expiredAtMs !== undefined;
      if (isOver) return refused('AUTOMATION_V2_LIFECYCLE_BLOCKED');
      saveRecord(context, { ...record, pausedForLifecycle: false });
      tellRecordUpdated(context, automationId, { pausedForLifecycle: false });
    }
    if (automation.status !== 'active') {
      const why = textOf(reason);
      tellStatus(context, setStatus(context, automation, 'active'), why === undefined ? {} : { reason: why });
    }
    return withOk(stored(context, automation));
  },
};

/** automations.list and automations.get. */
export const automationQueries: QueryHandlers<'automations.list' | 'automations.get'> = {
  'automations.list'({ store, caller }, input) {
    const after = input.cursor === undefined ? undefined : parseCursor(input.cursor);
    if (after === 'invalid') return invalidCursor();
    const agentId = agentIdOf(caller);
    const { automations, next } = store.automations.list({
      limit: input.limit ?? 100,
      ...(agentId !== undefined && { visibleTo: agentId }),
      ...(after !== undefined && { after }),
    });
    return succeeded({
      automations: [...automations],
      count: automations.length,
      ...(next !== undefined && { nextCursor: `${next.updatedAtMs}.${next.automationId}` }),
    });
  },

  'automations.get'(context, { automationId }) {
    const found = findVisible(context, automationId);
    return found.ok ? succeeded({ automation: found.value }) : found;
  },
};

/** Defines the automation of a custody record that waits for it; the record stays whose it is (section 15, decision 28). */
function adopt(
  context: CommandContext,
  definition: NewAutomation,
  waiting: FileRecord,
): CommandOutcome<{ automation: Automation }> {
  const { caller, now } = context;
  const { automationId } = waiting;
  const denial = adoptionDenial(caller.actor, waiting);
  if (denial?.isHidden === true) return refused(denial.code);
  if (denial !== undefined) {
    return denied(caller.actor, denial.code, {}, { action: 'automation.create', automationId });
  }
  const creatorId = waiting.provenance.creator.actorId ?? textOf(definition.creatorId) ?? 'unknown';
  const defined = definedAutomation(definition, { automationId, creatorId }, now);
  const { automation, record } = putDefinition(context, defined);
  if (record !== undefined) tellCreated(context, automation, record, { isAdopted: true });
  const agentId = agentIdOf(caller);
  if (agentId !== undefined) {
    noteSeen(context, agentId);
    countCreation(context, agentId, automationId);
  }
  return succeeded({ automation });
}

/** Writes a new automation with its custody record, the lineage of its creator, and the count of what it created. */
function insert(
  context: CommandContext,
  automation: Automation,
  provenance: Provenance,
  defaultExpiresAfterMs: number,
): void {
  const { store, now } = context;
  const { automationId } = automation;
  const lineage = lineageAgentIds(provenance);
  const creatorAgentId = provenance.creator.kind === 'agent' ? provenance.creator.actorId : undefined;
  const isExpiring = creatorAgentId !== undefined && defaultExpiresAfterMs > 0;
  const record: GovernanceRecord = {
    automationId,
    provenance,
    declaredCapabilities: declaredCapabilities(automation),
    createdAtMs: now,
    updatedAtMs: now,
    publishedExternally: false,
    creationPaused: false,
    reviewRequired: false,
    runsSinceReview: 0,
    pausedForLifecycle: false,
    healthFindings: [],
    ...(isExpiring && { expiresAtMs: now + defaultExpiresAfterMs }),
  };
  store.automations.insert(automation, lineage, flowAgentIds(automation));
  store.records.save(record);
  tellCreated(context, automation, record);
  if (creatorAgentId === undefined) return;
  noteSeen(context, creatorAgentId);
  countCreation(context, creatorAgentId, automationId);
}

function tellCreated(
  context: CommandContext,
  { automationId, name, status }: Automation,
  { provenance, declaredCapabilities: declared, expiresAtMs }: GovernanceRecord,
  more: Pick<PayloadOf<'created'>, 'isAdopted'> = {},
): void {
  context.emit({
    name: 'created',
    payload: {
      automationId,
      name,
      status,
      provenance,
      declaredCapabilities: declared,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      ...more,
    },
    agentIds: agentsOf(context, automationId),
  });
}

/** Who stops the creator, where somebody does: it need not be itself. */
function stoppedBy(code: ErrorCode, { pausedAgentIds, spendPausedAgentIds }: CreationFacts) {
  if (code === 'AUTOMATION_V2_AGENT_CREATION_PAUSED') return { pausedAgentIds };
  return code === 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED' ? { spendPausedAgentIds } : {};
}

function tellStatus(
  context: CommandContext,
  { automationId, name, status }: Automation,
  more: Pick<PayloadOf<'updated'>, 'reason' | 'pausedRunIds'>,
): void {
  context.emit({
    name: 'updated',
    payload: { automationId, name, status, changed: ['status'], ...more },
    agentIds: agentsOf(context, automationId),
  });
}

/** The automation as it is stored now: a dependency revocation may have paused what was just changed. */
function stored(context: CommandContext, otherwise: Automation) {
  return succeeded({
    automation: context.store.automations.find(otherwise.automationId)?.automation ?? otherwise,
  });
}

function withOk({ value }: { readonly value: { readonly automation: Automation } }): CommandOutcome<{
  ok: true;
  automation: Automation;
}> {
  return succeeded({ ok: true as const, ...value });
}

function isSame(one: DeclaredCapabilities, other: DeclaredCapabilities): boolean {
  return one.createsAgents === other.createsAgents && one.modifiesGrants === other.modifiesGrants;
}

/** A text that says something, trimmed. */
function textOf(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}

function invalid(path: string, message: string) {
  return refused('VALIDATION_FAILED', { issues: [{ path, message }] });
}

function parseCursor(cursor: string): AutomationCursor | 'invalid' {
  const [, updatedAtMs, automationId] = /^(\d{1,16})\.(.+)$/s.exec(cursor) ?? [];
  if (updatedAtMs === undefined || automationId === undefined) return 'invalid';
  return { updatedAtMs: Number(updatedAtMs), automationId };
}
