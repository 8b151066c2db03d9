import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { brokenFlags, cutCells, sidewaysLists } from '../support/app/cut-cells';
import { deskForTests, shootFast, themes } from '../support/app/desk';
import { engineFolders, fillRealDay, fortyActs } from '../support/app/real-day';
import { pastGuard, picturePath } from '../support/app/surfaces';
import { removeFolder } from '../support/remove-folder';

const { start } = deskForTests({ screen: '2000x1200' });

/** The sizes that windows have: a small one beside a terminal, a laptop's, a large screen's. */
const sizes = [
  [900, 640],
  [1280, 800],
  [1920, 1080],
] as const;

const option = (page: Page, text: string) => page.getByRole('option').filter({ hasText: text });

const goTo = (page: Page, view: string) =>
  page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^${view}`) })
    .click();

/** The views, and what is there as soon as each is drawn. */
const views: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async queue(page) {
    await goTo(page, 'Queue');
    await option(page, 'similar').filter({ hasText: 'Edit src/cart/store.ts' }).click();
    await page.getByRole('row', { name: /^Edit src.cart.store\.ts \+2/ }).click();
    await page.getByRole('heading', { level: 2, name: 'Edit src/cart/store.ts' }).waitFor();
    await page.locator('[data-token="keyword"]').first().waitFor();
    await pastGuard(page);
  },
  async sessions(page) {
    await goTo(page, 'Sessions');
    await page.getByRole('row', { name: /^Make the cart survive/ }).waitFor();
  },
  async session(page) {
    await page.getByRole('row', { name: /^Make the cart survive/ }).click();
    await page.getByRole('heading', { level: 1, name: /^Make the cart/ }).waitFor();
    await page
      .getByRole('row', { name: /Edit src\/fetch/ })
      .first()
      .waitFor();
  },
  async agents(page) {
    await goTo(page, 'Agents');
    await page
      .getByRole('row', { name: /^claude-code/ })
      .first()
      .waitFor();
  },
  async agent(page) {
    await page.getByRole('row', { name: /^claude-code,/ }).click();
    await page.getByRole('heading', { name: 'Latest sessions' }).waitFor();
  },
  async automations(page) {
    await goTo(page, 'Automations');
    await page.getByRole('heading', { level: 1, name: 'Automations' }).waitFor();
  },
  async lineage(page) {
    await goTo(page, 'Lineage');
    await page.getByText('Humans', { exact: true }).waitFor();
  },
  async spend(page) {
    await goTo(page, 'Spend');
    await page
      .getByRole('row', { name: /claude-code/ })
      .first()
      .waitFor();
  },
  async lifecycle(page) {
    await goTo(page, 'Lifecycle');
    await page.getByRole('heading', { level: 1, name: 'Lifecycle' }).waitFor();
  },
  async audit(page) {
    await goTo(page, 'Audit');
    await page.getByRole('row').nth(3).waitFor();
  },
  async settings(page) {
    await goTo(page, 'Settings');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  },
};

it('a day of real sessions is shown well in every view, in both themes, in windows of three sizes', async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-day-')));
  onTestFinished(() => removeFolder(home));
  const { app, page, theme, resize, end } = await start({ environment: engineFolders(home) });
  await fillRealDay(app, home);
  await page.getByRole('img', { name: `${fortyActs.length + 1} waiting` }).waitFor();
  const wrong: string[] = [];
  for (const [width, height] of sizes) {
    await resize(width, height);
    for (const [view, show] of Object.entries(views)) {
      await show(page);
      await page.mouse.move(1, 1);
      for (const each of themes) {
        await theme(each);
        const name = `day-${view}-${width}-${each}`;
        await shootFast(page, picturePath(name));
        wrong.push(...(await axeFindings(page)).map((line) => `${name}: ${line}`));
      }
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      const unreadable = [...(await brokenFlags(page)), ...(await cutCells(page)), ...(await sidewaysLists(page))];
      wrong.push(...unreadable.map((line) => `${view}, ${width}: ${line}`));
      if (isWide) wrong.push(`${view}, ${width}: the page scrolls sideways`);
    }
  }
  expect(wrong).toEqual([]);
  await end();
});
