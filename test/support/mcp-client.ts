import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { ENGINE_TOKEN } from './world';

/** The two generations of the protocol: with `initialize` and a session, and each request by itself. */
export const eras = ['2025', '2026-07-28'] as const;

/** One of them. */
export type Era = (typeof eras)[number];

/** What a tool answered; its structured content is looked at by name. */
export type ToolAnswer = {
  readonly isError: boolean;
  /** What a model reads. */
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into JSON of any form
  readonly data: any;
};

/** The SDK's own client, connected. */
export type McpTestClient = {
  readonly client: Client;
  readonly sessionId: () => string | undefined;
  tool(name: string, input?: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<ToolAnswer>;
};

/** How to connect: as the launcher's engine in the name of scout, unless something else is given. */
export type McpConnection = {
  readonly token?: string;
  readonly agent?: string | undefined;
  readonly era?: Era;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The headers that every request of a client carries. */
export function mcpHeaders({ token = ENGINE_TOKEN, headers, ...rest }: McpConnection): Record<string, string> {
  const agent = 'agent' in rest ? rest.agent : 'scout';
  return {
    authorization: `Bearer ${token}`,
    ...(agent !== undefined && { 'x-tandem-agent-id': agent }),
    ...headers,
  };
}

/** Connects the SDK's client to a running API; it is closed after the test. */
export async function connectMcp(url: string, connection: McpConnection = {}): Promise<McpTestClient> {
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: { headers: mcpHeaders(connection) },
  });
  const client = new Client(
    { name: 'gatehouse-tests', version: '0' },
    connection.era === '2026-07-28' ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {},
  );
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    client,
    sessionId: () => transport.sessionId,
    async tool(name, input = {}, signal) {
      const answer = await client.callTool(
        { name, arguments: { ...input } },
        signal === undefined ? undefined : { signal },
      );
      const [first] = answer.content;
      if (first?.type !== 'text') throw new Error(`${name} answered no text`);
      return { isError: answer.isError === true, text: first.text, data: answer.structuredContent };
    },
  };
}
