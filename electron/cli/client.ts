import { type Connection, ConnectionError } from './connection';

/** An answer of the API. */
export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** Sends one request as an agent. Throws ConnectionError when nobody answers. */
export async function send(
  connection: Connection,
  agentId: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(new URL(path, connection.url), {
      method,
      headers: {
        authorization: `Bearer ${connection.token}`,
        'x-tandem-agent-id': agentId,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ConnectionError(`Gatehouse does not answer at ${connection.url}. Is it still running?`);
  }
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
