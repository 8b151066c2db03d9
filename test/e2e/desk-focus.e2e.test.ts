import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests, themes } from '../support/app/desk';

const { start } = deskForTests();

/** What the keyboard stands on: which element, and how it and what surrounds it look. */
type Stop = { readonly id: number; readonly words: string; readonly look: string };

/** Runs in the page: numbers elements, and says how the one with the focus looks, or looks without it. */
const inPage = `(() => {
  const ids = new WeakMap();
  let next = 1;
  const lookOf = (element) => {
    const looks = [];
    // A field may show its focus on the frame that it is in, a hidden box on the mark beside it.
    for (let one = element, steps = 0; one !== null && steps < 3; one = one.parentElement, steps += 1) {
      for (const each of [one, ...(steps < 2 ? one.children : [])]) {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(each);
        looks.push(outlineStyle === 'none' ? 'none' : outlineStyle + outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor);
      }
    }
    return looks.join('|');
  };
  // A list shows it on the row that its keys act on.
  const shownBy = (element) => document.getElementById(element.getAttribute('aria-activedescendant') ?? '') ?? element;
  const wordsOf = (element) => (element.tagName + ' ' + (element.getAttribute('aria-label') ?? element.textContent ?? '')).replace(/\\s+/g, ' ').slice(0, 80);
  window.focusWalk = {
    now() {
      const element = document.activeElement;
      if (element === null || element === document.body) return undefined;
      if (!ids.has(element)) ids.set(element, next++);
      return { id: ids.get(element), words: wordsOf(element), look: lookOf(shownBy(element)) };
    },
    without() {
      const element = document.activeElement;
      element.blur();
      const look = lookOf(shownBy(element));
      element.focus({ preventScroll: true, focusVisible: true });
      return look;
    },
    /** What can be pressed or changed and was never stood on, roving items of a list that was aside. */
    missed(seen) {
      const roving = '[role="row"], [role="option"], [role="tab"], [role="treeitem"], [role="radio"], [role="menuitem"]';
      return [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled)
        .filter((element) => element.closest(roving) === null && element.type !== 'radio' && element.closest('[aria-hidden="true"]') === null)
        .filter((element) => !seen.includes(ids.get(element)))
        .map(wordsOf);
    },
  };
})()`;

async function evaluate<T>(page: Page, expression: string): Promise<T> {
  const session = await page.context().newCDPSession(page);
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, returnByValue: true });
  await session.detach();
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? expression);
  return result.value as T;
}

/** Tabs through the window from its beginning until the focus comes round; says what shows no focus and what is never reached. */
async function walk(page: Page): Promise<readonly string[]> {
  await page.locator('nav button').nth(1).focus();
  // From here on by keys alone, or the browser would not show where the focus is.
  await page.keyboard.press('Shift+Tab');
  const wrong: string[] = [];
  const seen = new Set<number>();
  for (let steps = 0; steps < 400; steps += 1) {
    const stop = await evaluate<Stop | undefined>(page, 'window.focusWalk.now()');
    if (stop !== undefined) {
      if (seen.has(stop.id)) break;
      seen.add(stop.id);
      if ((await evaluate<string>(page, 'window.focusWalk.without()')) === stop.look)
        wrong.push(`no focus seen on ${stop.words}`);
    }
    await page.keyboard.press('Tab');
  }
  const missed = await evaluate<readonly string[]>(page, `window.focusWalk.missed(${JSON.stringify([...seen])})`);
  return [...wrong, ...missed.map((words) => `never reached: ${words}`)];
}

const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name }).click();

/** Every view and what opens inside of it, and what is there when it is. */
const stops: readonly (readonly [name: string, to: (page: Page) => Promise<void>])[] = [
  ['queue', (page) => place(page, 'Queue').then(() => page.getByRole('option').first().click())],
  ['agents', (page) => place(page, 'Agents').then(() => page.getByRole('row', { name: /^builder/ }).waitFor())],
  [
    'agent',
    async (page) => {
      await page.getByRole('row', { name: /^builder/ }).click();
      await page.getByRole('button', { name: /^Pause/ }).waitFor();
    },
  ],
  [
    'automations',
    (page) => place(page, 'Automations').then(() => page.getByRole('row', { name: /Check of links/ }).waitFor()),
  ],
  [
    'automation',
    async (page) => {
      await page.getByRole('row', { name: /Check of links/ }).click();
      await page.getByRole('heading', { name: /Runs/ }).first().waitFor();
    },
  ],
  ['lineage', (page) => place(page, 'Lineage').then(() => page.getByText('Humans', { exact: true }).waitFor())],
  ['lineage list', (page) => page.getByText('List', { exact: true }).click()],
  [
    'spend',
    (page) =>
      place(page, 'Spend').then(() =>
        page
          .getByRole('row', { name: /^ledger/ })
          .first()
          .waitFor(),
      ),
  ],
  ['lifecycle', (page) => place(page, 'Lifecycle').then(() => page.getByRole('row').nth(1).waitFor())],
  ['audit', (page) => place(page, 'Audit').then(() => page.getByRole('row').nth(1).waitFor())],
  [
    'settings',
    (page) => place(page, 'Settings').then(() => page.getByLabel('Depth of lineage', { exact: true }).waitFor()),
  ],
];

it('the keyboard reaches everything in every view, and always shows where it stands', async () => {
  const { app, page, theme } = await start({ days: 10, isFilled: true, isLookedAt: true });
  await evaluate(page, inPage);
  const wrong: string[] = [];
  for (const each of themes) {
    await theme(each);
    for (const [name, to] of stops) {
      await to(page);
      wrong.push(...(await walk(page)).map((line) => `${name}, ${each}: ${line}`));
    }
  }
  expect(wrong).toEqual([]);
  await app.quit();
}, 240_000);
