import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';

const { start } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

type Taken = { readonly type: string | undefined; readonly title: string | undefined; readonly body: string };

/** Answers as an ntfy server or a webhook does, at an address of this machine; what it took, oldest first. */
async function receiver(): Promise<{ readonly url: string; readonly taken: readonly Taken[] }> {
  const taken: Taken[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { 'content-type': type, title } = request.headers;
      taken.push({ type, title: title?.toString(), body });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/desk`, taken };
}

async function setAddress(page: Page, kind: string, url: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  const part = page.getByRole('group', { name: 'Push to another device' });
  await part.scrollIntoViewIfNeeded();
  const address = part.getByRole('textbox', { name: 'Address' });
  await part.getByText(kind, { exact: true }).click();
  await address.fill('http://ntfy.example/desk');
  await address.press('Enter');
  await part.getByText(/^Give an https address/).waitFor();
  expect(await part.getByRole('switch', { name: 'Push that something waits' }).isDisabled()).toBe(true);
  await address.fill(url);
  await address.press('Enter');
  await part.getByRole('switch', { name: 'Push that something waits' }).press('Space');
}

const ask = { tool: 'Bash', action: { command: 'npm publish --tag secret-plan' } };

it('an ntfy address is told only that something waits, and a test is taken [sessions-7.push]', async () => {
  const { url, taken } = await receiver();
  const { app, page, lookBoth, end } = await start();
  await setAddress(page, 'ntfy', url);
  await app.ask(ask);
  await until('the push', () => taken.length === 1);
  expect(taken).toEqual([{ type: 'text/plain; charset=utf-8', title: 'Gatehouse', body: '1 request is waiting.' }]);
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The test was taken.').waitFor();
  expect(taken.at(-1)?.body).toBe('This is a test: what waits in Gatehouse will be told here.');
  await lookBoth('settings-push');
  await end();
});

it('a webhook is told what waits only where the operator has chosen that [sessions-7.push]', async () => {
  const { url, taken } = await receiver();
  const { app, page, end } = await start();
  await setAddress(page, 'Webhook', url);
  await page.getByRole('switch', { name: 'Send what they are about too' }).press('Space');
  await app.ask(ask);
  await until('the push', () => taken.length === 1);
  expect(taken[0]?.type).toBe('application/json');
  expect(JSON.parse(taken[0]?.body ?? '')).toEqual({
    text: '1 request is waiting.\nscout: Run npm publish --tag secret-plan',
    waiting: 1,
  });
  await end();
});
