import type { EventName } from '../shared/events';

const words: Partial<Record<string, string>> = {
  'record.updated': 'Governance record changed',
  created: 'Automation created',
  updated: 'Automation changed',
  'grant.created': 'Grant given',
  'grant.revoked': 'Grant revoked',
  'approval.requested': 'Approval requested',
  'approval.approved': 'Request approved',
  'approval.denied': 'Request denied',
  'approval.expired': 'Request expired',
  'approval.cancelled': 'Request withdrawn',
  'approval.consumed': 'Approval used',
  denied: 'Refused by a rule',
  deleted: 'Automation deleted',
  restored: 'Automation restored',
  purged: 'Automation purged',
  'review.agent_acknowledged': 'Review of the agent acknowledged',
  'review.automation_acknowledged': 'Review of an automation acknowledged',
  dependency_revoked: 'Dependency revoked',
  'health.finding': 'Health check found something',
  expired: 'Automation expired',
  retired: 'Automation retired',
  'retirement.extended': 'Automation extended',
  'spend.warning': 'Spend warning',
  'spend.paused': 'Stopped by its spend',
  'spend.resumed': 'Spend pause lifted',
  'spend.reserved': 'Cost reserved',
  'spend.charged': 'Cost charged',
  'agent.paused': 'Agent paused',
  'agent.resumed': 'Agent resumed',
  'agent.enrolled': 'Token made',
  'agent.token_revoked': 'Token revoked',
  'limits.updated': 'Limits changed',
  'run.started': 'Run started',
  'run.paused': 'Run paused',
  'run.resumed': 'Run resumed',
  'run.finished': 'Run finished',
  imported: 'State imported',
} satisfies Partial<Record<EventName | 'spend.charged', string>>;

/** What an event of the audit log is called; one that is new here is called by its own name. */
export function eventWords(name: string): string {
  return words[name] ?? name.replaceAll(/[._]/g, ' ');
}
