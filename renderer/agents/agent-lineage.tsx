import { Button } from '@mantine/core';
import type { AgentDetails } from '../../shared/contract/agent';
import { useDeskParts } from '../state/desk-context';
import { AgentLink } from '../ui/links';
import { Panel } from '../ui/panel';
import classes from './agent-lineage.module.css';
import { CorrectLineage } from './correct-lineage';
import { KeptChain } from './kept-chain';
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
          <Button size="compact-sm" variant="default" onClick={() => actions.show('lineage', agent.agentId)}>
            {words.open}
          </Button>
        </>
      }
    >
      <div className={classes['lineage']}>
        <div>
          <h3 className={classes['name']}>
            {chains.length > 1 ? words.severalChains(chains.length) : words.ancestors}
          </h3>
          {chains.length === 0 && <span className={classes['none']}>{words.noAncestors}</span>}
          {chains.map((chain, index) => (
            <KeptChain key={index} chain={chain} isLinked />
          ))}
        </div>
        <div>
          <h3 className={classes['name']}>{words.descendants}</h3>
          {descendants.length === 0 ? (
            <span className={classes['none']}>{words.noDescendants}</span>
          ) : (
            <ul className={classes['tree']}>
              {descendants.map(({ agentId, depth }) => (
                <li key={agentId} style={{ paddingInlineStart: `${(Math.min(depth, 12) - 1) * 1.1}rem` }}>
                  <AgentLink agentId={agentId} />
                </li>
              ))}
            </ul>
          )}
          {areDescendantsCut && <p className={classes['none']}>{words.cut}</p>}
        </div>
      </div>
    </Panel>
  );
}
