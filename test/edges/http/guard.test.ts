import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRateLimit } from '../../../electron/edges/http/rate-limit';
import { readLauncherTokens } from '../../../electron/nouns/tokens/launcher-tokens';
import { apiOfAgent, ask, askBody, call, callRaw, sendRaw } from '../../support/api-client';
import { insertAgent } from '../../support/governed';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, operator } from '../../support/world';

const LIST = '/governance/approvals';

describe('before any handler', () => {
  test.each([
    ['another host', { host: 'evil.example' }, 'HOST_REFUSED'],
    ['another port', { host: '127.0.0.1:1' }, 'HOST_REFUSED'],
    ['no port', { host: '127.0.0.1' }, 'HOST_REFUSED'],
    ['an origin', { origin: 'http://127.0.0.1' }, 'ORIGIN_REFUSED'],
    ['the origin null', { origin: 'null' }, 'ORIGIN_REFUSED'],
    ['a page elsewhere', { 'sec-fetch-site': 'cross-site' }, 'ORIGIN_REFUSED'],
    ['a page of this machine', { 'sec-fetch-site': 'same-site' }, 'ORIGIN_REFUSED'],
    ['a page of our own, which there is none of', { 'sec-fetch-site': 'same-origin' }, 'ORIGIN_REFUSED'],
  ])(
    '%s is refused with 403, also where no token is needed [api-1.host, api-1.origin, api-1.cross-site]',
    async (_name, headers, code) => {
      const api = await createWorld().startApi();
      for (const path of [LIST, '/global/health', '/openapi.json', '/nowhere']) {
        const sent = { host: `127.0.0.1:${api.port}`, authorization: `Bearer ${OPERATOR_TOKEN}`, ...headers };
        expect(await callRaw(api, path, sent)).toMatchObject({ status: 403, body: { code } });
      }
    },
  );

  test('what the user typed into a browser is answered', async () => {
    const api = await createWorld().startApi();
    const headers = { host: `127.0.0.1:${api.port}`, 'sec-fetch-site': 'none' };
    expect(await callRaw(api, '/global/health', headers)).toMatchObject({ status: 200 });
  });

  test.each([
    ['evil.example', 403],
    ['127.0.0.1:1', 403],
    ['127.0.0.1:PORT@evil.example', 403],
    ['localhost:PORT', 200],
  ])('a request line that names %s is answered %i, whatever Host says', async (target, status) => {
    const api = await createWorld().startApi();
    const path = `http://${target.replace('PORT', String(api.port))}/global/health`;
    const headers = { host: `127.0.0.1:${api.port}` };
    expect(await sendRaw({ host: '127.0.0.1', port: api.port, path, headers })).toMatchObject({ status });
  });

  test.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])(
    '%s with our port is answered [api-1.host]',
    async (name) => {
      const api = await createWorld().startApi();
      expect(await callRaw(api, '/global/health', { host: `${name}:${api.port}` })).toMatchObject({ status: 200 });
    },
  );

  test.each([
    ['no token', undefined],
    ['a wrong token', 'x'.repeat(43)],
    ['part of the right one', ENGINE_TOKEN.slice(0, -1)],
    ['more than the right one', `${ENGINE_TOKEN}x`],
  ])('%s is refused with 401 [api-1.auth-required]', async (_name, token) => {
    const api = await createWorld().startApi();
    const answer = await call(api, 'GET', LIST, { token });
    expect(answer).toMatchObject({ status: 401, body: { code: 'AUTH_REQUIRED' } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('a body over 1 MiB is refused with 413, one of exactly 1 MiB is read [api-1.body-size]', async () => {
    const api = await createWorld().startApi();
    const frame = JSON.stringify(askBody({ context: '' })).length;
    const sized = (bytes: number) => JSON.stringify(askBody({ context: 'x'.repeat(bytes - frame) }));
    const post = (body: string) => call(api, 'POST', LIST, { agent: 'scout', body });
    expect(await post(sized(1024 * 1024 + 1))).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(await post(sized(2 * 1024 * 1024))).toMatchObject({ status: 413 });
    expect(await post(sized(1024 * 1024))).toMatchObject({ status: 200 });
  });

  test.each([
    ['broken JSON', '{"request_type":', ''],
    ['no JSON at all', 'hello', ''],
    ['a list', '[]', ''],
    ['a text', '"x"', ''],
    ['null', 'null', 'request_type'],
    ['nothing', '', 'request_type'],
    ['a prototype', JSON.stringify(askBody()).replace('{', '{"__proto__":{"a":1},'), ''],
    ['an unknown field', JSON.stringify(askBody({ expires_at: 5 })), ''],
    ['an unknown type', JSON.stringify(askBody({ request_type: 'wish' })), 'request_type'],
    ['a blank rationale', JSON.stringify(askBody({ rationale: ' \t' })), 'rationale'],
    [
      'a blank target type',
      JSON.stringify(askBody({ target_resource: { type: ' ', id: 'x' } })),
      'target_resource.type',
    ],
    ['a blank target id', JSON.stringify(askBody({ target_resource: { type: 'x', id: '' } })), 'target_resource.id'],
    ['an expiry in the past', JSON.stringify(askBody({ expires_at_ms: 1 })), 'expires_at_ms'],
    ['a time that is no integer', JSON.stringify(askBody({ expires_at_ms: 1.5 })), 'expires_at_ms'],
    [
      'a context that nests for ever',
      JSON.stringify(askBody({ context: 1 })).replace(
        '"context":1',
        `"context":${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      ),
      'context',
    ],
  ])(
    '%s is refused with 400 and says where [7.request-invalid, api-1.bad-body, api-1.validation]',
    async (_name, body, path) => {
      const world = createWorld();
      const api = await world.startApi();
      const answer = await call(api, 'POST', LIST, { agent: 'scout', body });
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
      expect(answer.body.issues[0].path).toBe(path);
      expect(JSON.stringify(answer.body)).not.toMatch(/at .*\.ts|node_modules|SELECT|Error:/);
      expect(world.store.read.audit.headSeq()).toBe(0);
    },
  );

  test('another kind of body is refused with 415, and an unknown path with 404', async () => {
    const api = await createWorld().startApi();
    const text = await call(api, 'POST', LIST, { body: 'a=b', headers: { 'content-type': 'text/plain' } });
    expect(text).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    expect(await call(api, 'GET', '/nowhere')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await call(api, 'PUT', LIST, { body: {} })).toMatchObject({ status: 404 });
  });

  test('what is no HTTP gets an answer with a code, and no more', async () => {
    const api = await createWorld().startApi();
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(api.port, '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      let text = '';
      socket.on('data', (part) => (text += part.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).toContain('"code":"VALIDATION_FAILED"');
  });

  test('of 700 requests at one instant those of the burst pass; another token is still served [api-1.rate]', async () => {
    // The limit goes by this clock alone, which stands still however long the requests take.
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const { api, token: secret } = await apiOfAgent();
    const answers = await Promise.all(
      Array.from({ length: 700 }, () => call(api, 'GET', `${LIST}?limit=1`, { token: secret })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    const served = answers.filter(({ status }) => status === 200);
    expect([served.length, refused.length]).toEqual([400, 300]);
    expect(refused[0]).toMatchObject({ body: { code: 'RATE_LIMITED', retryable: true } });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await call(api, 'GET', LIST)).toMatchObject({ status: 200 });
  });

  test.each([
    ['/global/health', 200],
    ['/openapi.json', 200],
    [LIST, 401],
  ])(
    'of 2,100 requests without a token at one instant to %s 2,000 pass; those with one are still served',
    async (path, status) => {
      vi.useFakeTimers({ toFake: ['performance'] });
      onTestFinished(() => void vi.useRealTimers());
      const api = await createWorld().startApi();
      const statuses: number[] = [];
      for (let sent = 0; sent < 2_100; sent += 300) {
        const some = Array.from({ length: 300 }, () => fetch(api.url + path, { method: 'GET' }));
        for (const response of await Promise.all(some)) {
          statuses.push(response.status);
          await response.arrayBuffer();
        }
      }
      expect(statuses.filter((one) => one === status).length).toBe(2_000);
      expect(statuses.filter((one) => one === 429).length).toBe(100);
      const headers = { authorization: `Bearer ${ENGINE_TOKEN}` };
      expect((await fetch(api.url + LIST, { headers })).status).toBe(200);
    },
  );
});

test.each([
  ['the burst', 0, 400],
  ['the burst and half a second', 500, 100],
  ['the burst and long after', 60_000, 400],
])('a token may send %s [api-1.rate]', (_name, laterMs, allowed) => {
  const limit = createRateLimit();
  for (let count = 0; count < 400; count++) if (laterMs > 0) expect(limit.take('t', 0)).toBe(0);
  for (let count = 0; count < allowed; count++) expect(limit.take('t', laterMs)).toBe(0);
  expect(limit.take('t', laterMs)).toBe(1);
  expect(limit.take('other', laterMs)).toBe(0);
});

describe('who is calling', () => {
  test("an agent's token speaks for that agent only [api-1.agent-token]", async () => {
    const { world, api, token: secret } = await apiOfAgent();
    const own = await call(api, 'POST', LIST, { token: secret, body: askBody() });
    expect(own.body.approval.requested_by).toEqual({ kind: 'agent', actor_id: 'scout' });
    expect(await call(api, 'GET', LIST, { token: secret, agent: 'scout' })).toMatchObject({ status: 200 });
    const other = await call(api, 'POST', LIST, { token: secret, agent: 'other', body: askBody({ rationale: '2' }) });
    expect(other).toMatchObject({ status: 403, body: { code: 'AGENT_IDENTITY_MISMATCH' } });
    expect(world.store.read.audit.headSeq()).toBe(2);
  });

  test('however an agent writes its way to a decision, it decides nothing [api-1.agent-token]', async () => {
    const { world, api, token } = await apiOfAgent();
    const asked = await call(api, 'POST', LIST, { token, body: askBody() });
    const id = String(asked.body.approval.approval_id);
    const ways = [
      ...['approve', 'Approve', '%61pprove', 'approve/', 'approve//', 'approve;x', 'approve?as=operator', 'approve%2f'],
      ...['x/../approve', './approve', 'approve%00', 'approve.json', 'consume/../approve', 'approve#consume'],
    ].map((end) => `${LIST}/${id}/${end}`);
    const around = [`/${LIST}/${id}/approve`, `/GOVERNANCE/approvals/${id}/approve`, `/x/..${LIST}/${id}/approve`];
    const claims = [
      {},
      { 'x-http-method-override': 'POST', 'x-original-url': `${LIST}/${id}/approve` },
      { 'x-role': 'operator', 'x-tandem-operator': 'olga', 'x-forwarded-for': '127.0.0.1' },
    ];
    for (const path of [...ways, ...around]) {
      for (const claimed of claims) {
        const headers = {
          ...{ host: `127.0.0.1:${api.port}`, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...claimed,
        };
        const { status } = await sendRaw({ host: '127.0.0.1', port: api.port, method: 'POST', path, headers });
        expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      }
    }
    expect(world.store.read.approvals.find(id)?.status).toBe('pending');
  });

  test('an engine relays for agents, and is a system with its name without one [1.system, api-1.engine-token]', async () => {
    const api = await createWorld().startApi();
    const relayed = await call(api, 'POST', LIST, { agent: 'scout', body: askBody() });
    expect(relayed.body.approval.requested_by).toEqual({ kind: 'agent', actor_id: 'scout' });
    const own = await call(api, 'POST', LIST, { agent: '  ', body: askBody() });
    expect(own.body.approval.requested_by).toEqual({ kind: 'system', source: 'launcher' });
  });

  test('whoever names an agent is that agent, whatever else it claims [1.agent, api-1.names-agent]', async () => {
    const api = await createWorld().startApi();
    const { approval_id } = await ask(api, 'scout');
    for (const token of [OPERATOR_TOKEN, ENGINE_TOKEN]) {
      const headers = { 'x-tandem-request-source': 'control_panel', 'x-tandem-actor-id': 'olga' };
      const answer = await call(api, 'POST', `${LIST}/${approval_id}/approve`, { token, agent: 'scout', headers });
      expect(answer).toMatchObject({ status: 403, body: { code: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN' } });
    }
    expect((await call(api, 'GET', `${LIST}/${approval_id}`)).body.approval.status).toBe('pending');
  });

  test("the operator's token is a human with the name it gives, else the user's [1.operator, api-1.operator-token]", async () => {
    const api = await createWorld().startApi();
    const decide = async (headers: Record<string, string>) => {
      const { approval_id } = await ask(api, 'scout', { rationale: JSON.stringify(headers) });
      return (await call(api, 'POST', `${LIST}/${approval_id}/deny`, { token: OPERATOR_TOKEN, headers })).body.approval;
    };
    expect((await decide({})).reviewed_by).toEqual({ kind: 'human', actor_id: 'olga' });
    expect((await decide({ 'x-tandem-actor-id': 'otto' })).reviewed_by).toEqual({ kind: 'human', actor_id: 'otto' });
  });

  test.each([
    ['an agent id of 201 characters', { 'x-tandem-agent-id': 'x'.repeat(201) }],
    ['an ancestor of 201 characters', { 'x-tandem-agent-ancestor-ids': `a,${'x'.repeat(201)}` }],
    [
      '65 ancestors',
      { 'x-tandem-agent-ancestor-ids': Array.from({ length: 65 }, (_, index) => `a${index}`).join(',') },
    ],
  ])('%s is refused with 400', async (_name, headers) => {
    const api = await createWorld().startApi();
    expect(await call(api, 'GET', LIST, { headers })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  });

  test('a revoked token is worth nothing at once, and ends its streams [api-1.token-list]', async () => {
    const { world, api, token: secret, tokenId } = await apiOfAgent();
    const stream = await fetch(`${api.url}/governance/events`, { headers: { authorization: `Bearer ${secret}` } });
    expect(stream.status).toBe(200);
    const whole = stream.text();
    await world.execute(operator, 'token.revoke', { tokenId });
    expect(await whole).toContain('connected');
    expect(await call(api, 'GET', LIST, { token: secret })).toMatchObject({ status: 401 });
  });

  test('the last use of a token is noted, and its secret is stored nowhere [api-1.token-secret, api-1.token-list]', async () => {
    const { world, api, token: secret } = await apiOfAgent();
    await call(api, 'GET', LIST, { token: secret });
    await expect.poll(() => world.store.read.tokens.list()[0]?.lastUsedAtMs).toBe(world.clock.at);
    expect(JSON.stringify(world.store.read.audit.after(0, 100))).not.toContain(secret);
    expect(JSON.stringify(world.store.read.tokens.list())).not.toContain(secret);
  });

  test('later uses are written together once a minute, and what is left when the API closes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { world, api, token: secret } = await apiOfAgent();
    const lastUse = () => world.store.read.tokens.list()[0]?.lastUsedAtMs;
    const useAt = async (atMs: number) => {
      world.clock.at = atMs;
      await call(api, 'GET', LIST, { token: secret });
    };
    const firstMs = world.clock.at;
    await useAt(firstMs);
    await expect.poll(lastUse).toBe(firstMs);
    await useAt(firstMs + 1_000);
    await world.execute(operator, 'limits.update', {});
    expect(lastUse()).toBe(firstMs);
    vi.advanceTimersByTime(60_000);
    await expect.poll(lastUse).toBe(firstMs + 1_000);
    await useAt(firstMs + 2_000);
    await api.close();
    expect(lastUse()).toBe(firstMs + 2_000);
  });

  test('an agent is seen whenever it calls, and one that is only named by a reader is not made up', async () => {
    const { world, api, token: secret } = await apiOfAgent();
    insertAgent(world, 'scout');
    world.clock.at += 3_600_000;
    await call(api, 'GET', LIST, { token: secret });
    await expect.poll(() => world.store.read.agents.find('scout')?.lastSeenAtMs).toBe(world.clock.at);
    await call(api, 'GET', LIST, { token: ENGINE_TOKEN, headers: { 'x-tandem-agent-id': 'stranger' } });
    await world.execute(operator, 'limits.update', {});
    expect(world.store.read.agents.find('stranger')).toBeUndefined();
  });
});

test('a launcher token that is too short stops the start, and no child process inherits one [api-1.launcher-tokens]', () => {
  expect(() => readLauncherTokens({ GATEHOUSE_ENGINE_TOKEN: 'x'.repeat(31) })).toThrow(
    'GATEHOUSE_ENGINE_TOKEN must be',
  );
  const environment = { GATEHOUSE_OPERATOR_TOKEN: 'o'.repeat(32), PATH: '/bin' };
  expect(readLauncherTokens(environment).kindOf('o'.repeat(32))).toBe('operator');
  expect(environment).toEqual({ PATH: '/bin' });
});
