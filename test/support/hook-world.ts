import { readdirSync, readFileSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import {
  defaultHookSettings,
  type Engine,
  type HookSettings,
  writeConnection,
} from '../../electron/connect/connection-file';
import { removeEndpoint, writeEndpoint } from '../../electron/edges/http/endpoint-file';
import type { Api } from '../../electron/edges/http/server';
import { engineTable } from '../../electron/engines/table';
import type { ListedRecord } from '../../electron/nouns/approvals/store-rows';
import { type CommandEnding, type RunningCommand, startCommand } from './command-line';
import { createWorld, operator, type World } from './world';

/** The recorded inputs of an engine: what all of them have in common, and the rest of each by its name. */
export function hookInputs(engine: Engine) {
  const path = join(import.meta.dirname, '..', 'cli', 'fixtures', 'hooks', `${engine}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as { readonly common: object; readonly inputs: Record<string, object> };
}

/** An input as it was recorded, with some fields different. */
export function hookInput(engine: Engine, name: string, different: Readonly<Record<string, unknown>> = {}): string {
  const { common, inputs } = hookInputs(engine);
  return JSON.stringify({ ...common, ...inputs[name], ...different });
}

/** The input of each engine that asks. */
export const asking: Readonly<Record<Engine, string>> = {
  claude: 'permission-request',
  codex: 'permission-request',
  gemini: 'before-tool',
  opencode: 'permission-asked',
};

/** What Claude Code is started with where no person is in front of it. */
export const inPrintMode = { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' };

/** The status of an approval. */
export const statusOf = ({ world }: HookWorld, approvalId: string) =>
  world.store.read.approvals.find(approvalId)?.status;

/** The notes of hooks that are whole: one that is still being written tells nobody anything, and is lost with its hook. */
export function notes({ world }: HookWorld): readonly string[] {
  try {
    return readdirSync(join(world.home, 'hooks')).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

/** Stands between the hooks and the API, and can be what an app is that hangs, is killed, or starts again elsewhere. */
export type Gate = {
  /** Cuts every connection and listens no more; endpoint.json stays, as it does after kill -9. */
  kill(): void;
  /** Listens again, on another port. */
  restart(): Promise<void>;
  /** From now on nothing is answered. */
  hang(): void;
  /** From now on it is not seen when a hook is gone. */
  holdOn(): void;
  /** Called before a request is passed on, with its method and path. */
  onRequest(listener: (line: string) => Promise<void> | void): void;
  readonly requests: readonly string[];
};

/** A world whose API hooks find by its data folder. */
export type HookWorld = {
  readonly world: World;
  readonly api: Api;
  readonly gate: Gate;
  readonly token: string;
  readonly tokenId: string;
  start(engine: Engine, args: readonly string[], input: string, environment?: Environment): Promise<RunningCommand>;
  run(engine: Engine, args: readonly string[], input: string, environment?: Environment): Promise<CommandEnding>;
  /** The one question that waits, as soon as there is one. */
  question(): Promise<ListedRecord>;
  waiting(): readonly ListedRecord[];
  decide(approvalId: string, verdict: 'approve' | 'deny', notes?: string): Promise<void>;
};

type Environment = Readonly<Record<string, string>>;

/** The agent that a connected engine is. */
export const agentOf = (engine: Engine) => engineTable[engine].agentId;

/** Starts the API with one engine connected. */
export async function startHookWorld(engine: Engine, settings: Partial<HookSettings> = {}): Promise<HookWorld> {
  const world = createWorld();
  // Hooks say until when they wait by the real clock.
  world.clock.at = Date.now();
  const api = await world.startApi();
  const agentId = agentOf(engine);
  const made = await world.done(operator, 'token.create', { kind: 'agent', name: engine, agentId });
  writeConnection(world.home, {
    engine,
    agentId,
    token: made.secret,
    createdAtMs: world.clock.at,
    strength: 'user',
    hook: { ...defaultHookSettings(engine), ...settings },
    files: [],
  });
  const gate = await openGate(world.home, api);
  const start: HookWorld['start'] = async (name, args, input, environment = {}) => {
    // So that no terminal of whoever runs the tests is taken for the engine's.
    const variables = { CLAUDE_CODE_ENTRYPOINT: 'cli', CI: 'true', ...environment, GATEHOUSE_HOME: world.home };
    const command = await startCommand(['hook', name, ...args], variables);
    command.child.stdin.end(input);
    return command;
  };
  const waiting = () => world.store.read.approvals.waiting(100);
  return {
    world,
    api,
    gate,
    token: made.secret,
    tokenId: made.token.tokenId,
    start,
    run: async (...given) => (await start(...given)).ended,
    waiting,
    async question() {
      await expect.poll(() => waiting().length).toBe(1);
      return waiting()[0]!;
    },
    async decide(approvalId, verdict, notes) {
      await world.done(operator, `approval.${verdict}`, { approvalId, ...(notes !== undefined && { notes }) });
    },
  };
}

async function openGate(home: string, api: Api): Promise<Gate> {
  let server: Server | undefined;
  let isHanging = false;
  let isHoldingOn = false;
  let listener: (line: string) => Promise<void> | void = () => {};
  const requests: string[] = [];

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const line = `${request.method} ${request.url}`;
    requests.push(line);
    await listener(line);
    if (isHanging) return;
    const { method, url: path } = request;
    const headers = { ...request.headers, host: `127.0.0.1:${api.port}` };
    const onward = httpRequest({ host: '127.0.0.1', port: api.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    // Where the other side is cut off, this one is too.
    onward.on('error', () => response.destroy());
    response.on('close', () => !isHoldingOn && onward.destroy());
    request.pipe(onward);
  }

  const kill = () => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  };
  const restart = async () => {
    const fresh = createServer((request, response) => void pass(request, response));
    server = fresh;
    await new Promise<void>((resolve) => void fresh.listen(0, '127.0.0.1', resolve));
    const { port } = fresh.address() as AddressInfo;
    writeEndpoint(home, { url: `http://127.0.0.1:${port}`, port, version: '1', startedAtMs: 1 });
  };
  await restart();
  onTestFinished(() => {
    kill();
    removeEndpoint(home);
  });
  return {
    kill,
    restart,
    hang: () => (isHanging = true),
    holdOn: () => (isHoldingOn = true),
    onRequest: (given) => (listener = given),
    requests,
  };
}
