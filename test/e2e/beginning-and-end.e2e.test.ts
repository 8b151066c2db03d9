import { existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAppClient } from '../support/app/client';
import { desktopForTests } from '../support/app/desk';
import { inTray, notInTray, picturePath, row } from '../support/app/surfaces';
import { until } from '../support/desktop/process';
import { electronPath, type RunningApp, type StartOptions, startApp, startPlainApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const desktop = desktopForTests({ tray: true });

async function startPlain(options: Omit<StartOptions, 'desktop'> = {}): Promise<RunningApp> {
  const app = await startPlainApp({ desktop, ...options });
  onTestFinished(() => app.end());
  return app;
}

/** For what a window has no part in: to draw one takes as much of the processor as all else of a start. */
const withoutWindow = { args: ['--hidden'] } as const;

it('Quit in the tray menu ends it with 0 and takes the endpoint file away [api-1.endpoint-file]', async () => {
  const app = await startPlain({ home: temporaryHome() });
  expect(existsSync(join(app.home, 'endpoint.json'))).toBe(true);
  // It may be gone before it has confirmed the click.
  await desktop.tray.click(['Quit Gatehouse']).catch(() => undefined);
  expect(await app.process.ended).toEqual({ code: 0, signal: null });
  expect(existsSync(join(app.home, 'endpoint.json'))).toBe(false);
  expect(existsSync(join(app.home, 'gatehouse.db-wal'))).toBe(false);
});

it('its code comes compiled from the build', async () => {
  const app = await startPlain({ home: temporaryHome(), ...withoutWindow });
  expect(app.log()).toMatch(/"isCompiled":true.*"msg":"started"/);
});

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends it with 0, and who waits gets an answer and no broken connection',
  async (signal) => {
    const app = await startPlain({ home: temporaryHome() });
    const { approval_id } = await app.ask({ tool: 'waits' });
    const waiting = Promise.all(
      [1, 2, 3].map(() => app.api('GET', `/governance/approvals/${approval_id}?wait_ms=30000`)),
    );
    // Later requests are answered, so the earlier ones are there.
    await app.look(approval_id);
    await app.look(approval_id);
    expect(await app.quit(signal)).toEqual({ code: 0, signal: null });
    for (const { status, body } of await waiting) {
      if (status === 200) expect(body['approval']).toMatchObject({ status: 'pending' });
      else expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'SHUTTING_DOWN' });
    }
    expect(existsSync(join(app.home, 'endpoint.json'))).toBe(false);
  },
);

it('a stale endpoint file of a killed app is replaced [api-1.endpoint-file]', async () => {
  const home = temporaryHome();
  const killed = await startPlain({ home, ...withoutWindow });
  await killed.kill9();
  expect(existsSync(join(home, 'endpoint.json'))).toBe(true);
  const app = await startPlain({ home, ...withoutWindow });
  expect(app.url()).not.toBe('');
  expect((await app.api('GET', '/global/health')).status).toBe(200);
});

it.each([
  [
    'a launcher’s token is too short',
    { GATEHOUSE_ENGINE_TOKEN: 'too-short' },
    'GATEHOUSE_ENGINE_TOKEN must be at least 32',
  ],
  [
    'the operator’s token is too short',
    { GATEHOUSE_OPERATOR_TOKEN: 'x' },
    'GATEHOUSE_OPERATOR_TOKEN must be at least 32',
  ],
  ['the port is none', { GATEHOUSE_PORT: '99999' }, 'GATEHOUSE_PORT must be a port number'],
])(
  'it does not start when %s, and says why [api-1.launcher-tokens, api-1.environment]',
  async (_, environment, sentence) => {
    const home = temporaryHome();
    const app = await startPlain({ home, environment, until: 'nothing' });
    expect(await app.process.ended).toEqual({ code: 1, signal: null });
    expect(app.process.output()).toContain(`Gatehouse does not start: ${sentence}`);
    expect(existsSync(join(home, 'gatehouse.db'))).toBe(false);
  },
);

