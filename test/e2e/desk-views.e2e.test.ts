import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { deskForTests, themes } from '../support/app/desk';
import { fillSessions } from '../support/app/fill-sessions';
import { picturePath } from '../support/app/surfaces';

const { start } = deskForTests();

/** The views, and for each what is there as soon as its data is. */
const views = {
  Queue: (page: Page) => page.getByRole('heading', { level: 2 }).first(),
  Sessions: (page: Page) => page.getByRole('row', { name: /^Make the cart survive/ }),
  Agents: (page: Page) => page.getByRole('row', { name: /^builder/ }),
  Automations: (page: Page) => page.getByRole('row', { name: /Check of links/ }),
  Lineage: (page: Page) => page.getByText('Humans', { exact: true }),
  Spend: (page: Page) => page.getByRole('row', { name: /^ledger/ }).first(),
  Lifecycle: (page: Page) => page.getByRole('row', { name: /Plan of the week/ }),
  Audit: (page: Page) => page.getByRole('row', { name: /: Asked: / }).first(),
  Settings: (page: Page) => page.getByRole('heading', { name: 'Connect an agent', exact: true }),
} as const;

/** Shows each view and says what is wrong with it, a line each. */
async function walk(page: Page, sort: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [view, landmark] of Object.entries(views)) {
    await page.getByRole('navigation').getByRole('button', { name: view }).click();
    await landmark(page).waitFor();
    // Away from everything that answers to the pointer.
    await page.mouse.move(1, 1);
    await page.screenshot({ path: picturePath(`desk-${view.toLowerCase()}-${sort}`), animations: 'disabled' });
    const found = await axeFindings(page);
    const cut = await page.evaluate(() => [
      ...(document.documentElement.scrollWidth > window.innerWidth ? ['the page scrolls sideways'] : []),
      ...[...document.querySelectorAll('nav, nav button')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => `cut off: ${textContent}`),
    ]);
    wrong.push(...[...found, ...cut].map((line) => `${view}, ${sort}: ${line}`));
  }
  return wrong;
}

it('every view is whole, in both themes, at the usual and at twice the size, in a narrow and a low window', async () => {
  const { app, page, theme, resize, setTextSize, end } = await start({ days: 60, isFilled: true });
  await fillSessions(app);
  const wrong: string[] = [];
  await resize(1180, 780);
  for (const scheme of themes) {
    await theme(scheme);
    await setTextSize('');
    wrong.push(...(await walk(page, scheme)));
    await setTextSize('200%');
    wrong.push(...(await walk(page, `large-text-${scheme}`)));
  }
  await theme('light');
  await setTextSize('');
  await resize(560, 780);
  wrong.push(...(await walk(page, 'narrow')));
  await resize(1180, 400);
  wrong.push(...(await walk(page, 'low')));
  expect(wrong).toEqual([]);
  await end();
});
