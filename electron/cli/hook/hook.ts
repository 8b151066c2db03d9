import { parseArgs } from 'node:util';
import {
  ConnectionFileError,
  defaultHookSettings,
  type Engine,
  type EngineConnection,
  engines,
  type HookSettings,
  MAX_HOLD_SECONDS,
  readConnection,
  unavailableAnswers,
} from '../../connect/connection-file';
import { homeFolder } from '../connection';
import { type ExitCode, exitCode } from '../exit-code';
import { Unreachable, UsageFailure } from '../failure';
import type { Terminal } from '../terminal';
import { askingAgent } from './asking-agent';
import { claude } from './claude';
import { codex } from './codex';
import { type EngineHooks, type HookAnswer, type HookInput, type Plan, textOf, verdictOf } from './engine-hooks';
import { gemini } from './gemini';
import { readInput } from './input';
import { createLink, type Link } from './link';
import { openQuestionsOf } from './open-questions';
import { type Question, questionOf, sessionKey } from './question';

const hooksOf: Readonly<Record<Engine, EngineHooks>> = { claude, codex, gemini };

const usage = `Usage: gatehouse hook <claude|codex|gemini> [--if-unavailable prompt|block|allow] [--hold SECONDS]

Answers one hook of an engine: its JSON on stdin, the answer on stdout. \`gatehouse connect\` puts it into the engine's
configuration; how long it waits and what it answers without Gatehouse is set there too, and the options override it.`;

/** `gatehouse hook`: it runs on every tool call of an agent, and whatever happens it leaves the engine able to go on. */
export async function runHook(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = optionsOf(args);
  if (options === 'help') {
    terminal.say(usage);
    return exitCode.ok;
  }
  const { engine } = options;
  const answer = await answerOf(engine, options, terminal);
  if (answer.stderr !== undefined) terminal.tell(answer.stderr);
  if (answer.stdout !== undefined) terminal.say(JSON.stringify(answer.stdout));
  return answer.exitCode;
}

type Options = { readonly engine: Engine } & Partial<HookSettings>;

async function answerOf(engine: Engine, options: Options, terminal: Terminal): Promise<HookAnswer> {
  const hooks = hooksOf[engine];
  const input = await readInput();
  if (input === undefined) {
    terminal.tell('gatehouse hook: what came on stdin is no JSON object of a usable size; no opinion.');
    return hooks.answer({}, { kind: 'pass' });
  }
  const plan = hooks.plan(input, terminal.environment);
  try {
    return await followed(plan, input, { engine, hooks, options, terminal });
  } catch (error) {
    // The engine must be able to go on, and nobody has allowed anything.
    const outcome = { kind: 'undecided', sentence: unforeseen(error) } as const;
    if (plan.ask === undefined) return hooks.answer(input, { kind: 'pass' });
    return hooks.answer(input, verdictOf(outcome, options.ifUnavailable ?? 'prompt', false));
  }
}

type Place = {
  readonly engine: Engine;
  readonly hooks: EngineHooks;
  readonly options: Options;
  readonly terminal: Terminal;
};

