import { z } from 'zod';
import type { ContractEntry } from './contract-entry';

const conflictSchema = z.object({ section: z.string(), id: z.string() });

/** Import and export of the state in the reference's form (spec/governance.md section 15). */
export const stateContract = {
  'state.export': {
    kind: 'query',
    summary: 'The whole state as a file that state.import reads.',
    who: ['operator'],
    input: z.strictObject({}),
    output: z.object({ text: z.string() }),
    http: { method: 'GET', path: '/governance/state' },
  },
  'state.import': {
    kind: 'command',
    summary: 'Imports a state file whole, or not at all. With ids that exist already it asks what becomes of them.',
    who: ['operator'],
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
    kind: 'command',
    summary: 'Makes the custody record of each automation that has none.',
    who: ['gatehouse'],
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
} as const satisfies Record<string, ContractEntry>;
