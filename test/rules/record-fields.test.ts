import { expect, test } from 'vitest';
import { limitsSchema } from '../../shared/contract/limits';
import { wireName } from '../../shared/kernel/wire';
import { call } from '../support/api-client';
import { insertAgent, insertApproval, insertAutomation, recordOf, runOf } from '../support/governed';
import { referenceState } from '../support/state-file';
import { createWorld, OPERATOR_TOKEN, operator, START, type World } from '../support/world';

const names = (text: string) => text.split(/[\s,]+/).filter((name) => name !== '');

/** The fields of each record as spec/governance.md section 2 lists them, optional ones too. */
const FIELDS = {
  record: names(`automation_id, provenance, declared_capabilities, modify_grants, capability_grants, created_at_ms,
    updated_at_ms, deleted_at_ms, delete_retention_until_ms, published_externally, creation_paused, review_required,
    review_kind, review_requested_at_ms, review_request_id, last_reviewed_at_ms, runs_since_review, expires_at_ms,
    expired_at_ms, retired_at_ms, retire_reason, paused_for_lifecycle, health_last_checked_at_ms, health_findings`),
  finding: names(
    `finding_id, kind, severity, summary, detail, observed_at_ms, automation_run_id, approval_id, evidence`,
  ),
  grant: names(`grant_id, automation_id, grant_kind, granted_to, granted_by, capability_key, created_at_ms, reason,
    revoked_at_ms, revoke_reason`),
  approval: names(`approval_id, request_type, requested_by, target_resource, rationale, context, status, expires_at_ms,
    reviewed_by, reviewed_at_ms, review_notes, created_at_ms, updated_at_ms, revision, action, action_hash, consumed_at_ms,
    waiting_until_ms, ancestor_ids`),
  spend: names(`agent_id, daily, weekly, monthly, lifetime, updated_at_ms, paused_at_ms, pause_reason`),
  window: names(`kind, window_start_ms, window_end_ms, prompt_tokens, completion_tokens, total_tokens, cost_usd,
    last_automation_id, last_run_id, updated_at_ms, soft_warning_at_ms, hard_stop_at_ms`),
  review:
    names(`agent_id, created_since_review, review_required, review_kind, review_requested_at_ms, review_request_id,
    last_reviewed_at_ms, last_review_notes, updated_at_ms`),
  run: names(`run_id, automation_id, trigger_type, status, created_at_ms, updated_at_ms, started_at_ms, finished_at_ms,
    active_session_ids, active_instance_ids, checkpoint, pause_reason, resume_reason, detail, stop_kind, stop_reason,
    prompt_tokens, completion_tokens, total_tokens, cost_usd, lifecycle_history`),
} as const;

/** What answers have besides: counts beside a record, and what an asker reads of an approval. */
const MORE = { record: ['grant_count', 'capability_grant_count'], approval: ['guidance'] };

const scoutActor = { kind: 'agent', actorId: 'scout' } as const;

/** A world in which everything has every field that it can have. */
function fullWorld(): World {
  const world = createWorld();
  const record = recordOf({
    deletedAtMs: START,
    deleteRetentionUntilMs: START,
    reviewKind: 'health_drift',
    reviewRequestedAtMs: START,
    reviewRequestId: 'apr_1',
    lastReviewedAtMs: START,
    expiresAtMs: START,
    expiredAtMs: START,
    retiredAtMs: START,
    retireReason: 'done',
    healthLastCheckedAtMs: START,
    healthFindings: [
      {
        findingId: 'f',
        kind: 'health_drift',
        severity: 'info',
        summary: 's',
        detail: 'd',
        observedAtMs: START,
        automationRunId: 'run-1',
        approvalId: 'apr_1',
        evidence: { count: 1 },
      },
    ],
  });
  const stop = { stopKind: 'guardrail_stopped', reason: 'cap' } as const;
  const run = runOf({
    startedAtMs: START,
    pauseReason: 'p',
    resumeReason: 'r',
    detail: 'd',
    stopKind: stop.stopKind,
    stopReason: 's',
    lifecycleHistory: [{ event: 'run_paused', recordedAtMs: START, ...stop }],
  });
  insertAutomation(world, undefined, record, [run]);
  const grant = { automationId: 'nightly', grantedTo: scoutActor, grantedBy: operator.actor, createdAtMs: START };
  const revoked = { reason: 'r', revokedAtMs: START, revokeReason: 'over', capabilityKey: 'creates_agents' };
  world.store.transaction(({ grants, spend }) => {
    grants.save({ grantId: 'grant-1', grantKind: 'modify', ...grant, ...revoked });
    grants.save({ grantId: 'grant-2', grantKind: 'capability', ...grant, ...revoked });
    const used = { promptTokens: 1, completionTokens: 1, totalTokens: 2, costNanos: 1, updatedAtMs: START };
    const marks = { lastAutomationId: 'nightly', lastRunId: 'run-1', softWarningAtMs: START, hardStopAtMs: START };
    const weekly = { windowStartMs: Date.UTC(2026, 10, 16), windowEndMs: Date.UTC(2026, 10, 23) };
    spend.saveWindow('scout', { kind: 'weekly', ...weekly, ...used, ...marks });
  });
  insertAgent(world, 'scout', {
    spendPausedAtMs: START,
    spendPauseReason: 'cap',
    review: {
      agentId: 'scout',
      createdSinceReview: 5,
      reviewRequired: true,
      reviewKind: 'creation_quota',
      reviewRequestedAtMs: START,
      reviewRequestId: 'apr_1',
      lastReviewedAtMs: START,
      lastReviewNotes: 'n',
      updatedAtMs: START,
    },
  });
  world.store.transaction(({ limits }) => limits.save({ ...limits.current(), weeklySpendCapNanos: 1 }));
  insertApproval(world, { waitingUntilMs: START });
  world.store.transaction(({ approvals }) => {
    const pending = approvals.find('apr_1');
    const decision = { status: 'approved', reviewedBy: operator.actor, reviewedAtMs: START, reviewNotes: 'n' } as const;
    if (pending !== undefined) approvals.update({ ...pending, ...decision, consumedAtMs: START });
  });
  return world;
}

