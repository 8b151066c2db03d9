import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { messageOf } from '../../shared/kernel/message-of';
import { type AppClient, createAppClient, testTokens } from './app/client';
import { type AppProcess, type Ending, watchProcess } from './app/process';
import { until } from './desktop/process';
import type { DesktopSession } from './desktop/session';
import { putMigratedDatabase } from './migrated-database';
import { removeFolder } from './remove-folder';

/** How to start the app. */
export type StartOptions = {
  readonly desktop: DesktopSession;
  /** The data folder; one of its own that is gone at the end, unless it is given. */
  readonly home?: string;
  /** Whether the launcher sets an operator token, so that tests can decide over the API. */
  readonly operatorToken?: boolean;
  /** 0, any free one, unless it is given; undefined leaves it to the preferences. */
  readonly port?: number | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A program to start Electron instead of itself; it is given Electron's arguments. */
  readonly executable?: string;
  /** Where the test sees the data folder, if the app sees it elsewhere. */
  readonly homeOutside?: string;
  /** Whether the operator looks at the window when it has the focus; a test that does not say so has them look elsewhere. */
  readonly isLookedAt?: boolean;
  /** What to wait for: an API that answers, an API that could not start, or nothing. */
  readonly until?: 'listening' | 'failed' | 'nothing';
};

/** The real app in a real Electron. */
export interface RunningApp extends AppClient {
  readonly home: string;
  readonly pid: number;
  readonly process: AppProcess;
  url(): string;
  /** Everything in its log and on its output. */
  log(): string;
  /** The window's page, as soon as there is one; only of an app that `startApp` started. */
  page(): Promise<Page>;
  /** The main process, for a test to look at it; only of an app that `startApp` started. */
  electron(): ElectronApplication;
  kill9(): Promise<void>;
  /** Sends a signal and resolves to how it ended. */
  quit(signal?: NodeJS.Signals): Promise<Ending>;
  /** Ends whatever is left of it. */
  end(): Promise<void>;
}

const checkout = resolve(import.meta.dirname, '..', '..');

/** Without a graphics card Chromium starts a process for it twice in vain, before it draws by itself: 0.4 s of the processor. */
const SOFTWARE_DRAWING = '--disable-gpu';

/** Starts the app under Playwright, whose hands reach into its window. */
export async function startApp(options: StartOptions): Promise<RunningApp> {
  const { home, forget } = homeOf(options);
  const electron = await _electron.launch({
    executablePath: options.executable ?? electronPath(),
    args: [checkout, SOFTWARE_DRAWING, ...(options.args ?? [])],
    env: environmentOf(options, home),
    chromiumSandbox: !isRoot(),
    timeout: 90_000,
  });
  askAgainWhereLost(electron);
  if (options.isLookedAt !== true) await lookElsewhere(electron);
  return ready(options, home, watchProcess(electron.process()), forget, electron);
}

/** The answer of a busy main process is lost now and then; what the tests have done there does no harm when it is done twice. */
function askAgainWhereLost(electron: ElectronApplication): void {
  const evaluate = electron.evaluate.bind(electron) as (...asked: unknown[]) => Promise<unknown>;
  const again = async (...asked: unknown[]) =>
    evaluate(...asked).catch((error: unknown) => {
      if (!messageOf(error).includes('garbage collected')) throw error;
      return evaluate(...asked);
    });
  electron.evaluate = again as typeof electron.evaluate;
}

/** Has every window give the focus away: there is no other program here that could take it. */
async function lookElsewhere(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ app, BrowserWindow }) => {
    const giveAway = (window: Electron.BrowserWindow) => {
      window.on('focus', () => window.blur());
      window.blur();
    };
    app.on('browser-window-created', (_event, window) => giveAway(window));
    for (const window of BrowserWindow.getAllWindows()) giveAway(window);
  });
}

