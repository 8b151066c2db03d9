import { Anchor } from '@mantine/core';
import { type AuditEvent, readInAWord } from '../../shared/events';
import { useDeskParts } from '../state/desk-context';
import { AgentLink, AutomationLink } from '../ui/links';
import { auditStrings } from './strings-audit';

/** Whether a row names an automation, an approval or an agent that it can lead to. */
export function isAboutSomething({ payload }: AuditEvent): boolean {
  const { automationId, agentId, approvalId } = readInAWord(payload);
  return (automationId ?? agentId ?? approvalId) !== undefined;
}

/** What a row is about, as a link to it: an automation, an approval, an agent; whichever its payload names first. */
export function AuditAbout({ event: { payload } }: { readonly event: AuditEvent }) {
  const { actions } = useDeskParts();
  const { automationId, agentId, approvalId, name } = readInAWord(payload);
  if (automationId !== undefined) {
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
