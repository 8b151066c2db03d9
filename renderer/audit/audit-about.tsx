import { Anchor } from '@mantine/core';
import type { AuditEvent } from '../../shared/events';
import { useDeskParts } from '../state/desk-context';
import { AgentLink, AutomationLink } from '../ui/links';
import { auditStrings } from './strings-audit';

const textOf = (event: AuditEvent, name: string) => {
  const value = event.payload[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Whether a row names an automation, an approval or an agent that it can lead to. */
export function isAboutSomething(event: AuditEvent): boolean {
  return ['automation_id', 'agent_id', 'approval_id'].some((name) => textOf(event, name) !== undefined);
}

/** What a row is about, as a link to it: an automation, an approval, an agent; whichever its payload names first. */
export function AuditAbout({ event }: { readonly event: AuditEvent }) {
  const { actions } = useDeskParts();
  const automationId = textOf(event, 'automation_id');
  const approvalId = textOf(event, 'approval_id');
  const agentId = textOf(event, 'agent_id');
  if (automationId !== undefined) {
    const name = textOf(event, 'name');
    return <AutomationLink automationId={automationId} {...(name !== undefined && { name })} />;
  }
  if (agentId !== undefined) return <AgentLink agentId={agentId} />;
  if (approvalId === undefined) return '–';
  return (
    <Anchor component="button" type="button" fz="inherit" onClick={() => void actions.open(approvalId)}>
      {auditStrings.request(approvalId.slice(-6))}
    </Anchor>
  );
}
