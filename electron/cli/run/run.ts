import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { type ExitCode, exitCode } from '../../client/exit-code';
import { isPassing, Refusal } from '../../client/failure';
import { type Patience, whileAway } from '../../client/patience';
import { type CommonOptions, callerOf } from '../common-options';
import { homeFolder } from '../connection';
import type { Terminal } from '../terminal';
import { type CommandOutcome, type CommandRun, startCommand } from './command';
import { environmentOf } from './command-environment';
import { type CostSource, createCostReader, type SessionUsage, type UsageToCharge, usageMark } from './cost';
import { deliver, keepReport, type RunReport, sendReport } from './outbox';
import { modelIn, readPrices } from './prices';
import { endingOf, type RunState } from './run-machine';
import { registerRun, reportRunning } from './runs';
import { watchRun } from './watch';

/** The options of `gatehouse run`. */
export type RunOptions = CommonOptions & {
  readonly automation: string;
  readonly run?: string;
  readonly ifUnavailable: 'refuse' | 'run';
  readonly cost?: CostSource;
  readonly model?: string;
  readonly reserve?: number;
};

/** Signals that are passed on to the command; it is in a group of its own, so that a terminal's Ctrl-C does not reach it. */
const passedOn: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR2',
  'SIGWINCH',
  'SIGCONT',
];

/** How long the end of a run is tried to be told before it is kept for later, in milliseconds. */
const LAST_TRY_MS = 3_000;

