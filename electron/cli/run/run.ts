import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { basename } from 'node:path';
import { Option } from 'commander';
import type { JsonObject } from '../../../shared/kernel/fields';
import { messageOf } from '../../../shared/kernel/message-of';
import { type HttpCaller, send } from '../../client/client';
import { type ExitCode, exitCode } from '../../client/exit-code';
import { ApiRefusal, isPassing, UsageFailure } from '../../client/failure';
import { type Patience, whileAway } from '../../client/patience';
import { toKept } from '../../connect/kept-file';
import { readOwnPrices } from '../../connect/own-prices';
import { versionOf } from '../../connect/programs';
import type { Environment } from '../../engines/engine';
import { type CommonOptions, callerOf, type Definition, withCommonOptions } from '../command';
import { homeFolder } from '../connection';
import { numberOption } from '../number-option';
import type { Terminal } from '../terminal';
import { type CommandRun, type ProgramOutcome, startCommand } from './command';
import { createCostReader } from './cost';
import { deliver, type KeptReport, keepReport, sendReport } from './outbox';
import { endingOf, type RunState } from './run-machine';
import { registerRun, reportRunning } from './runs';
import { type CostEngine, costEngines, modelIn, type SaidCost } from './said-cost';
import { watchRun } from './watch';

type RunOptions = CommonOptions & {
  readonly automation: string;
  readonly run?: string;
  readonly ifUnavailable: 'refuse' | 'run';
  readonly cost?: CostEngine;
  readonly model?: string;
  readonly reserve?: number;
};

const examples = `
Examples:
  gatehouse run --automation nightly -- make report
  gatehouse run --automation nightly --cost claude -- claude -p "tidy the docs" --output-format json
  gatehouse run --automation nightly --cost codex --reserve 2 -- codex exec --json -m gpt-5.4 "fix the build"

The command runs in a process group of its own. When Gatehouse pauses or cancels the run, the whole group gets SIGTERM,
and 10 seconds later SIGKILL; so does what the command leaves running at its end. A run that was paused stays paused:
after it was resumed at the desk, --run takes it up again. The command finds its run in GATEHOUSE_RUN_ID:
  gatehouse spend --run "$GATEHOUSE_RUN_ID" --cost 0.42

The exit code is the command's (128 + n for a signal), 127 or 126 when it could not be started; 1 when Gatehouse refused
the run and 3 when Gatehouse is not reachable, and then the command was not started.`;

const dollars = numberOption('Give a cost in dollars, such as 1.50.', (value) => value > 0);

/** gatehouse run */
export const defineRun: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .usage('--automation <id> [options] -- <command...>')
    .argument('<command...>', 'the command and its arguments, after --')
    .requiredOption('--automation <id>', 'the automation that this is a run of')
    .option('--run <id>', 'go on with this queued run instead of starting one')
    .addOption(
      new Option(
        '--if-unavailable <choice>',
        'when Gatehouse is not reachable: refuse to start, or run and report later',
      )
        .choices(['refuse', 'run'])
        .default('refuse'),
    )
    .addOption(
      new Option('--cost <engine>', 'read the cost out of the JSON that the engine prints').choices(costEngines),
    )
    .option('--model <name>', 'the model, to price what Codex used (default: its -m or --model)')
    .option('--reserve <usd>', 'set this cost aside first; refused when it does not fit under the cap', dollars)
    .passThroughOptions()
    .addHelpText('after', examples)
    .action(
      running((words: readonly string[], options: RunOptions) => {
        if (words[0] === undefined) throw new UsageFailure('Say which command to run, after --.');
        return run(words, options, terminal);
      }),
    );
};

/** Signals that are passed on to the command; it is in a group of its own, so that a terminal's Ctrl-C does not reach it. */
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;

/** How long the end of a run is tried to be told before it is kept for later, in milliseconds. */
const LAST_TRY_MS = 3_000;

