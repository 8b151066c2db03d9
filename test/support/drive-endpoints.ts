import { expect } from 'vitest';
import { type EndpointCall, endpointCalls, type Known, type Sender } from './endpoint-calls';
import { type Published, publishedBy } from './published';

/** A running API and a token of each kind; the agent's is scout's. */
export type Target = { readonly url: string; readonly tokens: Readonly<Record<Sender, string>> };

const senders: readonly Sender[] = ['operator', 'engine', 'agent'];

/**
 * Calls every endpoint of spec/api.md section 2 once with success, and once for each caller that it is not for, and holds every
 * request and every answer against the document that the API publishes. Answers the operations that were called.
 */
export async function driveEndpoints({ url, tokens }: Target): Promise<ReadonlySet<string>> {
  const published = await publishedBy(url);
  const called = new Set<string>();
  const known: Known = {};

  async function send(call: EndpointCall, path: string, sender: Sender | undefined) {
    const body = call.body ?? (call.method === 'GET' ? undefined : {});
    if (call.body !== undefined) expect(published.requestProblems(call.method, path, call.body)).toEqual([]);
    const response = await fetch(url + path, {
      method: call.method,
      headers: {
        ...(sender !== undefined && { authorization: `Bearer ${tokens[sender]}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    const problems = published.answerProblems(call.method, path, response.status, answer);
    expect({ call: `${call.method} ${path}`, answer, problems }).toMatchObject({ problems: [] });
    return { status: response.status, answer };
  }

  for (const call of endpointCalls) {
    const path = call.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(known[name] ?? ''));
    called.add(published.endpointOf(call.method, path)?.operationId ?? `${call.method} ${path}`);
    expect(await send(call, path, undefined)).toMatchObject({ status: 401, answer: { code: 'AUTH_REQUIRED' } });
    for (const sender of senders.filter((one) => !call.who.includes(one))) {
      const code = call.forbidden ?? 'FORBIDDEN';
      expect({ path, sender, ...(await send(call, path, sender)) }).toMatchObject({ status: 403, answer: { code } });
    }
    for (const sender of call.method === 'GET' ? call.who : [call.as]) {
      const { status, answer } = await send(call, path, sender);
      expect({ path, sender, status, answer }).toMatchObject({ status: 200, answer: call.answers ?? {} });
      expect({ path, fields: Object.keys(answer).sort() }).toEqual({ path, fields: call.fields.toSorted() });
      if (call.keep !== undefined) keep(known, call.keep, answer);
    }
  }
  await driveHealth(url, published);
  await driveConnections(url, published);
  await driveStream(url, tokens.engine);
  await driveExport(url, tokens, published);
  return new Set([...called, 'health', 'events.stream', 'audit.export', 'connections.ask', 'connections.wait']);
}

function keep(known: Known, [name, ...path]: readonly [string, ...string[]], answer: unknown): void {
  known[name] = String(path.reduce((value, key) => (value as Record<string, unknown>)[key], answer));
}

/** Health needs no token. */
async function driveHealth(url: string, published: Published): Promise<void> {
  const health = (await (await fetch(`${url}/global/health`)).json()) as Record<string, unknown>;
  expect(published.answerProblems('GET', '/global/health', 200, health)).toEqual([]);
  expect(health).toEqual({ ready: true, healthy: true, version: expect.any(String) as string });
}

/** Asking to be connected needs no token; the answer is for the bearer of the secret. */
async function driveConnections(url: string, published: Published): Promise<void> {
  const path = '/governance/connections';
  const body = { engine: 'claude', agent_id: 'claude-code' };
  expect(published.requestProblems('POST', path, body)).toEqual([]);
  const headers = { 'content-type': 'application/json' };
  const asked = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = (await asked.json()) as { connection: { connection_id: string; secret: string } };
  expect(published.answerProblems('POST', path, asked.status, answer)).toEqual([]);
  const own = `${path}/${answer.connection.connection_id}`;
  for (const [secret, status] of [
    [answer.connection.secret, 200],
    ['gtc_wrong', 404],
  ] as const) {
    const waited = await fetch(url + own, { headers: { authorization: `Bearer ${secret}` } });
    expect(waited.status).toBe(status);
    expect(published.answerProblems('GET', own, status, await waited.json())).toEqual([]);
  }
}

/** The export is lines of JSON from a first to an end line, for the operator only. */
async function driveExport(url: string, tokens: Target['tokens'], published: Published): Promise<void> {
  const path = '/governance/audit/export';
  for (const sender of senders) {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${tokens[sender]}` } });
    if (sender === 'operator') {
      expect(response.headers.get('content-type')).toBe('application/x-ndjson');
      const lines = (await response.text()).trimEnd().split('\n');
      const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
      expect(types).toContain('row');
      expect(types.at(-1)).toBe('end');
    } else {
      expect(response.status).toBe(403);
      expect(published.answerProblems('GET', path, 403, await response.json())).toEqual([]);
    }
  }
}

/** The stream begins with the first row for a client that has seen none. */
async function driveStream(url: string, token: string): Promise<void> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/governance/events`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': '0' },
    signal: leaving.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!/^id: 2$/m.test(text)) {
    const part = await reader?.read();
    if (part === undefined || part.done) throw new Error(`the stream ended after ${text}`);
    text += part.value;
  }
  leaving.abort();
  const [id, event, data] =
    text
      .split('\n\n')
      .find((frame) => frame.startsWith('id: '))
      ?.split('\n') ?? [];
  expect(id).toBe('id: 1');
  const row = JSON.parse(data?.slice('data: '.length) ?? '') as Record<string, unknown>;
  expect(Object.keys(row).sort()).toEqual(['actor', 'at_ms', 'event_type', 'payload', 'seq']);
  expect(`automation.governance.${event?.slice('event: '.length)}`).toBe(row['event_type']);
}
