import { useComputedColorScheme } from '@mantine/core';
import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import type { PlacedNode } from '../state/lineage-tree';
import classes from './lineage.module.css';
import { lineageState } from './lineage-state';

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
export function LineageMap({ places, node }: Props) {
  const flow = useReactFlow();
  const scheme = useComputedColorScheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [left, top, zoom] = useStore(({ transform }) => transform);
  const frame = { width: useStore(({ width }) => width), height: useStore(({ height }) => height) };
  const bounds = useMemo(() => {
    let [minY, maxX, maxY] = [0, 0, 0];
    for (const { x, y } of places) {
      minY = Math.min(minY, y);
      maxX = Math.max(maxX, x);
      maxY = Math.max(maxY, y);
    }
    return { minY, scaleX: MAP.width / (maxX + node.width), scaleY: MAP.height / (maxY + node.height - minY) };
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
        context.fillRect(x * bounds.scaleX, (y - bounds.minY) * bounds.scaleY, node.width * bounds.scaleX, height);
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
    const y = (event.clientY - mapTop) / bounds.scaleY + bounds.minY;
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
            transform: `translate(${(-left / zoom) * bounds.scaleX}px, ${(-top / zoom - bounds.minY) * bounds.scaleY}px)`,
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
