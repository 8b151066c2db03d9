import { z } from 'zod';

/** An amount of money in nano-dollars, never negative. The wire has it in dollars, see shared/kernel/wire.ts. */
export const nanosSchema = z.int().min(0);
