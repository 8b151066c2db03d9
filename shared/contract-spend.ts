import { z } from 'zod';
import type { ContractEntry } from './contract-entry';

/** Spend (spec/governance.md section 8). */
export const spendContract = {
  'spend.liftEndedPauses': {
    kind: 'command',
    summary: 'Ends the spend pauses that hold no longer, because a new week has begun.',
    who: ['gatehouse'],
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
} as const satisfies Record<string, ContractEntry>;
