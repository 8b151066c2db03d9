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
