import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject } from '../../shared/kernel/fields';
import { exchange, MOST_BYTES } from './exchange';
import { ApiRefusal, Unreachable, UsageFailure } from './failure';

/** Where Gatehouse listens and which token to show it; an empty token shows none. */
export type Connection = { readonly url: string; readonly token: string };

/** Where to send requests, and for whom: an engine's token speaks for the agent that is named, an agent's for its own anyway. */
export type HttpCaller = Connection & { readonly agentId?: string | undefined };

/** What the API answered; the form of a body is in its OpenAPI document. */
export type HttpAnswer = { readonly status: number; readonly body: JsonObject };

/** One request. */
export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** The agent's parents, oldest first. */
  readonly ancestorIds?: readonly string[];
  /** How long nothing may arrive before Gatehouse counts as unreachable, in milliseconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
};

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Sends one request and resolves to whatever was answered, a refusal too. Rejects with Unreachable when nobody answers, and
 * with the signal's reason when it aborts.
 */
export async function send(caller: HttpCaller, request: ApiRequest): Promise<HttpAnswer> {
  const { url } = caller;
  const { method = 'GET', path, ancestorIds, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = request;
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = {
    ...headersOf(caller, ancestorIds),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const answered = await exchange({ url: new URL(path, url), method, headers, body, timeoutMs, signal });
  const answer = objectIn(answered.body);
  if (answer === undefined) throw new Unreachable(`What answers at ${url} is not Gatehouse.`);
  return { status: answered.status, body: answer };
}

/** Sends one request and resolves to its body; rejects with Refusal when Gatehouse refuses. */
export async function ask(caller: HttpCaller, request: ApiRequest): Promise<HttpAnswer['body']> {
  const { status, body } = await send(caller, request);
  if (status < 200 || status > 299) throw new ApiRefusal(status, body);
  return body;
}

/** Whether a text can stand in a header of HTTP, which has no room for most alphabets and for no line breaks. */
export function isHeaderText(text: string): boolean {
  return /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text);
}

/** Who is calling, in the headers of spec/api.md section 1. Throws UsageFailure for what no header can say. */
export function headersOf(
  { token, agentId }: HttpCaller,
  ancestorIds: readonly string[] = [],
): Readonly<Record<string, string>> {
  if (!isHeaderText(token)) throw new UsageFailure('The token is none: it has a line break or other letters.');
  for (const id of [agentId ?? '', ...ancestorIds]) {
    if (!isHeaderText(id)) throw new UsageFailure(`No agent can be named ${JSON.stringify(id)} here.`);
  }
  return {
    ...(token !== '' && { authorization: `Bearer ${token}` }),
    ...(agentId !== undefined && { 'x-tandem-agent-id': agentId }),
    ...(ancestorIds.length > 0 && { 'x-tandem-agent-ancestor-ids': ancestorIds.join(',') }),
    'x-tandem-request-source': 'gatehouse-cli',
  };
}

/** The body of an answer; undefined for anything but a JSON object. Rejects when it stops before its end or is too large. */
export async function readBody(response: IncomingMessage): Promise<HttpAnswer['body'] | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error('too much');
    parts.push(part);
  }
  return objectIn(Buffer.concat(parts));
}

function objectIn(bytes: Buffer): HttpAnswer['body'] | undefined {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    return isJsonObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
