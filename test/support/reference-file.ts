/**
 * The reference's own reader and writer of its governance file, imitated from its types (crate tandem-server, automation_v2), as a
 * second opinion on what Gatehouse reads and writes. Its writer leaves out optional fields and most empty lists; its reader refuses
 * a file for one value that is not of its type, and then goes on with an empty state.
 */

/** A number that JavaScript does not have, as these functions know it. */
const ENDLESS_TEXT = '18446744073709551615';
/** What stands for it in values that a test makes. */
export const ENDLESS_MARK = `#${ENDLESS_TEXT}`;

type Json = Readonly<Record<string, unknown>>;
type Read = (value: unknown, place: string) => unknown;

class RefusedError extends Error {}

function refuse(place: string, wanted: string): never {
  throw new RefusedError(`${place}: not ${wanted}`);
}

const text: Read = (value, place) => {
  if (typeof value !== 'string') return refuse(place, 'a string');
  return /\p{Surrogate}/u.test(value) ? refuse(place, 'whole characters') : value;
};
const flag: Read = (value, place) => (typeof value === 'boolean' ? value : refuse(place, 'a bool'));
const real: Read = (value, place) => (typeof value === 'number' ? value : refuse(place, 'an f64'));
const count: Read = (value, place) => {
  if (value === ENDLESS_MARK) return value;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse(place, 'a u64');
};
const anything: Read = (value, place) => {
  if (typeof value === 'string') return text(value, place);
  if (typeof value !== 'object' || value === null) return value;
  for (const [name, item] of Object.entries(value)) {
    text(name, place);
    anything(item, `${place}.${name}`);
  }
  return value;
};
const word =
  (...words: readonly string[]): Read =>
  (value, place) =>
    words.includes(value as string) ? value : refuse(place, `one of ${words.join(', ')}`);
const list =
  (one: Read): Read =>
  (value, place) =>
    Array.isArray(value) ? value.map((item, index) => one(item, `${place}[${index}]`)) : refuse(place, 'a list');
const map =
  (one: Read): Read =>
  (value, place) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key, place), one(item, `${place}.${key}`)]))
      : refuse(place, 'a map');

type Field = { readonly read: Read; readonly absent?: () => unknown; readonly isOption?: true };
const must = (read: Read): Field => ({ read });
const orElse = (read: Read, absent: unknown): Field => ({ read, absent: () => absent });
const option = (read: Read): Field => ({ read, isOption: true });

/** A struct: fields that it does not know are ignored by the reference, and kept here, so that a test sees whether they were lost. */
const struct =
  (fields: Readonly<Record<string, Field>>): Read =>
  (value, place) => {
    if (!isObject(value)) return refuse(place, 'a struct');
    const copy: Record<string, unknown> = { ...value };
    for (const [name, { read, absent, isOption }] of Object.entries(fields)) {
      const given = value[name];
      if (isOption === true) {
        if (given === undefined || given === null) delete copy[name];
        else copy[name] = read(given, `${place}.${name}`);
      } else if (given !== undefined) copy[name] = read(given, `${place}.${name}`);
      else copy[name] = absent === undefined ? refuse(`${place}.${name}`, 'there') : absent();
    }
    return copy;
  };

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const actor = struct({
  kind: must(word('human', 'agent', 'system')),
  actor_id: option(text),
  source: option(text),
});
const reviewKind = word(
  'creation_quota',
  'run_drift',
  'health_drift',
  'expiration_soon',
  'expired',
  'dependency_revoked',
  'retired',
);
const provenance = struct({
  creator: must(actor),
  root_actor: must(actor),
  ancestor_chain: orElse(list(struct({ depth: must(count), actor: must(actor) })), []),
  depth: must(count),
  request_source: option(text),
});
const grant = struct({
  grant_id: must(text),
  automation_id: must(text),
  grant_kind: must(word('modify', 'capability')),
  granted_to: must(actor),
  granted_by: must(actor),
  capability_key: option(text),
  created_at_ms: must(count),
  revoked_at_ms: option(count),
  revoke_reason: option(text),
});
const finding = struct({
  finding_id: must(text),
  kind: must(reviewKind),
  severity: must(word('info', 'warning', 'critical')),
  summary: must(text),
  detail: option(text),
  observed_at_ms: must(count),
  automation_run_id: option(text),
  approval_id: option(text),
  evidence: option(anything),
});
const record = struct({
  automation_id: must(text),
  provenance: must(provenance),
  declared_capabilities: orElse(struct({ creates_agents: orElse(flag, false), modifies_grants: orElse(flag, false) }), {
    creates_agents: false,
    modifies_grants: false,
  }),
  modify_grants: orElse(list(grant), []),
  capability_grants: orElse(list(grant), []),
  created_at_ms: orElse(count, 0),
  updated_at_ms: orElse(count, 0),
  deleted_at_ms: option(count),
  delete_retention_until_ms: option(count),
  published_externally: orElse(flag, false),
  creation_paused: orElse(flag, false),
  review_required: orElse(flag, false),
  review_kind: option(reviewKind),
  review_requested_at_ms: option(count),
  review_request_id: option(text),
  last_reviewed_at_ms: option(count),
  runs_since_review: orElse(count, 0),
  expires_at_ms: option(count),
  expired_at_ms: option(count),
  retired_at_ms: option(count),
  retire_reason: option(text),
  paused_for_lifecycle: orElse(flag, false),
  health_last_checked_at_ms: option(count),
  health_findings: orElse(list(finding), []),
});
const approval = struct({
  approval_id: must(text),
  request_type: must(
    word(
      'capability_request',
      'external_post',
      'quota_override',
      'lifecycle_review',
      'elevated_capability',
      'depth_override',
      'retirement_action',
    ),
  ),
  requested_by: must(actor),
  target_resource: must(struct({ type: must(text), id: must(text) })),
  rationale: must(text),
  context: orElse(anything, null),
  status: must(word('pending', 'approved', 'denied', 'expired')),
  expires_at_ms: must(count),
  reviewed_by: option(actor),
  reviewed_at_ms: option(count),
  review_notes: option(text),
  created_at_ms: must(count),
  updated_at_ms: must(count),
});
const definition = struct({
  automation_id: must(text),
  name: must(text),
  description: option(text),
  status: must(word('active', 'paused', 'draft')),
  schedule: must(
    struct({
      type: must(word('cron', 'interval', 'manual')),
      cron_expression: option(text),
      interval_seconds: option(count),
      timezone: must(text),
      misfire_policy: must(struct({ type: must(word('skip', 'run_once', 'catch_up')) })),
    }),
  ),
  agents: orElse(
    list(
      struct({
        agent_id: must(text),
        display_name: must(text),
        skills: orElse(list(text), []),
        tool_policy: must(struct({ allowlist: orElse(list(text), []), denylist: orElse(list(text), []) })),
        mcp_policy: must(struct({ allowed_servers: orElse(list(text), []), allowed_tools: option(list(text)) })),
      }),
    ),
    [],
  ),
  flow: must(
    struct({
      nodes: orElse(
        list(
          struct({
            node_id: must(text),
            agent_id: must(text),
            objective: must(text),
            depends_on: orElse(list(text), []),
          }),
        ),
        [],
      ),
    }),
  ),
  execution: must(struct({ max_total_cost_usd: option(real), max_total_tokens: option(count) })),
  output_targets: orElse(list(text), []),
  created_at_ms: must(count),
  updated_at_ms: must(count),
  creator_id: must(text),
  workspace_root: option(text),
  metadata: option(anything),
});
const deletion = struct({
  automation: must(definition),
  deleted_at_ms: must(count),
  deleted_by: must(actor),
  restore_until_ms: must(count),
});
const spendWindow = (...kinds: readonly string[]) =>
  struct({
    kind: must(word(...kinds)),
    window_start_ms: must(count),
    window_end_ms: must(count),
    prompt_tokens: orElse(count, 0),
    completion_tokens: orElse(count, 0),
    total_tokens: orElse(count, 0),
    cost_usd: orElse(real, 0),
    last_automation_id: option(text),
    last_run_id: option(text),
    updated_at_ms: orElse(count, 0),
    soft_warning_at_ms: option(count),
    hard_stop_at_ms: option(count),
  });
