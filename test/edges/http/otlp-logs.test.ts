import { expect, test } from 'vitest';
import { usageTokenOf } from '../../../electron/engines/usage-token';
import { costNanosOf, noTokens, priceOf } from '../../../shared/prices';
import { apiOfAgent, call } from '../../support/api-client';
import { operator, START } from '../../support/world';

const MODEL = 'gemini-2.5-flash-lite';

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const number = (key: string, intValue: number) => ({ key, value: { intValue } });

type Answer = {
  readonly role?: string;
  readonly session?: string;
  readonly model?: string;
  readonly at?: number;
  readonly event?: string;
};

/** An answer of a model as Gemini CLI logs it. */
const answer = ({ role = 'utility_router', session = 's1', model = MODEL, at = 0, event }: Answer = {}) => ({
  timeUnixNano: `${START + at}000000`,
  body: { stringValue: `API response from ${model}.` },
  attributes: [
    text('event.name', event ?? 'gemini_cli.api_response'),
    ...(role === '' ? [] : [text('role', role)]),
    text('session.id', session),
    text('model', model),
    number('input_token_count', 1_000),
    number('cached_content_token_count', 400),
    number('output_token_count', 50),
    number('thoughts_token_count', 10),
    number('tool_token_count', 3),
    { key: 'interactive', value: { boolValue: false } },
    { key: 'finish_reasons', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } },
  ],
});

const batch = (logRecords: readonly object[], service = 'gemini-cli') => ({
  resourceLogs: [
    {
      resource: { attributes: [text('service.name', service)] },
      scopeLogs: [{ scope: { name: 'gemini-cli' }, logRecords }],
    },
  ],
});

/** Gemini CLI, which is connected, as its telemetry comes. */
async function gemini() {
  const { world, api, token: secret, tokenId } = await apiOfAgent('gemini');
  const send = async (body: unknown, path = '/v1/logs', usageToken = usageTokenOf(secret), method = 'POST') => {
    const answered = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`usage:${usageToken}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    return { status: answered.status, body: (await answered.json()) as Readonly<Record<string, unknown>> };
  };
  const charged = () => {
    const found = world.query(operator, 'spend.get', { agentId: 'gemini' });
    return found.ok ? found.value.spend.weekly : undefined;
  };
  return { world, api, secret, tokenId, send, charged };
}

const each = costNanosOf(
  { ...noTokens, inputTokens: 603, cacheReadTokens: 400, outputTokens: 60 },
  priceOf(MODEL) ?? noTokens,
);

test('what was asked beside a conversation is charged to its session, at our prices and once; the conversation is not [sessions-4.asides, sessions-4.otlp]', async () => {
  const { world, send, charged } = await gemini();
  const roles = ['main', 'subagent', 'utility_router', 'utility_loop_detector', ''];
  const body = batch([
    ...roles.map((role, at) => answer({ role, at })),
    answer({ event: 'gemini_cli.api_request' }),
    answer({ event: 'gen_ai.client.inference.operation.details' }),
  ]);
  expect(await send(body)).toMatchObject({ status: 200, body: {} });
  expect(charged()).toMatchObject({ costNanos: 2 * each, promptTokens: 2 * 1_003, completionTokens: 2 * 60 });
  // Sent again, because nobody heard that it was taken.
  expect(await send(body)).toMatchObject({ status: 200 });
  expect(charged()).toMatchObject({ costNanos: 2 * each });
  // The same use a moment later is another one.
  await send(batch([answer({ at: 9 })]));
  expect(charged()).toMatchObject({ costNanos: 3 * each });
  expect(world.query(operator, 'sessions.usage', { runId: 'gemini-s1' })).toMatchObject({
    value: { models: [{ model: MODEL, basis: 'estimate', inputTokens: 3 * 603, cacheReadTokens: 1_200 }] },
  });
});

test('what names no session or model is said to charge nobody; what others log is none of ours, however long', async () => {
  const { send, charged } = await gemini();
  expect(await send(batch([answer({ session: '' }), answer({ model: ' ' })]))).toMatchObject({
    status: 200,
    body: { partialSuccess: { rejectedLogRecords: '2' } },
  });
  expect(await send(batch([answer()], 'somebody'))).toMatchObject({ status: 200, body: {} });
  // Over what any other route takes.
  const prompt = { attributes: [text('gen_ai.system_instructions', 'x'.repeat(2_000_000))] };
  expect(await send(batch([prompt]))).toMatchObject({ status: 200, body: {} });
  expect(await send({ resourceSpans: [{ scopeSpans: [prompt] }] }, '/v1/traces')).toMatchObject({ status: 200 });
  expect(charged()).toBe(undefined);
});

test.each([
  ['no list', { resourceLogs: {} }],
  ['no time', batch([{ ...answer(), timeUnixNano: 'today' }])],
  ['attributes that are none', batch([{ ...answer(), attributes: { role: 'main' } }])],
  ['too many records', batch(Array.from({ length: 1_001 }, () => ({})))],
])('with %s it is refused whole, and nothing changes', async (_, body) => {
  const { send, charged } = await gemini();
  const { resourceLogs: more } = body;
  const given = Array.isArray(more) ? [...batch([answer()]).resourceLogs, ...(more as readonly object[])] : more;
  expect(await send({ resourceLogs: given })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  expect(charged()).toBe(undefined);
});

test('the token in the address tells usage and does nothing else; a wrong or revoked one tells nothing [api-1.usage-token]', async () => {
  const { world, api, secret, tokenId, send, charged } = await gemini();
  for (const [path, method] of [
    ['/governance/approvals', 'POST'],
    ['/governance/sessions/uses', 'POST'],
    ['/governance/spend', 'GET'],
    ['/mcp', 'POST'],
  ] as const) {
    const refused = await send({}, path, undefined, method);
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(refused.body['error']).toContain('what sessions used');
  }
  // The agent's own token is no password, and the one for usage no bearer token.
  for (const wrong of [secret, `${usageTokenOf(secret).slice(0, -1)}-`, 'gtu_', '']) {
    expect(await send(batch([answer()]), '/v1/logs', wrong)).toMatchObject({
      status: 401,
      body: { code: 'AUTH_REQUIRED' },
    });
  }
  const bearer = { token: usageTokenOf(secret), body: batch([answer()]) };
  expect(await call(api, 'POST', '/v1/logs', bearer)).toMatchObject({ status: 401 });
  expect(await send({ resourceMetrics: [] }, '/v1/metrics')).toMatchObject({ status: 200 });
  await world.execute(operator, 'token.revoke', { tokenId });
  expect(await send(batch([answer()]))).toMatchObject({ status: 401, body: { code: 'AUTH_REQUIRED' } });
  expect(charged()).toBe(undefined);
});
