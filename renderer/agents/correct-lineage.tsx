import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { AgentDetails } from '../../shared/contract/agent';
import { AgentText } from '../ui/agent-text';
import { ConfirmCommand } from '../ui/confirm';
import { KeptChain } from './kept-chain';
import { agentStrings } from './strings-agents';

const words = agentStrings.lineage.correction;

/** Replaces every chain that is kept for an agent by the one that the operator writes, an agent to a line. */
export function CorrectLineage({ agent: { agentId, chains } }: { readonly agent: AgentDetails }) {
  const [written, setWritten] = useState<string>();
  // Until something is written it follows what is kept, which may change while the page is open.
  const text = written ?? (chains[0]?.ancestorIds ?? []).join('\n');
  const ancestorIds = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.setLineage"
      input={{ agentId, ancestorIds }}
      onDone={() => setWritten(undefined)}
    >
      <Text fw={600}>
        <AgentText text={agentId} />
      </Text>
      <Text>{words.kept(chains.length)}</Text>
      {chains.map((chain, index) => (
        <KeptChain key={index} chain={chain} />
      ))}
      <Textarea
        label={words.ancestors}
        description={words.ancestorsDetail}
        value={text}
        onChange={(event) => setWritten(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={10}
      />
      <Text>{words.effect}</Text>
    </ConfirmCommand>
  );
}