it('a second app on the same home is refused, with a word, where nothing of Chromium’s keeps it away', async () => {
  const home = temporaryHome();
  const first = await startPlain({ home, ...withoutWindow });
  await first.ask({ tool: 'before' });
  for (const name of readdirSync(home)) if (name.startsWith('Singleton')) rmSync(join(home, name));
  const second = await startPlain({ home, until: 'nothing' });
  expect(await second.process.ended).toMatchObject({ code: 1 });
  expect(second.process.output()).toContain('another Gatehouse uses the data folder');
  await first.ask({ tool: 'after' });
  await first.kill9();
  // The lock goes with its process.
  await startPlain({ home, ...withoutWindow });
});

it('a home that cannot be written is said to be so, and nobody is told that the app runs already', async () => {
  const home = temporaryHome();
  const folder = temporaryHome();
  const executable = join(folder, 'electron-on-a-read-only-home');
  const namespaces = process.getuid?.() === 0 ? '--mount' : '--user --map-root-user --mount';
  writeFileSync(
    executable,
    `#!/bin/sh\nexec unshare ${namespaces} -- sh -c 'mount -t tmpfs -o ro none "$GATEHOUSE_HOME" && exec "$@"' sh '${electronPath()}' --no-sandbox "$@"\n`,
    { mode: 0o755 },
  );
  const app = await startPlain({ home, executable, until: 'nothing' });
  expect(await app.process.ended).toMatchObject({ code: 1 });
  expect(app.process.output()).toContain('it is on a read-only disk');
  expect(app.process.output()).not.toContain('running already');
});

it('what a killed app leaves among the temporary files is gone after the next start', async () => {
  const home = temporaryHome();
  const killed = await startPlain({ home, ...withoutWindow });
  const left = dirname(readlinkSync(join(home, 'SingletonSocket')));
  await killed.kill9();
  expect(existsSync(left)).toBe(true);
  await startPlain({ home, ...withoutWindow });
  expect(existsSync(left)).toBe(false);
});

it('a taken port is named in the tray and the window, and another one chosen in Settings works [api-1.taken-port]', async () => {
  const blocker = await listen();
  const home = temporaryHome();
  writeFileSync(join(home, 'preferences.json'), JSON.stringify({ port: blocker.port }));
  const app = await startApp({ desktop, home, port: undefined, until: 'failed' });
  onTestFinished(() => app.end());
  const line = `Port ${blocker.port} is taken: agents cannot reach Gatehouse`;
  await inTray(desktop, line);
  expect((await desktop.tray.item()).toolTip).toBe(`Gatehouse: ${line}`);
  const page = await app.page();
  const banner = page.getByRole('alert').filter({ hasText: `port ${blocker.port} is used by another program` });
  await banner.waitFor();
  await page.screenshot({ path: picturePath('trouble-port') });

  // Another port, by way of the banner.
  const other = await listen();
  await other.close();
  await banner.getByRole('button', { name: 'Change port' }).click();
  await page.getByRole('textbox', { name: 'Port' }).fill(String(other.port));
  await page.getByRole('button', { name: 'Change port' }).click();
  await page.getByText(`Agents now reach Gatehouse at http://127.0.0.1:${other.port}`).waitFor();
  await notInTray(desktop, line);
  const client = createAppClient(() => `http://127.0.0.1:${other.port}`);
  await client.ask({ tool: 'on-the-other-port' });
  await page.getByRole('button', { name: 'Queue' }).click();
  await row(page, 'on-the-other-port').waitFor();

  // It is kept.
  await app.quit();
  const again = await startPlain({ home, port: undefined });
  expect(again.url()).toBe(`http://127.0.0.1:${other.port}`);
});

it('a port that became free is taken by Try again', async () => {
  const blocker = await listen();
  const app = await startApp({ desktop, port: blocker.port, until: 'failed' });
  onTestFinished(() => app.end());
  const page = await app.page();
  const tryAgain = page.getByRole('alert').getByRole('button', { name: 'Try again' });
  await tryAgain.click();
  await tryAgain.waitFor();
  await blocker.close();
  await tryAgain.click();
  await tryAgain.waitFor({ state: 'detached' });
  await until('the API', async () => (await app.api('GET', '/global/health')).status === 200);
});

async function listen(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(close);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the blocker listens on no port');
  return { port: address.port, close };
}
