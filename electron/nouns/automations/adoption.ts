import type { ApprovalRecord } from '../../../shared/contract/approval';
import { type Automation, flowAgentIds } from '../../../shared/contract/automation';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import type { FileRecord } from '../../../shared/contract/state-file';
import type { Actor } from '../../../shared/kernel/actor';
import type { ErrorCode } from '../../../shared/kernel/errors';
import { without } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import type { WriteStore } from '../../kernel/store/database';
import { tellRecordUpdated } from '../lifecycle/reviews';
import { acknowledgedAutomation } from '../lifecycle/rules-review';
import { declaredCapabilities, lineageAgentIds, newRecord } from './rules-definition';
import { mutationDenial } from './rules-mutation';
import type { Deletion } from './store';

/**
 * How definitions and custody records come together that came apart (spec/governance.md section 15): the reference keeps them in
 * two files. INVARIANT: what is in `records` has a definition, or is of a purged automation and marked as deleted.
 */

/** The source by which it is told that a record was made because there was none; the reference's own word. */
const LEGACY_SOURCE = 'migration_or_legacy_default';

/** Writes a custody record of a file, with its grants and the agents whose custody it is, among those that hold. */
export function placeRecord(store: WriteStore, given: FileRecord): GovernanceRecord {
  const { automationId } = given;
  const record = without(given, 'modifyGrants', 'capabilityGrants');
  store.unadoptedRecords.remove(automationId);
  store.grants.removeOf(automationId);
  for (const grant of [...given.modifyGrants, ...given.capabilityGrants]) store.grants.save(grant);
  store.records.save(record);
  store.automations.keepLineage(automationId, lineageAgentIds(record.provenance));
  return record;
}

/** Keeps a custody record of a file until there is a definition with its id; whatever held under this id is gone. */
export function keepUnadopted(store: WriteStore, given: FileRecord): void {
  const { automationId } = given;
  store.grants.removeOf(automationId);
  store.records.remove(automationId);
  store.automations.forget(automationId);
  store.unadoptedRecords.save(given);
}

/** Why somebody may not bring the definition of this record, which stays whose it is. */
export type AdoptionDenial = { readonly code: ErrorCode; readonly isHidden: boolean };

/**
 * Whether the actor may adopt a record, that is, define the automation that it is of (decision 28). The operator may. All others
 * only where the record names them as its creator: else they would act under another one's name. To them the id of any other is
 * one that is in use. What is retired, expired or paused for lifecycle they may not define either, as they may not change it.
 */
export function adoptionDenial(actor: Actor, record: FileRecord): AdoptionDenial | undefined {
  if (actor.kind === 'human') return undefined;
  const { creator } = record.provenance;
  const isCreator =
    actor.kind === creator.kind &&
    (actor.kind === 'agent' ? actor.actorId === creator.actorId : actor.source === creator.source) &&
    (actor.kind === 'agent' ? (actor.actorId ?? '').trim() !== '' : actor.source !== undefined);
  if (!isCreator) return { code: 'AUTOMATION_V2_ALREADY_EXISTS', isHidden: true };
  const code = mutationDenial({ actor, isDelete: false, record, hasModifyGrant: false });
  return code === undefined ? undefined : { code, isHidden: false };
}

/**
 * Writes a definition that is new here, or deleted already. A record that waits for it is adopted, its provenance as it is; the
 * capabilities are those that the definition declares. Answers the automation as it is stored, and its record, where it has one.
 */
export function putDefinition(
  { store }: CommandContext,
  automation: Automation,
  deletion?: Deletion,
): { readonly automation: Automation; readonly record: GovernanceRecord | undefined } {
  const { automationId } = automation;
  const waiting = store.unadoptedRecords.find(automationId);
  const declared = declaredCapabilities(automation);
  const record =
    waiting === undefined
      ? store.records.find(automationId)
      : placeRecord(store, { ...waiting, declaredCapabilities: declared });
  // INVARIANT: nothing is active while it is paused for lifecycle; what is deleted stays as it was, and is paused when restored.
  const isHeld = deletion === undefined && record?.pausedForLifecycle === true && automation.status === 'active';
  const stored: Automation = isHeld ? { ...automation, status: 'paused' } : automation;
  store.automations.insert(
    stored,
    record === undefined ? [] : lineageAgentIds(record.provenance),
    flowAgentIds(stored),
  );
  if (deletion !== undefined) store.automations.setDeletion(automationId, deletion);
  return { automation: stored, record };
}

/**
 * What the operator decided of a review whose automation has no definition here yet: it holds for whoever adopts the record. Only
 * the record's own current review counts.
 */
export function reviewUnadopted({ store, now }: CommandContext, approval: ApprovalRecord): void {
  const waiting = store.unadoptedRecords.find(approval.targetResource.id);
  if (waiting?.reviewRequestId !== approval.approvalId) return;
  const { modifyGrants, capabilityGrants } = waiting;
  store.unadoptedRecords.save(
    approval.status === 'denied'
      ? { ...waiting, pausedForLifecycle: true }
      : { ...acknowledgedAutomation(waiting, now), modifyGrants, capabilityGrants },
  );
}

/** Makes and tells of the custody record of an automation that has none: a human's, whoever its definition names. */
export function makeRecord(context: CommandContext, automation: Automation): GovernanceRecord {
  const { store, now } = context;
  const { automationId, creatorId, createdAtMs } = automation;
  const creator: Actor = { kind: 'human', actorId: creatorId, source: LEGACY_SOURCE };
  const record = newRecord({
    automationId,
    provenance: {
      creator,
      rootActor: creator,
      ancestorChain: [],
      depth: 0,
      requestSource: LEGACY_SOURCE,
    },
    declaredCapabilities: declaredCapabilities(automation),
    createdAtMs: Math.max(createdAtMs, now),
    updatedAtMs: now,
  });
  store.records.save(record);
  const { provenance, declaredCapabilities: declared } = record;
  tellRecordUpdated(context, automationId, { provenance, declaredCapabilities: declared });
  return record;
}

/** Makes the record of every automation that has none (the reference's bootstrap). Answers how many there were. */
export function bootstrapRecords(context: CommandContext): number {
  const { store } = context;
  const automationIds = store.automations.withoutRecord('', Number.MAX_SAFE_INTEGER);
  for (const automationId of automationIds) {
    const found = store.automations.find(automationId);
    if (found !== undefined) makeRecord(context, found.automation);
  }
  return automationIds.length;
}
