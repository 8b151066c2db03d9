import fc from 'fast-check';
import { expect, test } from 'vitest';
import { popoverPlace } from '../../electron/desktop/window/popover-place';

const area = { x: 0, y: 30, width: 1280, height: 770 };

test('the popover is whole on its display, wherever the icon or the pointer is', () => {
  const somewhere = fc.integer({ min: -5_000, max: 5_000 });
  const length = fc.integer({ min: 200, max: 4_000 });
  const display = fc.record({ x: somewhere, y: somewhere, width: length, height: length });
  const point = fc.record({ x: somewhere, y: somewhere });
  const icon = fc.record({ x: somewhere, y: somewhere, width: fc.nat(100), height: fc.nat(100) });
  fc.assert(
    fc.property(
      fc.option(icon, { nil: undefined }),
      fc.option(point, { nil: undefined }),
      display,
      (anIcon, aPointer, anArea) => {
        const { x, y, width, height } = popoverPlace({ icon: anIcon, pointer: aPointer, area: anArea });
        expect(x).toBeGreaterThanOrEqual(anArea.x);
        expect(y).toBeGreaterThanOrEqual(anArea.y);
        expect(x + width).toBeLessThanOrEqual(anArea.x + anArea.width);
        expect(y + height).toBeLessThanOrEqual(anArea.y + anArea.height);
      },
    ),
  );
});

test('it stands below an icon at the top and above one at the bottom, and never covers it', () => {
  const pointer = { x: 5, y: 5 };
  for (const y of [0, 776]) {
    const icon = { x: 900, y, width: 24, height: 24 };
    const place = popoverPlace({ icon, pointer, area });
    expect(place.x + place.width / 2).toBe(icon.x + icon.width / 2);
    expect(place.y >= icon.y + icon.height || place.y + place.height <= icon.y).toBe(true);
  }
});

test('without an icon it is at the pointer; where that is not told either, in the corner', () => {
  const { x, width } = popoverPlace({ icon: undefined, pointer: { x: 600, y: 100 }, area });
  expect(x + width / 2).toBe(600);
  const corner = popoverPlace({ icon: undefined, pointer: undefined, area });
  expect([corner.x + corner.width, corner.y]).toEqual([1280, 30]);
});
