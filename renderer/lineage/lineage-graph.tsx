import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import {
  Background,
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeHandle,
  type NodeProps,
  Panel,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  type Viewport,
  ViewportPortal,
} from '@xyflow/react';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { formatNumber, formatUsd } from '../format';
import { AgentText } from '../ui/names';
import classes from './lineage.module.css';
import { LineageStateMark, lineageIcons, lineageState } from './lineage-state';
import {
  CELL,
  type LineageNode,
  nodeName,
  otherParentIds,
  otherParentKeys,
  type PlacedNode,
  placed,
  ROOT_KEY,
} from './lineage-tree';
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
  // Until the operator moves it or chooses something in it, the picture fits what is there and the room that there is.
  const isMoved = useRef(false);
  const frame = useRef<HTMLDivElement>(null);
  const room = useStore(({ width, height }) => `${width} ${height}`);
  const isChosen = selectedKey !== undefined;
  useEffect(() => {
    if (isMoved.current || isChosen || frame.current === null) return;
    void flow.setViewport(viewportFor(places, frame.current, scale), { duration: isStill ? 0 : 200 });
  }, [flow, places, isStill, scale, room, isChosen]);
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
  // Above the first row is what the line of the depth limit says.
  const above = scaled(CELL, scale).height;
  const width = Math.max(...places.map(({ x }) => x)) + node.width;
  const height = Math.max(...places.map(({ y }) => y)) + node.height + above;
  const fitting = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height);
  const zoom = Math.max(SMALLEST_ZOOM, Math.min(1, fitting));
  const x = Math.max(MARGIN, (clientWidth - width * zoom) / 2);
  const y = Math.max(MARGIN, (clientHeight - height * zoom) / 2) + above * zoom;
  return { x, y, zoom };
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
  const top = -cell.height;
  const height = Math.max(...places.map(({ y }) => y)) + 3 * cell.height;
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

/** A node as the graph's library has it. */
type FlowNode = Node<{
  readonly placed: PlacedNode;
  readonly isOpen: boolean;
  readonly onToggle: (key: string) => void;
}>;

/** Below this nodes are shapes and colours only: nobody could read their words. */
const WORDS_FROM_ZOOM = 0.4;

/** A node of the graph: who or what it is, how it stands, what it cost, and what opens and closes it. */
function LineageCard({ data }: NodeProps<FlowNode>) {
  const { node } = data.placed;
  const areWordsShown = useStore(({ transform }) => transform[2] >= WORDS_FROM_ZOOM);
  const Icon = lineageIcons[node.kind];
  const state = lineageState(node);
  const name = node.kind === 'root' ? lineageStrings.you : nodeName(node);
  const cost = node.kind === 'agent' ? node.agent?.weeklyCostNanos : undefined;
  if (!areWordsShown) return <div className={classes['node']} data-kind={node.kind} data-state={state} title={name} />;
  return (
    <div className={classes['node']} data-kind={node.kind} data-state={state}>
      {node.key !== ROOT_KEY && <Handle type="target" position={Position.Left} style={{ opacity: 0 }} />}
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
      {node.kind !== 'automation' && <Handle type="source" position={Position.Right} style={{ opacity: 0 }} />}
    </div>
  );
}

/** What a screen reader says of a node. */
function nodeLabel(node: LineageNode): string {
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

/** The map's size, in pixels. */
const MAP = { width: 168, height: 132 } as const;

type Props = {
  readonly places: readonly PlacedNode[];
  readonly node: { readonly width: number; readonly height: number };
};

/**
 * All nodes at a glance, each way in its own scale, because thousands of nodes are far higher than wide; a click goes there. It
 * is one picture and no element for each node, so that moving the graph stays smooth; without a pointer, the search goes there.
 */
function LineageMap({ places, node }: Props) {
  const flow = useReactFlow();
  const scheme = useComputedColorScheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [left, top, zoom] = useStore(({ transform }) => transform);
  const frame = { width: useStore(({ width }) => width), height: useStore(({ height }) => height) };
  const bounds = useMemo(() => {
    let [maxX, maxY] = [0, 0];
    for (const { x, y } of places) {
      maxX = Math.max(maxX, x);
      maxY = Math.max(maxY, y);
    }
    return { scaleX: MAP.width / (maxX + node.width), scaleY: MAP.height / (maxY + node.height) };
  }, [places, node.width, node.height]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    const style = getComputedStyle(context.canvas);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, MAP.width, MAP.height);
    const fill = (colour: string, drawn: readonly PlacedNode[]) => {
      context.fillStyle = style.getPropertyValue(colour);
      for (const { x, y } of drawn) {
        const height = Math.max(1, node.height * bounds.scaleY);
        context.fillRect(x * bounds.scaleX, y * bounds.scaleY, node.width * bounds.scaleX, height);
      }
    };
    fill('--gh-map-node', places);
    // On top: a pixel may stand for several nodes.
    fill(
      '--gh-no',
      places.filter((place) => isStopped(place.node)),
    );
    // Another scheme has other colours.
  }, [places, bounds, node.width, node.height, scheme]);
  const goTo = (event: PointerEvent<HTMLElement>) => {
    const { left: mapLeft, top: mapTop } = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - mapLeft) / bounds.scaleX;
    const y = (event.clientY - mapTop) / bounds.scaleY;
    void flow.setCenter(x, y, { zoom, duration: 0 });
  };
  return (
    <Panel position="bottom-right" className={classes['map'] ?? ''} aria-hidden>
      <div
        style={{ width: MAP.width, height: MAP.height }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          goTo(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) goTo(event);
        }}
      >
        <canvas
          ref={canvas}
          width={MAP.width * devicePixelRatio}
          height={MAP.height * devicePixelRatio}
          style={{ width: MAP.width, height: MAP.height }}
        />
        <div
          className={classes['seen']}
          style={{
            width: (frame.width / zoom) * bounds.scaleX,
            height: Math.max(4, (frame.height / zoom) * bounds.scaleY),
            transform: `translate(${(-left / zoom) * bounds.scaleX}px, ${(-top / zoom) * bounds.scaleY}px)`,
          }}
        />
      </div>
    </Panel>
  );
}

function isStopped(node: PlacedNode['node']): boolean {
  const state = lineageState(node);
  return state === 'paused' || state === 'lifecyclePaused' || state === 'spendPaused' || state === 'expired';
}
