import { z } from 'zod';

/** An instant in whole milliseconds since the Unix epoch, within what a Date can hold. */
export const instantSchema = z.int().min(0).max(8_640_000_000_000_000);
