import { Button, Text } from '@mantine/core';
import type { AgentDetails } from '../../shared/contract/agent';
import { AgentText } from '../ui/agent-text';
import { ConfirmCommand } from '../ui/confirm';
import { agentStrings } from './strings-agents';

/** What the operator can do about an agent: pause or resume it, and take all its tokens. */
export function AgentActions({ agent }: { readonly agent: AgentDetails }) {
  return (
    <Button.Group>
      <Pause agent={agent} />
      <Resume agent={agent} />
      <Disconnect agent={agent} />
    </Button.Group>
  );
}

function Pause({ agent: { agentId, runsUnderWay, pausedAtMs } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.pause;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.pause"
      input={{ agentId }}
      reasonLabel={words.reason}
      isOffered={pausedAtMs === undefined}
      button={{ variant: 'default', size: 'sm' }}
    >
      <Who agentId={agentId} />
      <Text>
        {words.words} {words.runs(runsUnderWay)}
      </Text>
    </ConfirmCommand>
  );
}

function Resume({ agent: { agentId, pausedAtMs } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.resume;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.resume"
      input={{ agentId }}
      reasonLabel={agentStrings.pause.reason}
      isOffered={pausedAtMs !== undefined}
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
      input={{ agentId }}
      isReady={activeTokens > 0}
      color="red"
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
