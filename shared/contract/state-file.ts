import { z } from 'zod';
import { actorSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { keptChainSchema } from './agent';
import { approvalSchema } from './approval';
import { automationSchema } from './automation';
import { type ContractEntry, command, query } from './contract-entry';
import { creationReviewSchema, governanceRecordSchema, grantSchema } from './governance';
import { limitsSchema, overridesSchema } from './limits';
import { runSchema } from './run';
import { spendSummarySchema, windowKinds } from './spend';

const { daily, weekly, monthly, lifetime } = spendSummarySchema.shape;

/** A custody record with its grants, as a state file has it. */
export const fileRecordSchema = z.object({
  ...governanceRecordSchema.shape,
  modifyGrants: z.array(grantSchema),
  capabilityGrants: z.array(grantSchema),
});

/** A custody record with its grants, as a state file has it. */
export type FileRecord = Readonly<z.infer<typeof fileRecordSchema>>;

/** An approval as a state file has it. */
export const fileApprovalSchema = approvalSchema.omit({ guidance: true, risk: true });

/** A deleted automation as a state file has it. */
export const fileDeletionSchema = z.object({
  automation: automationSchema,
  deletedAtMs: instantSchema,
  deletedBy: actorSchema,
  restoreUntilMs: instantSchema,
});

/** What an agent spent as a state file has it; a window that it never had is absent. */
export const fileSpendSchema = spendSummarySchema.extend({
  daily: daily.exactOptional(),
  weekly: weekly.exactOptional(),
  monthly: monthly.exactOptional(),
  lifetime: lifetime.exactOptional(),
});

/** Where an agent stands with its creations, as a state file has it. */
export const fileReviewSchema = creationReviewSchema;

/** The limits as a state file has them: those that are absent stay as they are. */
export const fileLimitsSchema = z.object(limitsSchema.partial().shape);

/** An agent as a state file of Gatehouse has it; its spend and its review have sections of their own. */
export const fileAgentSchema = z.object({
  agentId: z.string(),
  ancestorIds: z.array(z.string()),
  chains: z.array(keptChainSchema).exactOptional(),
  firstSeenAtMs: instantSchema,
  lastSeenAtMs: instantSchema,
  pausedAtMs: instantSchema.exactOptional(),
  pauseReason: z.string().exactOptional(),
  isPausedByAll: z.literal(true).exactOptional(),
  /** Here where `agent_spend` has no entry to say it: of an agent that is stopped and of which no window is known. */
  spendPausedAtMs: instantSchema.exactOptional(),
  spendPauseReason: z.string().exactOptional(),
  overrides: z.object(overridesSchema.shape),
  spendDays: z.array(
    z.object({
      dayStartMs: instantSchema,
      totalTokens: z.int().min(0),
      costNanos: nanosSchema,
      ownCostNanos: nanosSchema.exactOptional(),
      estimatedNanos: nanosSchema.exactOptional(),
    }),
  ),
});

/**
 * What the names begin with under which fields of imported files are kept that Gatehouse does not know; their place follows
 * (state-file/rules-place.ts).
 */
export const KEPT_ASIDE = 'import_unknown_';

/** How a usage was answered: with whom its report warned and stopped, or that its estimate was charged because none came. */
export const usageAnswerSchema = z.object({
  warnings: z.array(z.string()).exactOptional(),
  hardStops: z.array(z.string()).exactOptional(),
  estimateNanos: nanosSchema.exactOptional(),
});

/** What is set aside for a run and how its usages were answered, as a state file has it; both by usage_id. */
export const fileUsageSchema = z.object({
  reservations: z.record(
    z.string(),
    z.object({ costNanos: nanosSchema, dueAtMs: instantSchema, agentIds: z.array(z.string()) }),
  ),
  answers: z.record(z.string(), usageAnswerSchema),
});

/**
 * What a state file of Gatehouse has besides the reference's form. Tokens are in no file: only hashes of their secrets are kept.
 */
export const fileExtraSchema = z.object({
  /** Custody records with texts that the reference would refuse; `records` has them with these texts mended. */
  records: z.record(z.string(), fileRecordSchema),
  /** Approvals of kinds or in states that the reference does not know, so that it would refuse the file. */
  approvals: z.record(z.string(), fileApprovalSchema),
  /** Every approval of the file in the order in which they came, as two sections cannot say. */
  approvalOrder: z.array(z.string()).exactOptional(),
  /** Deleted automations whose definition the reference would refuse. */
  deletedAutomations: z.record(z.string(), fileDeletionSchema),
  automations: z.record(z.string(), automationSchema),
  runs: z.record(z.string(), z.array(runSchema)),
  /** By run. */
  usages: z.record(z.string(), fileUsageSchema),
  agents: z.record(z.string(), fileAgentSchema),
  /** What the runs of automations used each day, purged ones included; older files do not say. */
  automationDays: z
    .record(
      z.string(),
      z.array(
        z.object({
          dayStartMs: instantSchema,
          totalTokens: z.int().min(0),
          costNanos: nanosSchema,
          estimatedNanos: nanosSchema,
        }),
      ),
    )
    .exactOptional(),
  /** Fields that earlier imports did not know and whose place is gone, by the name under which they are kept aside. */
  keptAside: z.record(z.string(), z.unknown()),
  pauseAll: z.object({ wasCreationEnabled: z.boolean() }).exactOptional(),
});

type Read<T extends z.ZodType> = Readonly<z.output<T>>;
type ById<T extends z.ZodType> = ReadonlyMap<string, Read<T>>;

/** A state file that holds (spec/governance.md section 15), by section and id. */
export type StateFile = {
  readonly records: ById<typeof fileRecordSchema>;
  readonly approvals: ById<typeof fileApprovalSchema>;
  readonly deletedAutomations: ById<typeof fileDeletionSchema>;
  readonly pausedAgents: readonly string[];
  readonly spendPausedAgents: readonly string[];
  readonly agentSpend: ById<typeof fileSpendSchema>;
  readonly agentCreationReviews: ById<typeof fileReviewSchema>;
  readonly limits: Read<typeof fileLimitsSchema>;
  readonly extra: Read<typeof fileExtraSchema>;
};

/** The windows that a spend summary of a file has. */
export function windowsOf(summary: Read<typeof fileSpendSchema>) {
  return windowKinds.flatMap((kind) => summary[kind] ?? []);
}

const conflictSchema = z.object({ section: z.string(), id: z.string() });

/** Import and export of the state in the reference's form (spec/governance.md section 15). */
export const stateContract = {
  'state.export': {
    ...query('operator'),
    summary: 'The whole state as a file that state.import reads.',
    input: z.strictObject({}),
    output: z.object({ text: z.string() }),
    http: { method: 'GET', path: '/governance/state' },
  },
  'state.import': {
    ...command('operator'),
    summary: 'Imports a state file whole, or not at all. With ids that exist already it asks what becomes of them.',
    input: z.strictObject({ text: z.string(), onConflict: z.enum(['skip', 'replace']).exactOptional() }),
    output: z.object({
      /** How many were written, by section. */
      counts: z.record(z.string(), z.int()),
      /** What was there already, and was skipped or replaced. */
      conflicts: z.array(conflictSchema),
      /** Where fields were that Gatehouse does not know; they are kept aside. */
      unknownPaths: z.array(z.string()),
    }),
    http: { method: 'POST', path: '/governance/state/import', largestBodyBytes: 64 * 1024 * 1024 },
  },
  'records.bootstrap': {
    ...command('gatehouse'),
    summary: 'Makes the custody record of each automation that has none.',
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
} as const satisfies Record<string, ContractEntry>;
