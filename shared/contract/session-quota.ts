import { z } from 'zod';
import { instantSchema } from '../kernel/instant';
import { type ContractEntry, command, query } from './contract-entry';
import { engines } from './engine';

/** Windows of a plan that are told of at a time. */
const MOST_WINDOWS = 10;

/** How much of a window of a subscriber's plan is used, as the engine's vendor says it (spec/sessions.md section 4). */
export const planQuotaSchema = z.strictObject({
  /** How long the window is, in minutes: 300 for five hours, 10,080 for a week. */
  windowMinutes: z.int().min(1).max(600_000),
  usedPercent: z.number().min(0).max(1_000),
  /** When the window ends, and begins anew. */
  resetsAtMs: instantSchema,
  /** When the vendor has said so. */
  atMs: instantSchema,
});

/** How much of a window of a subscriber's plan is used. */
export type PlanQuota = Readonly<z.infer<typeof planQuotaSchema>>;

/** What a window of a plan is called, by its minutes: `5-hour window`. */
export function windowName(minutes: number): string {
  if (minutes % (24 * 60) === 0) return `${minutes / (24 * 60)}-day window`;
  return minutes % 60 === 0 ? `${minutes / 60}-hour window` : `${minutes}-minute window`;
}

/** A window as the desk shows it. */
export const listedQuotaSchema = planQuotaSchema.extend({
  agentId: z.string(),
  engine: z.enum(engines),
  /** Whether so much is used that the operator is warned, as of a cap. */
  isNearEnd: z.boolean(),
  /** Whether so much is used that the agent's sessions are stopped until the window ends. */
  isStopped: z.boolean(),
});

/** A window as the desk shows it. */
export type ListedQuota = Readonly<z.infer<typeof listedQuotaSchema>>;

/** The rows of the contract about the plans that engines are used with. */
export const sessionQuotaContract = {
  'quota.tell': {
    ...command('agent'),
    summary:
      'Tells how much of the windows of its plan an engine has used. What is older than what is known says nothing.',
    input: z.strictObject({ engine: z.enum(engines), quotas: z.array(planQuotaSchema).max(MOST_WINDOWS) }),
    output: z.object({}),
    http: { method: 'POST', path: '/governance/sessions/quotas' },
  },
  'quotas.list': {
    ...query('operator'),
    summary: 'How much of the windows of their plans the connected engines have used, as far as these windows last.',
    input: z.object({}),
    output: z.object({ quotas: z.array(listedQuotaSchema) }),
  },
} as const satisfies Record<string, ContractEntry>;
