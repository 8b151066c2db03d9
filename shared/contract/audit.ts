import { z } from 'zod';
import { auditEventSchema, eventNames } from '../events';
import { instantSchema } from '../kernel/instant';
import { auditVerdictSchema, checkpointSchema, rotationSchema } from './checkpoint';
import { type ContractEntry, command, query } from './contract-entry';

const idSchema = z.string().min(1).max(200);

/** A row as the desk opens it: with its place in the chain. */
const auditRowSchema = auditEventSchema.extend({ sentence: z.string(), prevHash: z.string(), hash: z.string() });

/** A row as the desk lists it: with a sentence that says in words what happened. */
const toldEventSchema = auditEventSchema.extend({ sentence: z.string() });

/** The audit log (spec/governance.md section 13). */
export const auditContract = {
  'audit.list': {
    ...query('operator'),
    summary:
      'Audit rows after a seq, oldest first. next_seq is the seq up to which was looked: ask on after it, also where a page is short.',
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
    kind: 'longQuery',
    summary:
      'Walks the chain of the audit log and its checkpoints, up to the head as of the beginning, and names the first row that does not hold; holds the whole state against the log, and names what differs.',
    who: ['operator'],
    input: z.object({
      /** `checkpoint` begins at the newest checkpoint that this run of Gatehouse has verified; `start`, the default, at row 1. */
      from: z.enum(['start', 'checkpoint']).exactOptional(),
    }),
    output: auditVerdictSchema,
    http: { method: 'GET', path: '/governance/audit/verify' },
  },
  'audit.checkpoint': {
    ...command('gatehouse'),
    summary:
      'Stores a signed checkpoint of a row of the audit log, unless the row is another one or is covered already.',
    input: checkpointSchema,
    output: z.object({ count: z.int() }),
  },
  'audit.index': {
    ...command('gatehouse'),
    summary:
      'Puts the next rows of the audit log into the indexes that it is searched by, and the sums of rows that came lately to the others.',
    input: z.object({}),
    output: z.object({ count: z.int() }),
  },
  'audit.noteKey': {
    ...command('gatehouse'),
    summary: 'Notes in the log that a key begins to sign it, and how many rows it found there that nothing had signed.',
    input: z.object({ publicKey: z.string(), rowsBefore: z.int().min(1) }),
    output: z.object({}),
  },
  'audit.noteRotation': {
    ...command('gatehouse'),
    summary: 'Notes in the log that the key that signs it was changed, with the word of the key before.',
    input: rotationSchema,
    output: z.object({}),
  },
  'audit.search': {
    ...query('operator'),
    summary: 'Audit rows that fit all that is given, the newest first.',
    input: z.strictObject({
      event: z.enum(eventNames).exactOptional(),
      /** Words, or their beginnings: who, what (paths, commands, projects, names) and why. */
      text: z.string().trim().min(1).max(200).exactOptional(),
      /** Only rows up to then. */
      untilMs: instantSchema.exactOptional(),
      limit: z.int().min(1).max(100).exactOptional(),
      cursor: z.string().max(20).exactOptional(),
    }),
    output: z.object({
      events: z.array(toldEventSchema),
      /** All rows that there are. */
      headSeq: z.int(),
      /** The newest row that can be found by its words. */
      indexedSeq: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
  },
  'audit.row': {
    ...query('operator'),
    summary: 'One audit row with its hashes.',
    input: z.strictObject({ seq: z.int().min(1) }),
    output: z.object({ row: auditRowSchema.nullable() }),
  },
} as const satisfies Record<string, ContractEntry>;
