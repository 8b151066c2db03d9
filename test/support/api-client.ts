import { request as httpRequest, type RequestOptions } from 'node:http';
import type { Api } from '../../electron/edges/http/server';
import { type Published, publishedBy } from './published';
import { createWorld, ENGINE_TOKEN, operator } from './world';

/** What a test reads of an answer; bodies are the wire's, so their fields are looked at by name. */
export type TestAnswer = {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into JSON of any form
  readonly body: any;
};

/** A world with its API, and the token that the operator made for an agent. */
export async function apiOfAgent(agentId = 'scout') {
  const world = createWorld();
  const api = await world.startApi();
  const made = await world.done(operator, 'token.create', { kind: 'agent', name: agentId, agentId });
  return { world, api, token: made.secret, tokenId: made.token.tokenId };
}

/** What every API of these tests publishes, for all have the same routes: making it takes longer than most tests. */
let published: Published | undefined;

/** Fails unless the answer is as the server itself publishes it; what is no endpoint may only be refused. */
async function expectPublished(api: Api, method: string, path: string, status: number, body: unknown): Promise<void> {
  if (path === '/openapi.json' && status === 200) return;
  published ??= await publishedBy(api.url);
  const problems = published.answerProblems(method, path, status, body);
  if (problems.length > 0) {
    throw new Error(
      `${method} ${path} answers ${status} not as published:\n${problems.join('\n')}\n${JSON.stringify(body)}`,
    );
  }
}

/**
 * Sends one request; the engine's token unless another is given, JSON unless the body is text already. Fails when the answer,
 * a refusal too, does not fit the OpenAPI document that the server publishes.
 */
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
  const answer = {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
  await expectPublished(api, method, path, answer.status, answer.body);
  return answer;
}

/** Sends one request with headers that fetch would not let through, such as Host. */
export function callRaw(
  api: Api,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: { readonly code: string } }> {
  return sendRaw({ host: '127.0.0.1', port: api.port, path, headers }).then(async (answer) => {
    await expectPublished(api, 'GET', path, answer.status, answer.body);
    return answer;
  });
}

/** Sends one request exactly as it is given. */
export function sendRaw(
  options: RequestOptions,
  text = '',
): Promise<{ readonly status: number; readonly body: { readonly code: string } }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(options, (response) => {
      let answered = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (answered += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(answered) as { code: string } }),
      );
    });
    sent.on('error', reject);
    sent.end(text);
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
