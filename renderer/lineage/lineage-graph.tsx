import '@xyflow/react/dist/style.css';
import { useReducedMotion } from '@mantine/hooks';
import {
  Background,
  Controls,
  type Edge,
  type NodeHandle,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Viewport,
  ViewportPortal,
} from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import { CELL, type LineageNode, otherParentKeys, type PlacedNode, placed } from '../state/lineage-tree';
import classes from './lineage.module.css';
import { type FlowNode, LineageCard, nodeLabel } from './lineage-card';
import { LineageMap } from './lineage-map';
import { lineageStrings } from './strings-lineage';

/** What is drawn, and what can be done with it. */
export type LineageDrawing = {
  readonly root: LineageNode;
  readonly open: ReadonlySet<string>;
  readonly selectedKey: string | undefined;
  /** The one to bring into sight; another object brings it again. */
  readonly sought: { readonly key: string } | undefined;
  readonly depthLimit: number;
  readonly onSelect: (key: string) => void;
  readonly onToggle: (key: string) => void;
};

type Size = { readonly width: number; readonly height: number };

/** The size of a node for text of the usual size, in pixels; in the stylesheet it is in rem. */
const NODE = { width: 204, height: 50 } as const;

/** How much larger than usual the text is: nodes and the room between them grow with it. */
const textScale = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;

const scaled = ({ width, height }: Size, by: number): Size => ({
  width: width * by,
  height: height * by,
});

/** Where lines begin and end at a node of this size. */
const handlesOf = ({ width, height }: Size): NodeHandle[] => [
  { type: 'target', position: Position.Left, x: 0, y: height / 2, width: 0, height: 0 },
  { type: 'source', position: Position.Right, x: width, y: height / 2, width: 0, height: 0 },
];

/** Smaller than this nobody can read it; what does not fit is reached by moving. */
const SMALLEST_ZOOM = 0.85;

const MARGIN = 32;

/** Nodes from which on a map of all of them helps. */
const MAP_FROM = 40;

const nodeTypes = { lineage: LineageCard };

/** The lineage as a graph from left to right; it draws what is in sight only. */
export function LineageGraph(drawing: LineageDrawing) {
  return (
    <ReactFlowProvider>
      <Graph {...drawing} />
    </ReactFlowProvider>
  );
}

function Graph({ root, open, selectedKey, sought, depthLimit, onSelect, onToggle }: LineageDrawing) {
  const flow = useReactFlow();
  const isStill = useReducedMotion();
  const scale = textScale();
  const nodeSize = useMemo(() => scaled(NODE, scale), [scale]);
  const places = useMemo(
    () => placed(root, open).map((place) => ({ ...place, x: place.x * scale, y: place.y * scale })),
    [root, open, scale],
  );
  const nodes = useMemo(
    () =>
      places.map(
        (one): FlowNode => ({
          id: one.node.key,
          type: 'lineage',
          position: { x: one.x, y: one.y },
          data: { placed: one, isOpen: open.has(one.node.key), onToggle },
          selected: one.node.key === selectedKey,
          ...nodeSize,
          // Told and not measured: else each node is drawn once before it may be left out.
          measured: nodeSize,
          handles: handlesOf(nodeSize),
          draggable: false,
          connectable: false,
          deletable: false,
          ariaLabel: nodeLabel(one.node),
        }),
      ),
    [places, open, selectedKey, onToggle, nodeSize],
  );
  const edges = useMemo(() => edgesOf(places), [places]);
  // Until the operator moves it, the picture fits what is there.
  const isMoved = useRef(false);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isMoved.current || frame.current === null) return;
    void flow.setViewport(viewportFor(places, frame.current, scale), { duration: isStill ? 0 : 200 });
  }, [flow, places, isStill, scale]);
  // Once for each search: what changes later must not take the picture away from where it was moved to.
  const shown = useRef<LineageDrawing['sought']>(undefined);
  useEffect(() => {
    const place = places.find(({ node }) => node.key === sought?.key);
    if (place === undefined || frame.current === null || shown.current === sought) return;
    shown.current = sought;
    isMoved.current = true;
    void flow.setViewport(viewportOn(place, frame.current, nodeSize), { duration: isStill ? 0 : 200 });
  }, [flow, sought, places, isStill, nodeSize]);
  const isLimitShown = places.some(({ depth }) => depth > depthLimit);
  return (
    <ReactFlow
      ref={frame}
      className={classes['flow'] ?? ''}
      aria-label={lineageStrings.label}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      onlyRenderVisibleElements
      nodesConnectable={false}
      elementsSelectable
      minZoom={0.1}
      maxZoom={1.5}
      fitViewOptions={{ maxZoom: 1, padding: 0.08 }}
      onMoveStart={(event) => {
        if (event !== null) isMoved.current = true;
      }}
      proOptions={{ hideAttribution: true }}
      // Where the nodes are is ours to say; of what the library wants to change, only the choice is taken.
      onNodesChange={(changes) => {
        for (const change of changes) if (change.type === 'select' && change.selected) onSelect(change.id);
      }}
    >
      <Background gap={24} />
      <Controls showInteractive={false} />
      {places.length > MAP_FROM && <LineageMap places={places} node={nodeSize} />}
      {isLimitShown && <DepthLine depthLimit={depthLimit} places={places} scale={scale} />}
    </ReactFlow>
  );
}

