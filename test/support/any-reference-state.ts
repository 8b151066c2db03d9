import fc from 'fast-check';
import { HOUR_MS } from '../../shared/kernel/time';
import { ENDLESS_MARK } from './reference-file';
import { START } from './world';

/**
 * Random states as the reference has them, in its wire's names; `undefined` is an absent option. Only what its own code makes: a
 * chain counts from 1, what is deleted has both marks, an agent that its spend stopped is in the list and has a summary.
 */

const HOUR = HOUR_MS;
const automationIds = ['nightly', 'a.b', 'with "quotes"', '[0]', 'ünïcode', '__proto'] as const;
const agentIds = ['scout', 'planner', 'root', 'helper'] as const;

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const instant = fc.integer({ min: START - 1_000 * HOUR, max: START });
const words = fc.constantFrom('because', 'ein Grund: 7', '', '$.records.x', 'tab\tand "quotes"', '😀');
const usd = fc.integer({ min: 0, max: 10 ** 15 }).map((nanos) => nanos / 1e9);
// No reader here takes a name that reaches into an object's prototype, in a file as in a request.
const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !/"(?:__proto__|prototype)":/.test(JSON.stringify(value)));
/** What a newer reference writes and Gatehouse does not know. */
const tenant = maybe(fc.record({ org_id: words, workspace_id: words }));

const human = fc.record({ kind: fc.constant('human'), actor_id: maybe(fc.constant('olga')), source: maybe(words) });
const agent = fc.record({ kind: fc.constant('agent'), actor_id: fc.constantFrom(...agentIds), source: maybe(words) });
const system = fc.record({ kind: fc.constant('system'), source: fc.constantFrom('automation_spend_cap', 'api') });

const provenance = fc.oneof(
  human.map((creator) => ({ creator, root_actor: creator, ancestor_chain: [], depth: 0 })),
  fc
    .record({
      chain: fc.shuffledSubarray([...agentIds], { minLength: 1 }),
      root_actor: fc.oneof(human, system),
      source: maybe(words),
      request_source: maybe(words),
    })
    .map(({ chain, root_actor, source, request_source }) => ({
      creator: { kind: 'agent', actor_id: chain.at(-1), source },
      root_actor,
      ancestor_chain: chain.slice(0, -1).map((actor_id, index) => ({
        depth: index + 1,
        actor: { kind: 'agent', actor_id, source: 'ancestor_chain' },
      })),
      depth: chain.length,
      request_source,
    })),
);

const kind = fc.constantFrom('creation_quota', 'run_drift', 'health_drift', 'expiration_soon', 'expired', 'retired');

const finding = fc.record({
  finding_id: fc.uuid(),
  kind,
  severity: fc.constantFrom('info', 'warning', 'critical'),
  summary: words,
  detail: maybe(words),
  observed_at_ms: instant,
  automation_run_id: maybe(words),
  approval_id: maybe(words),
  evidence: maybe(json.filter((value) => value !== null)),
});

const grantOf = (automation_id: string, grant_kind: 'modify' | 'capability') =>
  fc.record({
    grant_id: fc.uuid().map((id) => `grant-${id}`),
    automation_id: fc.constant(automation_id),
    tenant_context: tenant,
    grant_kind: fc.constant(grant_kind),
    granted_to: agent,
    granted_by: human,
    capability_key: maybe(words),
    created_at_ms: instant,
    revoked_at_ms: maybe(instant),
    revoke_reason: maybe(words),
  });

const recordOf = (automation_id: string) =>
  fc.record({
    automation_id: fc.constant(automation_id),
    tenant_context: tenant,
    provenance,
    declared_capabilities: fc.record({ creates_agents: fc.boolean(), modifies_grants: fc.boolean() }),
    modify_grants: fc.array(grantOf(automation_id, 'modify'), { maxLength: 2 }),
    capability_grants: fc.array(grantOf(automation_id, 'capability'), { maxLength: 2 }),
    created_at_ms: instant,
    updated_at_ms: instant,
    published_externally: fc.boolean(),
    creation_paused: fc.boolean(),
    review_required: fc.boolean(),
    review_kind: maybe(kind),
    review_requested_at_ms: maybe(instant),
    review_request_id: maybe(words),
    last_reviewed_at_ms: maybe(instant),
    runs_since_review: fc.nat(50),
    expires_at_ms: maybe(fc.integer({ min: START - HOUR, max: START + 9_000 * HOUR })),
    expired_at_ms: maybe(instant),
    retired_at_ms: maybe(instant),
    retire_reason: maybe(words),
    paused_for_lifecycle: fc.boolean(),
    health_last_checked_at_ms: maybe(instant),
    health_findings: fc.array(finding, { maxLength: 3 }),
  });

