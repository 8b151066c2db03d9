import { z } from 'zod';
import { viewNames } from './view-names';

/** Where the operator is: a view, and what of it is open (an agent's or automation's id, an audit seq, a part of Settings). */
export const placeSchema = z.strictObject({ view: z.enum(viewNames), subject: z.string().max(2_000).exactOptional() });

/** Where the operator is: a view, and what of it is open. */
export type Place = Readonly<z.infer<typeof placeSchema>>;
