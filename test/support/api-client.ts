import { request as httpRequest } from 'node:http';
import type { Api } from '../../electron/api/server';
import { ENGINE_TOKEN } from './world';

/** What a test reads of an answer; bodies are the wire's, so their fields are looked at by name. */
export type TestAnswer = {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into JSON of any form
  readonly body: any;
};

/** Sends one request; the engine's token unless another is given, JSON unless the body is text already. */
export async function call(
  api: Api,
  method: string,
  path: string,
  options: {
    readonly token?: string | undefined;
    readonly agent?: string;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<TestAnswer> {
  const token = 'token' in options ? options.token : ENGINE_TOKEN;
  const response = await fetch(api.url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(options.agent !== undefined && { 'x-tandem-agent-id': options.agent }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body),
    }),
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** Sends one request with headers that fetch would not let through, such as Host. */
export function callRaw(
  api: Api,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: { readonly code: string } }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: api.port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as { code: string } }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The body of a request for approval, as an agent sends it. */
export function askBody(different: Readonly<Record<string, unknown>> = {}) {
  return {
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Bash' },
    rationale: 'The tests pass.',
    action: { command: 'git push' },
    ...different,
  };
}

/** Asks as an agent and answers the approval. */
export async function ask(api: Api, agent: string, different: Readonly<Record<string, unknown>> = {}) {
  const answer = await call(api, 'POST', '/governance/approvals', { agent, body: askBody(different) });
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.approval as { readonly approval_id: string; readonly status: string };
}