/** Starts the app as a user does, without anything between: faster, and nothing minds when it is killed. */
export async function startPlainApp(options: StartOptions): Promise<RunningApp> {
  const { home, forget } = homeOf(options);
  const sandbox = isRoot() ? ['--no-sandbox'] : [];
  const command = options.executable ?? electronPath();
  // The kernel ends it when the tests are killed.
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--', command, ...sandbox, checkout, SOFTWARE_DRAWING, ...(options.args ?? [])],
    { env: environmentOf(options, home), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return ready(options, home, watchProcess(child), forget, undefined);
}

async function ready(
  options: StartOptions,
  home: string,
  appProcess: AppProcess,
  forget: () => void,
  electron: ElectronApplication | undefined,
): Promise<RunningApp> {
  let url = options.port === undefined || options.port === 0 ? '' : `http://127.0.0.1:${options.port}`;
  const homeOutside = options.homeOutside ?? home;
  const log = () => `${readText(join(homeOutside, 'gatehouse.log'))}${appProcess.output()}`;
  const client = createAppClient(() => url);
  const end = async () => {
    await appProcess.kill9();
    forget();
  };
  const underPlaywright = () => {
    if (electron === undefined) throw new Error('this app was not started by startApp');
    return electron;
  };
  const app: RunningApp = {
    ...client,
    home,
    pid: appProcess.pid,
    process: appProcess,
    url: () => url,
    log,
    electron: underPlaywright,
    page: () => until('the window', () => openPage(underPlaywright())),
    kill9: () => appProcess.kill9(),
    quit: async (signal = 'SIGTERM') => {
      if (appProcess.ending() === undefined) process.kill(appProcess.pid, signal);
      return appProcess.ended;
    },
    end,
  };
  try {
    const wanted = options.until ?? 'listening';
    if (wanted === 'listening') {
      url = await until('an API that answers', async () => {
        failIfEnded(appProcess, log);
        const found = url === '' ? endpointOf(homeOutside, appProcess.pid) : url;
        return found !== undefined && (await answers(found)) && found;
      });
    } else if (wanted === 'failed') {
      await until('the API to fail', () => {
        failIfEnded(appProcess, log);
        return ownLog(log(), appProcess.pid).includes('the API did not start');
      });
    }
    return app;
  } catch (error) {
    const said = log();
    await end();
    throw new Error(`the app did not get ready: ${String(error)}\n${said}`, { cause: error });
  }
}

function failIfEnded(appProcess: AppProcess, log: () => string): void {
  const ending = appProcess.ending();
  if (ending !== undefined) throw new Error(`it ended with ${ending.code ?? ending.signal}: ${log()}`);
}

/** The page of the window that is open; a window that was closed leaves none, and the popover is another. */
function openPage(electron: ElectronApplication): Page | undefined {
  return electron.windows().find((page) => !page.isClosed() && page.url().startsWith('app://gatehouse/index.html'));
}

/** Where the API of this very process listens; a file that another one left behind does not count. */
function endpointOf(home: string, pid: number): string | undefined {
  try {
    const endpoint = JSON.parse(readFileSync(join(home, 'endpoint.json'), 'utf8')) as { url: string; pid: number };
    return endpoint.pid === pid ? endpoint.url : undefined;
  } catch {
    return undefined;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/global/health`)).ok;
  } catch {
    return false;
  }
}

/** The lines of this process in a log that its predecessors have written too. */
function ownLog(log: string, pid: number): string {
  return log
    .split('\n')
    .filter((line) => line.includes(`"pid":${pid},`))
    .join('\n');
}

function homeOf(options: StartOptions): { readonly home: string; readonly forget: () => void } {
  if (options.home !== undefined) return { home: options.home, forget() {} };
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-app-'));
  putMigratedDatabase(home, Date.now());
  return { home, forget: () => removeFolder(home) };
}

function environmentOf(options: StartOptions, home: string): Record<string, string> {
  const port = 'port' in options ? options.port : 0;
  return {
    ...options.desktop.env,
    GATEHOUSE_HOME: home,
    GATEHOUSE_ENGINE_TOKEN: testTokens.engine,
    ...(port !== undefined && { GATEHOUSE_PORT: String(port) }),
    ...(options.operatorToken === true && { GATEHOUSE_OPERATOR_TOKEN: testTokens.operator }),
    ...options.environment,
  };
}

/** The Electron that the tests run on. */
export function electronPath(): string {
  const distribution = process.env['GATEHOUSE_ELECTRON_DIST'];
  if (distribution === undefined) throw new Error('GATEHOUSE_ELECTRON_DIST is not set: run this by npm test');
  return join(distribution, 'electron');
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
