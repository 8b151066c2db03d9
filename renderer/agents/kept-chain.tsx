import { IconChevronRight } from '@tabler/icons-react';
import type { KeptChain as Chain } from '../../shared/contract/agent';
import { ActorName } from '../ui/actor-name';
import { AgentText } from '../ui/agent-text';
import { Instant } from '../ui/deadline';
import { AgentLink } from '../ui/links';
import classes from './agent-lineage.module.css';
import { agentStrings } from './strings-agents';

const words = agentStrings.lineage;

type Props = {
  readonly chain: Chain;
  /** Whether each agent is a way to go there; in a dialog none is. */
  readonly isLinked?: boolean;
};

/** One chain that is kept for an agent, the oldest first, and who stated it where that is known. */
export function KeptChain({ chain: { ancestorIds, statedBy, statedAtMs }, isLinked = false }: Props) {
  return (
    <div className={classes['chain']}>
      <ol className={classes['path']} aria-label={words.chain}>
        {ancestorIds.map((agentId) => (
          <li key={agentId}>
            {isLinked ? <AgentLink agentId={agentId} /> : <AgentText text={agentId} />}
            <IconChevronRight size={14} aria-hidden />
          </li>
        ))}
      </ol>
      {statedBy !== undefined && (
        <span className={classes['name']}>
          {words.statedBy} <ActorName actor={statedBy} /> {statedAtMs !== undefined && <Instant atMs={statedAtMs} />}
        </span>
      )}
    </div>
  );
}
