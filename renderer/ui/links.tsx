import { Anchor } from '@mantine/core';
import { Fragment } from 'react';
import { useDeskParts } from '../state/desk-context';
import { AgentText } from './agent-text';

/** An agent's id that leads to the agent. */
export function AgentLink({ agentId }: { readonly agentId: string }) {
  const { actions } = useDeskParts();
  return (
    <Anchor component="button" type="button" fz="inherit" onClick={() => actions.show('agents', agentId)}>
      <AgentText text={agentId} />
    </Anchor>
  );
}

/** Several of them in a line. */
export function AgentLinks({ agentIds }: { readonly agentIds: readonly string[] }) {
  return agentIds.map((agentId, index) => (
    <Fragment key={agentId}>
      {index > 0 && ', '}
      <AgentLink agentId={agentId} />
    </Fragment>
  ));
}

type AutomationProps = { readonly automationId: string; readonly name?: string };

/** An automation's name, or its id where the name is not known, that leads to the automation. */
export function AutomationLink({ automationId, name = automationId }: AutomationProps) {
  const { actions } = useDeskParts();
  return (
    <Anchor component="button" type="button" fz="inherit" onClick={() => actions.show('automations', automationId)}>
      <AgentText text={name} />
    </Anchor>
  );
}
