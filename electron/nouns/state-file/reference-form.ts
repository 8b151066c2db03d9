import { z } from 'zod';
import type { JsonObject } from '../../../shared/kernel/fields';

/**
 * What the reference reads (spec/governance.md section 15). It replaces its whole state by an empty one where one value of a file is
 * not of its type, so what stands in its sections must be of it: each field that it requires, and no word that it does not know.
 */

/** The largest count and the end of a window that never ends, which the reference writes out; no number of JavaScript is it. */
export const ENDLESS = 2n ** 64n - 1n;

/** The kinds of approval that the reference knows. */
const requestTypes: ReadonlySet<string> = new Set([
  'capability_request',
  'external_post',
  'quota_override',
  'lifecycle_review',
  'elevated_capability',
  'depth_override',
  'retirement_action',
]);

const approvalStatuses: ReadonlySet<string> = new Set(['pending', 'approved', 'denied', 'expired']);

const text = z.string();
const texts = z.array(text).optional();
const count = z.int().min(0);
const smallCount = z.int().min(0).max(0xff_ff_ff_ff);

const spaces = z
  .array(
    z.object({
      scope: z.enum(['run', 'project', 'global']).optional(),
      project_id: text.nullish(),
      namespace: text.nullish(),
      space_id: text.nullish(),
    }),
  )
  .optional();

const knowledge = z.object({
  enabled: z.boolean().optional(),
  reuse_mode: z.enum(['disabled', 'preflight', 'on_demand']).optional(),
  trust_floor: z.enum(['working', 'promoted', 'approved_default']).optional(),
  read_spaces: spaces,
  promote_spaces: spaces,
  namespace: text.nullish(),
  subject: text.nullish(),
  freshness_ms: count.nullish(),
});

const agent = z.object({
  agent_id: text,
  template_id: text.nullish(),
  display_name: text,
  avatar_url: text.nullish(),
  skills: texts,
  tool_policy: z.object({ allowlist: texts, denylist: texts }),
  mcp_policy: z.object({ allowed_servers: texts, allowed_tools: z.array(text).nullish() }),
  approval_policy: text.nullish(),
});

const enforcement = z.object({
  validation_profile: text.nullish(),
  required_tools: texts,
  required_evidence: texts,
  required_sections: texts,
  prewrite_gates: texts,
  retry_on_missing: texts,
  terminal_on: texts,
  repair_budget: smallCount.nullish(),
  session_text_recovery: text.nullish(),
});

const node = z.object({
  node_id: text,
  agent_id: text,
  objective: text,
  knowledge: knowledge.optional(),
  depends_on: texts,
  input_refs: z.array(z.object({ from_step_id: text, alias: text })).optional(),
  output_contract: z
    .object({
      kind: text,
      validator: z
        .enum([
          'code_patch',
          'research_brief',
          'review_decision',
          'structured_json',
          'generic_artifact',
          'standup_update',
        ])
        .nullish(),
      enforcement: enforcement.nullish(),
      summary_guidance: text.nullish(),
    })
    .nullish(),
  timeout_ms: count.nullish(),
  max_tool_calls: smallCount.nullish(),
  stage_kind: z.enum(['orchestrator', 'workstream', 'review', 'test', 'approval']).nullish(),
  gate: z
    .object({
      required: z.boolean().optional(),
      decisions: texts,
      rework_targets: texts,
      instructions: text.nullish(),
    })
    .nullish(),
});

const schedule = z.object({
  type: z.enum(['cron', 'interval', 'manual']),
  cron_expression: text.nullish(),
  interval_seconds: count.nullish(),
  timezone: text,
  misfire_policy: z.discriminatedUnion('type', [
    z.object({ type: z.literal('skip') }),
    z.object({ type: z.literal('run_once') }),
    z.object({ type: z.literal('catch_up'), max_runs: smallCount }),
  ]),
});

const definition = z.object({
  automation_id: text,
  name: text,
  description: text.nullish(),
  status: z.enum(['active', 'paused', 'draft']),
  schedule,
  knowledge: knowledge.optional(),
  agents: z.array(agent).optional(),
  flow: z.object({ nodes: z.array(node).optional() }),
  execution: z.object({
    max_parallel_agents: smallCount.nullish(),
    max_total_runtime_ms: count.nullish(),
    max_total_tool_calls: smallCount.nullish(),
    max_total_tokens: count.nullish(),
    max_total_cost_usd: z.number().nullish(),
  }),
  output_targets: texts,
  created_at_ms: count,
  updated_at_ms: count,
  creator_id: text,
  workspace_root: text.nullish(),
  next_fire_at_ms: count.nullish(),
  last_fired_at_ms: count.nullish(),
  scope_policy: z
    .object({ readable_paths: texts, writable_paths: texts, denied_paths: texts, watch_paths: texts })
    .nullish(),
  watch_conditions: z
    .array(
      z.object({
        kind: z.literal('handoff_available'),
        source_automation_id: text.nullish(),
        artifact_type: text.nullish(),
      }),
    )
    .optional(),
  handoff_config: z
    .object({
      inbox_dir: text.optional(),
      approved_dir: text.optional(),
      archived_dir: text.optional(),
      auto_approve: z.boolean().optional(),
    })
    .nullish(),
});

/** Whether the reference reads an approval in its wire's form. */
export function isReferenceApproval(approval: JsonObject): boolean {
  return (
    requestTypes.has(String(approval['request_type'])) &&
    approvalStatuses.has(String(approval['status'])) &&
    hasWholeTexts(approval)
  );
}

/** Whether the reference reads a deleted automation in its wire's form: its definition is read with it. */
export function isReferenceDeletion(deletion: JsonObject): boolean {
  return definition.safeParse(deletion['automation']).success && hasWholeTexts(deletion);
}

/** Whether no text in a JSON value has half a character, which the reference refuses. */
export function hasWholeTexts(value: unknown): boolean {
  if (typeof value === 'string') return isWhole(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, item]) => isWhole(name) && hasWholeTexts(item));
}

/** The same JSON value with a replacement character in the place of each half of one. */
export function withWholeTexts(value: unknown): unknown {
  if (typeof value === 'string') return mended(value);
  if (Array.isArray(value)) return value.map(withWholeTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [mended(name), withWholeTexts(item)]));
}

function isWhole(given: string): boolean {
  return !/\p{Surrogate}/u.test(given);
}

function mended(given: string): string {
  return given.replaceAll(/\p{Surrogate}/gu, '\u{FFFD}');
}
