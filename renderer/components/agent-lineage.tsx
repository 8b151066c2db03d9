import { Button } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { AgentDetails } from '../../shared/contract-agent-desk';
import { useDeskParts } from '../state/desk-context';
import { agentStrings } from '../strings-agents';
import classes from './agent-lineage.module.css';
import { AgentLink } from './links';
import { Panel } from './panel';

const words = agentStrings.lineage;

/** Who made an agent, and whom it made, each a way to go there. */
export function AgentLineage({ agent }: { readonly agent: AgentDetails }) {
  const { actions } = useDeskParts();
  const { ancestorIds, descendants, areDescendantsCut } = agent;
  return (
    <Panel
      title={words.title}
      actions={
        <Button size="compact-sm" variant="default" onClick={() => actions.show('lineage', agent.agentId)}>
          {words.open}
        </Button>
      }
    >
      <div className={classes['lineage']}>
        <div>
          <h3 className={classes['name']}>{words.ancestors}</h3>
          {ancestorIds.length === 0 ? (
            <span className={classes['none']}>{words.noAncestors}</span>
          ) : (
            <ol className={classes['path']}>
              {ancestorIds.map((agentId, index) => (
                <li key={`${index} ${agentId}`}>
                  <AgentLink agentId={agentId} />
                  <IconChevronRight size={14} aria-hidden />
                </li>
              ))}
            </ol>
          )}
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
