import { z } from 'zod';

/** A row of the database that is there and cannot be read. It is left as it is; what it says counts for nobody. */
export const unreadableRowSchema = z.object({
  /** The table that it is in. */
  table: z.string(),
  /** What names it there: the values of its key, with a space between them. */
  id: z.string(),
  /** What is wrong with it, for a report; never what it holds. */
  problem: z.string(),
});

/** A row of the database that is there and cannot be read. */
export type UnreadableRow = Readonly<z.infer<typeof unreadableRowSchema>>;

/** The field of an answer to the operator that names what could not be read on the way; absent where all could. */
export const unreadableField = { unreadable: z.array(unreadableRowSchema).exactOptional() };
