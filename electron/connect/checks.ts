import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Check } from '../../shared/contract/connection';
import { type ApprovalsClient, approvalsOver, type WireApproval } from '../client/approvals';
import { ask, send } from '../client/client';
import { ApiRefusal } from '../client/failure';
import { engineTable } from '../engines/table';
import { wantedEvents } from './config-edit';
import { configFilesOf, type Places } from './connect';
import { type Engine, type EngineConnection, type IfUnavailable, readConnection } from './connection-file';
import { inspect, isUnguarding } from './inspect';
import { launcherPath } from './launcher';
import { findProgram, versionOf } from './programs';
import { checkSpend } from './spend-check';

/** What is needed to try a connection out. */
export type CheckParts = Places & {
  /** Where the API listens; undefined when the app does not run. */
  readonly url: string | undefined;
  /** The folder that the engine is to be started in: files in it can turn its hooks off. */
  readonly workspace?: string;
};

/** How long the launcher may take to say its version, in milliseconds. */
const LAUNCHER_TIMEOUT_MS = 10_000;

/** What an engine does when Gatehouse does not answer, as the rest of a sentence. */
export const unavailableMeanings: Readonly<Record<IfUnavailable, string>> = {
  prompt: 'the engine asks in its own way',
  block: 'the tool call is blocked',
  allow: 'the tool call goes on without being asked about',
};

/** Whether the app answers, in words for `doctor`. */
export async function checkApp(parts: CheckParts): Promise<Check> {
  const fix = 'Start Gatehouse, then run this again.';
  if (parts.url === undefined) return { name: 'app', isOk: false, says: 'Gatehouse is not running', fix };
  try {
    const { status, body } = await send({ url: parts.url, token: '' }, { path: '/global/health' });
    if (status === 200 && body['healthy'] === true) {
      return { name: 'app', isOk: true, says: `Gatehouse ${String(body['version'])} answers at ${parts.url}` };
    }
    const says = `Gatehouse answers at ${parts.url}, but cannot use its database`;
    return { name: 'app', isOk: false, says, fix: 'Open Gatehouse: it says what to do.' };
  } catch {
    return { name: 'app', isOk: false, says: `nobody answers at ${parts.url}`, fix };
  }
}

/** Whether the command that hooks call is there and runs. */
export async function checkLauncher({ home, environment }: Places): Promise<Check> {
  const path = launcherPath(home);
  const fix = 'Start Gatehouse: it writes the command anew. It needs Node.js 20 or newer.';
  if (!existsSync(path)) return { name: 'command', isOk: false, says: `${path} is not there`, fix };
  return new Promise((resolve) => {
    const options = { env: { ...environment }, timeout: LAUNCHER_TIMEOUT_MS, encoding: 'utf8' } as const;
    execFile(path, ['--version'], { ...options, shell: path.endsWith('.cmd') }, (error, output, trouble) => {
      const version = output.trim();
      if (error === null && version !== '') resolve({ name: 'command', isOk: true, says: `${path} runs (${version})` });
      else resolve({ name: 'command', isOk: false, says: `${path} does not run: ${firstLine(trouble)}`, fix });
    });
  });
}

/**
 * Tries out one engine's connection by doing; works with the app down, and then says what that means. The first check is the sum of
 * all: whether what the engine does in the workspace comes to Gatehouse. `launcher` is what came of trying the command.
 */
export async function checkEngine(parts: CheckParts, engine: Engine, launcher: Check): Promise<readonly Check[]> {
  const { name } = engineTable[engine];
  const again = `Connect it again: gatehouse connect ${engine}`;
  let connection: EngineConnection | undefined;
  try {
    connection = readConnection(parts.home, engine);
  } catch (error) {
    return [{ name: 'connection', isOk: false, says: firstLine((error as Error).message), fix: again }];
  }
  if (connection === undefined) {
    return [{ name: 'connection', isOk: false, says: `${name} is not connected`, fix: `gatehouse connect ${engine}` }];
  }
  const caller = parts.url === undefined ? undefined : { ...connection, url: parts.url };
  const tried = [
    ...(caller === undefined ? [] : [await checkToken(caller, again)]),
    ...checkConfiguration(parts, connection, again),
    checkSpend(parts, connection),
    ...(caller === undefined ? [] : [await checkRequest(caller, again)]),
  ];
  const guarded = guardedBy(parts, connection, [launcher, ...tried]);
  return [guarded, ...tried, checkDown(connection), await checkProgram(parts, engine)];
}