test('each field of each record can be read in an answer, by its name [2.governance-record, 2.finding, 2.grant, 2.approval, 2.spend-summary, 2.creation-review, 2.run]', async () => {
  const api = await fullWorld().startApi();
  const get = async (path: string) => (await call(api, 'GET', path)).body;
  const { governance, agent_review } = await get('/automations/v2/nightly/governance');
  const { approval } = await get('/governance/approvals/apr_1');
  const { spend } = await get('/governance/agents/scout/spend');
  const { run } = await get('/automations/v2/runs/run-1');
  const read = {
    record: governance,
    finding: governance.health_findings[0],
    grant: governance.capability_grants[0],
    approval,
    spend,
    window: spend.weekly,
    review: agent_review,
    run,
  };
  for (const [kind, fields] of Object.entries(FIELDS)) {
    const expected = [...fields, ...(MORE[kind as keyof typeof MORE] ?? [])].toSorted();
    expect({ kind, fields: Object.keys(read[kind as keyof typeof read] as object).toSorted() }).toEqual({
      kind,
      fields: expected,
    });
  }
  expect(run.checkpoint).toEqual({ node_outputs: { report: 'fine' } });
  expect(Object.keys(run.lifecycle_history[0]).toSorted()).toEqual(['event', 'reason', 'recorded_at_ms', 'stop_kind']);
  expect(governance.modify_grants[0].grant_id).toBe('grant-1');
  expect(governance.provenance).toEqual({
    creator: { kind: 'agent', actor_id: 'scout' },
    root_actor: { kind: 'agent', actor_id: 'scout' },
    ancestor_chain: [],
    depth: 1,
  });
  expect(governance.declared_capabilities).toEqual({ creates_agents: false, modifies_grants: false });
});

test('a deleted automation is read in an export as it was, with who deleted it and until when it can be restored [2.deleted-automation]', async () => {
  const world = createWorld();
  await world.execute(operator, 'state.import', { text: JSON.stringify(referenceState()) });
  const exported = world.told(operator, 'state.export', {});
  const state = JSON.parse(exported.text) as ReturnType<typeof referenceState>;
  expect(state.deleted_automations.manual).toMatchObject(referenceState().deleted_automations.manual);
});

const DAY_MS = 86_400_000;
test('the limits are those of the table, with its defaults [2.limits, 7.decide-independent-off]', async () => {
  const api = await createWorld().startApi();
  const { body } = await call(api, 'GET', '/governance/limits', { token: OPERATOR_TOKEN });
  expect(body.limits).toEqual({
    creation_enabled: true,
    per_agent_daily_creation_limit: 10,
    active_agent_automation_cap: 50,
    lineage_depth_limit: 3,
    per_agent_creation_review_threshold: 5,
    run_review_threshold: 20,
    weekly_spend_cap_usd: null,
    spend_warning_threshold_ratio: 0.8,
    plan_stop_ratio: 0,
    default_expires_after_ms: 90 * DAY_MS,
    expiration_warning_window_ms: 7 * DAY_MS,
    health_check_interval_ms: DAY_MS / 4,
    health_window_run_limit: 20,
    health_failure_rate_threshold: 0.5,
    health_guardrail_stop_threshold: 2,
    approval_ttl_ms: 3 * DAY_MS,
    per_agent_pause_enabled: true,
    independent_review_required: false,
  });
  expect(Object.keys(limitsSchema.shape).map(wireName).toSorted()).toEqual(Object.keys(body.limits).toSorted());
});
