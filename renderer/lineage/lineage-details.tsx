import { Button, Group } from '@mantine/core';
import { agentIdsBelow, type LineageAgent } from '../../shared/contract/lineage';
import { SpendBar } from '../spend/spend-bar';
import { useDeskParts } from '../state/desk-context';
import { type LineageNode, nodeName, otherParentIds } from '../state/lineage-tree';
import { AgentText } from '../ui/agent-text';
import { ConfirmCommand } from '../ui/confirm';
import { Instant } from '../ui/deadline';
import { AgentLinks } from '../ui/links';
import classes from './lineage.module.css';
import { LineageStateMark, lineageState } from './lineage-state';
import { lineageStrings } from './strings-lineage';

type Props = {
  readonly node: LineageNode;
  /** All that are drawn, so that whoever is below it by another lineage counts too. */
  readonly agents: readonly LineageAgent[];
  readonly warningRatio: number;
};

/** What is known of the chosen node, and what can be done with it. */
export function LineageDetails({ node, agents, warningRatio }: Props) {
  return (
    <aside className={classes['details']} aria-label={lineageStrings.details}>
      <Chosen key={node.key} node={node} agents={agents} warningRatio={warningRatio} />
    </aside>
  );
}

function Chosen({ node, agents, warningRatio }: Props) {
  const others = node.kind === 'agent' ? otherParentIds(node.agent) : [];
  const state = lineageState(node);
  return (
    <>
      <h2>{node.kind === 'root' ? lineageStrings.you : <AgentText text={nodeName(node)} />}</h2>
      {state !== undefined && <LineageStateMark state={state} />}
      {node.kind === 'agent' && node.agent === undefined && (
        <p className={classes['dim']}>{lineageStrings.neverSeen}</p>
      )}
      {node.size > 0 && <p className={classes['dim']}>{lineageStrings.createdBelow(node.size)}</p>}
      {node.kind === 'agent' && node.agent !== undefined && (
        <>
          <div>
            <div className={classes['dim']}>{lineageStrings.weekOfSubtree}</div>
            <SpendBar
              costNanos={node.agent.weeklyCostNanos}
              capNanos={node.agent.weeklyCapNanos}
              warningRatio={warningRatio}
            />
          </div>
          {others.length > 0 && (
            <div>
              <div className={classes['dim']}>{lineageStrings.otherParents}</div>
              <AgentLinks agentIds={others} />
            </div>
          )}
          <div>
            <div className={classes['dim']}>{lineageStrings.lastSeen}</div>
            <Instant atMs={node.agent.lastSeenAtMs} />
          </div>
        </>
      )}
      <Actions node={node} agents={agents} />
    </>
  );
}

function Actions({ node, agents }: Pick<Props, 'node' | 'agents'>) {
  const { actions } = useDeskParts();
  if (node.kind === 'root') return null;
  if (node.kind === 'automation') {
    const { automationId } = node.automation;
    return (
      <Group gap={8}>
        <Button size="compact-sm" variant="default" onClick={() => actions.show('automations', automationId)}>
          {lineageStrings.openAutomation}
        </Button>
      </Group>
    );
  }
  const { agentId, agent } = node;
  const input = { agentId };
  const descents = agents.map((one) => ({ agentId: one.agentId, chains: [one.ancestorIds, ...one.otherChains] }));
  const paused = 1 + agentIdsBelow(descents, agentId).size;
  return (
    <Group gap={8}>
      <Button size="compact-sm" variant="default" onClick={() => actions.show('agents', agentId)}>
        {lineageStrings.openAgent}
      </Button>
      <ConfirmCommand
        isOffered={agent?.isPaused === true}
        label={lineageStrings.resumeAgent}
        command="agent.resume"
        input={input}
        title={lineageStrings.resumeAgentTitle(agentId)}
        reasonLabel={lineageStrings.reason}
      >
        <p>{lineageStrings.resumeAgentEffect}</p>
      </ConfirmCommand>
      <ConfirmCommand
        isOffered={agent?.isPaused !== true}
        label={lineageStrings.pauseAgent}
        command="agent.pause"
        input={input}
        title={lineageStrings.pauseAgentTitle(agentId)}
        reasonLabel={lineageStrings.reason}
      >
        <p>{lineageStrings.pauseAgentEffect}</p>
      </ConfirmCommand>
      <ConfirmCommand
        isOffered={paused > 1}
        label={lineageStrings.pauseSubtree}
        command="agents.pauseSubtree"
        input={input}
        title={lineageStrings.pauseSubtreeTitle(agentId)}
        reasonLabel={lineageStrings.reason}
        color="red"
      >
        <p>{lineageStrings.pauseSubtreeEffect(paused)}</p>
      </ConfirmCommand>
    </Group>
  );
}
