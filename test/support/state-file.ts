import { operator, START, type World } from './world';

const scout = { kind: 'agent', actor_id: 'scout' };
const olga = { kind: 'human', actor_id: 'olga' };
const window = (kind: string, cost: number) => ({
  kind,
  window_start_ms: Date.UTC(2026, 10, 16),
  ...(kind !== 'lifetime' && { window_end_ms: Date.UTC(2026, 10, 23) }),
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  cost_usd: cost,
  last_run_id: null,
  updated_at_ms: START,
});

/** A state file of the reference's form by hand, with every kind of record that it can have; the caller's own to break. */
export function referenceState() {
  return JSON.parse(JSON.stringify(wholeState())) as ReturnType<typeof wholeState>;
}

function wholeState() {
  return {
    records: {
      nightly: {
        automation_id: 'nightly',
        provenance: {
          creator: scout,
          root_actor: { kind: 'agent', actor_id: 'planner' },
          ancestor_chain: [{ depth: 1, actor: { kind: 'agent', actor_id: 'planner' } }],
          depth: 2,
          request_source: 'api',
        },
        declared_capabilities: { creates_agents: true, modifies_grants: false },
        modify_grants: [
          {
            grant_id: 'grant-1',
            automation_id: 'nightly',
            grant_kind: 'modify',
            granted_to: { kind: 'agent', actor_id: 'helper' },
            granted_by: olga,
            created_at_ms: START,
            revoked_at_ms: null,
          },
        ],
        capability_grants: [
          {
            grant_id: 'grant-2',
            automation_id: 'nightly',
            grant_kind: 'capability',
            granted_to: scout,
            granted_by: olga,
            capability_key: 'creates_agents',
            created_at_ms: START,
            revoked_at_ms: START + 1,
            revoke_reason: 'over',
          },
        ],
        created_at_ms: START,
        updated_at_ms: START,
        deleted_at_ms: null,
        review_required: true,
        review_kind: 'health_drift',
        runs_since_review: 3,
        expires_at_ms: START + 9_000_000_000,
        health_findings: [
          {
            finding_id: 'f1',
            kind: 'health_drift',
            severity: 'warning',
            summary: 'completed runs emitted empty outputs',
            observed_at_ms: START,
            evidence: { empty_output_runs: 1 },
          },
        ],
      },
      manual: {
        automation_id: 'manual',
        provenance: { creator: olga, root_actor: olga, ancestor_chain: [], depth: 0 },
        declared_capabilities: { creates_agents: false, modifies_grants: false },
        created_at_ms: START,
        updated_at_ms: START,
        deleted_at_ms: START,
        delete_retention_until_ms: START + 7,
      },
    },
    approvals: {
      apr_1: {
        approval_id: 'apr_1',
        request_type: 'quota_override',
        requested_by: { kind: 'system', source: 'automation_spend_cap' },
        target_resource: { type: 'agent', id: 'scout' },
        rationale: 'weekly cap reached',
        context: { agentID: 'scout' },
        status: 'approved',
        expires_at_ms: START + 1_000_000,
        reviewed_by: olga,
        reviewed_at_ms: START,
        review_notes: 'fine',
        created_at_ms: START,
        updated_at_ms: START,
      },
      apr_2: {
        approval_id: 'apr_2',
        request_type: 'capability_request',
        requested_by: scout,
        target_resource: { type: 'agent', id: 'scout' },
        rationale: 'I need helpers',
        context: { capability_key: 'creates_agents' },
        status: 'pending',
        expires_at_ms: START + 1_000_000,
        reviewed_by: null,
        created_at_ms: START,
        updated_at_ms: START + 1,
      },
    },
    deleted_automations: {
      manual: {
        automation: {
          automation_id: 'manual',
          name: 'Manual',
          status: 'paused',
          schedule: { type: 'manual', timezone: 'UTC', misfire_policy: { type: 'skip' } },
          agents: [],
          flow: { nodes: [] },
          execution: {},
          creator_id: 'olga',
          created_at_ms: START,
          updated_at_ms: START,
          x_own_field: { kept: true },
        },
        deleted_at_ms: START,
        deleted_by: olga,
        restore_until_ms: START + 7,
      },
    },
    paused_agents: ['helper'],
    spend_paused_agents: ['scout'],
    agent_spend: {
      scout: {
        agent_id: 'scout',
        daily: window('daily', 0.1),
        weekly: window('weekly', 0.3),
        monthly: window('monthly', 0.3),
        lifetime: window('lifetime', 12.5),
        updated_at_ms: START,
        paused_at_ms: START,
        pause_reason: 'weekly spend cap 0.30 USD reached',
      },
    },
    agent_creation_reviews: {
      scout: {
        agent_id: 'scout',
        created_since_review: 5,
        review_required: true,
        review_kind: 'creation_quota',
        review_requested_at_ms: START,
        last_review_notes: null,
        updated_at_ms: START,
      },
    },
    limits: { lineage_depth_limit: 4, weekly_spend_cap_usd: 0.3 },
    updated_at_ms: START,
  };
}

/** Imports this state, or this text, as the operator. */
export const importing = (world: World, state: unknown, onConflict?: 'skip' | 'replace') =>
  world.execute(operator, 'state.import', {
    text: typeof state === 'string' ? state : JSON.stringify(state),
    ...(onConflict !== undefined && { onConflict }),
  });

/** The state as it is exported, but for when. */
export function exported(world: World) {
  return { ...(JSON.parse(world.told(operator, 'state.export', {}).text) as object), updated_at_ms: 0 };
}
