import { z } from 'zod';
import { nanosSchema } from '../kernel/money';
import { instantSchema } from '../kernel/time';
import { jsonSchema } from './approval';

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
