import {
  ConnectionFileError,
  type Engine,
  type EngineConnection,
  type HookSettings,
  MAX_HOLD_SECONDS,
  readConnection,
} from '../../connect/connection-file';
import { type Environment, homeFolder } from '../connection';
import { Unreachable } from '../failure';
import { askingAgent } from './asking-agent';
import {
  type EngineHooks,
  type HookAnswer,
  type HookInput,
  type Plan,
  textOf,
  unforeseen,
  verdictOf,
} from './engine-hooks';
import type { Link } from './link';
import { openQuestionsOf } from './open-questions';
import { actionOf, questionOf, sessionKey } from './question';
import { questionsOver } from './questions-over';
import { settingsOf } from './settings';

/** Whose event it is, and what the command line says about it. */
export type Place = {
  readonly engine: Engine;
  readonly hooks: EngineHooks;
  /** They win over what is set for the engine. */
  readonly options: Partial<HookSettings>;
  readonly environment: Environment;
};

/** Does what an event is reason to do, and resolves to the engine's answer. */
export async function follow(plan: Plan, input: HookInput, place: Place): Promise<HookAnswer> {
  const { engine, hooks, options, environment } = place;
  const noOpinion = () => hooks.answer(input, { kind: 'pass' });
  const home = homeFolder(environment);
  const connection = connectionOf(home, engine);
  const { holdSeconds, ifUnavailable } = { ...settingsOf(home, engine), ...options };
  const isAsked = plan.ask !== undefined && (!plan.ask.isForHighRiskOnly || (await isHighRisk(input)));
  if (typeof connection === 'string') {
    if (!isAsked) return noOpinion();
    const outcome = { kind: 'unavailable', sentence: connection } as const;
    return hooks.answer(input, verdictOf(outcome, ifUnavailable, false));
  }

  const agentId = askingAgent(connection.agentId, input);
  const question = questionOf({ id: engine, hooks }, agentId, input);
  const open = openQuestionsOf(home, sessionKey(engine, textOf(input, 'session_id')));
  // What talks HTTP takes longer to load than all else here together.
  const link = async () => (await import('./link')).createLink(environment, connection.token);
  const toolUseId = textOf(input, 'tool_use_id');
  if (plan.ended !== undefined) {
    const over = questionsOver(plan.ended, { open, agentId, question, toolUseId });
    if (over.length > 0) await (await import('./ask')).endQuestions(over, open, await link());
  }
  if (plan.isIntroduction === true) await introduce(await link(), agentId);
  if (!isAsked || question === undefined) return noOpinion();

  const [{ askOperator }, { interruption }] = await Promise.all([import('./ask'), import('./interruption')]);
  const isResumable = plan.ask?.isResumable ?? false;
  const { signal, end } = interruption();
  const holdMs = Math.min(holdSeconds, hooks.longestHoldSeconds ?? MAX_HOLD_SECONDS) * 1_000;
  const asking = { link: await link(), open, toolUseId, isResumable, holdMs, signal };
  const outcome = await askOperator(question, asking)
    .catch((error: unknown) => ({ kind: 'undecided', sentence: unforeseen(error) }) as const)
    .finally(end);
  return hooks.answer(input, verdictOf(outcome, ifUnavailable, isResumable));
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

/** A sub-agent becomes known with its parents when it is first heard; Gatehouse that is away hears of it another time. */
async function introduce(link: Link, agentId: string): Promise<void> {
  try {
    await link.once({ path: '/governance/approvals?status=pending&limit=1', agentId, timeoutMs: 2_000 });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}

/** By the same rule as Gatehouse itself; the engine vouches for its working folder. */
async function isHighRisk(input: HookInput): Promise<boolean> {
  const { riskOf } = await import('../../../shared/risk');
  const [toolName, workspace] = [textOf(input, 'tool_name'), textOf(input, 'cwd')];
  const targetResource = { type: 'tool', id: toolName };
  const request = { requestType: 'tool_call', targetResource, context: {}, action: actionOf(input) } as const;
  return riskOf(request, workspace === '' ? undefined : workspace).level === 'high';
}
