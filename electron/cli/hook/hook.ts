import { parseArgs } from 'node:util';
import { type Engine, engines, MAX_HOLD_SECONDS, unavailableAnswers } from '../../../shared/contract/engine';
import { isJsonObject } from '../../../shared/kernel/fields';
import { noBounds, readJson } from '../../../shared/kernel/json-text';
import { messageOf } from '../../../shared/kernel/message-of';
import { type ExitCode, exitCode } from '../../client/exit-code';
import { UsageFailure } from '../../client/failure';
import { type HookSettings, hookSettingsOf } from '../../connect/connection-file';
import { type HookAnswer, type HookInput, type HookVerdict, type Plan, textOf } from '../../engines/engine';
import { engineTable } from '../../engines/table';
import { homeFolder } from '../connection';
import type { Terminal } from '../terminal';
import { follow, type HookPlace, termsOf } from './follow';
import { hasOpenQuestions } from './notes-folder';
import { readInput, type Text } from './streams';
import { blocked, unforeseen, verdictOf } from './verdict';

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
  const text = await readInput().catch(() => undefined);
  return answerTo(text ?? { head: '', isWhole: false }, { engine, options, environment: terminal.environment });
}

/** What the hook answers to what its engine wrote. Never rejects: whatever happens, the engine can go on. */
export async function answerTo({ head, isWhole }: Text, place: HookPlace): Promise<HookAnswer> {
  const { engine, environment } = place;
  const { plan: planOf, answer } = engineTable[engine];
  // An act that is not what the engine wrote would be approved in place of another one.
  const read = isWhole ? readJson(head, noBounds) : undefined;
  const value = read?.ok === true ? read.value : undefined;
  const isInput = isJsonObject(value);
  const input = isInput ? await whole(engine, value, environment) : glimpsed(head);
  const plan = planOf(input, environment);
  try {
    if (!isInput) return await unreadable(plan, input, place);
    if (plan.isSettingsChange === true) {
      const { refusalOfSettings } = await import('../../connect/config-change');
      // The working folder moves with `cd`; the settings that count are those of the folder that the engine was started in.
      const workspace = environment['CLAUDE_PROJECT_DIR'] || textOf(input, 'cwd');
      const sentence = refusalOfSettings(homeFolder(environment), environment, engine, workspace);
      return answer(input, sentence === undefined ? { kind: 'pass' } : { kind: 'block', sentence });
    }
    // Most events are about nothing that Gatehouse has to do with, and wait for no more than this.
    const { call, end, use, isIntroduction, isBeginning, isEnd, ended } = plan;
    const isTold =
      end !== undefined || use !== undefined || isIntroduction === true || isBeginning === true || isEnd === true;
    if (call === undefined && !isTold && !(ended !== undefined && hasOpenQuestions(homeFolder(environment)))) {
      return answer(input, { kind: 'pass' });
    }
    return await follow(plan, input, place);
  } catch (error) {
    // The engine must be able to go on, and nobody has allowed anything.
    return answer(input, await undecided(plan, place, unforeseen(error)));
  }
}

/** The event with what its engine leaves out; as it came where that cannot be found out. */
async function whole(engine: Engine, input: HookInput, environment: HookPlace['environment']): Promise<HookInput> {
  return (await engineTable[engine].complete?.(input, environment).catch(() => input)) ?? input;
}

/** What is answered to what is no JSON object, or has more than one meaning. */
async function unreadable(plan: Plan, input: HookInput, place: HookPlace): Promise<HookAnswer> {
  const { engine, options, environment } = place;
  const settings = { ...hookSettingsOf(homeFolder(environment), engine), ...options };
  const sentence = 'What came on stdin is no JSON object that can be read in one way only, or is too long.';
  if (settings.ifUnavailable === 'block') {
    // Nobody may know which event it is, so the answer is the one that all events have.
    return { stderr: blocked(sentence).sentence, exitCode: BLOCKED };
  }
  const verdict = await undecided(plan, place, sentence);
  const answered = engineTable[engine].answer(input, verdict);
  return verdict.kind === 'pass' ? { ...answered, stderr: `gatehouse hook: ${sentence} No opinion.` } : answered;
}

/** The verdict on a call that could not be looked at; what only looks goes on. */
async function undecided(plan: Plan, place: HookPlace, sentence: string): Promise<HookVerdict> {
  if (plan.ask === undefined || plan.call?.isLook === true) return { kind: 'pass' };
  const settings = { ...hookSettingsOf(homeFolder(place.environment), place.engine), ...place.options };
  return verdictOf({ kind: 'undecided', sentence }, termsOf({ ...place, settings }, plan.ask));
}

/** Which event it is, of a text that cannot be read: its fields stand before what the model has written. */
function glimpsed(text: string): HookInput {
  const names = ['hook_event_name', 'tool_name', 'permission_mode', 'agent_id'];
  const fields = names.map((name) => [name, new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]*)"`).exec(text)?.[1]]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as HookInput;
}

function optionsOf(args: readonly string[]): Options | 'help' {
  const installed = args.length === 1 ? engines.find((known) => known === args[0]) : undefined;
  if (installed !== undefined) return { engine: installed };
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
    throw new UsageFailure(messageOf(error));
  }
}
