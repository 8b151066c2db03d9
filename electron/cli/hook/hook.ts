import { parseArgs } from 'node:util';
import { type Engine, engines, MAX_HOLD_SECONDS, unavailableAnswers } from '../../../shared/contract/engine';
import { noBounds, readJson } from '../../../shared/kernel/json-text';
import { type ExitCode, exitCode } from '../../client/exit-code';
import { UsageFailure } from '../../client/failure';
import { type HookSettings, hookSettingsOf } from '../../connect/connection-file';
import { type HookAnswer, type HookInput, textOf } from '../../engines/engine';
import { engineTable } from '../../engines/table';
import { homeFolder } from '../connection';
import type { Terminal } from '../terminal';
import { hasOpenQuestions } from './open-questions';
import { unforeseen, verdictOf } from './verdict';

/** The exit code with which an act is blocked, whatever the event, by each of the engines. */
const BLOCKED = 2;

const usage = `Usage: gatehouse hook <${engines.join('|')}> [--if-unavailable prompt|block|allow] [--hold SECONDS]

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
  const hooks = engineTable[engine];
  const home = homeFolder(terminal.environment);
  const undecided = (sentence: string) => {
    const ifUnavailable = options.ifUnavailable ?? hookSettingsOf(home, engine).ifUnavailable;
    return verdictOf({ kind: 'undecided', sentence }, ifUnavailable, false);
  };
  const input = await readInput().catch(() => undefined);
  if (input === undefined) {
    const verdict = undecided('What came on stdin is no JSON object of a usable size.');
    // Nobody knows which event it is, so the answer is the one that all events have.
    if (verdict.kind === 'block') return { stderr: verdict.sentence, exitCode: BLOCKED };
    terminal.tell('gatehouse hook: what came on stdin is no JSON object of a usable size; no opinion.');
    return hooks.answer({}, { kind: 'pass' });
  }
  const plan = hooks.plan(input, terminal.environment);
  try {
    if (plan.isSettingsChange === true) {
      const { refusalOfSettings } = await import('../../connect/config-change');
      const { environment } = terminal;
      // The working folder moves with `cd`; the settings that count are those of the folder that the engine was started in.
      const workspace = environment['CLAUDE_PROJECT_DIR'] || textOf(input, 'cwd');
      const sentence = refusalOfSettings(home, environment, engine, workspace);
      return hooks.answer(input, sentence === undefined ? { kind: 'pass' } : { kind: 'block', sentence });
    }
    // Most events are about nothing that Gatehouse has to do with, and wait for no more than this.
    const isTold = plan.isBeginning === true || plan.isEnd === true;
    const isToDo = plan.ask !== undefined || plan.call !== undefined || plan.isIntroduction === true || isTold;
    const mayEnd = plan.ended !== undefined && hasOpenQuestions(home);
    if (!isToDo && !mayEnd) return hooks.answer(input, { kind: 'pass' });
    const { follow } = await import('./follow');
    return await follow(plan, input, { engine, options, environment: terminal.environment });
  } catch (error) {
    // The engine must be able to go on, and nobody has allowed anything.
    return hooks.answer(input, plan.ask === undefined ? { kind: 'pass' } : undecided(unforeseen(error)));
  }
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

/** The longest input that is read, in bytes; what is longer is no tool call that anybody could decide about. */
const LONGEST = 32 * 1024 * 1024;

/** What the engine wrote to stdin, to its end; undefined when it is no JSON object, has more than one meaning, or is too long. */
async function readInput(): Promise<HookInput | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LONGEST) return undefined;
    parts.push(part);
  }
  // An act that is not what the engine wrote would be approved in place of another one.
  const read = readJson(Buffer.concat(parts).toString('utf8'), noBounds);
  const value = read.ok ? read.value : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as HookInput) : undefined;
}
