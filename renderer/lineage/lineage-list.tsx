import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { formatUsd } from '../format';
import { useFocusWhenDrawn } from '../state/focus';
import { useSelection, withSelected } from '../state/use-selection';
import { AgentText } from '../ui/names';
import { remPx, rowAfterKey } from '../ui/table';
import ui from '../ui/ui.module.css';
import classes from './lineage.module.css';
import type { LineageDrawing } from './lineage-graph';
import { LineageStateMark, lineageIcons, lineageState } from './lineage-state';
import { type LineageNode, nodeName, otherParentIds } from './lineage-tree';
import { lineageStrings } from './strings-lineage';

/** A line of the tree, and where it stands among those beside it. */
type TreeLine = {
  readonly node: LineageNode;
  /** 1 for the root. */
  readonly level: number;
  readonly parentKey: string | undefined;
  /** From 1, of `siblings`. */
  readonly place: number;
  readonly siblings: number;
};

/** The height of a line, in rem. */
const LINE_REM = 1.875;

/**
 * The same lineage as a tree of lines: arrows move, open and close, Enter chooses. Only the lines in sight are drawn, so that it
 * may have thousands.
 */
export function LineageList({ root, open, selectedKey, sought, onSelect, onToggle }: LineageDrawing) {
  const lines = useMemo(() => linesOf(root, open), [root, open]);
  const scroller = useRef<HTMLDivElement>(null);
  const focusOn = useFocusWhenDrawn(scroller);
  const focusLine = (key: string, options?: FocusOptions) => focusOn(`[data-value="${CSS.escape(key)}"]`, options);
  const keys = useMemo(() => lines.map(({ node }) => node.key), [lines]);
  const initial = selectedKey ?? root.key;
  const { place, select, lets } = useSelection(keys, { list: lineageStrings.label, initial, focus: focusLine });
  const linePx = LINE_REM * remPx();
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => linePx,
    overscan: 4,
    rangeExtractor: (range) => withSelected(defaultRangeExtractor(range), place),
  });
  const activeIndex = Math.max(0, place);
  useEffect(() => {
    const index = keys.indexOf(sought?.key ?? '');
    if (index !== -1) virtual.scrollToIndex(index, { align: 'center' });
    // oxlint-disable-next-line react/exhaustive-deps -- only another one that is sought scrolls; what comes meanwhile does not
  }, [sought]);
  const moveTo = (index: number) => {
    const key = lines[index]?.node.key;
    if (key === undefined) return;
    select(key);
    virtual.scrollToIndex(index);
    focusLine(key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[activeIndex];
    if (line === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const { node, parentKey } = line;
    const isOpen = open.has(node.key);
    const hasChildren = node.children.length > 0;
    const list = { index: activeIndex, count: lines.length, scroller: scroller.current, rowPx: linePx };
    const next = rowAfterKey(event, list);
    if (next !== undefined) moveTo(next);
    else if (event.key === 'Enter' || event.key === ' ') {
      if (lets(event.timeStamp)) onSelect(node.key);
    } else if (event.key === 'ArrowRight' && isOpen && hasChildren) moveTo(activeIndex + 1);
    else if (event.key === (isOpen ? 'ArrowLeft' : 'ArrowRight') && hasChildren) onToggle(node.key);
    else if (event.key === 'ArrowLeft' && parentKey !== undefined) moveTo(keys.indexOf(parentKey));
    else return;
    event.preventDefault();
  };
  return (
    <div ref={scroller} className={classes['scroller']}>
      <div
        role="tree"
        aria-label={lineageStrings.label}
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
        onKeyDown={onKeyDown}
      >
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const { node, level } = line;
          return (
            <TreeItem
              key={node.key}
              line={line}
              isOpen={open.has(node.key)}
              isSelected={node.key === selectedKey}
              isActive={index === activeIndex}
              style={{
                height: size,
                transform: `translateY(${start}px)`,
                paddingInlineStart: `${(level - 1) * 1.5 + 0.25}rem`,
              }}
              onFocus={() => select(node.key)}
              onSelect={onSelect}
              onToggle={onToggle}
            />
          );
        })}
      </div>
    </div>
  );
}

type ItemProps = Pick<LineageDrawing, 'onSelect' | 'onToggle'> & {
  readonly line: TreeLine;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly style: CSSProperties;
  readonly onFocus: () => void;
};

function TreeItem({ line, isOpen, isSelected, isActive, style, onFocus, onSelect, onToggle }: ItemProps) {
  const { node, level, place, siblings } = line;
  const hasChildren = node.children.length > 0;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree has the keys
    <div
      role="treeitem"
      data-value={node.key}
      className={classes['line']}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      {...(hasChildren && { 'aria-expanded': isOpen })}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      style={style}
      onFocus={onFocus}
      onClick={() => onSelect(node.key)}
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- so do its arrows */}
      <span
        className={classes['chevron']}
        onClick={(event) => {
          event.stopPropagation();
          if (hasChildren) onToggle(node.key);
        }}
      >
        {hasChildren && <Chevron size={16} aria-hidden />}
      </span>
      <LineWords node={node} />
    </div>
  );
}

function LineWords({ node }: { readonly node: LineageNode }) {
  const state = lineageState(node);
  const cost = node.kind === 'agent' ? node.agent?.weeklyCostNanos : undefined;
  const others = node.kind === 'agent' ? otherParentIds(node.agent) : [];
  const Icon = lineageIcons[node.kind];
  return (
    <>
      <Icon size={15} stroke={1.75} aria-hidden />
      <AgentText text={node.kind === 'root' ? lineageStrings.you : nodeName(node)} />
      {state !== undefined && <LineageStateMark state={state} />}
      {others.length > 0 && (
        <span className={`${ui['small']} ${ui['number']}`}>
          <AgentText text={lineageStrings.alsoBelow(others.join(', '))} />
        </span>
      )}
      {cost !== undefined && cost > 0 && <span className={`${ui['small']} ${ui['number']}`}>{formatUsd(cost)}</span>}
      {node.size > 0 && <span className={`${ui['small']} ${ui['number']}`}>{lineageStrings.below(node.size)}</span>}
    </>
  );
}

/** The open part of the tree, line by line. */
function linesOf(root: LineageNode, open: ReadonlySet<string>): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (line: TreeLine) => {
    lines.push(line);
    if (!open.has(line.node.key)) return;
    const { key, children } = line.node;
    for (const [index, node] of children.entries()) {
      add({ node, level: line.level + 1, parentKey: key, place: index + 1, siblings: children.length });
    }
  };
  add({ node: root, level: 1, parentKey: undefined, place: 1, siblings: 1 });
  return lines;
}
