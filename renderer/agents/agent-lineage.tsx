import { Button, Flex, Stack, Text, Textarea } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { AgentDetails, KeptChain as Chain } from '../../shared/contract/agent';
import { useDeskParts } from '../state/desk-context';
import { ConfirmCommand } from '../ui/confirm';
import { ActorName, AgentLink, AgentName } from '../ui/names';
import { Panel } from '../ui/page';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { agentStrings } from './strings-agents';

const words = agentStrings.lineage;

/** Who made an agent, by every chain that is kept, and whom it made; each a way to go there. The operator corrects it here. */
export function AgentLineage({ agent }: { readonly agent: AgentDetails }) {
  const { actions } = useDeskParts();
  const { chains, descendants, areDescendantsCut } = agent;
  return (
    <Panel
      title={words.title}
      actions={
        <>
          <CorrectLineage agent={agent} />
          <Button onClick={() => actions.show('lineage', agent.agentId)}>{words.open}</Button>
        </>
      }
    >
      <div className={ui['narrowColumns']}>
        <div>
          <h3 className={ui['heading']}>{chains.length > 1 ? words.severalChains(chains.length) : words.ancestors}</h3>
          {chains.length === 0 && <span className={ui['dim']}>{words.noAncestors}</span>}
          {chains.map((chain, index) => (
            <KeptChain key={index} chain={chain} isLinked />
          ))}
        </div>
        <div>
          <h3 className={ui['heading']}>{words.descendants}</h3>
          {descendants.length === 0 ? (
            <span className={ui['dim']}>{words.noDescendants}</span>
          ) : (
            <Flex component="ul" direction="column" gap={2} mah="16rem" style={{ overflowY: 'auto' }}>
              {descendants.map(({ agentId, depth }) => (
                <li key={agentId} style={{ paddingInlineStart: `${(Math.min(depth, 12) - 1) * 1.1}rem` }}>
                  <AgentLink agentId={agentId} />
                </li>
              ))}
            </Flex>
          )}
          {areDescendantsCut && <p className={ui['dim']}>{words.cut}</p>}
        </div>
      </div>
    </Panel>
  );
}

const correctionWords = agentStrings.lineage.correction;

/** Replaces every chain that is kept for an agent by the one that the operator writes, an agent to a line. */
function CorrectLineage({ agent: { agentId, chains } }: { readonly agent: AgentDetails }) {
  const [written, setWritten] = useState<string>();
  // Until something is written it follows what is kept, which may change while the page is open.
  const text = written ?? (chains[0]?.ancestorIds ?? []).join('\n');
  const ancestorIds = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    <ConfirmCommand
      label={correctionWords.label}
      title={correctionWords.title}
      command="agent.setLineage"
      input={{ agentId, ancestorIds }}
      onDone={() => setWritten(undefined)}
    >
      <Text fw={600}>
        <AgentName agentId={agentId} />
      </Text>
      <Text>{correctionWords.kept(chains.length)}</Text>
      {chains.map((chain, index) => (
        <KeptChain key={index} chain={chain} />
      ))}
      <Textarea
        label={correctionWords.ancestors}
        description={correctionWords.ancestorsDetail}
        value={text}
        onChange={(event) => setWritten(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={10}
      />
      <Text>{correctionWords.effect}</Text>
    </ConfirmCommand>
  );
}

type Props = {
  readonly chain: Chain;
  /** Whether each agent is a way to go there; in a dialog none is. */
  readonly isLinked?: boolean;
};

/** One chain that is kept for an agent, the oldest first, and who stated it where that is known. */
function KeptChain({ chain: { ancestorIds, statedBy, statedAtMs }, isLinked = false }: Props) {
  return (
    <Stack gap={2} mb={6}>
      <Flex component="ol" wrap="wrap" gap="2px 4px" aria-label={words.chain}>
        {ancestorIds.map((agentId) => (
          <Flex component="li" key={agentId} gap={4} align="center">
            {isLinked ? <AgentLink agentId={agentId} /> : <AgentName agentId={agentId} />}
            <IconChevronRight size={14} aria-hidden />
          </Flex>
        ))}
      </Flex>
      {statedBy !== undefined && (
        <span className={ui['small']}>
          {words.statedBy} <ActorName actor={statedBy} /> {statedAtMs !== undefined && <Instant atMs={statedAtMs} />}
        </span>
      )}
    </Stack>
  );
}
