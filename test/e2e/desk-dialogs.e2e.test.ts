import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { deskForTests } from '../support/app/desk';

const { start } = deskForTests();

const goTo = (page: Page, view: string) => page.getByRole('navigation').getByRole('button', { name: view }).click();
const press = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true }).first().click();

async function openAgent(page: Page): Promise<void> {
  await goTo(page, 'Agents');
  await page.getByRole('row', { name: /^scout/ }).click();
  await page.getByRole('heading', { level: 1, name: 'scout' }).waitFor();
}

async function openAutomation(page: Page): Promise<void> {
  await goTo(page, 'Automations');
  await page.getByRole('row', { name: /Check of links/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Check of links' }).waitFor();
}

async function onAutomation(page: Page, button: string): Promise<void> {
  await openAutomation(page);
  await press(page, button);
}

/** The dialogs, each with the way to it. */
const dialogs: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async pause(page) {
    await openAgent(page);
    await press(page, 'Pause');
  },
  async disconnect(page) {
    await openAgent(page);
    await press(page, 'Disconnect');
  },
  async extend(page) {
    await onAutomation(page, 'Extend');
    await page.getByLabel('A date').check();
  },
  delete: (page) => onAutomation(page, 'Delete'),
  grant: (page) => onAutomation(page, 'Give a grant'),
  async run(page) {
    await openAutomation(page);
    await page.getByRole('button', { name: 'open run' }).first().click();
    await page.getByRole('dialog').getByText('History, oldest first').waitFor();
  },
  async several(page) {
    await goTo(page, 'Lifecycle');
    await page.getByRole('row').nth(1).waitFor();
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    await press(page, 'Retire');
  },
  async keys(page) {
    await goTo(page, 'Queue');
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    await page.keyboard.press('?');
  },
  async palette(page) {
    await goTo(page, 'Find');
  },
};

/** What is wrong with the dialog that is open: cut at a side, or a button that cannot be brought into sight. */
async function faults(page: Page): Promise<readonly string[]> {
  const dialog = page.getByRole('dialog').last();
  await dialog.waitFor();
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  const found = [...(await axeFindings(page))];
  const sideways = await dialog.evaluate((element) =>
    [element, ...element.querySelectorAll('*')].some((each) => {
      const { overflowX } = getComputedStyle(each);
      return (overflowX === 'auto' || overflowX === 'scroll') && each.scrollWidth > each.clientWidth + 1;
    }),
  );
  if (sideways) found.push('it scrolls sideways');
  for (const button of await dialog.getByRole('button').all()) {
    await button.scrollIntoViewIfNeeded();
    const box = await button.boundingBox();
    const room = await page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight }));
    const isSeen =
      box !== null &&
      box.x >= 0 &&
      box.y >= -1 &&
      box.x + box.width <= room.width + 1 &&
      box.y + box.height <= room.height + 1;
    if (!isSeen) found.push(`out of sight: ${(await button.getAttribute('aria-label')) ?? (await button.innerText())}`);
  }
  return found;
}

it('every dialog is whole in the smallest window and with text of twice the size, and gives the focus back', async () => {
  const { page, shoot, resize, setTextSize, end } = await start({ days: 60, isFilled: true });
  const wrong: string[] = [];
  for (const [sort, width, height, textSize] of [
    ['smallest', 720, 520, ''],
    ['large-text', 1180, 780, '200%'],
  ] as const) {
    await resize(width, height);
    await page.waitForFunction((wide) => window.innerWidth === wide, width);
    await setTextSize(textSize);
    for (const [name, open] of Object.entries(dialogs)) {
      await open(page);
      const found = await faults(page);
      await shoot(`dialog-${name}-${sort}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').last().waitFor({ state: 'detached' });
      const isFocusLost = await page.evaluate(() => document.activeElement === document.body);
      wrong.push(
        ...[...found, ...(isFocusLost ? ['the focus is lost'] : [])].map((line) => `${name}, ${sort}: ${line}`),
      );
    }
  }
  expect(wrong).toEqual([]);
  await end();
});
