import { z } from 'zod';
import { instantSchema } from '../kernel/time';
import { automationSchema, automationStatuses } from './automation';
import { automationOverviewSchema } from './automation-overview';
import type { ContractEntry } from './contract-entry';
import { governanceRecordSchema, grantSchema } from './governance';
import { runSummarySchema } from './run';

const idSchema = z.string().min(1).max(200);
const page = {
  limit: z.int().min(1).max(100).exactOptional(),
  cursor: z.string().max(300).exactOptional(),
};

/** What the Lifecycle view is divided into. */
export const lifecycleSections = ['review', 'failing', 'expiring', 'expired', 'retired', 'deleted'] as const;

/** A part of the Lifecycle view. */
export type LifecycleSection = (typeof lifecycleSections)[number];

/** A section counts no further than this. */
export const MOST_COUNTED = 1_000;

/** The rows of the contract that only the desk's views of automations ask for. */
export const deskAutomationContract = {
  'automations.search': {
    kind: 'query',
    summary: 'Automations as the desk lists them, the newest updated first; those in review the longest waiting first.',
    who: ['operator'],
    input: z.strictObject({
      /** A part of the name or the id, in any case. */
      text: z.string().max(500).exactOptional(),
      show: z.enum([...automationStatuses, 'in_review']).exactOptional(),
      ...page,
    }),
    output: z.object({ automations: z.array(automationOverviewSchema), nextCursor: z.string().exactOptional() }),
  },
  'automation.whole': {
    kind: 'query',
    summary: 'Everything the operator sees of one automation but its runs; also of one that is deleted.',
    who: ['operator'],
    input: z.strictObject({ automationId: idSchema }),
    output: z.object({
      overview: automationOverviewSchema,
      automation: automationSchema,
      record: governanceRecordSchema,
      /** Revoked ones included, the oldest first. */
      grants: z.array(grantSchema),
      /** A sentence on why no run would begin now; null when one would. */
      runBlock: z.string().nullable(),
    }),
  },
  'runs.summaries': {
    kind: 'query',
    summary: 'The runs of an automation without their outputs and histories, the newest first.',
    who: ['operator'],
    input: z.strictObject({ automationId: idSchema, ...page }),
    output: z.object({ runs: z.array(runSummarySchema), nextCursor: z.string().exactOptional() }),
  },
  'lifecycle.counts': {
    kind: 'query',
    summary: `How many automations each section of Lifecycle has, counted to ${MOST_COUNTED}.`,
    who: ['operator'],
    input: z.strictObject({}),
    output: z.object({ counts: z.record(z.enum(lifecycleSections), z.int()) }),
  },
  'lifecycle.list': {
    kind: 'query',
    summary: 'One section of Lifecycle: what is most urgent first; what is expired or retired the latest first.',
    who: ['operator'],
    input: z.strictObject({ section: z.enum(lifecycleSections), ...page }),
    output: z.object({
      items: z.array(
        automationOverviewSchema.extend({
          /** Since when it is in the section; for what is to come, when it will be: the expiry, or the end of its restoring. */
          sinceMs: instantSchema,
        }),
      ),
      nextCursor: z.string().exactOptional(),
    }),
  },
} as const satisfies Record<string, ContractEntry>;