// The reference has a default for a window that is missing, of the wrong kind; a file that leans on it is as good as refused.
const spend = struct({
  agent_id: must(text),
  daily: must(spendWindow('daily')),
  weekly: must(spendWindow('weekly')),
  monthly: must(spendWindow('monthly')),
  lifetime: must(spendWindow('lifetime')),
  updated_at_ms: orElse(count, 0),
  paused_at_ms: option(count),
  pause_reason: option(text),
});
const review = struct({
  agent_id: must(text),
  created_since_review: orElse(count, 0),
  review_required: orElse(flag, false),
  review_kind: option(reviewKind),
  review_requested_at_ms: option(count),
  review_request_id: option(text),
  last_reviewed_at_ms: option(count),
  last_review_notes: option(text),
  updated_at_ms: orElse(count, 0),
});
const limits = struct({
  creation_enabled: must(flag),
  per_agent_daily_creation_limit: must(count),
  active_agent_automation_cap: must(count),
  lineage_depth_limit: must(count),
  per_agent_creation_review_threshold: orElse(count, 0),
  run_review_threshold: orElse(count, 0),
  weekly_spend_cap_usd: option(real),
  spend_warning_threshold_ratio: orElse(real, 0),
  cost_spike_multiplier: option(real),
  default_expires_after_ms: orElse(count, 0),
  expiration_warning_window_ms: orElse(count, 0),
  health_check_interval_ms: orElse(count, 0),
  health_window_run_limit: orElse(count, 0),
  health_failure_rate_threshold: orElse(real, 0),
  health_guardrail_stop_threshold: orElse(count, 0),
  approval_ttl_ms: must(count),
  per_agent_pause_enabled: must(flag),
});
const state = struct({
  records: orElse(map(record), {}),
  approvals: orElse(map(approval), {}),
  deleted_automations: orElse(map(deletion), {}),
  paused_agents: orElse(list(text), []),
  spend_paused_agents: orElse(list(text), []),
  agent_spend: orElse(map(spend), {}),
  agent_creation_reviews: orElse(map(review), {}),
  limits: orElse(limits, undefined),
  updated_at_ms: orElse(count, 0),
});

/** A file as the reference reads it, its defaults filled in; throws where the reference would refuse the file. */
export function loadAsReference(fileText: string): Json {
  // JSON.parse has no number for it. No text of the tests' files looks like this.
  const marked = fileText.replaceAll(/(?<=: )\d{17,}/g, (digits) => `"#${digits}"`);
  return state(JSON.parse(marked) as unknown, '$') as Json;
}

/** A state as the reference's serializer writes it: what is undefined or an empty optional list is not there. */
export function writeAsReference(value: unknown): string {
  return JSON.stringify(value, withoutEmptyLists, 2).replaceAll(`"${ENDLESS_MARK}"`, ENDLESS_TEXT);
}

const skippedWhenEmpty = ['ancestor_chain', 'modify_grants', 'capability_grants', 'health_findings'];

function withoutEmptyLists(name: string, value: unknown): unknown {
  return skippedWhenEmpty.includes(name) && Array.isArray(value) && value.length === 0 ? undefined : value;
}
