import {
  type Automation,
  allowedServers,
  type DeclaredCapabilities,
  flowAgentIds,
  type NewAutomation,
} from '../../../shared/contract/automation';
import type { GovernanceRecord, Provenance } from '../../../shared/contract/governance';
import { SESSIONS_ENDING } from '../../../shared/contract/session';
import type { FileRecord } from '../../../shared/contract/state-file';
import type { PayloadOf } from '../../../shared/events';
import { type ErrorCode, invalid, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { cursorsOf, invalidCursor } from '../../kernel/cursor';
import type { CommandContext, CommandOutcome, SomeCommands, SomeQueries } from '../../kernel/handler';
import { pauseRunsOf, saveRecord, tell, textOf } from '../effects';
import { revokeDependency, saveAutomation, setStatus, stopBy } from '../lifecycle/effects';
import { countCreation, tellRecordUpdated } from '../lifecycle/reviews';
import { lineageOf, noteSeen, stateOwnLineage } from '../lineage/effects';
import { agentIdOf, denied, findChangeable, findVisible } from './access';
import { adoptionDenial, putDefinition } from './adoption';
import { creationFacts, escalationDenial } from './creation-facts';
import { type CreationFacts, creationDenial } from './rules-creation';
import {
  changedAutomation,
  declaredCapabilities,
  definedAutomation,
  escalations,
  lineageAgentIds,
  newRecord,
  provenanceOf,
  removedServers,
} from './rules-definition';

/** An id that would make the paths of an automation those of runs. */
const KEPT_ID = 'runs';

/** automation.create, update, pause and resume (spec/governance.md sections 3 to 5). */
export const automationCommands = {
  'automation.create'(context, definition) {
    const { store, caller, now, ids } = context;
    const facts = creationFacts(context, caller, definition);
    const denial = creationDenial(facts);
    if (denial !== undefined) {
      const { code, rule, value, limit } = denial;
      const about = { action: 'automation.create', ...defined({ automationId: definition.automationId }) };
      return denied(caller.actor, code, { rule, value, limit, ...stoppedBy(code, facts) }, about);
    }
    const automationId = definition.automationId ?? `automation-v2-${ids.uuid()}`;
    if (automationId === KEPT_ID) return invalid('automation_id', 'is kept for the paths of runs');
    if (automationId.endsWith(SESSIONS_ENDING))
      return invalid('automation_id', 'is kept for the sessions of an engine');
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
    const { caller } = context;
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
    tell(context, 'updated', { automationId, name: after.name, status: after.status, changed });
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
} satisfies SomeCommands;

const cursors = cursorsOf({ updatedAtMs: 'number', automationId: 'text' });

/** automations.list and automations.get. */
export const automationQueries = {
  'automations.list'({ store, caller }, input) {
    const after = cursors.placeOf(input.cursor);
    if (after === 'invalid') return invalidCursor();
    const agentId = agentIdOf(caller);
    const filter = { limit: input.limit ?? 100, ...defined({ visibleTo: agentId, after }) };
    const { automations, next } = store.automations.list(filter);
    return succeeded({ automations: [...automations], count: automations.length, ...cursors.nextOf(next) });
  },

  'automations.get'(context, { automationId }) {
    const found = findVisible(context, automationId);
    return found.ok ? succeeded({ automation: found.value }) : found;
  },
} satisfies SomeQueries;

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
  const given = definedAutomation(definition, { automationId, creatorId }, now);
  const { automation, record } = putDefinition(context, given);
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
  const record = newRecord({
    automationId,
    provenance,
    declaredCapabilities: declaredCapabilities(automation),
    createdAtMs: now,
    updatedAtMs: now,
    ...(isExpiring && { expiresAtMs: now + defaultExpiresAfterMs }),
  });
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
  tell(context, 'created', {
    automationId,
    name,
    status,
    provenance,
    declaredCapabilities: declared,
    ...defined({ expiresAtMs }),
    ...more,
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
  tell(context, 'updated', { automationId, name, status, changed: ['status'], ...more });
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
