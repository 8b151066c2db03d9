import { expect, it } from 'vitest';
import type { Answer } from '../support/app/client';
import { agentToken, appForTests } from '../support/app/desk';
import { trayTip } from '../support/app/surfaces';

const { desktop, app } = appForTests({ tray: true, notifications: 'dunst' });

const request = (tool: string) => ({
  request_type: 'tool_call',
  target_resource: { type: 'tool', id: tool },
  rationale: 'A flood',
});

it('an agent that sends far more than 200 requests a second is told to wait, and another one is served [api-1.rate]', async () => {
  const [flooder, other] = [{ token: await agentToken(app, 'flooder') }, { token: await agentToken(app, 'other') }];
  const flood: Promise<Answer>[] = [];
  const served: Answer[] = [];
  // 1000 at once are more than the burst and what is earned meanwhile, unless this machine needs three seconds for them.
  for (let sent = 0; sent < 1_000; sent += 1) {
    flood.push(app.api('GET', '/governance/approvals', { as: flooder }));
    if (sent % 100 === 99) served.push(await app.api('GET', '/governance/approvals', { as: other }));
  }
  const answers = await Promise.all(flood);
  for (let more = 0; more < 5 && !answers.some(({ status }) => status === 429); more += 1) {
    const batch = Array.from({ length: 1_000 }, () => app.api('GET', '/governance/approvals', { as: flooder }));
    answers.push(...(await Promise.all(batch)));
  }
  const limited = answers.filter(({ status }) => status === 429);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
  expect(answers.length - limited.length).toBeGreaterThanOrEqual(400);
  expect(limited.length).toBeGreaterThan(0);
  for (const { body, headers } of limited) {
    expect(body).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  expect(served.map(({ status }) => status)).toEqual(served.map(() => 200));
  expect((await app.api('GET', '/governance/approvals', { as: 'operator' })).status).toBe(200);
  console.info(
    `of ${answers.length} requests at once ${answers.length - limited.length} were served, ${limited.length} refused`,
  );
});

it('an agent has at most 50 requests waiting, and another one can still ask [api-1.backlog]', async () => {
  const [eager, modest] = [{ token: await agentToken(app, 'eager') }, { token: await agentToken(app, 'modest') }];
  const answers: Answer[] = [];
  for (let asked = 0; asked < 60; asked += 1) {
    answers.push(await app.api('POST', '/governance/approvals', { as: eager, body: request(`eager-${asked}`) }));
  }
  expect(answers.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 50 }, () => 200),
    ...Array.from({ length: 10 }, () => 429),
  ]);
  expect(answers.at(-1)?.body['code']).toBe('GOVERNANCE_APPROVAL_BACKLOG');
  const first = answers[0]?.body['approval'] as { readonly approval_id: string };
  // The same again is the same request, not one more.
  const again = await app.api('POST', '/governance/approvals', { as: eager, body: request('eager-0') });
  expect(again).toMatchObject({ status: 200, body: { approval: { approval_id: first.approval_id } } });
  const other = await app.api('POST', '/governance/approvals', { as: modest, body: request('modest') });
  expect(other.status).toBe(200);
  await trayTip(desktop, 'Gatehouse: 51 requests are waiting');

  // A flood is a few notifications and one that counts, and the operator can still decide.
  expect(desktop.notifications.list().length).toBeLessThanOrEqual(5);
  const path = `/governance/approvals/${first.approval_id}/deny`;
  expect((await app.api('POST', path, { as: 'operator', body: {} })).status).toBe(200);
  const next = await app.api('POST', '/governance/approvals', { as: eager, body: request('eager-next') });
  expect(next.status).toBe(200);
});

it('nobody decides, and nothing changes, without the operator’s token', async () => {
  const agent = { token: await agentToken(app, 'mallory') };
  const { approval_id } = await app.ask({ tool: 'wanted', agent: 'mallory' });
  const decide = `/governance/approvals/${approval_id}/approve`;
  const human = { 'x-tandem-request-source': 'control_panel', 'x-tandem-actor-id': 'root' };
  const tries: [Answer, number, string][] = [
    [await app.api('POST', decide, { as: 'nobody', body: {} }), 401, 'AUTH_REQUIRED'],
    [await app.api('POST', decide, { as: { token: 'wrong' }, body: {} }), 401, 'AUTH_REQUIRED'],
    [await app.api('POST', decide, { body: {}, headers: human }), 403, 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN'],
    [await app.api('POST', decide, { as: agent, body: {}, headers: human }), 403, 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN'],
    [
      await app.api('POST', decide, { as: 'operator', agent: 'mallory', body: {} }),
      403,
      'GOVERNANCE_APPROVAL_REQUIRES_HUMAN',
    ],
    [
      await app.api('POST', decide, { as: 'operator', body: {}, headers: { origin: 'https://example.org' } }),
      403,
      'ORIGIN_REFUSED',
    ],
    [await app.api('GET', '/governance/approvals', { as: agent, agent: 'other' }), 403, 'AGENT_IDENTITY_MISMATCH'],
    [
      await app.api('POST', '/governance/approvals', { as: agent, body: { padding: 'x'.repeat(2 * 1024 * 1024) } }),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ];
  for (const [answer, status, code] of tries) {
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
  }
  expect(await app.look(approval_id)).toMatchObject({ status: 'pending', revision: 1 });
});
