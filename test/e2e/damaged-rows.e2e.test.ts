import { expect, it, onTestFinished } from 'vitest';
import { damageStrings } from '../../renderer/shell/strings-shell';
import { desktopForTests } from '../support/app/desk';
import { picturePath } from '../support/app/surfaces';
import { changeBytes, type Row } from '../support/damage';
import { fillWorld } from '../support/full-world';
import { startApp } from '../support/running-app';
import { createWorld } from '../support/world';

const desktop = desktopForTests({ tray: true });

it('rows that were damaged while the app was down are shown, and pausing one, pausing all and deciding work [16.damaged-named]', async () => {
  const world = createWorld();
  const { running } = await fillWorld(world);
  await world.closeDoor();
  world.holder.close();
  const damaged: readonly Row[] = [
    { table: 'agents', key: ['agent_id'], id: ['scout'] },
    { table: 'runs', key: ['run_id'], id: [running['watched'] ?? ''] },
  ];
  for (const row of damaged) changeBytes(world.home, row, (text) => `x${text.slice(1)}`);

  const app = await startApp({ desktop, home: world.home, operatorToken: true });
  onTestFinished(() => app.end());
  const page = await app.page();
  await page.getByText(damageStrings.found(damaged.length)).waitFor();
  await page.screenshot({ path: picturePath('damaged-rows-banner') });

  const asked = await app.ask({ agent: 'lone', tool: 'after-the-damage' });
  const paused = await app.api('POST', '/governance/agents/lone/pause', { as: 'operator', body: {} });
  expect(paused).toMatchObject({
    status: 200,
    body: { agent: { paused: true }, unreadable: [{ table: 'runs', id: running['watched'] }] },
  });
  const damagedAgent = await app.api('POST', '/governance/agents/scout/pause', { as: 'operator', body: {} });
  expect(damagedAgent).toMatchObject({ status: 200, body: { agent: { paused: true }, unreadable: [{ id: 'scout' }] } });
  const all = await page.evaluate(() => window.gatehouse.request('agents.pauseAll', {}));
  expect(all).toMatchObject({ ok: true });
  const denied = await app.api('POST', `/governance/approvals/${asked.approval_id}/deny`, { as: 'operator', body: {} });
  expect(denied.status).toBe(200);
  const created = await app.api('POST', '/automations/v2', { agent: 'scout', body: { name: 'more' } });
  expect(created).toMatchObject({ status: 403 });
  const run = await app.api('GET', `/automations/v2/runs/${running['watched']}`, { as: 'operator' });
  expect(run).toMatchObject({ status: 500, body: { code: 'ROW_UNREADABLE', table: 'runs', id: running['watched'] } });

  await page.getByRole('button', { name: damageStrings.show }).click();
  await page.getByRole('heading', { name: damageStrings.title }).waitFor();
  for (const { id } of damaged)
    await page
      .getByRole('listitem')
      .filter({ hasText: String(id[0]) })
      .waitFor();
  await page.screenshot({ path: picturePath('damaged-rows-settings') });
  expect(await app.quit()).toEqual({ code: 0, signal: null });
});
