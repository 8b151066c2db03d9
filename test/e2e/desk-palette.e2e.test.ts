import { expect, it } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { pausedAgents } from '../support/app/runs';

const { start } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

it('everything is found and done from the palette by keys alone', async () => {
  const { app, page, look, end } = await start();
  await page.getByText('Nothing is waiting').first().waitFor();
  await app.ask({ agent: 'harvester', tool: 'press' });
  const automation = { name: 'Harvest report', schedule: {}, agents: [], flow: {}, status: 'active' };
  await app.api('POST', '/automations/v2', { agent: 'harvester', body: { automation_id: 'h1', ...automation } });

  await page.keyboard.press('Control+K');
  const palette = page.getByRole('dialog');
  await palette.getByPlaceholder('Find an agent').fill('harv');
  for (const name of ['harvester', 'Harvest report', 'harvester: press: use press']) {
    await palette.getByRole('option', { name }).first().waitFor();
  }
  await look('palette-light');
  await palette.getByRole('option', { name: 'Harvest report' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Harvest report' }).waitFor();
  await page.keyboard.press('Alt+ArrowLeft');
  await page.locator('main').getByRole('option').filter({ hasText: 'press' }).waitFor();

  await page.keyboard.press('Control+K');
  await palette.getByPlaceholder('Find an agent').fill('spend');
  await palette.getByRole('option', { name: 'Spend' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Spend' }).waitFor();

  await page.keyboard.press('Control+K');
  await palette.getByPlaceholder('Find an agent').fill('pause harv');
  await palette.getByRole('option', { name: 'Pause harvester' }).waitFor();
  await look('palette-pause-light');
  await page.keyboard.press('Enter');
  const pausing = page.getByRole('dialog').filter({ hasText: 'Pause this agent?' });
  await pausing.getByRole('button', { name: 'Pause' }).click();
  await pausing.waitFor({ state: 'detached' });
  await expect.poll(() => pausedAgents(app)).toEqual(['harvester']);

  await page.keyboard.press('Control+K');
  await palette.getByPlaceholder('Find an agent').fill('pause all');
  await palette.getByRole('option', { name: 'Pause all agents' }).waitFor();
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog').filter({ hasText: 'Pause all agents?' });
  await question.getByLabel('Reason', { exact: false }).fill('fire drill');
  await question.getByRole('button', { name: 'Pause all agents' }).click();
  await question.waitFor({ state: 'detached' });
  expect((await app.api('GET', '/governance/limits')).body).toMatchObject({ limits: { creation_enabled: false } });
  await page.keyboard.press('Alt+3');
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
  await end();
});
