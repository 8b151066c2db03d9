import { z } from 'zod';

/** An instant in whole milliseconds since the Unix epoch, within what a Date can hold. */
export const instantSchema = z.int().min(0).max(8_640_000_000_000_000);

/** One hour in milliseconds. */
export const HOUR_MS = 3_600_000;

/** One day in milliseconds. */
export const DAY_MS = 24 * HOUR_MS;
