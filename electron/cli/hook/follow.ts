import { isAskedAbout } from '../../../shared/asking';
import type { Engine } from '../../../shared/contract/engine';
import {
  ConnectionFileError,
  defaultHookSettings,
  type EngineConnection,
  type HookSettings,
  knownConnection,
  readConnection,
} from '../../connect/connection-file';
import { engineAbove } from '../../connect/processes';
import {
  type Environment,
  type HookAnswer,
  type HookInput,
  type HookVerdict,
  type Plan,
  textOf,
} from '../../engines/engine';
import { engineTable } from '../../engines/table';
import { homeFolder } from '../connection';
import { asAgent } from './as-agent';
import { hasOpenQuestions } from './notes-folder';
import type { OpenQuestions } from './open-questions';
import { isOwnCall } from './own-tool';
import { actionOf, askingAgent, type Question, questionOf, sessionOf } from './question';
import { decideCall, endCall, introduce, tellSession, tellUse } from './tell';
import { isEngineInTerminal } from './terminal-of-engine';
import { type HookOutcome, type HookTerms, unforeseen, verdictOf } from './verdict';

/** Whose event it is, and what the command line says about it. */
export type HookPlace = {
  readonly engine: Engine;
  /** They win over what is set for the engine. */
  readonly options: Partial<HookSettings>;
  readonly environment: Environment;
};

/** An event with what is set for its engine. */
type Event = HookPlace & { readonly plan: Plan; readonly input: HookInput; readonly settings: HookSettings };

/** Does what an event is reason to do, and resolves to the engine's answer. */
export async function follow(plan: Plan, input: HookInput, place: HookPlace): Promise<HookAnswer> {
  const home = homeFolder(place.environment);
  const connection = connectionOf(home, place.engine);
  const set = typeof connection === 'string' ? defaultHookSettings(place.engine) : connection.hook;
  const event = { ...place, plan, input, settings: { ...set, ...place.options } };
  const verdict =
    typeof connection === 'string'
      ? await leftOut(event, { kind: 'unavailable', sentence: `Gatehouse could not be asked. ${connection}` })
      : await heard(event, connection, home);
  return engineTable[place.engine].answer(input, verdict ?? { kind: 'pass' });
}

/** Characters of why a session has ended. */
const LONGEST_REASON = 100;

const ofNoSession = { kind: 'undecided', sentence: 'The engine does not say which session this is.' } as const;

/** The verdict on an event of a connected engine; undefined where Gatehouse has no opinion. */
async function heard(event: Event, connection: EngineConnection, home: string): Promise<HookVerdict | undefined> {
  const { engine, plan, input, settings, environment } = event;
  const above = await subAgentsAboveIn(engine, input);
  const agentId = askingAgent(connection.agentId, input, above ?? []);
  const question = questionOf(engine, agentId, input);
  const toolUseId = textOf(input, 'tool_use_id');
  const session = withProcess(engine, sessionOf(engine, input));
  const open = plan.ended !== undefined && hasOpenQuestions(home) ? await openQuestions(home, event) : undefined;
  const over = (plan.ended && open?.over(plan.ended, { agentId, question, toolUseId })) ?? [];
  const { end: endOfCall, use, isBeginning, isEnd } = plan;
  const isToTell = endOfCall !== undefined || use !== undefined || isBeginning === true || isEnd === true;
  const isTold = session !== undefined && isToTell;
  if (over.length === 0 && plan.call === undefined && plan.isIntroduction !== true && !isTold) return undefined;
  const callAs = (id: string) => asAgent(environment, connection.token, id);
  const call = callAs(agentId);
  if (open !== undefined && over.length > 0) {
    const { endQuestions } = await import('./ask');
    await endQuestions(over, open, callAs);
  }
  // One whose parent is not known yet would be known under two names.
  if (plan.isIntroduction === true && above !== undefined) await introduce(call);
  if (session !== undefined && question !== undefined && plan.end !== undefined) {
    await endCall(call, session, { ...question, toolUseId, isError: plan.end.isError });
  }
  // What a sub-agent used is its session's, and is told by the agent that the engine was connected as.
  if (session !== undefined && use !== undefined) await tellUse(callAs(connection.agentId), session, use);
  if (session !== undefined && plan.isEnd === true) {
    const reason = textOf(input, 'reason').trim().slice(0, LONGEST_REASON);
    await tellSession(call, { ...session, ...(reason !== '' && { end_reason: reason }) }, 'ended');
  }
  if (session !== undefined && plan.isBeginning === true) {
    const { sessionFacts } = await import('./session-facts');
    await tellSession(call, { ...session, ...sessionFacts(engine, input, environment) }, 'going_on');
  }
  if (plan.call === undefined) return undefined;
  if (question === undefined) {
    return leftOut(event, { kind: 'undecided', sentence: 'The engine does not say what it is about to do.' });
  }

  const isOwn = isOwnCall(engine, input, environment);
  const told = { ...question, toolUseId, plan: plan.call, isOwnTool: isOwn, askMode: settings.askMode };
  const decision = session === undefined ? ofNoSession : await decideCall(call, session, told);
  if (decision.kind === 'allow' || decision.kind === 'deny') return decision;
  if (decision.kind === 'nothing' || plan.ask === undefined) return undefined;
  if (decision.kind !== 'ask' && !(await isAskedAboutHere(event, question))) return leftOut(event, decision);
  if (plan.ask.isAskedByDialog === true) {
    if (decision.kind !== 'ask') return leftOut(event, decision);
    return { kind: 'ask', sentence: 'The operator is asked about this in Gatehouse too.' };
  }

  // What asks and waits is not loaded by the many hooks that do neither.
  const { askOperator, interruption } = await import('./ask');
  const { isResumable } = plan.ask;
  const { signal, end } = interruption();
  const holdMs = Math.min(settings.holdSeconds, engineTable[engine].hold.longestSeconds) * 1_000;
  const asking = { call, open: open ?? (await openQuestions(home, event)), toolUseId };
  const outcome = await askOperator(question, { ...asking, isResumable, holdMs, signal })
    .catch((error: unknown) => ({ kind: 'undecided', sentence: unforeseen(error) }) as const)
    .finally(end);
  return verdictOf(outcome, termsOf(event, plan.ask));
}

