import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, send } from '../../electron/client/client';
import { runCommand } from '../support/command-line';
import { createWorld, ENGINE_TOKEN, temporaryHome } from '../support/world';

test('without Gatehouse a command says so in one sentence and ends with 3 [api-4.json]', async () => {
  const environment = { GATEHOUSE_HOME: temporaryHome() };
  const ended = await runCommand(['status'], environment);
  expect(ended).toMatchObject({ code: 3, stdout: '' });
  expect(ended.stderr).toMatch(/^gatehouse: Gatehouse is not running\. .*\n$/);
  const asJson = await runCommand(['status', '--json'], environment);
  expect(JSON.parse(asJson.stderr)).toMatchObject({ code: 'UNREACHABLE' });
});

test.each([
  [['status', '--bogus'], "unknown option '--bogus'"],
  [['statsu'], "unknown command 'statsu'"],
])('wrong usage of %j is said, and ends with 64 [api-4.errors]', async (args, sentence) => {
  const ended = await runCommand(args, {});
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain(sentence);
  expect(ended.stderr).not.toContain('    at ');
});

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await runCommand(['--version'], {})).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('a refusal has its status, its code and its sentence', async () => {
  const api = await createWorld().startApi();
  const connection = { url: api.url, token: ENGINE_TOKEN };
  await expect(ask(connection, { path: '/automations/v2/none' })).rejects.toMatchObject({
    status: 404,
    code: 'AUTOMATION_V2_NOT_FOUND',
    exitCode: 1,
    message: expect.stringMatching(/\.$/),
  });
  await expect(ask({ ...connection, token: 'wrong' }, { path: '/governance/limits' })).rejects.toMatchObject({
    code: 'AUTH_REQUIRED',
  });
});

test('who answers with something else, late or not at all is not Gatehouse, and giving up is no failure of it', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/text') response.end('hello');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const connection = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: '' };
  await expect(send(connection, { path: '/text' })).rejects.toThrow('is not Gatehouse');
  await expect(send(connection, { path: '/silence', timeoutMs: 20 })).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const signal = AbortSignal.abort(new Error('given up'));
  await expect(send(connection, { path: '/silence', signal })).rejects.toThrow('given up');
});

test.each([
  [{ GATEHOUSE_URL: 'https://127.0.0.1:4780' }, 'not an address such as http://'],
  [{ GATEHOUSE_TOKEN: 'gth_x\r' }, 'The token is none'],
])('%j is wrong usage, not a mistake of ours', async (wrong, sentence) => {
  const environment = { GATEHOUSE_HOME: temporaryHome(), GATEHOUSE_URL: 'http://127.0.0.1:9', GATEHOUSE_TOKEN: 't' };
  const { code, stderr } = await runCommand(['spend'], { ...environment, ...wrong });
  expect([code, stderr]).toEqual([64, expect.stringContaining(sentence)]);
});
