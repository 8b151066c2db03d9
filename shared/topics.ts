/** What a view can show, in the terms in which it is told that it has changed; which event changes what is in shared/events.ts. */
export const topics = [
  'approvals',
  'agents',
  'automations',
  'runs',
  'sessions',
  'spend',
  'limits',
  'tokens',
  'rules',
  'audit',
] as const;

/** What a view can show. */
export type Topic = (typeof topics)[number];