/** Runs a command as a run of an automation; resolves to its exit code (128 + n for a signal). */
async function run(command: readonly string[], options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  const [program = '', ...args] = command;
  const word = wordOf(options, terminal);
  const { home, tell } = word;
  await begin(word, options);
  const costs =
    options.cost === undefined
      ? undefined
      : createCostReader(options.cost, {
          ...{ args, environment: terminal.environment, prices: readOwnPrices(home) },
          model: options.model ?? modelIn(args),
          version: () => (isClaude(program) ? versionOf(program, terminal.environment) : Promise.resolve(undefined)),
          now: () => Date.now(),
        });
  let running: CommandRun;
  try {
    running = await startCommand({
      command: program,
      args,
      isPiped: costs !== undefined || !process.stdout.isTTY,
      onStdout: costs?.hear,
      environment: await environmentOf(terminal.environment, word.find, {
        automationId: options.automation,
        runId: word.runId(),
      }),
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const detail = `${program} could not be started: ${code === 'ENOENT' ? 'there is no such command' : code}`;
    tell(detail);
    if (word.runId() !== undefined) await word.settle({ report: { status: 'failed', detail } });
    return code === 'ENOENT' ? 127 : 126;
  }
  const outcome = await untilOver(running, word);
  tellWhy(outcome.state, tell);

  const cost = await costs?.said();
  if (costs !== undefined && cost === undefined) tell(unseen(options.cost));
  const ending = endingOf(outcome.state, outcome.durationMs);
  const outputs = outputsOf(outcome, costs === undefined ? undefined : costText(cost));
  const report = {
    ...(ending.status !== undefined && { status: ending.status }),
    detail: ending.detail,
    ...(ending.stopKind !== undefined && { stop_kind: ending.stopKind }),
    ...outputs,
  };
  const spend = cost === undefined ? undefined : spendOf(cost, options.cost, word);
  const isSent = await word.settle({ report, ...(spend !== undefined && { spend }) });
  if (options.json === true) {
    terminal.tell(
      JSON.stringify({ run_id: word.runId() ?? null, ...ending, is_reported: isSent, ...outputs.node_outputs }),
    );
  }
  return codeOf(outcome.state);
}

/** What is said to Gatehouse of one run: how it begins and ends, now or when Gatehouse is back. */
type Word = ReturnType<typeof wordOf>;

function wordOf(options: RunOptions, terminal: Terminal) {
  const home = homeFolder(terminal.environment);
  const find = () => callerOf(terminal.environment, options);
  const tell = (line: string) => terminal.tell(`gatehouse: ${line}`);
  const sessionId = `gatehouse-run-${randomUUID()}`;
  const reserve = options.reserve === undefined ? undefined : { usageId: `${sessionId}-reserve`, usd: options.reserve };
  let runId: string | undefined = options.run;
  let isRegistered = false;
  const reportOf = (more: Pick<KeptReport, 'report' | 'spend'>): KeptReport => ({
    ...(runId !== undefined && { run_id: runId }),
    automation_id: options.automation,
    ...(options.agent !== undefined && { agent_id: options.agent }),
    ...more,
  });
  return {
    home,
    find,
    tell,
    sessionId,
    reserve,
    runId: () => runId,

    /** Makes the run known, unless it is. */
    async register(): Promise<void> {
      if (isRegistered) return;
      const order = { automationId: options.automation, runId, sessionId, reserve };
      await registerRun(find(), order, (id) => (runId = id));
      isRegistered = true;
    },

    keep: (more: Pick<KeptReport, 'report'>) => keepReport(home, reportOf(more)),

    /** Keeps the report, then sends it: whatever happens in between, it is told once Gatehouse is there. */
    async settle(more: Pick<KeptReport, 'report' | 'spend'>): Promise<boolean> {
      const patience = { untilMs: Date.now() + LAST_TRY_MS };
      const report = reportOf(more);
      let path: string;
      try {
        path = keepReport(home, report);
      } catch (error) {
        return settleUnkept(report, { find, tell }, patience, (error as NodeJS.ErrnoException).code ?? 'error');
      }
      try {
        return await whileAway(() => sendReport(path, find(), tell), patience);
      } catch (error) {
        if (!isPassing(error)) throw error;
        tell('Gatehouse is not reachable. The end of this run is kept, and the next gatehouse command reports it.');
        return false;
      }
    },
  };
}

/** On a full disk there is only this one try; the command has ended as it has, whatever becomes of it. */
async function settleUnkept(
  report: KeptReport,
  { find, tell }: Pick<Word, 'find' | 'tell'>,
  patience: Patience,
  why: string,
): Promise<boolean> {
  let told = report;
  try {
    await whileAway(() => deliver(told, find(), (id) => (told = { ...told, run_id: id })), patience);
    return true;
  } catch (error) {
    tell(`The end of this run could neither be kept (${why}) nor be reported: ${(error as Error).message}`);
    return false;
  }
}

/** Makes the run known before its command starts; throws where the command must not start. */
async function begin(word: Word, options: RunOptions): Promise<void> {
  try {
    await word.register();
  } catch (error) {
    if (!isPassing(error)) throw error;
    if (options.ifUnavailable === 'refuse') {
      if (word.runId() !== undefined && options.run === undefined) {
        word.keep({ report: { status: 'cancelled', detail: 'Gatehouse went away before the command began' } });
      }
      throw error;
    }
    word.tell('Gatehouse is not reachable. The command runs, and is reported when Gatehouse is back.');
  }
}

/** Watches the run and passes signals on, until the command is over. */
async function untilOver(running: CommandRun, word: Word): Promise<ProgramOutcome> {
  const watching = new AbortController();
  const { signal } = watching;
  const ids = { sessionId: word.sessionId, instanceId: `process-${running.pid}` };
  const stopBecause = (error: unknown) => {
    if (error instanceof ApiRefusal) {
      running.send({ type: 'stopped', cause: { by: 'refusal', code: error.code, reason: error.message } });
    } else if (!signal.aborted) word.tell(messageOf(error));
  };
  const follow = async () => {
    await whileAway(word.register, { signal });
    const runId = word.runId() ?? '';
    const again = () => whileAway(() => reportRunning(word.find(), runId, ids), { signal });
    const watched = watchRun({
      find: word.find,
      runId,
      signal,
      onQueued: () => void again().catch(stopBecause),
      onStopped: (cause) => running.send({ type: 'stopped', cause }),
    });
    await again().catch((error: unknown) => {
      // It was paused between its registration and its start: the watch finds that out.
      if (!(error instanceof ApiRefusal && error.code === 'AUTOMATION_V2_RUN_TRANSITION_INVALID')) stopBecause(error);
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
  return outcome;
}

function tellWhy({ cause, hasLeftovers, wasKilled }: RunState, tell: (line: string) => void): void {
  if (cause?.by === 'gatehouse') tell(`The run was stopped (${cause.status}): ${cause.reason}`);
  if (cause?.by === 'refusal') tell(`The run was stopped: ${cause.reason}`);
  if (hasLeftovers === true) tell('What the command had left running was stopped as well: a run ends whole.');
  if (wasKilled === true) tell('It did not end when asked, so it was killed.');
}

/**
 * What is reported: Gatehouse takes off what was charged for the session already. A cost that nobody knows is no 0, so what was set
 * aside for it stays and is charged as it was estimated.
 */
function spendOf(
  cost: SaidCost,
  engine: CostEngine | undefined,
  { sessionId, reserve, home }: Word,
): KeptReport['spend'] {
  const usageId = cost.costUsd === null || reserve === undefined ? `${sessionId}-usage` : reserve.usageId;
  const sum = (of: (use: SaidCost['uses'][number]) => number) => cost.uses.reduce((total, use) => total + of(use), 0);
  return {
    usage_id: usageId,
    prompt_tokens: sum((use) => use.input_tokens + use.cache_read_tokens + use.cache_write_tokens),
    completion_tokens: sum((use) => use.output_tokens),
    cost_usd: cost.costUsd ?? 0,
    ...(engine !== undefined && {
      session: { engine, session_id: cost.sessionId, source: cost.source, uses: cost.uses, ...ownPricesOf(home) },
    }),
  };
}

/** The operator's own prices as the wire has them; nothing where there are none. */
function ownPricesOf(home: string) {
  const prices = readOwnPrices(home);
  return Object.keys(prices).length === 0 ? {} : { own_prices: toKept(prices) };
}

/** Whether the command is Claude Code itself, which can be asked for its version. */
const isClaude = (program: string) => /^claude(?:\.\w+)?$/.test(basename(program));

const unseen = (engine: string | undefined) =>
  `No result of ${engine} was seen in what the command wrote, so nobody knows what it cost. Have it print JSON.`;

/** What the run's output says of its cost; one that nobody has said is unknown. */
function costText(cost: SaidCost | undefined) {
  if (cost === undefined) return { usd: null, basis: 'unknown', note: 'the command did not say' } as const;
  return { usd: cost.costUsd, basis: cost.basis, ...(cost.note !== undefined && { note: cost.note }) } as const;
}

/** What a run puts out; one that wrote nothing puts out nothing, which the health check looks for. */
function outputsOf(
  { state, durationMs, output }: ProgramOutcome,
  cost: ReturnType<typeof costText> | undefined,
): { readonly node_outputs?: JsonObject } {
  if (output !== undefined && output.stdout + output.stderr === 0 && state.exit?.code === 0) return {};
  return {
    node_outputs: {
      command: {
        exit_code: state.exit?.code ?? null,
        signal: state.exit?.signal ?? null,
        duration_ms: Math.round(durationMs),
        ...(output !== undefined && { stdout_bytes: output.stdout, stderr_bytes: output.stderr }),
        ...(cost !== undefined && { cost }),
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

/** The tokens that the app was started with, the one of `run`, which is looked at first, and the run around this one. */
const keptBack = ['GATEHOUSE_OPERATOR_TOKEN', 'GATEHOUSE_ENGINE_TOKEN', 'GATEHOUSE_TOKEN', 'GATEHOUSE_RUN_ID'];

/** What the command gets: how its run is called, so that it can report itself, and never the operator's power. */
async function environmentOf(
  environment: Environment,
  find: () => HttpCaller,
  run: { readonly automationId: string; readonly runId: string | undefined },
): Promise<Environment> {
  const { GATEHOUSE_TOKEN: token = '' } = environment;
  const passedOn = Object.entries(environment).filter(([name]) => !keptBack.includes(name));
  return {
    ...Object.fromEntries(passedOn),
    ...(token !== '' && (await mayHave(token, find)) && { GATEHOUSE_TOKEN: token }),
    GATEHOUSE_AUTOMATION_ID: run.automationId,
    ...(run.runId !== undefined && { GATEHOUSE_RUN_ID: run.runId }),
  };
}

/** Whether an agent may have this token: only the operator's reads the audit log. Nobody knows of one while Gatehouse is away. */
async function mayHave(token: string, find: () => HttpCaller): Promise<boolean> {
  try {
    return (await send({ url: find().url, token }, { path: '/governance/audit?limit=1' })).status === 403;
  } catch {
    return false;
  }
}
