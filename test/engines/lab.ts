import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { onTestFinished } from 'vitest';
import { engineTable } from '../../electron/engines/table';
import type { Engine } from '../../shared/contract/engine';
import type { Price } from '../../shared/prices';
import { testTokens, type WireApproval } from '../support/app/client';
import { until } from '../support/desktop/process';
import type { DesktopSession } from '../support/desktop/session';
import { removeFolder } from '../support/remove-folder';
import { type RunningApp, startApp } from '../support/running-app';
import { trustCodexHooks } from './codex-trust';
import { enginesFolder } from './install';
import { type Model, startModel } from './model';
import { keepRecordings, type Recording, recordHooks, recordingsFolder, recordingsIn } from './recorder';

/** How an engine's run ended, and what it said. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A run of a real engine. */
export type EngineRun = {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly stop: (signal?: NodeJS.Signals) => void;
};

/** A pending request, as far as tests of engines look at it. */
export type Asked = WireApproval & {
  readonly request_type: string;
  readonly requested_by: { readonly actor_id: string };
  readonly ancestor_ids: readonly string[];
  readonly action: unknown;
  readonly context: Readonly<Record<string, unknown>>;
};

/** The app, a person's home folder with an engine that is connected, and a folder in which it works. */
export interface Lab {
  readonly app: RunningApp;
  readonly page: Page;
  readonly model: Model;
  /** Where the engine works. */
  readonly workspace: string;
  /** The home folder of the person. */
  readonly person: string;
  /** With which variables it is started, and how in a terminal. */
  readonly environment: Readonly<Record<string, string>>;
  readonly terminalCommand: Pick<Command, 'program' | 'before' | 'variables'>;
  /** A path in the workspace. */
  readonly at: (...names: string[]) => string;
  /** Starts the engine with a prompt, as its command for scripts does; `args` are put before the prompt. */
  run(prompt: string, args?: readonly string[], environment?: Readonly<Record<string, string>>): EngineRun;
  /** As `run`, by `gatehouse run --cost` as a run of an automation. */
  governed(automationId: string, prompt: string, args?: readonly string[]): EngineRun;
  /** Starts the engine in a terminal of its own, in which nobody types anything. */
  inTerminal(): EngineRun;
  /** The `gatehouse` command of this app, as the person would run it. */
  gatehouse(args: readonly string[]): EngineRun;
  /** From now on what the engine writes to its hooks is kept, until the app starts again. */
  record(): void;
  /** What it has written since. */
  recordings(): readonly Recording[];
  /** The person trusts the hooks that stand in the engine's configuration, where the engine wants that. */
  trust(): void;
  /** Changes what is set for the engine, as Settings does. */
  set(change: Readonly<Record<string, unknown>>): void;
  /** What the newest session did, the newest call first. */
  timeline(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The request that waits; there must come one. */
  asked(): Promise<Asked>;
  pending(): Promise<readonly Asked[]>;
  decide(asked: Asked, decision: 'approve' | 'deny', notes?: string): Promise<void>;
  /** Something that the operator does over the API; fails unless it is done. */
  operate(method: string, path: string, body: unknown): Promise<void>;
  /** Kills the app, and starts it again at the same address. */
  restart(): Promise<void>;
  /** The operator pauses an agent, and lets it go on. */
  pause(agentId: string): Promise<void>;
  resume(agentId: string): Promise<void>;
}

/**
 * Starts the app with an engine that is pointed to a scripted model, and connected by the real command; where the test connects it
 * itself, it is not yet.
 */
export async function startLab(desktop: DesktopSession, engine: Engine, { isConnected = true } = {}): Promise<Lab> {
  const programs = enginesFolder();
  const model = await startModel();
  onTestFinished(() => model.close());
  // Codex puts its helpers nowhere below the folder for temporary files.
  const person = mkdtempSync(join(tmpdir(), 'gatehouse-person-'));
  onTestFinished(() => removeFolder(person));
  const workspace = join(person, 'project');
  mkdirSync(workspace);
  prepare[engine](person, model.url);
  const environment = {
    HOME: person,
    PATH: [programs, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
    TERM: 'dumb',
  };
  const first = await startApp({ desktop, operatorToken: true, environment: { HOME: person } });
  onTestFinished(() => first.end());
  let app = first;
  let page = await app.page();

  const launch = (program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): EngineRun => {
    const child = spawn(program, args, {
      cwd: workspace,
      env: { ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const stop = (signal: NodeJS.Signals = 'SIGKILL') => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has ended.
      }
    };
    onTestFinished(() => stop());
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
    return { pid: child.pid ?? 0, ended, stop };
  };
  const gatehouse = (args: readonly string[]) => launch(join(app.home, 'bin', 'gatehouse'), args);

  if (isConnected) {
    const connecting = gatehouse(['connect', engine, '--test-wait', '0']);
    await page.getByRole('button', { name: `Connect ${engineTable[engine].name}`, exact: true }).click();
    const connected = await connecting.ended;
    if (connected.code !== 0) throw new Error(`connect failed: ${connected.stderr}`);
  }
  const trust = () => {
    if (engine === 'codex' && isConnected) trustCodexHooks(join(person, '.codex', 'config.toml'));
  };
  trust();
  const recorded = join(person, 'recorded');
  const record = () => recordHooks(join(app.home, 'bin', 'gatehouse'), recorded);
  const recordings = () => recordingsIn(recorded, { person, workspace, home: app.home, modelUrl: model.url });
  if (recordingsFolder !== undefined) {
    record();
    onTestFinished(() => keepRecordings(engine, recordings()));
  }

  const pending = async () => {
    const { body } = await app.api('GET', '/governance/approvals?status=pending', { as: 'operator' });
    return body['approvals'] as readonly Asked[];
  };
  const operate: Lab['operate'] = async (method, path, given) => {
    const { status, body } = await app.api(method, path, { as: 'operator', body: given });
    if (status !== 200) throw new Error(`${path} was refused: ${JSON.stringify(body)}`);
  };
  return {
    get app() {
      return app;
    },
    get page() {
      return page;
    },
    model,
    workspace,
    person,
    environment,
    terminalCommand: { ...command[engine](model.url), before: terminalOptions[engine] ?? [] },
    at: (...names) => join(workspace, ...names),
    run: (prompt, args = [], more = {}) => {
      const { program, before, after, variables } = command[engine](model.url);
      return launch(program, [...before, ...args, ...after, prompt], { ...variables, ...more });
    },
    governed(automationId, prompt, args = []) {
      const { program, before, after, variables } = command[engine](model.url);
      const words = [
        'run',
        '--automation',
        automationId,
        '--cost',
        engine,
        '--',
        program,
        ...before,
        ...args,
        ...after,
      ];
      const token = { GATEHOUSE_TOKEN: testTokens.engine };
      return launch(join(app.home, 'bin', 'gatehouse'), [...words, prompt], { ...variables, ...token });
    },
    inTerminal() {
      const { program, variables } = command[engine](model.url);
      // What is typed comes from a program that says nothing for as long as the test lasts.
      return launch('/bin/sh', ['-c', `sleep 60 | script -qfc ${program} /dev/null`], variables);
    },
    gatehouse,
    async restart() {
      const { home } = app;
      const port = Number(new URL(app.url()).port);
      await app.kill9();
      const next = await startApp({ desktop, operatorToken: true, environment: { HOME: person }, home, port });
      onTestFinished(() => next.end());
      app = next;
      page = await app.page();
      if (recordingsFolder !== undefined) record();
    },
    record,
    recordings,
    trust,
    set(change) {
      const path = join(app.home, 'connections', `${engine}.json`);
      const kept = JSON.parse(readFileSync(path, 'utf8')) as { readonly hook: object };
      writeFileSync(path, JSON.stringify({ ...kept, hook: { ...kept.hook, ...change } }));
    },
    async timeline() {
      const { body } = await app.api('GET', '/governance/sessions', { as: 'operator' });
      const [newest] = body['sessions'] as readonly { readonly run_id: string }[];
      const path = `/governance/sessions/${encodeURIComponent(newest?.run_id ?? '')}/calls`;
      const answer = await app.api('GET', path, { as: 'operator' });
      return answer.body['calls'] as readonly Readonly<Record<string, unknown>>[];
    },
    operate,
    pending,
    asked: () => until('a request of the engine', async () => (await pending())[0]),
    pause: (agentId) => operate('POST', `/governance/agents/${agentId}/pause`, {}),
    resume: (agentId) => operate('POST', `/governance/agents/${agentId}/resume`, {}),
    async decide({ approval_id: id }, decision, notes) {
      const { status, body } = await app.api('POST', `/governance/approvals/${id}/${decision}`, {
        as: 'operator',
        body: notes === undefined ? {} : { notes },
      });
      if (status !== 200) throw new Error(`the decision was refused: ${JSON.stringify(body)}`);
    },
  };
}

/** What opencode is told that its models cost, in dollars a million tokens: the one that it works with, and the one for small things. */
export const scriptedPrices: Readonly<Record<string, Price>> = {
  scripted: { inputTokens: 3, cacheReadTokens: 0.3, cacheWriteTokens: 3.75, outputTokens: 15 },
  small: { inputTokens: 0.5, cacheReadTokens: 0.05, cacheWriteTokens: 0.6, outputTokens: 2 },
};

/** What an engine needs to find in the home folder, besides what `connect` writes. */
const prepare: Readonly<Record<Engine, (person: string, modelUrl: string) => void>> = {
  claude: (person) => {
    mkdirSync(join(person, '.claude'));
    writeFileSync(join(person, '.claude.json'), JSON.stringify({ hasCompletedOnboarding: true }));
  },
  codex: (person, modelUrl) => {
    mkdirSync(join(person, '.codex'));
    const config = `model = "gpt-5.5"
model_provider = "scripted"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.scripted]
name = "scripted"
base_url = "${modelUrl}/v1"
wire_api = "responses"
requires_openai_auth = false
supports_websockets = false
`;
    writeFileSync(join(person, '.codex', 'config.toml'), config);
  },
  gemini: (person) => {
    mkdirSync(join(person, '.gemini'));
    const settings = {
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
    };
    writeFileSync(join(person, '.gemini', 'settings.json'), JSON.stringify(settings));
  },
  opencode: (person, modelUrl) => {
    const folder = join(person, '.config', 'opencode');
    mkdirSync(folder, { recursive: true });
    const scripted = {
      npm: '@ai-sdk/openai-compatible',
      name: 'Scripted',
      options: { baseURL: `${modelUrl}/v1`, apiKey: 'dummy' },
      models: Object.fromEntries(
        Object.entries(scriptedPrices).map(([name, price]) => [
          name,
          {
            name,
            limit: { context: 1_000_000, output: 10_000 },
            cost: {
              input: price.inputTokens,
              output: price.outputTokens,
              cache_read: price.cacheReadTokens,
              cache_write: price.cacheWriteTokens,
            },
          },
        ]),
      ),
    };
    const config = { provider: { scripted }, small_model: 'scripted/small', autoupdate: false, share: 'disabled' };
    writeFileSync(join(folder, 'opencode.json'), JSON.stringify(config));
    // It fetches a package for plugins that use types, and would wait a minute for what cannot be reached.
    writeFileSync(join(person, '.npmrc'), 'fetch-retries=0\nregistry=http://127.0.0.1:9/\n');
  },
};

/** What an engine is started with in a terminal, where it is not the same for one prompt. */
const terminalOptions: Partial<Record<Engine, readonly string[]>> = { gemini: ['--skip-trust'] };

/** How an engine is started for one prompt. */
type Command = {
  readonly program: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
};

const command: Readonly<Record<Engine, (modelUrl: string) => Command>> = {
  claude: (modelUrl) => ({
    program: 'claude',
    before: ['--output-format', 'json'],
    after: ['-p'],
    variables: {
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_API_KEY: 'dummy',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      // As root it bypasses permissions only where it is told that it is in a sandbox.
      IS_SANDBOX: '1',
    },
  }),
  codex: () => ({ program: 'codex', before: ['exec', '--skip-git-repo-check'], after: [], variables: {} }),
  gemini: (modelUrl) => ({
    program: 'gemini',
    before: ['--skip-trust'],
    after: ['-p'],
    variables: { GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: modelUrl },
  }),
  opencode: () => ({
    program: 'opencode',
    before: ['run', '--format', 'json', '--model', 'scripted/scripted'],
    after: [],
    variables: {
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    },
  }),
};
