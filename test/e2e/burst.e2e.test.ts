import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type DesktopSession, startDesktop } from '../support/desktop-session';
import { startApp } from '../support/running-app';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({ tray: true });
});
afterAll(() => desktop?.stop());

const AGENTS = 20;
/** As many as one agent may have waiting. */
const REQUESTS_EACH = 50;

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
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ['longtask'],
    });
  });

  const startedAt = performance.now();
  const asking = Promise.all(
    tokens.flatMap((token) =>
      Array.from({ length: REQUESTS_EACH }, (_, index) =>
        app.api('POST', '/governance/approvals', {
          as: { token },
          body: {
            request_type: 'tool_call',
            target_resource: { type: 'tool', id: `tool-${index}` },
            rationale: 'One of a thousand',
          },
        }),
      ),
    ),
  );
  const navigation = page.getByRole('navigation', { name: 'Main' });
  const clicks: number[] = [];
  let answers: Awaited<typeof asking> | undefined;
  do {
    for (const [button, heading] of [
      ['Agents', 'Agents'],
      ['Audit', 'Audit'],
    ] as const) {
      const clickedAt = performance.now();
      await navigation.getByRole('button', { name: button }).click();
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      clicks.push(performance.now() - clickedAt);
    }
    answers = await Promise.race([asking, Promise.resolve(undefined)]);
  } while (answers === undefined);
  const seconds = (performance.now() - startedAt) / 1_000;
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  await navigation.getByRole('button', { name: 'Queue' }).click();
  await page
    .getByText((AGENTS * REQUESTS_EACH).toLocaleString('en'))
    .first()
    .waitFor();
  const tasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  console.info(
    `${answers.length} changes in ${seconds.toFixed(1)} s; longest task of the window ${Math.round(Math.max(0, ...tasks))} ms, ` +
      `slowest of ${clicks.length} changes of view ${Math.round(Math.max(...clicks))} ms`,
  );
  await app.quit();
});
