import { describe, expect, test } from 'vitest';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { apiOfAgent, call } from '../../support/api-client';
import { ENGINE_TOKEN, OPERATOR_TOKEN, operator, START } from '../../support/world';

const METRICS = '/v1/metrics';

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const nanoseconds = (ms: number) => `${START + ms}000000`;

type Said = { readonly value: number; readonly type?: string; readonly from?: number; readonly to?: number };

const point = ({ value, type, from = 0, to = 5_000 }: Said, more: object = {}) => ({
  attributes: [
    attribute('session.id', 's1'),
    attribute('model', 'claude-opus-4-8'),
    attribute('query_source', 'main'),
    ...(type === undefined ? [] : [attribute('type', type)]),
  ],
  startTimeUnixNano: nanoseconds(from),
  timeUnixNano: nanoseconds(to),
  asDouble: value,
  ...more,
});

const sum = (name: string, dataPoints: readonly object[], aggregationTemporality = 1) => ({
  name,
  unit: 'x',
  sum: { aggregationTemporality, isMonotonic: true, dataPoints },
});

const batch = (metrics: readonly object[], service = 'claude-code') => ({
  resourceMetrics: [
    {
      resource: { attributes: [attribute('service.name', service)], droppedAttributesCount: 0 },
      scopeMetrics: [{ scope: { name: 'com.anthropic.claude_code' }, metrics }],
    },
  ],
});

const cost = (value: number, more: Omit<Said, 'value'> = {}) =>
  sum('claude_code.cost.usage', [point({ value, ...more })]);
const tokens = (value: number, type: string, more: Omit<Said, 'value'> = {}) =>
  sum('claude_code.token.usage', [point({ value, type, ...more })]);

async function receiver(agentId = 'claude-code') {
  const { world, api, token } = await apiOfAgent(agentId);
  const send = (body: unknown, more: object = {}) => call(api, 'POST', METRICS, { token, body, ...more });
  const charged = () => {
    const found = world.query(operator, 'spend.get', { agentId });
    return found.ok ? found.value.spend.weekly : undefined;
  };
  return { world, api, token, send, charged };
}

