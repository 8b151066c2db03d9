import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { cutCells, sidewaysLists } from '../support/app/cut-cells';
import { type Desk, desktopForTests, filledDeskForTests, shootFast, themes } from '../support/app/desk';
import { fillSessions } from '../support/app/fill-sessions';
import { pastGuard, picturePath } from '../support/app/surfaces';

const openDesk = filledDeskForTests(desktopForTests({ screen: '2000x1200' }), 60, fillSessions);

/** The views, and for each what is there as soon as its data is. */
const views = {
  Queue: (page: Page) => page.getByRole('heading', { level: 2 }).first(),
  Sessions: (page: Page) => page.getByRole('row', { name: /^Make the cart survive/ }),
  Agents: (page: Page) => page.getByRole('row', { name: /^builder/ }),
  Automations: (page: Page) => page.getByRole('row', { name: /Check of links/ }),
  Lineage: (page: Page) => page.getByText('Humans', { exact: true }),
  Spend: (page: Page) => page.getByRole('row', { name: /^ledger/ }).first(),
  // Only the rows in sight are drawn, and enlarged these are few.
  Lifecycle: (page: Page) => page.getByRole('row').nth(1),
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
    await shootFast(page, picturePath(`desk-${view.toLowerCase()}-${sort}`));
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
  const { page, theme, resize, setTextSize, complaints } = await openDesk();
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
  expect(complaints).toEqual([]);
});

const tab = (name: string) => (page: Page) =>
  page
    .getByRole('tab', { name: new RegExp(`^${name}`) })
    .first()
    .click();
const open = (name: RegExp) => (page: Page) => page.getByRole('row', { name }).first().click();

/** The views, and the ways from each to every table that it has. */
const tables: Readonly<Record<keyof typeof views, readonly ((page: Page) => Promise<void>)[]>> = {
  Queue: [],
  Sessions: [open(/^Make the cart survive/), tab('Sub-agents')],
  Agents: [
    open(/^scout/),
    ...['Sessions', 'Automations', 'Runs', 'Requests', 'Grants', 'Standing rules', 'History'].map(tab),
  ],
  Automations: [open(/Check of links/)],
  Lineage: [],
  Spend: [tab('By automation'), tab('By run')],
  Lifecycle: ['Failing', 'Expiring', 'Expired', 'Retired', 'Deleted'].map(tab),
  Audit: [],
  Settings: [],
};

/** From the smallest window, and usual ones at twice the size, to a large screen. */
const widths = [590, 640, 720, 900, 1024, 1180, 1280, 1440, 1920];

/** The texts of every table on the page that cannot be read in a window of some size. */
async function cutAnywhere({ page, resize }: Desk, where: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const width of widths) {
    await resize(width, 800);
    // As wide as it will be: what is measured is measured in the next frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    // Where there is room for a desk, nothing has to be moved.
    const unreadable = [...(await cutCells(page)), ...(width >= 900 ? await sidewaysLists(page) : [])];
    wrong.push(...unreadable.map((line) => `${where}, ${width}: ${line}`));
  }
  return wrong;
}

it('in no table, no list and nowhere in the lineage is a text cut off or below a button, however wide the window is', async () => {
  const desk = await openDesk();
  const { page, resize, complaints } = desk;
  const wrong: string[] = [];
  for (const [view, landmark] of Object.entries(views)) {
    await resize(1280, 800);
    await page.getByRole('navigation').getByRole('button', { name: view }).click();
    await landmark(page).waitFor();
    wrong.push(...(await cutAnywhere(desk, view)));
    for (const [index, go] of tables[view as keyof typeof views].entries()) {
      await resize(1280, 800);
      await go(page);
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      wrong.push(...(await cutAnywhere(desk, `${view} ${index + 1}`)));
    }
  }
  expect(wrong).toEqual([]);
  expect(complaints).toEqual([]);
});

/** Chooses a request of the queue, however far down its list it is: only what is in sight is drawn. */
async function choose(page: Page, asked: string): Promise<void> {
  const option = page.getByRole('option').filter({ hasText: asked }).first();
  const list = page.getByRole('listbox').first();
  // Half of what is in sight at a time, and so past nothing.
  const step = Math.max(60, (await list.evaluate(({ clientHeight }) => clientHeight)) / 2);
  for (let top = 0; top < 4_000; top += step) {
    await list.evaluate((element, to) => element.scrollTo(0, to), top);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    if ((await option.count()) > 0) break;
  }
  await option.click();
}

const decisive = ['#gatehouse-approve', '#gatehouse-deny'];

it('at twice the size, what is asked and what decides it are in sight together, without scrolling', async () => {
  const { page, resize, setTextSize, complaints } = await openDesk();
  const wrong: string[] = [];
  // Zoom halves the window for the page; the other way is to make all text larger.
  for (const [width, height, text] of [
    [640, 400, ''],
    [590, 390, ''],
    [1180, 780, '200%'],
  ] as const) {
    await resize(width, height);
    await setTextSize(text);
    for (const asked of ['Run git push', 'Run rm', 'Edit src/fetch', '13 similar', 'Capability', 'Spend override']) {
      await choose(page, asked);
      if (asked === '13 similar') await page.getByRole('row').nth(1).click();
      await pastGuard(page);
      for (const part of ['#gatehouse-title', ...decisive]) {
        const isSeen = await page.locator(part).evaluate((element) => {
          const { left, top, height: high } = element.getBoundingClientRect();
          // To the foot of its first line.
          const line = Math.min(high, Number.parseFloat(getComputedStyle(element).lineHeight) || high) - 3;
          return [3, line].every((down) => element.contains(document.elementFromPoint(left + 8, top + down)));
        });
        if (!isSeen) wrong.push(`${width}x${height} ${text}: ${asked}: ${part}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(complaints).toEqual([]);
});