/** Runs a command as a run of an automation; resolves to its exit code (128 + n for a signal). */
export async function run(command: readonly string[], options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  const [program = '', ...args] = command;
  const home = homeFolder(terminal.environment);
  const find = () => callerOf(terminal.environment, options);
  const tell = (line: string) => terminal.tell(`gatehouse: ${line}`);
  const sessionId = `gatehouse-run-${randomUUID()}`;
  const reserve = options.reserve === undefined ? undefined : { usageId: `${sessionId}-reserve`, usd: options.reserve };
  const order = { automationId: options.automation, runId: options.run, sessionId, reserve };
  let runId: string | undefined = options.run;
  const report = (more: Pick<RunReport, 'report' | 'spend'>): RunReport => ({
    ...(runId !== undefined && { run_id: runId }),
    automation_id: options.automation,
    ...(options.agent !== undefined && { agent_id: options.agent }),
    ...more,
  });

  let isRegistered = false;
  const register = async () => {
    await registerRun(find(), { ...order, runId }, (id) => (runId = id));
    isRegistered = true;
  };
  try {
    await register();
  } catch (error) {
    if (!isPassing(error)) throw error;
    if (options.ifUnavailable === 'refuse') {
      if (runId !== undefined && options.run === undefined) {
        keepReport(
          home,
          report({ report: { status: 'cancelled', detail: 'Gatehouse went away before the command began' } }),
        );
      }
      throw error;
    }
    tell('Gatehouse is not reachable. The command runs, and is reported when Gatehouse is back.');
  }

  const costs =
    options.cost === undefined
      ? undefined
      : createCostReader(options.cost, options.model ?? modelIn(args), readPrices(home));
  let running: CommandRun;
  try {
    running = await startCommand({
      command: program,
      args,
      isPiped: costs !== undefined || !process.stdout.isTTY,
      onStdout: costs?.hear,
      environment: await environmentOf(terminal.environment, find, { automationId: options.automation, runId }),
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const detail = `${program} could not be started: ${code === 'ENOENT' ? 'there is no such command' : code}`;
    tell(detail);
    if (runId !== undefined) await settle(report({ report: { status: 'failed', detail } }));
    return code === 'ENOENT' ? 127 : 126;
  }

  const watching = new AbortController();
  const { signal } = watching;
  const ids = { sessionId, instanceId: `process-${running.pid}` };
  const stopBecause = (error: unknown) => {
    if (error instanceof Refusal) {
      running.send({ type: 'stopped', cause: { by: 'refusal', code: error.code, reason: error.message } });
    } else if (!signal.aborted) tell(error instanceof Error ? error.message : String(error));
  };
  const follow = async () => {
    if (!isRegistered) await whileAway(register, { signal });
    const again = () => whileAway(() => reportRunning(find(), runId ?? '', ids), { signal });
    const watched = watchRun({
      find,
      runId: runId ?? '',
      signal,
      onQueued: () => void again().catch(stopBecause),
      onStopped(cause) {
        running.send({ type: 'stopped', cause });
      },
    });
    await again().catch((error: unknown) => {
      // It was paused between its registration and its start: the watch finds that out.
      if (!(error instanceof Refusal && error.code === 'AUTOMATION_V2_RUN_TRANSITION_INVALID')) stopBecause(error);
    });
    await watched;
  };
  const followed = follow().catch(stopBecause);
  const listeners = passedOn.map((name) => [name, () => running.send({ type: 'signalled', signal: name })] as const);
  for (const [name, listener] of listeners) process.on(name, listener);

  const outcome = await running.over;
  watching.abort();
  await followed;
  for (const [name, listener] of listeners) process.off(name, listener);
  tellWhy(outcome.state, tell);

  const usage = costs?.usage();
  const charge = usage === undefined || options.cost === undefined ? undefined : markOf(options.cost, usage);
  const ending = endingOf(outcome.state, outcome.durationMs);
  const spend = charge === undefined ? undefined : spendOf(charge.toCharge, sessionId, reserve?.usageId);
  const isSent = await settle(
    report({
      report: {
        ...(ending.status !== undefined && { status: ending.status }),
        detail: ending.detail,
        ...(ending.stopKind !== undefined && { stop_kind: ending.stopKind }),
        ...outputsOf(outcome, charge?.toCharge),
      },
      ...(spend !== undefined && { spend }),
    }),
    charge?.raise,
  );
  if (options.json === true) {
    terminal.tell(
      JSON.stringify({
        run_id: runId ?? null,
        ...ending,
        is_reported: isSent,
        ...outputsOf(outcome, charge?.toCharge).node_outputs,
      }),
    );
  }
  return codeOf(outcome.state);

  function markOf(source: CostSource, session: SessionUsage) {
    const mark = usageMark(home, source, session.sessionId);
    return { toCharge: mark.above(session), raise: () => mark.raise(session) };
  }

  /** Keeps the report, then sends it: whatever happens in between, it is told once Gatehouse is there. */
  async function settle(kept: RunReport, onKept?: () => void): Promise<boolean> {
    const patience = { untilMs: Date.now() + LAST_TRY_MS };
    let path: string;
    try {
      path = keepReport(home, kept);
    } catch (error) {
      return settleUnkept(kept, patience, (error as NodeJS.ErrnoException).code ?? 'error');
    }
    try {
      onKept?.();
    } catch {
      tell('What was charged could not be noted. If this session is resumed, it is charged once more.');
    }
    try {
      return await whileAway(() => sendReport(path, find(), tell), patience);
    } catch (error) {
      if (!isPassing(error)) throw error;
      tell('Gatehouse is not reachable. The end of this run is kept, and the next gatehouse command reports it.');
      return false;
    }
  }

  /** On a full disk there is only this one try; the command has ended as it has, whatever becomes of it. */
  async function settleUnkept(report: RunReport, patience: Patience, why: string): Promise<boolean> {
    let told = report;
    try {
      await whileAway(() => deliver(told, find(), (id) => (told = { ...told, run_id: id })), patience);
      return true;
    } catch (error) {
      tell(`The end of this run could neither be kept (${why}) nor be reported: ${(error as Error).message}`);
      return false;
    }
  }
}

function tellWhy({ cause, hasLeftovers, wasKilled }: RunState, tell: (line: string) => void): void {
  if (cause?.by === 'gatehouse') tell(`The run was stopped (${cause.status}): ${cause.reason}`);
  if (cause?.by === 'refusal') tell(`The run was stopped: ${cause.reason}`);
  if (hasLeftovers === true) tell('What the command had left running was stopped as well: a run ends whole.');
  if (wasKilled === true) tell('It did not end when asked, so it was killed.');
}

/** What is charged: a cost that nobody knows is no 0, so what was set aside for it stays and is charged as it was estimated. */
function spendOf(charge: UsageToCharge, sessionId: string, reservedAs: string | undefined): RunReport['spend'] {
  const usageId = charge.costUsd === null || reservedAs === undefined ? `${sessionId}-usage` : reservedAs;
  return {
    usage_id: usageId,
    prompt_tokens: charge.promptTokens,
    completion_tokens: charge.completionTokens,
    cost_usd: charge.costUsd ?? 0,
  };
}

/** What a run puts out; one that wrote nothing puts out nothing, which the health check looks for. */
function outputsOf(
  { state, durationMs, output }: CommandOutcome,
  charge: UsageToCharge | undefined,
): { readonly node_outputs?: Readonly<Record<string, unknown>> } {
  if (output !== undefined && output.stdout + output.stderr === 0 && state.exit?.code === 0) return {};
  return {
    node_outputs: {
      command: {
        exit_code: state.exit?.code ?? null,
        signal: state.exit?.signal ?? null,
        duration_ms: Math.round(durationMs),
        ...(output !== undefined && { stdout_bytes: output.stdout, stderr_bytes: output.stderr }),
        ...(charge !== undefined && {
          cost: { usd: charge.costUsd, basis: charge.basis, ...(charge.note !== undefined && { note: charge.note }) },
        }),
      },
    },
  };
}

/** The command's own code; for a signal 128 and its number, as a shell has it. */
function codeOf({ exit }: RunState): ExitCode {
  if (exit === undefined) return exitCode.internal;
  if (exit.signal === null) return exit.code ?? exitCode.internal;
  return 128 + (constants.signals[exit.signal] ?? 0);
}