const definitionOf = (automation_id: string) =>
  fc.record({
    automation_id: fc.constant(automation_id),
    name: fc.constantFrom('Nightly', 'Ein Name'),
    description: maybe(words),
    status: fc.constantFrom('active', 'paused', 'draft'),
    schedule: fc.record({
      type: fc.constantFrom('cron', 'interval', 'manual'),
      cron_expression: maybe(fc.constant('0 3 * * *')),
      timezone: fc.constant('UTC'),
      misfire_policy: fc.constantFrom({ type: 'skip' }, { type: 'run_once' }, { type: 'catch_up', max_runs: 3 }),
    }),
    knowledge: fc.constant({ enabled: true, reuse_mode: 'preflight', trust_floor: 'promoted', read_spaces: [] }),
    agents: fc.array(
      fc.record({
        agent_id: fc.constantFrom(...agentIds),
        display_name: words,
        skills: fc.constant([]),
        tool_policy: fc.constant({ allowlist: ['read'], denylist: [] }),
        mcp_policy: fc.record({ allowed_servers: fc.constant(['github']), allowed_tools: maybe(fc.constant(['x'])) }),
      }),
      { maxLength: 2 },
    ),
    flow: fc.record({
      nodes: fc.array(
        fc.record({
          node_id: fc.uuid(),
          agent_id: fc.constantFrom(...agentIds),
          objective: words,
          depends_on: fc.constant([]),
          timeout_ms: maybe(fc.nat()),
        }),
        { maxLength: 2 },
      ),
    }),
    execution: fc.record({ max_parallel_agents: maybe(fc.nat(8)), max_total_cost_usd: maybe(usd) }),
    output_targets: fc.constant(['file://out']),
    created_at_ms: instant,
    updated_at_ms: instant,
    creator_id: fc.constant('olga'),
    workspace_root: maybe(words),
    metadata: maybe(json.filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value))),
  });

const windowOf = (window_kind: string, start: number, end: number | string) =>
  fc.record({
    kind: fc.constant(window_kind),
    window_start_ms: fc.constant(start),
    window_end_ms: fc.constant(end),
    prompt_tokens: fc.nat(),
    completion_tokens: fc.nat(),
    total_tokens: fc.nat(),
    cost_usd: usd,
    last_automation_id: maybe(words),
    last_run_id: maybe(words),
    soft_warning_at_ms: maybe(instant),
    hard_stop_at_ms: maybe(instant),
  });

const spendOf = (agent_id: string) =>
  fc
    .record({
      daily: windowOf('daily', Date.UTC(2026, 10, 22), Date.UTC(2026, 10, 23)),
      weekly: windowOf('weekly', Date.UTC(2026, 10, 16), Date.UTC(2026, 10, 23)),
      monthly: windowOf('monthly', Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)),
      lifetime: windowOf('lifetime', 0, ENDLESS_MARK),
      updated_at_ms: instant,
      pause: maybe(fc.record({ paused_at_ms: instant, pause_reason: words })),
    })
    .map(({ daily, weekly, monthly, lifetime, updated_at_ms, pause }) => ({
      agent_id,
      daily: { ...daily, updated_at_ms },
      weekly: { ...weekly, updated_at_ms },
      monthly: { ...monthly, updated_at_ms },
      lifetime: { ...lifetime, updated_at_ms },
      updated_at_ms,
      ...pause,
    }));

const reviewOf = (agent_id: string) =>
  fc.record({
    agent_id: fc.constant(agent_id),
    created_since_review: fc.nat(9),
    review_required: fc.boolean(),
    review_kind: maybe(fc.constant('creation_quota')),
    review_requested_at_ms: maybe(instant),
    last_reviewed_at_ms: maybe(instant),
    last_review_notes: maybe(words),
    updated_at_ms: instant,
  });

