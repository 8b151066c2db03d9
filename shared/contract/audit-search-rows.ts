import { z } from 'zod';
import { auditEventSchema, eventNames } from '../events';
import { instantSchema } from '../kernel/time';
import type { ContractEntry } from './contract-entry';

const idSchema = z.string().trim().min(1).max(200);

/** A row as the desk opens it: with its place in the chain. */
const auditRowSchema = auditEventSchema.extend({ prevHash: z.string(), hash: z.string() });

/** Looking things up in the audit log, the newest first, for the desk. */
export const auditSearchContract = {
  'audit.search': {
    kind: 'query',
    summary:
      'Audit rows that fit all that is given, the newest first. Where few fit, a page may be short or empty although older rows are not looked at yet: go on from next_cursor.',
    who: ['operator'],
    input: z.strictObject({
      event: z.enum(eventNames).exactOptional(),
      /** Rows by this human, agent or part of Gatehouse, or about this agent, automation or approval. */
      id: idSchema.exactOptional(),
      /** Somewhere in the row's payload, in any case. */
      text: z.string().trim().min(1).max(200).exactOptional(),
      /** Only rows up to then. */
      untilMs: instantSchema.exactOptional(),
      limit: z.int().min(1).max(100).exactOptional(),
      cursor: z.string().max(20).exactOptional(),
    }),
    output: z.object({
      events: z.array(auditEventSchema),
      /** All rows that there are. */
      headSeq: z.int(),
      /** The oldest row that was looked at; 0 when there was none to look at. */
      lookedBackToSeq: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
  },
  'audit.row': {
    kind: 'query',
    summary: 'One audit row with its hashes.',
    who: ['operator'],
    input: z.strictObject({ seq: z.int().min(1) }),
    output: z.object({ row: auditRowSchema.nullable() }),
  },
} as const satisfies Record<string, ContractEntry>;
