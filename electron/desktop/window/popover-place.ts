import type { Point, Rectangle } from 'electron';

/** How large the popover is where there is room for it, in pixels of the desktop. */
const SIZE = { width: 560, height: 640 } as const;

/** Pixels between the popover and what it stands at. */
const GAP = 8;

/** What is known of where the popover may be. */
export type PopoverSurroundings = {
  /** The icon in the tray, where the desktop tells. */
  readonly icon: Rectangle | undefined;
  /** The pointer, where the desktop tells. */
  readonly pointer: Point | undefined;
  /** The part of the display that windows may take. */
  readonly area: Rectangle;
};

/** Where the popover stands: at the icon, else at the pointer, else in the corner; whole on the display in each case. */
export function popoverPlace({ icon, pointer, area }: PopoverSurroundings): Rectangle {
  const width = Math.min(SIZE.width, area.width);
  const height = Math.min(SIZE.height, area.height);
  const at = icon ?? (pointer === undefined ? undefined : { ...pointer, width: 0, height: 0 });
  const right = area.x + area.width - width;
  const bottom = area.y + area.height - height;
  if (at === undefined) return { x: right, y: area.y, width, height };
  const isInUpperHalf = at.y + at.height / 2 < area.y + area.height / 2;
  return {
    x: within(at.x + at.width / 2 - width / 2, area.x, right),
    y: within(isInUpperHalf ? at.y + at.height + GAP : at.y - GAP - height, area.y, bottom),
    width,
    height,
  };
}

function within(wanted: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(wanted, least), most));
}
