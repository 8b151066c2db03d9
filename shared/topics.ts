import type { EventName } from './events';

/** What a view can show, in the terms in which it is told that it has changed. */
export const topics = [
  'approvals',
  'agents',
  'automations',
  'runs',
  'spend',
  'limits',
  'tokens',
  'rules',
  'audit',
] as const;

/** What a view can show. */
export type Topic = (typeof topics)[number];

/** What an event changes for those who look; every event is a new row of the audit log. */
export function topicsOf(name: EventName): readonly Topic[] {
  if (name === 'imported') return topics;
  const [noun] = name.split('.');
  switch (noun) {
    case 'approval':
      return ['approvals', 'agents', 'automations', 'audit'];
    case 'agent':
    case 'connection':
      return ['agents', 'tokens', 'audit'];
    case 'review':
    case 'created':
      return ['agents', 'automations', 'audit'];
    case 'spend':
      return ['spend', 'agents', 'runs', 'audit'];
    case 'run':
      return ['runs', 'automations', 'audit'];
    case 'tool_rule':
      return ['rules', 'agents', 'audit'];
    case 'limits':
      return ['limits', 'agents', 'audit'];
    case 'denied':
      return ['agents', 'audit'];
    default:
      return ['automations', 'audit'];
  }
}
