import { Handle, type Node, type NodeProps, Position, useStore } from '@xyflow/react';
import { formatNumber, formatUsd } from '../format';
import { type LineageNode, nodeName, otherParentIds, type PlacedNode, ROOT_KEY } from '../state/lineage-tree';
import { AgentText } from '../ui/agent-text';
import classes from './lineage.module.css';
import { LineageStateMark, lineageIcons, lineageState } from './lineage-state';
import { lineageStrings } from './strings-lineage';

/** A node as the graph's library has it. */
export type FlowNode = Node<{
  readonly placed: PlacedNode;
  readonly isOpen: boolean;
  readonly onToggle: (key: string) => void;
}>;

/** Below this nodes are shapes and colours only: nobody could read their words. */
const WORDS_FROM_ZOOM = 0.4;

/** A node of the graph: who or what it is, how it stands, what it cost, and what opens and closes it. */
export function LineageCard({ data }: NodeProps<FlowNode>) {
  const { node } = data.placed;
  const areWordsShown = useStore(({ transform }) => transform[2] >= WORDS_FROM_ZOOM);
  const Icon = lineageIcons[node.kind];
  const state = lineageState(node);
  const name = node.kind === 'root' ? lineageStrings.you : nodeName(node);
  const cost = node.kind === 'agent' ? node.agent?.weeklyCostNanos : undefined;
  if (!areWordsShown) return <div className={classes['node']} data-kind={node.kind} data-state={state} title={name} />;
  return (
    <div className={classes['node']} data-kind={node.kind} data-state={state}>
      {node.key !== ROOT_KEY && <Handle type="target" position={Position.Left} className={classes['handle'] ?? ''} />}
      <div className={classes['name']} title={name}>
        <Icon size={16} stroke={1.75} aria-hidden />
        <AgentText text={name} />
      </div>
      <div className={classes['facts']}>
        {state !== undefined && <LineageStateMark state={state} />}
        {cost !== undefined && cost > 0 && <span>{formatUsd(cost)}</span>}
      </div>
      {node.children.length > 0 && (
        <button
          type="button"
          className={`${classes['toggle']} nodrag nopan`}
          aria-expanded={data.isOpen}
          aria-label={data.isOpen ? lineageStrings.close(name) : lineageStrings.open(name, node.size)}
          onClick={(event) => {
            event.stopPropagation();
            data.onToggle(node.key);
          }}
        >
          {data.isOpen ? '−' : formatNumber(node.size)}
        </button>
      )}
      {node.kind !== 'automation' && (
        <Handle type="source" position={Position.Right} className={classes['handle'] ?? ''} />
      )}
    </div>
  );
}

/** What a screen reader says of a node. */
export function nodeLabel(node: LineageNode): string {
  const state = lineageState(node);
  const name = node.kind === 'root' ? lineageStrings.you : nodeName(node);
  const others = node.kind === 'agent' ? otherParentIds(node.agent) : [];
  return [
    name,
    ...(state === undefined ? [] : [lineageStrings.state[state]]),
    ...(others.length === 0 ? [] : [lineageStrings.alsoBelow(others.join(', '))]),
    lineageStrings.below(node.size),
  ].join(', ');
}
