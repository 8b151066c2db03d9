import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const checkout = resolve(import.meta.dirname, '..', '..');

/** What the MCP Inspector's command line printed, and how it ended: 0, or 5 where a tool said that it did not do it. */
export type Inspected = {
  readonly code: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into JSON of any form
  readonly answer: any;
  readonly errors: string;
};

/** Runs `npx @modelcontextprotocol/inspector --cli` in the checkout, as somebody would by hand; it keeps its files in `home`. */
export async function inspect(
  connection: { readonly url: string; readonly token: string; readonly home: string },
  args: readonly string[],
): Promise<Inspected> {
  const { url, token, home } = connection;
  const command = [
    ...['--no-install', '@modelcontextprotocol/inspector', '--cli', `${url}/mcp`, '--transport', 'http'],
    ...['--header', `Authorization: Bearer ${token}`, ...args],
  ];
  const ended = await promisify(execFile)('npx', command, { cwd: checkout, env: { ...process.env, HOME: home } }).then(
    (printed) => ({ ...printed, code: 0 }),
    (error: { readonly stdout: string; readonly stderr: string; readonly code: number }) => error,
  );
  const { code, stdout, stderr } = ended;
  if (!stdout.startsWith('{')) throw new Error(`the inspector ended with ${code}: ${stdout}${stderr}`);
  return { code, answer: JSON.parse(stdout) as unknown, errors: withoutNpmWarnings(stderr) };
}

/** Calls a tool by the Inspector; its structured content. */
export async function inspectTool(
  connection: Parameters<typeof inspect>[0],
  name: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Inspected> {
  const pairs = Object.entries(input).flatMap(([field, value]) => [
    '--tool-arg',
    `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
  const inspected = await inspect(connection, ['--method', 'tools/call', '--tool-name', name, ...pairs]);
  return { ...inspected, answer: (inspected.answer as { structuredContent: unknown }).structuredContent };
}

/** Without what npx itself says of the user's own npm configuration. */
function withoutNpmWarnings(stderr: string): string {
  return stderr.replaceAll(/^npm warn .*\n/gm, '');
}