const approvalOf = (approval_id: string) =>
  fc
    .record({
      request_type: fc.constantFrom(
        'capability_request',
        'external_post',
        'quota_override',
        'lifecycle_review',
        'elevated_capability',
        'depth_override',
        'retirement_action',
      ),
      requested_by: fc.oneof(human, agent, system),
      target_resource: fc.record({ type: fc.constantFrom('agent', 'automation'), id: fc.constantFrom(...agentIds) }),
      rationale: words.filter((why) => why !== ''),
      context: json,
      status: fc.constantFrom('pending', 'approved', 'denied', 'expired'),
      expires_at_ms: fc.integer({ min: START + 1, max: START + 100 * HOUR }),
      tenantContext: tenant,
      reviewed_by: human,
      reviewed_at_ms: instant,
      review_notes: maybe(words),
      created_at_ms: instant,
      updated_at_ms: instant,
    })
    .map(({ reviewed_by, reviewed_at_ms, review_notes, ...asked }) => {
      const isDecided = asked.status === 'approved' || asked.status === 'denied';
      return { approval_id, ...asked, ...(isDecided && { reviewed_by, reviewed_at_ms, review_notes }) };
    });

const limits = fc.record({
  creation_enabled: fc.constant(true),
  per_agent_daily_creation_limit: fc.nat(100),
  active_agent_automation_cap: fc.nat(100),
  lineage_depth_limit: fc.nat(9),
  per_agent_creation_review_threshold: fc.nat(9),
  run_review_threshold: fc.nat(50),
  weekly_spend_cap_usd: maybe(usd),
  spend_warning_threshold_ratio: fc.constantFrom(0, 0.8, 1),
  cost_spike_multiplier: maybe(fc.constantFrom(10, 2.5)),
  default_expires_after_ms: fc.constantFrom(0, 90 * 24 * HOUR),
  expiration_warning_window_ms: fc.constantFrom(0, 7 * 24 * HOUR),
  health_check_interval_ms: fc.constantFrom(60_000, 6 * HOUR),
  health_window_run_limit: fc.nat(50),
  health_failure_rate_threshold: fc.constantFrom(0, 0.5),
  health_guardrail_stop_threshold: fc.nat(5),
  approval_ttl_ms: fc.constantFrom(1_000, 72 * HOUR),
  per_agent_pause_enabled: fc.boolean(),
});

/** For some of these ids, by id. */
function someOf<T>(ids: readonly string[], one: (id: string) => fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc
    .subarray([...ids])
    .chain((chosen) =>
      fc.tuple(...chosen.map(one)).map((values) => values.map((value, index) => [chosen[index], value])),
    )
    .map((entries) => Object.fromEntries(entries) as Record<string, T>);
}

const deletionOf = (automationId: string) =>
  fc.record({ automation: definitionOf(automationId), deleted_at_ms: instant, deleted_by: fc.oneof(human, agent) });

/** A random state of the reference; those of its automations that are deleted can still be restored at START. */
export const anyReferenceState = fc
  .record({
    records: someOf(automationIds, recordOf),
    deletions: someOf(automationIds.slice(0, 3), deletionOf),
    approvals: someOf(['apr_1', 'apr_2', 'apr_3', 'apr_4'], approvalOf),
    paused_agents: fc.subarray([...agentIds]),
    agent_spend: someOf(agentIds, spendOf),
    agent_creation_reviews: someOf(agentIds, reviewOf),
    limits,
    later_section: maybe(json.filter((value) => value !== null)),
    updated_at_ms: instant,
  })
  .map(({ records, deletions, ...rest }) => {
    const deleted = Object.entries(deletions).filter(([id]) => Object.hasOwn(records, id));
    const until = START + 7 * 24 * HOUR;
    return {
      ...rest,
      records: Object.fromEntries(
        Object.entries(records).map(([id, record]) => {
          const deletion = deleted.find(([deletedId]) => deletedId === id)?.[1];
          return [
            id,
            deletion === undefined
              ? record
              : { ...record, deleted_at_ms: deletion.deleted_at_ms, delete_retention_until_ms: until },
          ];
        }),
      ),
      deleted_automations: Object.fromEntries(
        deleted.map(([id, deletion]) => [id, { ...deletion, restore_until_ms: until }]),
      ),
      spend_paused_agents: Object.values(rest.agent_spend)
        .filter((summary) => 'paused_at_ms' in summary)
        .map(({ agent_id }) => agent_id),
    };
  });
