import type { Grant, Provenance } from '../../../shared/contract/governance';
import { windowKinds } from '../../../shared/contract/spend';
import { KEPT_ASIDE, type StateFile, windowsOf } from '../../../shared/contract/state-file';
import type { Actor } from '../../../shared/kernel/actor';
import { isStoredAsIs } from '../../../shared/kernel/stored-text';

/** Takes something that is wrong at a place in a file. */
type Found = (path: readonly PropertyKey[], message: string) => void;

/** Tells of all that does not hold in a state file although each value has its form (spec/governance.md section 15). */
export function checkStateFile(file: StateFile, hashOf: (action: unknown) => string, found: Found): void {
  checkIds(file, found);
  checkRecords(file, found);
  checkApprovals(file, hashOf, found);
  checkAutomations(file, found);
  checkUsages(file, found);
  checkAgents(file, found);
}

/** Where an entry stands in the file: in the reference's section, or in ours where the reference would refuse it. */
function placeOf({ extra }: StateFile, section: 'approvals' | 'deleted_automations', id: string): readonly string[] {
  const own = section === 'approvals' ? extra.approvals : extra.deletedAutomations;
  return Object.hasOwn(own, id) ? ['gatehouse', section, id] : [section, id];
}

function checkIds(file: StateFile, found: Found): void {
  const sections: readonly (readonly [string, string, Iterable<readonly [string, string]>])[] = [
    ['records', 'automation_id', idsOf(file.records, ({ automationId }) => automationId)],
    ['approvals', 'approval_id', idsOf(file.approvals, ({ approvalId }) => approvalId)],
    ['agent_spend', 'agent_id', idsOf(file.agentSpend, ({ agentId }) => agentId)],
    ['agent_creation_reviews', 'agent_id', idsOf(file.agentCreationReviews, ({ agentId }) => agentId)],
  ];
  for (const [section, field, ids] of sections) {
    for (const [key, id] of ids) {
      if (key.trim() === '') found([section, key], 'an id must not be blank');
      if (!isStoredAsIs(key)) found([section, key], 'an id must not contain the character NUL or half a character');
      if (id !== key) found([section, key, field], `must be the id under which it is listed, ${key}`);
    }
  }
  for (const [key, { automation }] of file.deletedAutomations) {
    if (automation.automationId !== key) {
      found(
        [...placeOf(file, 'deleted_automations', key), 'automation', 'automation_id'],
        `must be the id under which it is listed, ${key}`,
      );
    }
  }
  for (const [section, ids] of [
    ['paused_agents', file.pausedAgents],
    ['spend_paused_agents', file.spendPausedAgents],
  ] as const) {
    for (const [index, id] of ids.entries()) if (id.trim() === '') found([section, index], 'an id must not be blank');
  }
}

function* idsOf<T>(section: ReadonlyMap<string, T>, idOf: (value: T) => string): Generator<readonly [string, string]> {
  for (const [key, value] of section) yield [key, idOf(value)];
}

function checkRecords(file: StateFile, found: Found): void {
  const grantIds = new Set<string>();
  for (const [key, record] of file.records) {
    const path = ['records', key];
    checkProvenance(record.provenance, [...path, 'provenance'], found);
    if (record.runsSinceReview < 0) found([...path, 'runs_since_review'], 'must not be negative');
    if ((record.deletedAtMs === undefined) !== (record.deleteRetentionUntilMs === undefined)) {
      found([...path, 'delete_retention_until_ms'], 'goes with deleted_at_ms: both or neither');
    }
    for (const [field, kind, grants] of [
      ['modify_grants', 'modify', record.modifyGrants],
      ['capability_grants', 'capability', record.capabilityGrants],
    ] as const) {
      for (const [index, grant] of grants.entries()) {
        checkGrant(grant, kind, key, [...path, field, index], found);
        if (grantIds.has(grant.grantId)) found([...path, field, index, 'grant_id'], 'is the id of two grants');
        grantIds.add(grant.grantId);
      }
    }
  }
}

function checkGrant(grant: Grant, kind: Grant['grantKind'], id: string, path: readonly PropertyKey[], found: Found) {
  if (grant.automationId !== id) found([...path, 'automation_id'], `must be the automation whose grant it is, ${id}`);
  if (grant.grantKind !== kind) found([...path, 'grant_kind'], `must be ${kind}`);
  if (!isNamed(grant.grantedTo)) found([...path, 'granted_to', 'actor_id'], 'an agent needs an id');
}

function checkProvenance(provenance: Provenance, path: readonly PropertyKey[], found: Found): void {
  const { creator, ancestorChain, depth } = provenance;
  if (!isNamed(creator)) found([...path, 'creator', 'actor_id'], 'an agent needs an id');
  for (const [index, ancestor] of ancestorChain.entries()) {
    if (ancestor.depth !== index + 1) found([...path, 'ancestor_chain', index, 'depth'], `must be ${index + 1}`);
  }
  const expected = creator.kind === 'agent' ? ancestorChain.length + 1 : 0;
  if (depth !== expected) found([...path, 'depth'], `must be ${expected}, as the creator and its ancestors have it`);
  if (creator.kind === 'human' && ancestorChain.length > 0) {
    found([...path, 'ancestor_chain'], 'a human has no ancestors');
  }
}

