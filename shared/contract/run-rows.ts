import { z } from 'zod';
import { nanosSchema } from '../kernel/money';
import { storedTextSchema } from '../kernel/stored-text';
import type { ContractEntry } from './contract-entry';
import { runReportSchema, runSchema } from './run';

const idSchema = z.string().min(1).max(200);
const reasonSchema = z.string().trim().min(1).max(10_000);
const runAnswer = z.object({ run: runSchema });
const changedRun = z.object({ ok: z.literal(true), run: runSchema });
const ofRun = z.strictObject({ runId: idSchema, reason: reasonSchema.exactOptional() });
const usageIdSchema = storedTextSchema.trim().min(1).max(200);

// Whole numbers; one beyond what is exact is not an error but counts as the largest exact one (section 8, Tokens saturate).
const tokensSchema = z.number().min(0);

/** The rows of the contract that are about runs and what they cost (spec/api.md section 2; spec/governance.md section 8). */
export const runContract = {
  'automation.run': {
    kind: 'command',
    summary:
      'Starts a run of an automation now: queued, for an engine to begin. A dry run makes every check and answers the run that would be queued, but keeps nothing.',
    who: ['operator', 'engine', 'agent'],
    input: z.strictObject({
      automationId: idSchema,
      dryRun: z.boolean().exactOptional(),
      triggerType: z.string().trim().min(1).max(100).exactOptional(),
    }),
    output: z.object({ ok: z.literal(true), dryRun: z.boolean(), run: runSchema }),
    http: { method: 'POST', path: '/automations/v2/{automation_id}/run_now', acceptsCamelCase: true },
  },
  'runs.list': {
    kind: 'query',
    summary: 'Lists the runs of an automation, the newest first; a page of large ones is shorter than asked.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({
      automationId: idSchema,
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(200).exactOptional(),
    }),
    output: z.object({ runs: z.array(runSchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/automations/v2/{automation_id}/runs' },
  },
  'runs.get': {
    kind: 'query',
    summary: 'Answers one run.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({ runId: idSchema }),
    output: runAnswer,
    http: { method: 'GET', path: '/automations/v2/runs/{run_id}' },
  },
  'run.report': {
    kind: 'command',
    summary:
      'Reports where a run is: its status, sessions, instances and outputs. Outputs are added to those that there are, by node.',
    who: ['engine', 'agent'],
    input: z.strictObject({ runId: idSchema, ...runReportSchema.shape }),
    output: runAnswer,
    http: { method: 'PATCH', path: '/automations/v2/runs/{run_id}' },
  },
  'run.pause': {
    kind: 'command',
    summary: 'Pauses a run that is under way; its sessions and instances are to stop. One that is paused stays so.',
    who: ['operator', 'engine', 'agent'],
    input: ofRun,
    output: changedRun,
    http: { method: 'POST', path: '/automations/v2/runs/{run_id}/pause' },
  },
  'run.resume': {
    kind: 'command',
    summary: 'Queues a paused run again; refused while its automation or one of its agents is blocked.',
    who: ['operator', 'engine', 'agent'],
    input: ofRun,
    output: changedRun,
    http: { method: 'POST', path: '/automations/v2/runs/{run_id}/resume' },
  },
  'run.cancel': {
    kind: 'command',
    summary: 'Cancels a run for good; its sessions and instances are to stop. One that is cancelled stays so.',
    who: ['operator', 'engine', 'agent'],
    input: ofRun,
    output: changedRun,
    http: { method: 'POST', path: '/automations/v2/runs/{run_id}/cancel' },
  },
  'run.reserve': {
    kind: 'command',
    summary:
      'Sets an estimated cost aside before an expensive step; refused when it does not fit under the weekly cap of every agent that pays. The usage report with the same usage_id settles it; after an hour, or when the run ends, it is charged as it is.',
    who: ['engine', 'agent'],
    input: z.strictObject({ runId: idSchema, usageId: usageIdSchema, costNanos: nanosSchema }),
    output: z.object({
      /** What is set aside under this usage_id; 0 when it has been charged already. */
      reservedNanos: nanosSchema,
      /** What each agent that pays has left this week; null while nothing limits it. */
      leftNanos: z.record(z.string(), nanosSchema.nullable()),
    }),
    http: {
      method: 'POST',
      path: '/automations/v2/runs/{run_id}/reserve',
      invalidNumbers: 'GOVERNANCE_SPEND_INVALID',
    },
  },
  'run.spend': {
    kind: 'command',
    summary:
      'Reports tokens and cost of a run; they are charged to its automation’s creator and their ancestors. The same usage_id again charges nothing and is answered as before.',
    who: ['engine', 'agent'],
    input: z.strictObject({
      runId: idSchema,
      usageId: usageIdSchema.exactOptional(),
      promptTokens: tokensSchema,
      completionTokens: tokensSchema,
      /** Prompt and completion tokens together, if absent. */
      totalTokens: tokensSchema.exactOptional(),
      costNanos: nanosSchema,
    }),
    output: z.object({
      run: runSchema,
      /** Agents that this report brought to the warning of their cap. */
      warnings: z.array(z.string()),
      /** Agents that this report brought to their cap. */
      hardStops: z.array(z.string()),
    }),
    http: {
      method: 'POST',
      path: '/automations/v2/runs/{run_id}/spend',
      invalidNumbers: 'GOVERNANCE_SPEND_INVALID',
    },
  },
} as const satisfies Record<string, ContractEntry>;
