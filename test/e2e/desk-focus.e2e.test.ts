import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests, themes } from '../support/app/desk';

const { start } = deskForTests();

/** What the keyboard stands on: whether it has stood there before, and its words where it looks the same without the focus. */
type Stop = { readonly isSeen: boolean; readonly unshown?: string };

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
  const without = (element) => {
    element.blur();
    const look = lookOf(shownBy(element));
    element.focus({ preventScroll: true, focusVisible: true });
    return look;
  };
  let seen = new Set();
  window.focusWalk = {
    begin() {
      seen = new Set();
    },
    /** All that a stop is asked in one: to ask it takes the processor longer than to answer. */
    stop() {
      const element = document.activeElement;
      if (element === null || element === document.body) return undefined;
      if (!ids.has(element)) ids.set(element, next++);
      const isSeen = seen.has(ids.get(element));
      if (isSeen) return { isSeen };
      seen.add(ids.get(element));
      const look = lookOf(shownBy(element));
      const words = wordsOf(element);
      return without(element) === look ? { isSeen, unshown: words } : { isSeen };
    },
    /** What can be pressed or changed and was never stood on, roving items of a list that was aside. */
    missed() {
      const roving = '[role="row"], [role="option"], [role="tab"], [role="treeitem"], [role="radio"], [role="menuitem"]';
      return [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled)
        .filter((element) => element.closest(roving) === null && element.type !== 'radio' && element.closest('[aria-hidden="true"]') === null)
        .filter((element) => !seen.has(ids.get(element)))
        .map(wordsOf);
    },
  };
})()`;

/** What evaluates in the page, by the debugger: the page's policy lets no script in. */
async function evaluator(page: Page) {
  const session = await page.context().newCDPSession(page);
  return async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? expression);
    return result.value as T;
  };
}

/** What shows no focus and what is never reached; a toast that came up behind the focus is gone, or reached, the second time. */
async function findings(page: Page, evaluate: Awaited<ReturnType<typeof evaluator>>): Promise<readonly string[]> {
  const found = await walk(page, evaluate);
  if (found.length === 0) return [];
  const foundAgain = await walk(page, evaluate);
  return found.filter((line) => foundAgain.includes(line));
}

/** Tabs through the window from its beginning until the focus comes round; says what shows no focus and what is never reached. */
async function walk(page: Page, evaluate: Awaited<ReturnType<typeof evaluator>>): Promise<readonly string[]> {
  await page.locator('nav button').nth(1).focus();
  // From here on by keys alone, or the browser would not show where the focus is.
  await page.keyboard.press('Shift+Tab');
  await evaluate('window.focusWalk.begin()');
  const wrong: string[] = [];
  for (let steps = 0; steps < 400; steps += 1) {
    const stop = await evaluate<Stop | undefined>('window.focusWalk.stop()');
    if (stop?.isSeen === true) break;
    if (stop?.unshown !== undefined) wrong.push(`no focus seen on ${stop.unshown}`);
    await page.keyboard.press('Tab');
  }
  const missed = await evaluate<readonly string[]>('window.focusWalk.missed()');
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
  const evaluate = await evaluator(page);
  await evaluate(inPage);
  const wrong: string[] = [];
  for (const each of themes) {
    await theme(each);
    for (const [name, to] of stops) {
      await to(page);
      wrong.push(...(await findings(page, evaluate)).map((line) => `${name}, ${each}: ${line}`));
    }
  }
  expect(wrong).toEqual([]);
  await app.quit();
}, 240_000);