/** The open questions of the event's session. */
async function openQuestions(home: string, { engine, input }: Event): Promise<OpenQuestions> {
  const { openQuestionsOf } = await import('./open-questions');
  return openQuestionsOf(home, engine, textOf(input, 'session_id'));
}

/** Which sub-agents made the one that an event is of; most events are of none, and load nothing for it. */
async function subAgentsAboveIn(engine: Engine, input: HookInput) {
  if (textOf(input, 'agent_id') === '') return [];
  const { subAgentsAbove } = await import('../../engines/sub-agents');
  return subAgentsAbove(engine, input);
}

/** The verdict on an event that Gatehouse has not decided about: on what would have been asked, and with `block` on all but looks. */
export async function leftOut(
  event: Omit<Event, 'options'>,
  outcome: Extract<HookOutcome, { kind: 'unavailable' | 'undecided' }>,
): Promise<HookVerdict | undefined> {
  const { plan, input, settings, engine, environment } = event;
  if (plan.call === undefined || plan.ask === undefined || isOwnCall(engine, input, environment)) return undefined;
  const isBlocked = settings.ifUnavailable === 'block' && !plan.call.isLook;
  const question = questionOf(engine, '', input);
  const isAsked = isBlocked || (question !== undefined && (await isAskedAboutHere(event, question)));
  return isAsked ? verdictOf(outcome, termsOf(event, plan.ask)) : undefined;
}

/** What a verdict depends on, for what is asked about in this way. */
export function termsOf(
  { settings, environment }: Pick<Event, 'settings' | 'environment'>,
  { dialog }: NonNullable<Plan['ask']>,
): HookTerms {
  const inTerminal = () => (isEngineInTerminal(environment) ? 'opened' : 'none');
  return {
    ifUnavailable: settings.ifUnavailable,
    dialog: dialog === 'opened_in_terminal' ? inTerminal() : dialog,
  };
}

/** With the process that it runs in, by which it is seen when that is gone. */
function withProcess<Told extends object>(engine: Engine, session: Told | undefined): Told | undefined {
  const pid = session === undefined ? undefined : engineAbove(engine);
  return session === undefined || pid === undefined ? session : { ...session, pid };
}

/** The connection, or why there is none. */
function connectionOf(home: string, engine: Engine): EngineConnection | string {
  try {
    const connection = readConnection(home, engine);
    return connection ?? `${engine} is not connected; connect it: gatehouse connect ${engine}`;
  } catch (error) {
    if (!(error instanceof ConnectionFileError)) throw error;
    return error.message;
  }
}

/** By the same rule as Gatehouse itself, with what it keeps for hooks; the engine vouches for its working folder. */
async function isAskedAboutHere(
  { engine, plan, input, settings, environment }: Omit<Event, 'options'>,
  { toolName }: Question,
): Promise<boolean> {
  if (plan.call === undefined || isOwnCall(engine, input, environment)) return false;
  const [{ judgeKnowing }, { loadShellGrammar }, { knownWhileAway }] = await Promise.all([
    import('../../judgement/here'),
    import('../../judgement/shell/grammar'),
    import('../known-away'),
  ]);
  await loadShellGrammar();
  const home = homeFolder(environment);
  const judge = judgeKnowing(knownWhileAway(home, knownConnection(home, engine)?.agentId));
  const { isLook, engineAsks } = plan.call;
  const cwd = textOf(input, 'cwd');
  const { level, reasons } = judge.call({ toolName, action: actionOf(input), cwd: cwd === '' ? undefined : cwd });
  const isOnlyUnknown = reasons.length > 0 && reasons.every(({ kind }) => kind === 'unknown_tool');
  const judgement = isLook && isOnlyUnknown ? 'low' : level;
  return isAskedAbout({ askMode: settings.askMode, judgement, engineAsks });
}