/** A line to each node from what it hangs on, and a dashed one from each other parent that is in the picture. */
function edgesOf(places: readonly PlacedNode[]): Edge[] {
  const shown = new Set(places.map(({ node }) => node.key));
  const still = { focusable: false, selectable: false };
  return places.flatMap(({ node, parentKey }): Edge[] => {
    const { key } = node;
    const others = otherParentKeys(node).filter((other) => shown.has(other));
    return [
      ...(parentKey === undefined ? [] : [{ id: key, source: parentKey, target: key, ...still }]),
      ...others.map((other) => ({
        id: `${key} ${other}`,
        source: other,
        target: key,
        className: classes['other'] ?? '',
        ...still,
      })),
    ];
  });
}

/** All of it in the middle if it fits in a readable size, else its beginning. */
function viewportFor(places: readonly PlacedNode[], frame: HTMLElement, scale: number): Viewport {
  const { clientWidth, clientHeight } = frame;
  const node = scaled(NODE, scale);
  const top = Math.min(...places.map(({ y }) => y)) - scaled(CELL, scale).height;
  const width = Math.max(...places.map(({ x }) => x)) + node.width;
  const height = Math.max(...places.map(({ y }) => y)) + node.height - top;
  const fitting = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height);
  const zoom = Math.max(SMALLEST_ZOOM, Math.min(1, fitting));
  const x = Math.max(MARGIN, (clientWidth - width * zoom) / 2);
  const isTooHigh = height * zoom > clientHeight - 2 * MARGIN;
  // The root is at zero; where not all is seen, it is in the middle.
  return { x, y: isTooHigh ? clientHeight / 2 : (clientHeight - height * zoom) / 2 - top * zoom, zoom };
}

/** One node in the middle; measured by the frame itself, which the details beside it have just made narrower. */
function viewportOn({ x, y }: PlacedNode, { clientWidth, clientHeight }: HTMLElement, node: Size): Viewport {
  return { x: clientWidth / 2 - x - node.width / 2, y: clientHeight / 2 - y - node.height / 2, zoom: 1 };
}

type DepthLineProps = {
  readonly depthLimit: number;
  readonly places: readonly PlacedNode[];
  readonly scale: number;
};

/** The line beyond which agents are too deep to create anything. */
function DepthLine({ depthLimit, places, scale }: DepthLineProps) {
  const cell = scaled(CELL, scale);
  const ys = places.map(({ y }) => y);
  const top = Math.min(...ys) - cell.height;
  const height = Math.max(...ys) - top + 2 * cell.height;
  return (
    <ViewportPortal>
      <div
        className={classes['limit']}
        style={{ transform: `translate(${(depthLimit + 1) * cell.width - 28 * scale}px, ${top}px)`, height }}
      >
        <span>{lineageStrings.depthLimit(depthLimit)}</span>
      </div>
    </ViewportPortal>
  );
}
