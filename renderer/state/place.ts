/** The views of the window, in the order of the navigation and of its keys. */
export const viewNames = [
  'queue',
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
export type Place = { readonly view: ViewName; readonly subject?: string };

/** Steps back that are remembered. */
export const MOST_BEFORE = 50;