function isNamed(actor: Actor): boolean {
  return actor.kind !== 'agent' || (actor.actorId ?? '').trim() !== '';
}

function checkApprovals(file: StateFile, hashOf: (action: unknown) => string, found: Found): void {
  for (const [key, approval] of file.approvals) {
    const path = placeOf(file, 'approvals', key);
    const isDecided = approval.status === 'approved' || approval.status === 'denied';
    if (isDecided && approval.reviewedBy === undefined) {
      found([...path, 'reviewed_by'], `is needed for one that is ${approval.status}`);
    }
    if (approval.reviewedBy !== undefined && (!isDecided || approval.reviewedBy.kind !== 'human')) {
      found([...path, 'reviewed_by'], 'only a human decides, and only what is approved or denied is decided');
    }
    if (approval.consumedAtMs !== undefined && approval.status !== 'approved') {
      found([...path, 'consumed_at_ms'], 'only what is approved is used');
    }
    if (approval.rationale.trim() === '') found([...path, 'rationale'], 'must not be blank');
    if (approval.revision < 1) found([...path, 'revision'], 'begins with 1');
    if (!isNamed(approval.requestedBy)) found([...path, 'requested_by', 'actor_id'], 'an agent needs an id');
    const hash = approval.action === undefined ? undefined : hashOf(approval.action);
    if (approval.actionHash !== undefined && approval.actionHash !== hash)
      found([...path, 'action_hash'], 'is not the hash of the action');
  }
}

function checkAutomations(file: StateFile, found: Found): void {
  const { automations, runs } = file.extra;
  for (const [key, deletion] of file.deletedAutomations) {
    const path = placeOf(file, 'deleted_automations', key);
    if (deletion.restoreUntilMs < deletion.deletedAtMs) {
      found([...path, 'restore_until_ms'], 'must not be before deleted_at_ms');
    }
    if (Object.hasOwn(automations, key)) found(path, 'is in gatehouse.automations as well');
  }
  for (const [key, { automationId }] of Object.entries(automations)) {
    const path = ['gatehouse', 'automations', key];
    if (!isStoredAsIs(key)) found(path, 'an id must not contain the character NUL or half a character');
    if (automationId !== key) found([...path, 'automation_id'], `must be the id under which it is listed, ${key}`);
  }
  const runIds = new Set<string>();
  for (const [key, ofOne] of Object.entries(runs)) {
    for (const [index, run] of ofOne.entries()) {
      const path = ['gatehouse', 'runs', key, index];
      if (run.automationId !== key) found([...path, 'automation_id'], `must be ${key}`);
      if (runIds.has(run.runId)) found([...path, 'run_id'], 'is the id of two runs');
      runIds.add(run.runId);
    }
  }
}

function checkUsages(file: StateFile, found: Found): void {
  const { runs, usages, keptAside } = file.extra;
  const runIds = new Set(Object.values(runs).flatMap((ofOne) => ofOne.map(({ runId }) => runId)));
  for (const [runId, { reservations, answers }] of Object.entries(usages)) {
    const path = ['gatehouse', 'usages', runId];
    if (!runIds.has(runId)) found(path, 'is of no run in gatehouse.runs');
    for (const [usageId, { warnings, hardStops, estimateNanos }] of Object.entries(answers)) {
      const isReport = warnings !== undefined && hardStops !== undefined;
      if (isReport === (estimateNanos !== undefined)) {
        found([...path, 'answers', usageId], 'is either warnings and hard_stops, or an estimate_usd');
      }
      if (Object.hasOwn(reservations, usageId)) {
        found([...path, 'reservations', usageId], 'is charged already, and cannot be set aside as well');
      }
    }
  }
  for (const name of Object.keys(keptAside)) {
    if (!name.startsWith(KEPT_ASIDE)) found(['gatehouse', 'kept_aside', name], `must begin with ${KEPT_ASIDE}`);
  }
}

function checkAgents(file: StateFile, found: Found): void {
  for (const [key, summary] of file.agentSpend) {
    for (const window of windowsOf(summary)) {
      const kind = windowKinds.find((one) => summary[one] === window) ?? window.kind;
      const path = ['agent_spend', key, kind];
      if (window.kind !== kind) found([...path, 'kind'], `must be ${kind}`);
      for (const [field, tokens] of [
        ['prompt_tokens', window.promptTokens],
        ['completion_tokens', window.completionTokens],
        ['total_tokens', window.totalTokens],
      ] as const) {
        if (tokens < 0) found([...path, field], 'must not be negative');
      }
      if (window.windowEndMs !== undefined && window.windowEndMs <= window.windowStartMs) {
        found([...path, 'window_end_ms'], 'must be after window_start_ms');
      }
    }
  }
  for (const [key, review] of file.agentCreationReviews) {
    if (review.createdSinceReview < 0) {
      found(['agent_creation_reviews', key, 'created_since_review'], 'must not be negative');
    }
  }
  for (const [key, { agentId }] of Object.entries(file.extra.agents)) {
    const path = ['gatehouse', 'agents', key, 'agent_id'];
    if (agentId !== key) found(path, `must be the id under which it is listed, ${key}`);
  }
}
