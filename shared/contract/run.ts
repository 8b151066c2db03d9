import { z } from 'zod';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { maybeLine, storedTextSchema } from '../kernel/stored-text';
import { jsonSchema } from './approval';
import { type ContractEntry, command, deskPage, listPage, query } from './contract-entry';
import { engines } from './engine';
import { sessionCostSchema } from './session-usage';

/** Where a run can be (spec/governance.md section 2). */
export const runStatuses = [
  'queued',
  'running',
  'pausing',
  'paused',
  'awaiting_approval',
  'completed',
  'blocked',
  'failed',
  'cancelled',
] as const;

/** The status of a run. */
export type RunStatus = (typeof runStatuses)[number];

/** The statuses that no run leaves. */
export const terminalStatuses: readonly RunStatus[] = ['completed', 'blocked', 'failed', 'cancelled'];

/** Whether a run of this status is over. */
export function isTerminal(status: RunStatus): boolean {
  return terminalStatuses.includes(status);
}

/** What the operator can do with a run, in the order of the buttons. */
export const runActions = ['pause', 'resume', 'cancel'] as const;

/** One of them. */
export type RunAction = (typeof runActions)[number];

/** What the operator can do with a run of this status; whether a resume is carried out, its automation decides too. */
export function runActionsOf(status: RunStatus): readonly RunAction[] {
  if (isTerminal(status)) return [];
  return status === 'paused' ? ['resume', 'cancel'] : ['pause', 'cancel'];
}

/** Who or what stopped a run. */
export const stopKinds = [
  'cancelled',
  'operator_stopped',
  'guardrail_stopped',
  'panic',
  'shutdown',
  'server_restart',
  'stale_reaped',
] as const;

/** Who or what stopped a run. */
export type StopKind = (typeof stopKinds)[number];

const idListSchema = z.array(z.string().min(1).max(200)).max(1_000);

const sessionIdSchema = storedTextSchema.trim().min(1).max(150);

/** What an engine says of a session of its own (spec/sessions.md section 1). */
export const sessionSchema = z.strictObject({
  engine: z.enum(engines),
  sessionId: sessionIdSchema,
  /** The folder that it works in. */
  workspace: storedTextSchema.trim().min(1).max(4_096),
  version: maybeLine(100),
  branch: maybeLine(500),
  worktree: maybeLine(4_096),
  title: maybeLine(500),
  transcriptPath: maybeLine(4_096),
  model: maybeLine(200),
  permissionMode: maybeLine(100),
  sandbox: maybeLine(100),
  /** The run that this one continues under a new id, or whose sub-agent it is. */
  parentRunId: maybeLine(400),
  /** The engine's process. */
  pid: z.int().min(1).exactOptional(),
  /** Why it has ended, in its engine's word; `clear` where its process goes on with a new session. */
  endReason: maybeLine(100),
});

/** What an engine says of a session of its own. */
export type Session = Readonly<z.infer<typeof sessionSchema>>;

/** One execution of an automation. */
export const runSchema = z.object({
  runId: z.string(),
  automationId: z.string(),
  triggerType: z.string(),
  status: z.enum(runStatuses),
  createdAtMs: instantSchema,
  updatedAtMs: instantSchema,
  startedAtMs: instantSchema.exactOptional(),
  finishedAtMs: instantSchema.exactOptional(),
  activeSessionIds: idListSchema,
  activeInstanceIds: idListSchema,
  checkpoint: z.object({ nodeOutputs: z.record(z.string(), z.unknown()) }),
  pauseReason: z.string().exactOptional(),
  resumeReason: z.string().exactOptional(),
  detail: z.string().exactOptional(),
  stopKind: z.enum(stopKinds).exactOptional(),
  stopReason: z.string().exactOptional(),
  promptTokens: z.int(),
  completionTokens: z.int(),
  totalTokens: z.int(),
  costNanos: nanosSchema,
  /** What an engine says of the session that this run is (spec/sessions.md section 1). */
  session: sessionSchema.exactOptional(),
  lifecycleHistory: z.array(
    z.object({
      event: z.string(),
      recordedAtMs: instantSchema,
      reason: z.string().exactOptional(),
      stopKind: z.enum(stopKinds).exactOptional(),
    }),
  ),
});

/** One execution of an automation. */
export type Run = Readonly<z.infer<typeof runSchema>>;

/** A run as lists have it: without what it put out. Nobody has reported a cost while that is 0; it is unknown then, not nothing. */
export const listedRunSchema = runSchema
  .pick({
    runId: true,
    automationId: true,
    triggerType: true,
    status: true,
    createdAtMs: true,
    startedAtMs: true,
    finishedAtMs: true,
    totalTokens: true,
    costNanos: true,
  })
  .extend({
    /** Whether some of its cost was charged as it was estimated, because nobody reported. */
    hasEstimate: z.boolean(),
  });

/** A run as lists have it. */
export type ListedRun = Readonly<z.infer<typeof listedRunSchema>>;

