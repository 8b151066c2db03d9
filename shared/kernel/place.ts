import { z } from 'zod';

/** The views of the window, in the order of the navigation and of its keys. */
export const viewNames = [
  'queue',
  'sessions',
  'agents',
  'automations',
  'lineage',
  'spend',
  'lifecycle',
  'audit',
  'settings',
] as const;

/** A view of the window. */
export type ViewName = (typeof viewNames)[number];

/** Where the operator is: a view, and what of it is open (an agent's or automation's id, an audit seq, a part of Settings). */
export const placeSchema = z.strictObject({ view: z.enum(viewNames), subject: z.string().max(2_000).exactOptional() });

/** Where the operator is: a view, and what of it is open. */
export type Place = Readonly<z.infer<typeof placeSchema>>;