describe('telemetry of an engine', () => {
  test('charges its sessions what it says, and a batch that is sent again charges nothing [sessions-4.otlp, api-2.otlp]', async () => {
    const { world, send, charged } = await receiver();
    const body = batch([cost(0.25), tokens(1_000, 'input'), tokens(40, 'cacheRead'), tokens(5, 'output')]);
    expect(await send(body)).toMatchObject({ status: 200, body: {} });
    expect(charged()).toMatchObject({ costNanos: nanosOfUsd(0.25), promptTokens: 1_040, completionTokens: 5 });
    expect(await send(body)).toMatchObject({ status: 200 });
    expect(charged()).toMatchObject({ costNanos: nanosOfUsd(0.25), totalTokens: 1_045 });
    // The same amounts of the next five seconds are others.
    await send(batch([cost(0.25, { from: 5_000, to: 10_000 })]));
    expect(charged()).toMatchObject({ costNanos: nanosOfUsd(0.5) });
    expect(world.query(operator, 'sessions.usage', { runId: 'claude-s1' })).toMatchObject({
      value: { models: [{ model: 'claude-opus-4-8', basis: 'reported', cacheReadTokens: 40 }] },
    });
  });

  test('may say totals: what is above the last one is charged, and a new start is a new total [sessions-4.otlp]', async () => {
    const { send, charged } = await receiver();
    const total = (value: number, from: number, to: number) =>
      batch([sum('claude_code.cost.usage', [point({ value, from, to })], 2)]);
    await send(total(0.25, 0, 5_000));
    await send(total(0.5, 0, 10_000));
    await send(total(0.25, 0, 5_000));
    expect(charged()).toMatchObject({ costNanos: nanosOfUsd(0.5) });
    await send(total(0.125, 20_000, 25_000));
    expect(charged()).toMatchObject({ costNanos: nanosOfUsd(0.625) });
  });

  test('that names no session is told so and charges nobody; other engines and metrics are none of ours', async () => {
    const { send, charged } = await receiver();
    const nameless = batch([sum('claude_code.cost.usage', [point({ value: 1 }, { attributes: [] })])]);
    expect(await send(nameless)).toMatchObject({ status: 200, body: { partialSuccess: { rejectedDataPoints: '1' } } });
    expect(await send(batch([cost(1)], 'somebody'))).toMatchObject({ status: 200, body: {} });
    expect(await send(batch([sum('claude_code.active_time.total', [point({ value: 9 })])]))).toMatchObject({
      status: 200,
    });
    expect(await send({})).toMatchObject({ status: 200 });
    expect(charged()).toBe(undefined);
  });

  test.each([
    ['no list', { resourceMetrics: {} }],
    ['a negative amount', batch([cost(-1)])],
    ['an amount that is text', batch([sum('claude_code.cost.usage', [point({ value: 1 }, { asDouble: '1' })])])],
    ['no time', batch([sum('claude_code.cost.usage', [point({ value: 1 }, { timeUnixNano: 'today' })])])],
    ['no temporality', batch([sum('claude_code.cost.usage', [point({ value: 1 })], 0)])],
    ['a name without an end', batch([sum('x'.repeat(201), [])])],
    ['too many points', batch([sum('claude_code.cost.usage', Array(1_001).fill(point({ value: 1 })))])],
  ])('with %s is refused whole, and nothing changes', async (_, body) => {
    const { send, charged } = await receiver();
    const { resourceMetrics: given } = body;
    const more = Array.isArray(given) ? [...batch([cost(1)]).resourceMetrics, ...given] : given;
    const { status, body: answer } = await send({ resourceMetrics: more });
    expect(status).toBe(400);
    expect(answer).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(charged()).toBe(undefined);
  });

  test('in the form of protobuf is refused with the line that sets JSON [sessions-4.otlp]', async () => {
    const { api, token } = await receiver();
    for (const path of [METRICS, '/v1/logs', '/v1/traces']) {
      const answer = await fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-protobuf' },
        body: new Uint8Array([10, 0]),
      });
      expect(answer.status).toBe(415);
      const said = (await answer.json()) as { readonly error: string };
      expect(said.error).toContain('OTEL_EXPORTER_OTLP_PROTOCOL=http/json');
    }
  });

  test('is taken of agents alone, for themselves; logs and traces are taken and not kept', async () => {
    const { api, token, send, charged, world } = await receiver();
    for (const other of [OPERATOR_TOKEN, ENGINE_TOKEN]) {
      for (const path of [METRICS, '/v1/logs', '/v1/traces']) {
        expect(await call(api, 'POST', path, { token: other, body: {} })).toMatchObject({ status: 403 });
      }
    }
    expect(await call(api, 'POST', METRICS, { token: undefined, body: {} })).toMatchObject({ status: 401 });
    expect(await call(api, 'POST', '/v1/logs', { token, body: { resourceLogs: [{}] } })).toMatchObject({ status: 200 });
    expect(await call(api, 'POST', '/v1/traces', { token, body: { resourceSpans: 1 } })).toMatchObject({ status: 400 });
    expect(await send(batch([cost(1)]), { agent: 'claude-code/a' })).toMatchObject({ status: 403 });
    const made = await world.execute(operator, 'token.create', { kind: 'agent', name: 'x', agentId: 'thief' });
    await send(batch([cost(1)]));
    const theft = await call(api, 'POST', METRICS, {
      token: made.ok ? made.value.secret : '',
      body: batch([cost(5, { from: 5_000, to: 6_000 })]),
    });
    expect(theft).toMatchObject({ status: 403 });
    expect(charged()).toMatchObject({ costNanos: nanosOfUsd(1) });
  });
});