/** Whether an engine is guarded, in one sentence: the first thing that is wrong is why it is not. */
function guardedBy({ url, workspace }: CheckParts, { engine, hook }: EngineConnection, tried: readonly Check[]): Check {
  const what = `${engineTable[engine].name}${workspace === undefined ? '' : ` in ${workspace}`}`;
  const wrong = tried.find(({ isOk, name }) => !isOk && name !== 'tools' && name !== 'spend');
  const said = (isOk: boolean, says: string, fix?: string): Check => {
    return { name: 'guarded', isOk, says, ...(fix !== undefined && { fix }) };
  };
  if (wrong !== undefined) return said(false, `${what} is NOT guarded: ${wrong.says}`, wrong.fix);
  if (url !== undefined) return said(true, `${what} is guarded: its tool calls come to Gatehouse`);
  const meaning = unavailableMeanings[hook.ifUnavailable];
  return said(
    hook.ifUnavailable === 'block',
    `${what}: while Gatehouse is not running, ${meaning}`,
    'Start Gatehouse.',
  );
}

type EngineCaller = Pick<EngineConnection, 'engine' | 'agentId' | 'token'> & { readonly url: string };

async function checkToken(caller: EngineCaller, fix: string): Promise<Check> {
  const { agentId } = caller;
  try {
    await ask(caller, { path: `/governance/agents/${encodeURIComponent(agentId)}/allowance` });
    return { name: 'token', isOk: true, says: `the token works; it asks as ${agentId}` };
  } catch (error) {
    const says =
      error instanceof ApiRefusal
        ? `the token of ${agentId} is refused: ${error.message}`
        : 'the token could not be tried, because nobody answers';
    return { name: 'token', isOk: false, says, fix };
  }
}

function checkConfiguration(parts: CheckParts, connection: EngineConnection, fix: string): readonly Check[] {
  const { url, workspace } = parts;
  const findings = inspect(parts, connection, { url, workspaces: workspace === undefined ? [] : [workspace] });
  const hook = findings.filter(isUnguarding);
  const untold = findings.filter(({ kind }) => kind === 'untold');
  const tools = findings.filter(({ kind }) => kind === 'tools');
  const paths = configFilesOf(parts, { ...connection, url: 'http://127.0.0.1' })
    .filter(({ additions }) => wantedEvents(additions).length > 0)
    .map(({ path }) => path)
    .join(' and ');
  return [
    hook.length === 0
      ? { name: 'hook', isOk: true, says: `the hook is in place, unmodified and switched on (${paths})` }
      : { name: 'hook', isOk: false, says: hook.map(({ detail }) => detail).join('; '), fix },
    ...untold.map(({ detail }): Check => ({ name: 'hook', isOk: true, isNote: true, says: detail, fix })),
    ...tools.map(({ detail }): Check => ({ name: 'tools', isOk: false, says: detail, fix })),
  ];
}

async function checkRequest(caller: EngineCaller, fix: string): Promise<Check> {
  const approvals = approvalsOver((request) => ask(caller, request));
  try {
    await withdrawTestQuestion(approvals, await askTestQuestion(approvals, caller.engine));
    return { name: 'request', isOk: true, says: 'a test request arrived, and was withdrawn' };
  } catch (error) {
    const problem = error instanceof ApiRefusal ? error.message : 'nobody answers';
    return { name: 'request', isOk: false, says: `a request does not arrive: ${problem}`, fix };
  }
}

function checkDown({ hook }: EngineConnection): Check {
  const meaning = unavailableMeanings[hook.ifUnavailable];
  const says = `when Gatehouse does not answer, ${meaning} (${hook.ifUnavailable}); a request is held for ${hook.holdSeconds} s`;
  return { name: 'if unavailable', isOk: true, says };
}

/** An engine that is not on the PATH is no error: it may be an application, or be started from elsewhere. */
async function checkProgram({ environment }: Places, engine: Engine): Promise<Check> {
  const { name, program } = engineTable[engine];
  const path = findProgram(engine, environment);
  if (path === undefined) {
    const says = `${name}: "${program}" was not found on the PATH; it may be started from elsewhere`;
    return { name: 'program', isOk: true, isNote: true, says };
  }
  const version = await versionOf(path, environment);
  return { name: 'program', isOk: true, says: `${name}: ${path} (${version ?? 'it does not say its version'})` };
}

/** Asks for an approval that says what it is and does nothing, whatever is answered. */
export function askTestQuestion(approvals: ApprovalsClient, engine: Engine): Promise<WireApproval> {
  return approvals.request({
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Connection test' },
    rationale: `Connection test of ${engineTable[engine].name}. Nothing is done, whatever you answer.`,
    context: { engine, is_connection_test: true },
    action: { connection_test: true },
  });
}

/** Takes it back, if it still waits. */
export async function withdrawTestQuestion(approvals: ApprovalsClient, { approval_id }: WireApproval): Promise<void> {
  await approvals.cancel(approval_id, 'The connection test is over.').catch((error: unknown) => {
    if (!(error instanceof ApiRefusal)) throw error;
  });
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 200) ?? '';
}
