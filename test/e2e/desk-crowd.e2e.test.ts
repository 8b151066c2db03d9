import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { deskForTests, themes } from '../support/app/desk';
import { crowd, fillCrowdedDesk } from '../support/app/fill-crowd';
import { temporaryHome } from '../support/world';

const { start } = deskForTests();

const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name }).click();

/** The views that a crowd fills, and for each what is there as soon as its data is. */
const views = {
  Queue: (page: Page) => page.getByRole('option').nth(3),
  Agents: (page: Page) => page.getByRole('row').nth(5),
  Automations: (page: Page) => page.getByRole('row').nth(5),
  Lineage: (page: Page) => page.getByText('Humans', { exact: true }),
  Spend: (page: Page) => page.getByText(`${crowd.agents - 8} other agents`).first(),
  Lifecycle: (page: Page) => page.getByRole('row').nth(5),
  Audit: (page: Page) => page.getByRole('row').nth(5),
} as const;

/** More than a window can hold at once: whatever there is, few elements are drawn. */
const MOST_ELEMENTS = 2_500;

it('a desk of 500 agents, 2,000 nodes and 5,500 requests is drawn whole, and a list is found again as it was left', async () => {
  const home = temporaryHome();
  await fillCrowdedDesk(home);
  const { page, theme, shoot, resize, end } = await start({ home });
  const problems: string[] = [];
  await resize(1180, 780);

  for (const each of themes) {
    await theme(each);
    for (const [view, landmark] of Object.entries(views)) {
      await place(page, view);
      await landmark(page).waitFor();
      await page.mouse.move(1, 1);
      await shoot(`crowd-${view.toLowerCase()}-${each}`);
      problems.push(...(await axeFindings(page)).map((finding) => `${view}, ${each}: ${finding}`));
      const count = await page.evaluate(() => document.querySelectorAll('*').length);
      if (count > MOST_ELEMENTS) problems.push(`${view}: ${count} elements`);
    }
  }

  await place(page, 'Lineage');
  await page.getByRole('button', { name: 'Open all' }).click();
  await page.getByText('List', { exact: true }).click();
  const tree = page.getByRole('tree', { name: 'Lineage' });
  await tree.getByRole('treeitem').first().focus();
  await page.keyboard.press('End');
  const last = tree.locator('[role="treeitem"]:focus');
  await expect.poll(() => last.getAttribute('aria-level')).not.toBe('1');
  await shoot('crowd-lineage-list-dark');
  const drawn = await page.evaluate(() => document.querySelectorAll('*').length);
  expect(drawn).toBeLessThan(MOST_ELEMENTS);

  await place(page, 'Agents');
  await page.getByLabel('Find an agent by its id').fill('-us');
  const grid = page.getByRole('grid', { name: 'Agents' });
  await expect.poll(() => grid.getByRole('row', { name: /-eu/ }).count()).toBe(0);
  await grid.getByRole('row', { name: /-us/ }).first().focus();
  const focused = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['key']);
  let chosen = await focused();
  for (let step = 0; step < 6; step += 1) {
    const before = chosen;
    await page.keyboard.press('PageDown');
    await expect.poll(focused).not.toBe(before);
    await expect.poll(focused).toMatch(/-us/);
    chosen = await focused();
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: chosen ?? '' }).waitFor();
  await place(page, 'Spend');
  await place(page, 'Agents');
  expect(await page.getByLabel('Find an agent by its id').inputValue()).toBe('-us');
  const found = grid.locator(`[data-key="${chosen}"]`);
  await found.waitFor();
  expect(await found.getAttribute('tabindex')).toBe('0');
  expect(await grid.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
  expect(problems).toEqual([]);
  await end();
});
