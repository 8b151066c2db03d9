import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SESSION_IDLE_MS } from '../../../electron/edges/mcp/sessions';
import { sendRaw } from '../../support/api-client';
import { connectMcp, eras, mcpHeaders } from '../../support/mcp-client';
import { createWorld, OPERATOR_TOKEN, operator } from '../../support/world';

async function world() {
  const made = createWorld();
  const api = await made.startApi();
  const token = async (kind: 'agent' | 'engine', agentId?: string) => {
    const input = { kind, name: `${kind} ${agentId}`, ...(agentId !== undefined && { agentId }) };
    const created = await made.done(operator, 'token.create', input);
    return { token: created.secret, tokenId: created.token.tokenId };
  };
  return { world: made, api, token };
}

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const listTools = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

function post(url: string, headers: Record<string, string>, body = listTools) {
  return fetch(`${url}/mcp`, { method: 'POST', headers: { ...json, ...headers }, body });
}

describe.each(eras)('with a client of %s', (era) => {
  test('an agent token is its agent, and no other [api-3.tokens]', async () => {
    const { api, token } = await world();
    const { token: secret } = await token('agent', 'scout');
    const { tool } = await connectMcp(api.url, { era, token: secret, agent: undefined });
    expect((await tool('my_allowance')).data.agent_id).toBe('scout');
    await expect(connectMcp(api.url, { era, token: secret, agent: 'other' })).rejects.toThrow(
      /AGENT_IDENTITY_MISMATCH|403/,
    );
  });

  test.each([
    ['an operator token', OPERATOR_TOKEN, undefined],
    ['an operator token that names an agent', OPERATOR_TOKEN, 'scout'],
  ])('%s is refused', async (_name, token, agent) => {
    const { api } = await world();
    await expect(connectMcp(api.url, { era, token, agent })).rejects.toThrow(/FORBIDDEN|403/);
    const answer = await post(api.url, mcpHeaders({ token, agent }));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('a sub-agent over its agent’s token asks as itself, and creates nothing', async () => {
    const { world: w, api, token } = await world();
    const { token: secret } = await token('agent', 'scout');
    const { tool } = await connectMcp(api.url, { era, token: secret, agent: 'scout/reviewer' });
    expect((await tool('my_allowance')).data.agent_id).toBe('scout/reviewer');
    const { data } = await tool('request_approval', {
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: 'Bash' },
      rationale: 'The tests pass.',
    });
    expect(data.approval).toMatchObject({ requested_by: { actor_id: 'scout/reviewer' }, ancestor_ids: ['scout'] });
    for (const [name, input] of [
      ['create_automation', { name: 'N' }],
      ['list_my_automations', {}],
    ] as const) {
      expect(await tool(name, input)).toMatchObject({ isError: true, data: { code: 'AGENT_IDENTITY_MISMATCH' } });
    }
    expect(w.query(operator, 'automations.list', {})).toMatchObject({ value: { count: 0 } });
  });

  test('a token that is revoked is refused at its next call, session or not', async () => {
    const { world: w, api, token } = await world();
    const { token: secret, tokenId } = await token('agent', 'scout');
    const { tool } = await connectMcp(api.url, { era, token: secret });
    await w.execute(operator, 'token.revoke', { tokenId });
    await expect(tool('my_allowance')).rejects.toThrow(/401|AUTH_REQUIRED|Unauthorized/i);
  });

  test('a tool that is not there is an error of the protocol', async () => {
    const { api } = await world();
    const { tool } = await connectMcp(api.url, { era });
    await expect(tool('approve_approval', { approval_id: 'x' })).rejects.toThrow('There is no tool approve_approval.');
  });

  test('the lineage is that of each request [3.lineage-stated, api-1.ancestor-ids]', async () => {
    const { world: w, api } = await world();
    const headers = { 'x-tandem-agent-ancestor-ids': 'root,planner', 'x-tandem-request-source': 'control_panel' };
    const { tool } = await connectMcp(api.url, { era, headers });
    const { data } = await tool('create_automation', { name: 'N' });
    expect(w.store.read.records.find(data.automation.automation_id)?.provenance).toMatchObject({
      depth: 3,
      requestSource: 'mcp',
    });
  });
});

test('before the protocol, the same is refused as everywhere: token, host, origin, form, size [api-3.tokens]', async () => {
  const { api } = await world();
  const to = { host: '127.0.0.1', port: api.port, path: '/mcp', method: 'POST' };
  const good = { host: `127.0.0.1:${api.port}`, ...json, ...mcpHeaders({}) };
  const send = (headers: object, text = listTools) => sendRaw({ ...to, headers: { ...good, ...headers } }, text);
  expect(await send({ authorization: 'Bearer x' })).toMatchObject({ status: 401, body: { code: 'AUTH_REQUIRED' } });
  expect(await send({ host: 'evil.example' })).toMatchObject({ status: 403, body: { code: 'HOST_REFUSED' } });
  expect(await send({ origin: 'http://localhost' })).toMatchObject({ status: 403, body: { code: 'ORIGIN_REFUSED' } });
  expect(await send({}, '{"jsonrpc":')).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  expect(await send({}, JSON.stringify('x'.repeat(2 ** 20)))).toMatchObject({ status: 413 });
  expect(await send({ 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
});

test('a flood over one session is limited as everywhere', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { api } = await world();
  const { sessionId } = await connectMcp(api.url);
  const headers = { ...mcpHeaders({}), 'mcp-session-id': sessionId() ?? '' };
  const answers = await Promise.all(Array.from({ length: 450 }, () => post(api.url, headers)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(50);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
});

test('a batch is refused: a thousand calls in it would count as one', async () => {
  const { api } = await world();
  const { sessionId } = await connectMcp(api.url);
  const answer = await post(api.url, { ...mcpHeaders({}), 'mcp-session-id': sessionId() ?? '' }, `[${listTools}]`);
  expect(answer.status).toBe(400);
});

test.each([
  ['no message at all', { hello: 1 }, '2025-11-25'],
  ['a second initialize', { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }, '2025-11-25'],
  ['a revision that nobody speaks', JSON.parse(listTools) as object, '1999-01-01'],
])('%s is an error of the protocol, and the session lives on', async (_name, message, revision) => {
  const { api } = await world();
  const { sessionId, tool } = await connectMcp(api.url);
  const session = { ...mcpHeaders({}), 'mcp-session-id': sessionId() ?? '' };
  const answer = await post(api.url, { ...session, 'mcp-protocol-version': revision }, JSON.stringify(message));
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: expect.any(Number) as unknown } });
  expect((await tool('my_allowance')).isError).toBe(false);
});

test('an initialize that is none opens no session', async () => {
  const { api } = await world();
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: 5 } });
  const answer = await post(api.url, mcpHeaders({}), body);
  expect(answer.headers.get('mcp-session-id')).toBeNull();
  expect(await answer.json()).toMatchObject({ id: 1, error: { code: expect.any(Number) as unknown } });
});

