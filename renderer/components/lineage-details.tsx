import { Button } from '@mantine/core';
import { useDeskParts } from '../state/desk-context';
import { type LineageNode, nodeName } from '../state/lineage-tree';
import { lineageStrings } from '../strings-lineage';
import { AgentText } from './agent-text';
import { ConfirmCommand } from './confirm-command';
import { Instant } from './deadline';
import classes from './lineage.module.css';
import { LineageStateMark, lineageState } from './lineage-state';
import { SpendBar } from './spend-bar';

type Props = { readonly node: LineageNode; readonly warningRatio: number };

/** What is known of the chosen node, and what can be done with it. */
export function LineageDetails({ node, warningRatio }: Props) {
  return (
    <aside className={classes['details']} aria-label={lineageStrings.details}>
      <Chosen key={node.key} node={node} warningRatio={warningRatio} />
    </aside>
  );
}

function Chosen({ node, warningRatio }: { readonly node: LineageNode; readonly warningRatio: number }) {
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
          <div>
            <div className={classes['dim']}>{lineageStrings.lastSeen}</div>
            <Instant atMs={node.agent.lastSeenAtMs} />
          </div>
        </>
      )}
      <Actions node={node} />
    </>
  );
}

function Actions({ node }: { readonly node: LineageNode }) {
  const { actions } = useDeskParts();
  if (node.kind === 'root') return null;
  if (node.kind === 'automation') {
    const { automationId } = node.automation;
    return (
      <div className={classes['actions']}>
        <Button size="compact-sm" variant="default" onClick={() => actions.show('automations', automationId)}>
          {lineageStrings.openAutomation}
        </Button>
      </div>
    );
  }
  const { agentId, agent } = node;
  const input = (reason: string) => ({ agentId, ...(reason !== '' && { reason }) });
  const agentsBelow = countAgents(node);
  return (
    <div className={classes['actions']}>
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
        isOffered={agentsBelow > 1}
        label={lineageStrings.pauseSubtree}
        command="agents.pauseSubtree"
        input={input}
        title={lineageStrings.pauseSubtreeTitle(agentId)}
        reasonLabel={lineageStrings.reason}
        isDestructive
      >
        <p>{lineageStrings.pauseSubtreeEffect(agentsBelow)}</p>
      </ConfirmCommand>
    </div>
  );
}

/** The agents of a subtree, its top included. */
function countAgents(node: LineageNode): number {
  const own = node.kind === 'agent' ? 1 : 0;
  return node.children.reduce((sum, child) => sum + countAgents(child), own);
}
