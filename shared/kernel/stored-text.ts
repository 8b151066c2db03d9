import { z } from 'zod';

/**
 * Whether SQLite keeps a text as it is: it ends one at a NUL and changes a lone surrogate, so that what has such a name would be
 * found by another one.
 */
export function isStoredAsIs(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** A text that is kept in a column or looked for by one. */
export const storedTextSchema = z
  .string()
  .refine(isStoredAsIs, { message: 'must not contain the character NUL or half a character' });

/** One line of a text, where there is one. */
export const maybeLine = (longest: number) => storedTextSchema.trim().min(1).max(longest).exactOptional();
