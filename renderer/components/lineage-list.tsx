import { Tree, type TreeNodeData, useTree } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo } from 'react';
import { formatUsd } from '../format';
import { type LineageNode, nodeName } from '../state/lineage-tree';
import { lineageStrings } from '../strings-lineage';
import { AgentText } from './agent-text';
import classes from './lineage.module.css';
import type { LineageDrawing } from './lineage-graph';
import { LineageStateMark, lineageIcons, lineageState } from './lineage-state';

/** The same lineage as a tree of lines: arrows move, open and close, Enter chooses. */
export function LineageList({ root, open, selectedKey, sought, onSelect, onToggle }: LineageDrawing) {
  const { nodes, data } = useMemo(() => {
    const byKey = new Map<string, LineageNode>();
    return { nodes: byKey, data: [dataOf(root, open, byKey)] };
  }, [root, open]);
  const tree = useTree({
    expandedState: Object.fromEntries([...open].map((key) => [key, true])),
    selectedState: selectedKey === undefined ? [] : [selectedKey],
    onNodeExpand: onToggle,
    onNodeCollapse: onToggle,
  });
  useEffect(() => {
    if (sought === undefined) return;
    document.querySelector(`[role="treeitem"][data-value="${CSS.escape(sought.key)}"]`)?.scrollIntoView({
      block: 'center',
    });
  }, [sought]);
  const onKeyDown = (event: KeyboardEvent) => {
    const key = event.target instanceof HTMLElement ? event.target.dataset['value'] : undefined;
    if (event.key === 'Enter' && key !== undefined) onSelect(key);
  };
  return (
    <Tree
      data={data}
      tree={tree}
      aria-label={lineageStrings.label}
      className={classes['list'] ?? ''}
      levelOffset={24}
      expandOnClick={false}
      onKeyDown={onKeyDown}
      renderNode={({ node: { value }, expanded, elementProps: { className } }) => {
        const node = nodes.get(value);
        if (node === undefined) return null;
        const Chevron = expanded ? IconChevronDown : IconChevronRight;
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the tree has the keys
          <div className={`${className} ${classes['line']}`} data-value={value} onClick={() => onSelect(value)}>
            {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- so do its arrows */}
            <span
              className={classes['chevron']}
              onClick={(event) => {
                event.stopPropagation();
                if (node.children.length > 0) onToggle(value);
              }}
            >
              {node.children.length > 0 && <Chevron size={16} aria-hidden />}
            </span>
            <Line node={node} />
          </div>
        );
      }}
    />
  );
}

function Line({ node }: { readonly node: LineageNode }) {
  const state = lineageState(node);
  const cost = node.kind === 'agent' ? node.agent?.weeklyCostNanos : undefined;
  const Icon = lineageIcons[node.kind];
  return (
    <>
      <Icon size={15} stroke={1.75} aria-hidden />
      <AgentText text={node.kind === 'root' ? lineageStrings.you : nodeName(node)} />
      {state !== undefined && <LineageStateMark state={state} />}
      {cost !== undefined && cost > 0 && <span className={classes['cost']}>{formatUsd(cost)}</span>}
      {node.size > 0 && <span className={classes['below']}>{lineageStrings.below(node.size)}</span>}
    </>
  );
}

/** Only what is open is drawn, so that thousands of closed ones cost nothing. */
function dataOf(node: LineageNode, open: ReadonlySet<string>, byKey: Map<string, LineageNode>): TreeNodeData {
  byKey.set(node.key, node);
  const hasChildren = node.children.length > 0;
  const children = open.has(node.key) ? node.children.map((child) => dataOf(child, open, byKey)) : [];
  return { value: node.key, label: nodeName(node), ...(hasChildren && { hasChildren, children }) };
}
