import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { type RunningApp, startApp } from '../support/running-app';

const desktop = desktopForTests({ tray: true });

const AGENTS = 20;
/** As many as one agent may have waiting. */
const REQUESTS_EACH = 50;

/** In milliseconds; `views` are the times from a click until its view is there. The test's own process is too busy to take them. */
type WindowFigures = { readonly tasks: number[]; readonly views: number[] };

async function measureWindow(page: Page): Promise<void> {
  await page.evaluate(() => {
    const figures: WindowFigures = { tasks: [], views: [] };
    Object.assign(window, { figures });
    const longTasks = new PerformanceObserver((list) =>
      figures.tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    longTasks.observe({ entryTypes: ['longtask'] });
    let clickedAt = 0;
    window.addEventListener('click', ({ timeStamp }) => (clickedAt = timeStamp), true);
    let heading = document.querySelector('h1')?.textContent;
    const changes = new MutationObserver(() => {
      const now = document.querySelector('h1')?.textContent;
      if (now !== undefined && now !== heading) figures.views.push(performance.now() - clickedAt);
      heading = now ?? heading;
    });
    changes.observe(document, { subtree: true, childList: true, characterData: true });
  });
}

/** How late a timer of two milliseconds is at most, in milliseconds. */
async function measureMain(app: RunningApp): Promise<void> {
  await app.electron().evaluate(() => {
    const figures = Object.assign(globalThis, { longestStall: 0 });
    let lastAt = performance.now();
    setInterval(() => {
      const now = performance.now();
      figures.longestStall = Math.max(figures.longestStall, now - lastAt - 2);
      lastAt = now;
    }, 2);
  });
}

async function askInTurn(app: RunningApp, token: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < REQUESTS_EACH; index++) {
    const body = {
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: `tool-${index}` },
      rationale: 'One of a thousand',
    };
    const { status } = await app.api('POST', '/governance/approvals', { as: { token }, body });
    statuses.push(status);
  }
  return statuses;
}

it('a thousand changes at once leave the window in use, and all of them in it', async () => {
  const app = await startApp({ desktop, operatorToken: true });
  onTestFinished(() => app.end());
  const page = await app.page();
  const tokens = await page.evaluate(
    (count) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const name = `agent-${index}`;
          const made = await window.gatehouse.request('token.create', { kind: 'agent', name, agentId: name });
          return (made as { readonly value: { readonly secret: string } }).value.secret;
        }),
      ),
    AGENTS,
  );
  await measureWindow(page);
  await measureMain(app);

  const startedAt = performance.now();
  // Each agent asks one thing after the other. All at once, this process itself would be too busy to look at the window.
  const asking = Promise.all(tokens.map((token) => askInTurn(app, token)));
  const navigation = page.getByRole('navigation', { name: 'Main' });
  let statuses: readonly number[][] | undefined;
  do {
    for (const [button, heading] of [
      ['Agents', 'Agents'],
      ['Audit', 'Audit'],
    ] as const) {
      await navigation.getByRole('button', { name: button }).click();
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    }
    statuses = await Promise.race([asking, Promise.resolve(undefined)]);
  } while (statuses === undefined);
  const seconds = (performance.now() - startedAt) / 1_000;
  expect(statuses.flat()).toEqual(Array.from({ length: AGENTS * REQUESTS_EACH }, () => 200));
  await navigation.getByRole('button', { name: 'Queue' }).click();
  await page
    .getByText((AGENTS * REQUESTS_EACH).toLocaleString('en'))
    .first()
    .waitFor();
  const { tasks, views } = await page.evaluate(() => (window as unknown as { figures: WindowFigures }).figures);
  const stall = await app.electron().evaluate(() => (globalThis as unknown as { longestStall: number }).longestStall);
  const most = (figures: readonly number[]) => Math.round(Math.max(0, ...figures));
  console.info(
    `${statuses.flat().length} changes in ${seconds.toFixed(1)} s; longest stall of the main process ${most([stall])} ms, ` +
      `longest task of the window ${most(tasks)} ms, slowest of ${views.length} views from its click ${most(views)} ms`,
  );
  await app.quit();
});