describe('a session', () => {
  async function opened() {
    const { world: w, api, token } = await world();
    const { token: secret } = await token('agent', 'scout');
    const mcp = await connectMcp(api.url, { token: secret, agent: undefined });
    const id = mcp.sessionId() ?? '';
    const as = (connection: Parameters<typeof mcpHeaders>[0], method = 'POST') =>
      fetch(`${api.url}/mcp`, {
        method,
        headers: { ...json, ...mcpHeaders({ agent: undefined, ...connection }), 'mcp-session-id': id },
        ...(method === 'POST' && { body: listTools }),
      }).then(({ status }) => status);
    return { world: w, secret, token, as };
  }

  test('of another token, or of another agent with the same token, is not found', async () => {
    const { secret, token, as } = await opened();
    expect(await as({ token: secret })).toBe(200);
    expect(await as({ token: (await token('agent', 'scout')).token })).toBe(404);
    expect(await as({ token: (await token('agent', 'other')).token })).toBe(404);
    expect(await as({})).toBe(404);
    expect(await as({ agent: 'scout' })).toBe(404);
    expect(await as({}, 'DELETE')).toBe(404);
    expect(await as({ token: secret })).toBe(200);
  });

  test('ends when its owner says so, and when it has been idle for a day', async () => {
    const ended = await opened();
    expect(await ended.as({ token: ended.secret }, 'DELETE')).toBe(200);
    expect(await ended.as({ token: ended.secret })).toBe(404);
    const idle = await opened();
    idle.world.clock.at += SESSION_IDLE_MS + 1;
    expect(await idle.as({ token: idle.secret })).toBe(404);
  });

  test('is asked for, where a client of 2025 has none', async () => {
    const { api } = await world();
    expect((await post(api.url, mcpHeaders({}))).status).toBe(400);
    expect((await post(api.url, { ...mcpHeaders({}), 'mcp-session-id': 'made-up' })).status).toBe(404);
    const listening = await fetch(`${api.url}/mcp`, { headers: { ...json, ...mcpHeaders({}) } });
    expect(listening.status).toBe(405);
    expect(listening.headers.get('allow')).toBe('POST, DELETE');
  });
});
