import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { axeFindings } from '../support/app-axe';
import { fillAutomations } from '../support/app-fill';
import { picturePath } from '../support/app-surfaces';
import { until } from '../support/desktop-process';
import { type DesktopSession, startDesktop } from '../support/desktop-session';
import { type RunningApp, startApp } from '../support/running-app';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({});
});
afterAll(() => desktop?.stop());

it('pictures', async () => {
  const app = await startApp({ desktop, operatorToken: true });
  onTestFinished(() => app.end());
  const page = await app.page();
  const csp: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') csp.push(message.text());
  });
  await fillAutomations(app);
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((to) => window.gatehouse.request('desk.setPreferences', { theme: to }), theme);
    await page.getByRole('button', { name: 'Automations' }).click();
    await page.getByText('Pull request digest').waitFor();
    await page.screenshot({ path: picturePath(`automations-${theme}`), animations: 'disabled' });
    console.log(theme, await axeFindings(page));
    await page.getByText('Pull request digest').click();
    await page.getByRole('button', { name: 'Show the whole definition' }).waitFor();
    await page
      .getByRole('button', { name: /Open run/ })
      .first()
      .waitFor();
    await page.screenshot({ path: picturePath(`automation-${theme}`), animations: 'disabled' });
    console.log(theme, await axeFindings(page));
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByText('Docs crawler').click();
    await page
      .getByRole('button', { name: /Open run/ })
      .first()
      .waitFor();
    await page.screenshot({ path: picturePath(`automation-failing-${theme}`), animations: 'disabled' });
    await page
      .getByRole('button', { name: /Open run/ })
      .first()
      .click();
    await page.getByText('History, oldest first').waitFor();
    await page.screenshot({ path: picturePath(`run-${theme}`), animations: 'disabled' });
    console.log(theme, await axeFindings(page));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Lifecycle' }).click();
    await page.getByRole('row', { name: 'Docs crawler' }).waitFor();
    await page.screenshot({ path: picturePath(`lifecycle-${theme}`), animations: 'disabled' });
    console.log(theme, await axeFindings(page));
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    await page.getByRole('button', { name: 'Retire' }).first().click();
    await page.getByRole('dialog').waitFor();
    await page.screenshot({ path: picturePath(`lifecycle-several-${theme}`), animations: 'disabled' });
    console.log(theme, await axeFindings(page));
    await page.keyboard.press('Escape');
    for (const tab of ['Expiring', 'Expired', 'Retired', 'Deleted']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('grid').waitFor();
      await page.screenshot({ path: picturePath(`lifecycle-${tab.toLowerCase()}-${theme}`), animations: 'disabled' });
    }
  }
  console.log(csp);
});
