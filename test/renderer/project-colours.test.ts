// @vitest-environment happy-dom
import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';

let projectColour: (folder: string) => number;
/** A page that is opened, with what earlier ones have kept. */
const openPage = async () => {
  vi.resetModules();
  ({ projectColour } = await import('../../renderer/ui/project-colours'));
};
beforeEach(async () => {
  localStorage.clear();
  await openPage();
});

test('any eight projects that are met one after the other have eight colours, and each keeps its own', async () => {
  const folders = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(folders, async (met) => {
      localStorage.clear();
      await openPage();
      const colours = met.map((folder) => projectColour(folder));
      for (let from = 0; from + 8 <= colours.length; from++) {
        expect(new Set(colours.slice(from, from + 8)).size).toBe(8);
      }
      expect(met.map((folder) => projectColour(folder))).toEqual(colours);
      await openPage();
      expect(met.toReversed().map((folder) => projectColour(folder))).toEqual(colours.toReversed());
    }),
    { numRuns: 30 },
  );
});

test.each(['no JSON', '{}', '[1, ["/home/me/shop", "red"], null]'])(
  'what else was kept (%s) counts as nothing',
  (text) => {
    localStorage.setItem('project-colours', text);
    expect(projectColour('/home/me/shop')).toBeGreaterThanOrEqual(0);
  },
);
