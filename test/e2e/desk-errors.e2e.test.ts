import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { fillDesk } from '../support/app/fill-desk';
import { fillSpendHistory } from '../support/app/fill-spend';
import { refuseQueries } from '../support/app/refusals';
import { picturePath } from '../support/app/surfaces';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { removeFolder } from '../support/remove-folder';
import { type RunningApp, startApp } from '../support/running-app';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({});
});
afterAll(() => desktop?.stop());

const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name }).click();

/** How each view is reached, by one that is whole before the queries are refused, and what is there when they are answered. */
const views: Readonly<
  Record<
    string,
    {
      readonly before: string;
      readonly to: (page: Page) => Promise<void>;
      readonly there: (page: Page) => ReturnType<Page['locator']>;
    }
  >
> = {
  agents: {
    before: 'Settings',
    to: (page) => place(page, 'Agents'),
    there: (page) => page.getByRole('row', { name: /^builder/ }),
  },
  agent: {
    before: 'Agents',
    to: (page) => page.getByRole('row', { name: /^builder/ }).click(),
    there: (page) => page.getByRole('button', { name: /^Pause/ }),
  },
  automations: {
    before: 'Settings',
    to: (page) => place(page, 'Automations'),
    there: (page) => page.getByRole('row', { name: /Check of links/ }),
  },
  automation: {
    before: 'Automations',
    to: (page) => page.getByRole('row', { name: /Check of links/ }).click(),
    there: (page) => page.getByRole('heading', { name: /Runs/ }).first(),
  },
  lineage: {
    before: 'Settings',
    to: (page) => place(page, 'Lineage'),
    there: (page) => page.getByText('Humans', { exact: true }),
  },
  spend: {
    before: 'Settings',
    to: (page) => place(page, 'Spend'),
    there: (page) => page.getByRole('row', { name: /^ledger/ }).first(),
  },
  lifecycle: {
    before: 'Settings',
    to: (page) => place(page, 'Lifecycle'),
    there: (page) => page.getByRole('row').nth(1),
  },
  audit: {
    before: 'Settings',
    to: (page) => place(page, 'Audit'),
    there: (page) => page.getByRole('row', { name: /Approval requested/ }).first(),
  },
  settings: {
    before: 'Queue',
    to: (page) => place(page, 'Settings'),
    there: (page) => page.getByLabel('Depth of lineage', { exact: true }),
  },
};

async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate((chosen) => window.gatehouse.request('desk.setPreferences', { theme: chosen }), theme);
  await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
}

async function tryEverythingAgain(page: Page): Promise<void> {
  const button = page.getByRole('alert').getByRole('button', { name: 'Try again' });
  while ((await button.count()) > 0) {
    // One that works takes itself away, sometimes others with it.
    await button
      .first()
      .click({ timeout: 2_000 })
      .catch(() => undefined);
  }
}

async function start(): Promise<RunningApp> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-errors-'));
  onTestFinished(() => removeFolder(home));
  await fillSpendHistory(home, 30);
  const app = await startApp({ desktop, operatorToken: true, home });
  onTestFinished(() => app.end());
  await fillDesk(app);
  return app;
}

it('every view whose data cannot be had says so where it would be, and Try again brings it', async () => {
  const app = await start();
  const page = await app.page();
  const wrong: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme);
    for (const [name, { before, to, there }] of Object.entries(views)) {
      await place(page, before);
      await page.getByRole('alert').waitFor({ state: 'detached' });
      if (before !== 'Settings' && before !== 'Queue') await page.getByRole('row').nth(2).waitFor();
      await refuseQueries(app, true);
      await to(page);
      await page.getByRole('alert').first().waitFor();
      await page.mouse.move(1, 1);
      await page.screenshot({ path: picturePath(`error-${name}-${theme}`), animations: 'disabled' });
      wrong.push(...(await axeFindings(page)).map((finding) => `${name}, ${theme}: ${finding}`));
      await refuseQueries(app, false);
      await tryEverythingAgain(page);
      await there(page).waitFor();
    }
  }
  expect(wrong).toEqual([]);
  await app.quit();
});

it('a queue that could not be loaded is loaded when it is tried again', async () => {
  const app = await start();
  const page = await app.page();
  await page.getByRole('option').first().waitFor();
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme);
    await refuseQueries(app, true);
    await page.reload();
    await page.getByRole('alert').first().waitFor();
    await page.screenshot({ path: picturePath(`error-queue-${theme}`), animations: 'disabled' });
    expect(await axeFindings(page)).toEqual([]);
    await refuseQueries(app, false);
    await tryEverythingAgain(page);
    await page.getByRole('option').first().waitFor();
  }
  await app.quit();
});

it('a port that is taken is said in every view, and the API starts as soon as it is free and tried again', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { readonly port: number };
  const app = await startApp({ desktop, operatorToken: true, port, until: 'failed' });
  onTestFinished(() => app.end());
  const page = await app.page();
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme);
    for (const view of ['Queue', 'Agents', 'Settings']) {
      await place(page, view);
      await page
        .getByText(new RegExp(`${port}`))
        .first()
        .waitFor();
      await page.screenshot({ path: picturePath(`error-api-${view.toLowerCase()}-${theme}`), animations: 'disabled' });
      expect(await axeFindings(page)).toEqual([]);
    }
  }
  await new Promise((resolve) => taken.close(resolve));
  await place(page, 'Queue');
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('alert').waitFor({ state: 'detached' });
  const health = await fetch(`http://127.0.0.1:${port}/global/health`);
  expect(health.status).toBe(200);
  await app.quit();
});
