import { Button, Text } from '@mantine/core';
import type { AgentDetails } from '../../shared/contract-agent-desk';
import { agentStrings } from '../strings-agents';
import { AgentText } from './agent-text';
import { ConfirmCommand } from './confirm-command';

/** What the operator can do about an agent: pause or resume it, and take all its tokens. */
export function AgentActions({ agent }: { readonly agent: AgentDetails }) {
  return (
    <Button.Group>
      {agent.pausedAtMs === undefined ? <Pause agent={agent} /> : <Resume agent={agent} />}
      <Disconnect agent={agent} />
    </Button.Group>
  );
}

function Pause({ agent: { agentId, runsUnderWay } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.pause;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.pause"
      input={(reason) => ({ agentId, ...(reason !== '' && { reason }) })}
      reasonLabel={words.reason}
      button={{ variant: 'default', size: 'sm' }}
    >
      <Who agentId={agentId} />
      <Text>
        {words.words} {words.runs(runsUnderWay)}
      </Text>
    </ConfirmCommand>
  );
}

function Resume({ agent: { agentId } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.resume;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.resume"
      input={(reason) => ({ agentId, ...(reason !== '' && { reason }) })}
      reasonLabel={agentStrings.pause.reason}
      button={{ variant: 'default', size: 'sm' }}
    >
      <Who agentId={agentId} />
      <Text>{words.words}</Text>
    </ConfirmCommand>
  );
}

function Disconnect({ agent: { agentId, activeTokens } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.disconnect;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.disconnect"
      input={() => ({ agentId })}
      isReady={activeTokens > 0}
      isDestructive
      button={{ variant: 'default', size: 'sm' }}
    >
      <Who agentId={agentId} />
      <Text>{activeTokens > 0 ? words.words(activeTokens) : words.none}</Text>
    </ConfirmCommand>
  );
}

function Who({ agentId }: { readonly agentId: string }) {
  return (
    <Text fw={600}>
      <AgentText text={agentId} />
    </Text>
  );
}
