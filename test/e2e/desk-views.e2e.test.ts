import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { fillDesk } from '../support/app/fill-desk';
import { fillSpendHistory } from '../support/app/fill-spend';
import { picturePath } from '../support/app/surfaces';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { removeFolder } from '../support/remove-folder';
import { startApp } from '../support/running-app';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({});
});
afterAll(() => desktop?.stop());

/** The views, and for each what is there as soon as its data is. */
const views = {
  Queue: (page: Page) => page.getByRole('heading', { level: 2 }).first(),
  Agents: (page: Page) => page.getByRole('row', { name: /^builder/ }),
  Automations: (page: Page) => page.getByRole('row', { name: /Check of links/ }),
  Lineage: (page: Page) => page.getByText('Humans', { exact: true }),
  Spend: (page: Page) => page.getByRole('row', { name: /^ledger/ }).first(),
  Lifecycle: (page: Page) => page.getByRole('row', { name: /Plan of the week/ }),
  Audit: (page: Page) => page.getByRole('row', { name: /Approval requested/ }).first(),
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
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-views-'));
  onTestFinished(() => removeFolder(home));
  await fillSpendHistory(home, 60);
  const app = await startApp({ desktop, operatorToken: true, home });
  onTestFinished(() => app.end());
  const page = await app.page();
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await fillDesk(app);

  const theme = async (name: 'light' | 'dark') => {
    await page.evaluate((chosen) => window.gatehouse.request('desk.setPreferences', { theme: chosen }), name);
    await page.locator(`html[data-mantine-color-scheme="${name}"]`).waitFor();
  };
  const setSize = (width: number, height: number) =>
    app.electron().evaluate(
      ({ BrowserWindow }, [wide, high]) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.setMinimumSize(300, 300);
        window?.setContentSize(wide ?? 0, high ?? 0);
      },
      [width, height],
    );
  const setTextSize = (size: string) =>
    page.evaluate((given) => {
      document.documentElement.style.fontSize = given;
    }, size);

  const wrong: string[] = [];
  await setSize(1180, 780);
  for (const scheme of ['light', 'dark'] as const) {
    await theme(scheme);
    await setTextSize('');
    wrong.push(...(await walk(page, scheme)));
    await setTextSize('200%');
    wrong.push(...(await walk(page, `large-text-${scheme}`)));
  }
  await theme('light');
  await setTextSize('');
  await setSize(560, 780);
  wrong.push(...(await walk(page, 'narrow')));
  await setSize(1180, 400);
  wrong.push(...(await walk(page, 'low')));
  expect(wrong).toEqual([]);
  expect(errors).toEqual([]);
  await app.quit();
});