async function followed(plan: Plan, input: HookInput, place: Place): Promise<HookAnswer> {
  const { engine, hooks, options, terminal } = place;
  const noOpinion = () => hooks.answer(input, { kind: 'pass' });
  if (Object.keys(plan).length === 0) return noOpinion();
  const home = homeFolder(terminal.environment);
  const connection = connectionOf(home, engine);
  const { holdSeconds, ifUnavailable } = { ...settingsOf(engine, connection), ...options };
  if (typeof connection === 'string') {
    if (plan.ask === undefined) return noOpinion();
    const outcome = { kind: 'unavailable', sentence: connection } as const;
    return hooks.answer(input, verdictOf(outcome, ifUnavailable, false));
  }

  const agentId = askingAgent(connection.agentId, input);
  const question = questionOf({ id: engine, hooks }, agentId, input);
  const open = openQuestionsOf(home, sessionKey(engine, textOf(input, 'session_id')));
  const link = createLink(terminal.environment, connection.token);
  const toolUseId = textOf(input, 'tool_use_id');
  if (plan.ended !== undefined) {
    const { endQuestions } = await import('./end-questions');
    await endQuestions(plan.ended, { link, open, agentId, question, toolUseId });
  }
  if (plan.isIntroduction === true) await introduce(link, agentId);
  if (plan.ask === undefined || question === undefined) return noOpinion();
  if (plan.ask.isForHighRiskOnly && !(await isHighRisk(question, textOf(input, 'cwd')))) return noOpinion();

  const [{ askOperator }, { interruption }] = await Promise.all([import('./ask'), import('./interruption')]);
  const { isResumable } = plan.ask;
  const { signal, end } = interruption();
  const holdMs = Math.min(holdSeconds, hooks.longestHoldSeconds ?? MAX_HOLD_SECONDS) * 1_000;
  const outcome = await askOperator(question, { link, open, toolUseId, isResumable, holdMs, signal })
    .catch((error: unknown) => ({ kind: 'undecided', sentence: unforeseen(error) }) as const)
    .finally(end);
  return hooks.answer(input, verdictOf(outcome, ifUnavailable, isResumable));
}

function unforeseen(error: unknown): string {
  return `Gatehouse could not be asked: ${error instanceof Error ? error.message : String(error)}`;
}

/** The connection, or why there is none. */
function connectionOf(home: string, engine: Engine): EngineConnection | string {
  try {
    const connection = readConnection(home, engine);
    return (
      connection ?? `Gatehouse could not be asked. ${engine} is not connected; connect it: gatehouse connect ${engine}`
    );
  } catch (error) {
    if (!(error instanceof ConnectionFileError)) throw error;
    return `Gatehouse could not be asked. ${error.message}`;
  }
}

function settingsOf(engine: Engine, connection: EngineConnection | string): HookSettings {
  return typeof connection === 'string' ? defaultHookSettings(engine) : connection.hook;
}

/** A sub-agent becomes known with its parents when it is first heard; Gatehouse that is away hears of it another time. */
async function introduce(link: Link, agentId: string): Promise<void> {
  try {
    await link.once({ path: '/governance/approvals?status=pending&limit=1', agentId, timeoutMs: 2_000 });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}

/** By the same rule as Gatehouse itself; the engine vouches for its working folder. */
async function isHighRisk({ toolName, action }: Question, workspace: string): Promise<boolean> {
  const { riskOf } = await import('../../../shared/risk');
  const targetResource = { type: 'tool', id: toolName };
  const request = { requestType: 'tool_call', targetResource, context: {}, action } as const;
  return riskOf(request, workspace === '' ? undefined : workspace).level === 'high';
}

function optionsOf(args: readonly string[]): Options | 'help' {
  if (args.includes('--help') || args.includes('-h')) return 'help';
  const { values, positionals } = parsed(args);
  const [name, ...more] = positionals;
  const engine = engines.find((known) => known === name);
  if (engine === undefined || more.length > 0) throw new UsageFailure(`Name one engine: ${engines.join(', ')}.`);
  const given = values['if-unavailable'];
  const ifUnavailable = unavailableAnswers.find((known) => known === given);
  if (given !== undefined && ifUnavailable === undefined) {
    throw new UsageFailure(`--if-unavailable is ${unavailableAnswers.join(', ')}.`);
  }
  const holdSeconds = values.hold === undefined ? undefined : Number(values.hold);
  if (holdSeconds !== undefined && !(holdSeconds >= 0 && holdSeconds <= MAX_HOLD_SECONDS)) {
    throw new UsageFailure(`--hold is a number of seconds, at most ${MAX_HOLD_SECONDS}.`);
  }
  return {
    engine,
    ...(ifUnavailable !== undefined && { ifUnavailable }),
    ...(holdSeconds !== undefined && { holdSeconds }),
  };
}

function parsed(args: readonly string[]) {
  try {
    const options = { 'if-unavailable': { type: 'string' }, hold: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageFailure(error instanceof Error ? error.message : String(error));
  }
}
