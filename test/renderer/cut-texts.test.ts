// @vitest-environment happy-dom
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { sayWhatIsCut } from '../../renderer/ui/cut-texts';

it('a text that is cut can be read whole under the pointer, one that fits says nothing twice, and a title of its own stays', () => {
  const end = sayWhatIsCut(document);
  const text = document.createElement('span');
  const inside = document.createElement('b');
  text.dataset['lineClamp'] = 'true';
  document.body.append(text);
  const widths = { has: 0, needs: 0 };
  vi.spyOn(text, 'clientWidth', 'get').mockImplementation(() => widths.has);
  vi.spyOn(text, 'scrollWidth', 'get').mockImplementation(() => widths.needs);
  const width = fc.integer({ min: 0, max: 200 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), width, width)), (states) => {
      for (const [words, has, needs] of states) {
        inside.textContent = words;
        text.replaceChildren(inside);
        Object.assign(widths, { has, needs });
        inside.dispatchEvent(new Event('pointerover', { bubbles: true }));
        expect(text.title).toBe(needs > has ? words : '');
      }
    }),
  );
  Object.assign(widths, { has: 1, needs: 2 });
  text.title = 'its own';
  inside.dispatchEvent(new Event('pointerover', { bubbles: true }));
  expect(text.title).toBe('its own');
  end();
});
