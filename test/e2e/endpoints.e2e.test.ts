import { expect, it } from 'vitest';
import { sendRaw } from '../support/api-client';
import { testTokens } from '../support/app/client';
import { agentToken, appForTests } from '../support/app/desk';
import { driveEndpoints } from '../support/drive-endpoints';
import { publishedBy } from '../support/published';
import { driveTandemClient } from '../support/tandem-calls';

const { app } = appForTests();

// First, while scout has done nothing yet: the calls build on each other and expect what they made.
it('every endpoint answers in the running app as it is written and published [api-2.endpoints]', async () => {
  const called = await driveEndpoints({
    url: app.url(),
    tokens: { ...testTokens, agent: await agentToken(app, 'scout') },
  });
  const { endpoints } = await publishedBy(app.url());
  expect([...called].toSorted()).toEqual(endpoints.map(({ operationId }) => operationId).toSorted());
});

it('a client that nobody here wrote creates, changes, runs, pauses and deletes automations in the running app [api-0.clients]', async () => {
  // The engine lists what every agent has; what is left of the first test would be in the way.
  const { body } = await app.api('GET', '/automations/v2', { as: 'operator' });
  for (const { automation_id } of body['automations'] as readonly { readonly automation_id: string }[]) {
    await app.api('DELETE', `/automations/v2/${automation_id}`, { as: 'operator' });
  }
  await driveTandemClient(app.url(), testTokens);
});

const json = { authorization: `Bearer ${testTokens.operator}`, 'content-type': 'application/json' };
it.each([
  ['another host', { host: 'evil.example' }, '{}', 403, 'HOST_REFUSED'],
  ['our host without its port', { host: '127.0.0.1' }, '{}', 403, 'HOST_REFUSED'],
  ['an origin, even our own', { origin: 'http://127.0.0.1' }, '{}', 403, 'ORIGIN_REFUSED'],
  ['broken JSON', {}, '{"request_type":', 400, 'VALIDATION_FAILED'],
  ['a body of 2 MiB', {}, JSON.stringify({ rationale: 'x'.repeat(2 * 1024 * 1024) }), 413, 'PAYLOAD_TOO_LARGE'],
])(
  '%s is refused by the running app, as published [api-1.host, api-1.origin]',
  async (_name, headers, body, status, code) => {
    const { port } = new URL(app.url());
    const to = { host: '127.0.0.1', port, path: '/governance/approvals', method: 'POST' };
    const answer = await sendRaw({ ...to, headers: { host: `127.0.0.1:${port}`, ...json, ...headers } }, body);
    expect(answer).toMatchObject({ status, body: { code } });
    const published = await publishedBy(app.url());
    expect(published.answerProblems('POST', '/governance/approvals', status, answer.body)).toEqual([]);
    expect((await app.api('GET', '/global/health', { as: 'nobody' })).status).toBe(200);
  },
);
