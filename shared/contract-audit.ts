import { z } from 'zod';
import type { ContractEntry } from './contract-entry';
import { auditEventSchema } from './events';
import { named } from './wire';

const idSchema = z.string().min(1).max(200);

/** The audit log (spec/governance.md section 13). */
export const auditContract = {
  'audit.list': {
    kind: 'query',
    summary:
      'Audit rows after a seq, oldest first. next_seq is the seq up to which was looked: ask on after it, also where a page is short.',
    who: ['operator'],
    input: z.object({
      afterSeq: z.coerce.number().int().min(0).exactOptional(),
      /** With or without `automation.governance.`. */
      eventType: idSchema.exactOptional(),
      /** The id of a human or an agent, or the source of a system actor. */
      actorId: idSchema.exactOptional(),
      automationId: idSchema.exactOptional(),
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
    }),
    output: z.object({ events: z.array(auditEventSchema), nextSeq: z.int() }),
    http: { method: 'GET', path: '/governance/audit' },
  },
  'audit.verify': {
    kind: 'query',
    summary: 'Walks the whole chain of the audit log and names the first row that does not hold.',
    who: ['operator'],
    input: z.strictObject({}),
    output: z.object({
      isOk: named('ok', z.boolean()),
      rows: z.int(),
      headHash: z.string(),
      firstBadSeq: z.int().exactOptional(),
    }),
    http: { method: 'GET', path: '/governance/audit/verify' },
  },
} as const satisfies Record<string, ContractEntry>;