/** A run without its outputs and history, for lists; its cost is null while nobody has reported one. */
export const runSummarySchema = runSchema
  .omit({ checkpoint: true, lifecycleHistory: true, costNanos: true })
  .extend({ costNanos: nanosSchema.nullable() });

/** A run without its outputs and history. */
export type RunSummary = Readonly<z.infer<typeof runSummarySchema>>;

/** What a run has cost in nano-dollars; null while nobody has reported a cost, for that is not the same as nothing. */
export function reportedCost({ costNanos }: Pick<Run, 'costNanos'>): number | null {
  return costNanos === 0 ? null : costNanos;
}

/** What an engine reports of a run. */
export const runReportSchema = z.object({
  status: z.enum(runStatuses).exactOptional(),
  detail: z.string().max(20_000).exactOptional(),
  activeSessionIds: idListSchema.exactOptional(),
  activeInstanceIds: idListSchema.exactOptional(),
  nodeOutputs: z.record(z.string().max(200), jsonSchema).exactOptional(),
  stopKind: z.enum(stopKinds).exactOptional(),
  stopReason: z.string().max(20_000).exactOptional(),
});

/** What an engine reports of a run. */
export type RunReport = Readonly<z.infer<typeof runReportSchema>>;

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
    ...command('operator', 'engine', 'agent'),
    summary:
      'Starts a run of an automation now: queued, for an engine to begin. A dry run makes every check and answers the run that would be queued, but keeps nothing.',
    input: z.strictObject({
      automationId: idSchema,
      dryRun: z.boolean().exactOptional(),
      triggerType: z.string().trim().min(1).max(100).exactOptional(),
    }),
    output: z.object({ ok: z.literal(true), dryRun: z.boolean(), run: runSchema }),
    http: { method: 'POST', path: '/automations/v2/{automation_id}/run_now', acceptsCamelCase: true },
  },
  'runs.list': {
    ...query('operator', 'engine', 'agent'),
    summary: 'Lists the runs of an automation, the newest first; a page of large ones is shorter than asked.',
    input: z.object({
      automationId: idSchema,
      ...listPage(200),
    }),
    output: z.object({ runs: z.array(runSchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/automations/v2/{automation_id}/runs' },
  },
  'runs.get': {
    ...query('operator', 'engine', 'agent'),
    summary: 'Answers one run.',
    input: z.object({ runId: idSchema }),
    output: runAnswer,
    http: { method: 'GET', path: '/automations/v2/runs/{run_id}' },
  },
  'run.report': {
    ...command('engine', 'agent'),
    summary:
      'Reports where a run is: its status, sessions, instances and outputs. Outputs are added to those that there are, by node.',
    input: z.strictObject({ runId: idSchema, ...runReportSchema.shape }),
    output: runAnswer,
    http: { method: 'PATCH', path: '/automations/v2/runs/{run_id}' },
  },
  'run.pause': {
    ...command('operator', 'engine', 'agent'),
    summary: 'Pauses a run that is under way; its sessions and instances are to stop. One that is paused stays so.',
    input: ofRun,
    output: changedRun,
    http: { method: 'POST', path: '/automations/v2/runs/{run_id}/pause' },
  },
  'run.resume': {
    ...command('operator', 'engine', 'agent'),
    summary: 'Queues a paused run again; refused while its automation or one of its agents is blocked.',
    input: ofRun,
    output: changedRun,
    http: { method: 'POST', path: '/automations/v2/runs/{run_id}/resume' },
  },
  'run.cancel': {
    ...command('operator', 'engine', 'agent'),
    summary: 'Cancels a run for good; its sessions and instances are to stop. One that is cancelled stays so.',
    input: ofRun,
    output: changedRun,
    http: { method: 'POST', path: '/automations/v2/runs/{run_id}/cancel' },
  },
  'run.reserve': {
    ...command('engine', 'agent'),
    summary:
      'Sets an estimated cost aside before an expensive step; refused when it does not fit under the weekly cap of every agent that pays. The usage report with the same usage_id settles it; after an hour, or when the run ends, it is charged as it is.',
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
    ...command('engine', 'agent'),
    summary:
      'Reports tokens and cost of a run; they are charged to its automation’s creator and their ancestors. The same usage_id again charges nothing and is answered as before.',
    input: z.strictObject({
      runId: idSchema,
      usageId: usageIdSchema.exactOptional(),
      promptTokens: tokensSchema,
      completionTokens: tokensSchema,
      /** Prompt and completion tokens together, if absent. */
      totalTokens: tokensSchema.exactOptional(),
      costNanos: nanosSchema,
      /** The engine's session that it is of: charged is what no source has said of it before (spec/sessions.md section 4). */
      session: sessionCostSchema.exactOptional(),
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
  'runs.summaries': {
    ...query('operator'),
    summary: 'The runs of an automation without their outputs and histories, the newest first.',
    input: z.strictObject({
      automationId: idSchema,
      ...deskPage,
    }),
    output: z.object({ runs: z.array(runSummarySchema), nextCursor: z.string().exactOptional() }),
  },
} as const satisfies Record<string, ContractEntry>;
