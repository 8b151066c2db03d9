import { createServer } from 'node:net';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { deskForTests, filledDeskForTests, themes } from '../support/app/desk';
import { fillSessions } from '../support/app/fill-sessions';
import { refuseQueries } from '../support/app/refusals';

const { desktop, start } = deskForTests();
const openDesk = filledDeskForTests(desktop, 30, fillSessions);

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
  sessions: {
    before: 'Settings',
    to: (page) => place(page, 'Sessions'),
    there: (page) => page.getByRole('row', { name: /^Make the cart survive/ }),
  },
  session: {
    before: 'Sessions',
    to: (page) => page.getByRole('row', { name: /^Make the cart survive/ }).click(),
    there: (page) => page.getByRole('row', { name: /Run npm install/ }),
  },
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
    there: (page) => page.getByRole('row', { name: /: Asked: / }).first(),
  },
  settings: {
    before: 'Queue',
    to: (page) => place(page, 'Settings'),
    there: (page) => page.getByLabel('Depth of lineage', { exact: true }),
  },
};

/** An alert is a few lines high, in pixels, however much room there is. */
const MOST_ALERT_PX = 160;

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

it('every view whose data cannot be had says so where it would be, and Try again brings it', async () => {
  const { app, page, theme, shoot } = await openDesk();
  const wrong: string[] = [];
  for (const each of themes) {
    await theme(each);
    for (const [name, { before, to, there }] of Object.entries(views)) {
      await place(page, before);
      await page.getByRole('alert').waitFor({ state: 'detached' });
      if (before !== 'Settings' && before !== 'Queue') await page.getByRole('row').nth(2).waitFor();
      await refuseQueries(app, true);
      await to(page);
      await page.getByRole('alert').first().waitFor();
      await page.mouse.move(1, 1);
      await shoot(`error-${name}-${each}`);
      wrong.push(...(await axeFindings(page)).map((finding) => `${name}, ${each}: ${finding}`));
      const heights = await page.getByRole('alert').evaluateAll((all) => all.map(({ clientHeight }) => clientHeight));
      if (heights.some((height) => height > MOST_ALERT_PX)) wrong.push(`${name}, ${each}: an alert fills the page`);
      await refuseQueries(app, false);
      await tryEverythingAgain(page);
      await there(page).waitFor();
    }
  }
  expect(wrong).toEqual([]);
});

it('a queue that could not be loaded is loaded when it is tried again', async () => {
  const { app, page, theme, look } = await openDesk();
  await page.getByRole('option').first().waitFor();
  for (const each of themes) {
    await theme(each);
    await refuseQueries(app, true);
    await page.reload();
    await page.getByRole('alert').first().waitFor();
    await look(`error-queue-${each}`);
    await refuseQueries(app, false);
    await tryEverythingAgain(page);
    await page.getByRole('option').first().waitFor();
  }
});

it('a port that is taken is said in every view, and the API starts as soon as it is free and tried again', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { readonly port: number };
  const { app, page, theme, look } = await start({ port, until: 'failed' });
  for (const each of themes) {
    await theme(each);
    for (const view of ['Queue', 'Agents', 'Settings']) {
      await place(page, view);
      await page
        .getByText(new RegExp(`${port}`))
        .first()
        .waitFor();
      await look(`error-api-${view.toLowerCase()}-${each}`);
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
