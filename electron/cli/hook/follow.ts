import type { Engine } from '../../../shared/contract/engine';
import {
  ConnectionFileError,
  type EngineConnection,
  type HookSettings,
  hookSettingsOf,
  readConnection,
} from '../../connect/connection-file';
import { engineAbove } from '../../connect/processes';
import { type Environment, type HookAnswer, type HookInput, type Plan, textOf } from '../../engines/engine';
import { engineTable } from '../../engines/table';
import { homeFolder } from '../connection';
import { openQuestionsOf } from './open-questions';
import { actionOf, askingAgent, questionOf, sessionKey, sessionOf } from './question';
import { unforeseen, verdictOf } from './verdict';

/** Whose event it is, and what the command line says about it. */
export type Place = {
  readonly engine: Engine;
  /** They win over what is set for the engine. */
  readonly options: Partial<HookSettings>;
  readonly environment: Environment;
};

/** Does what an event is reason to do, and resolves to the engine's answer. */
export async function follow(
  plan: Plan,
  input: HookInput,
  { engine, options, environment }: Place,
): Promise<HookAnswer> {
  const { answer, hold } = engineTable[engine];
  const noOpinion = () => answer(input, { kind: 'pass' });
  const home = homeFolder(environment);
  const connection = connectionOf(home, engine);
  const { holdSeconds, ifUnavailable } = { ...hookSettingsOf(home, engine), ...options };
  const isAsked = plan.ask !== undefined && (!plan.ask.isForHighRiskOnly || (await isHighRisk(input)));
  if (typeof connection === 'string') {
    if (!isAsked) return noOpinion();
    const outcome = { kind: 'unavailable', sentence: `Gatehouse could not be asked. ${connection}` } as const;
    return answer(input, verdictOf(outcome, ifUnavailable, false));
  }

  const agentId = askingAgent(connection.agentId, input);
  const question = questionOf(engine, agentId, input);
  const open = openQuestionsOf(home, sessionKey(engine, textOf(input, 'session_id')));
  const toolUseId = textOf(input, 'tool_use_id');
  const session = withProcess(engine, sessionOf(engine, input));
  const over = plan.ended === undefined ? [] : open.over(plan.ended, { agentId, question, toolUseId });
  const isTold = session !== undefined && (plan.call !== undefined || plan.isBeginning === true || plan.isEnd === true);
  const isHeard = over.length > 0 || plan.isIntroduction === true || isTold;
  if (!isHeard && (!isAsked || question === undefined)) return noOpinion();
  // What talks HTTP takes longer to load than all else here together.
  const { asAgent, askOperator, decideCall, endQuestions, interruption, introduce, tellSession } = await import(
    './ask'
  );
  const callAs = (id: string) => asAgent(environment, connection.token, id);
  if (over.length > 0) await endQuestions(over, open, callAs);
  if (plan.isIntroduction === true) await introduce(callAs(agentId));
  if (session !== undefined && plan.isEnd === true) await tellSession(callAs(agentId), session, 'ended');
  if (session !== undefined && plan.isBeginning === true) {
    const { sessionFacts } = await import('./session-facts');
    const told = { ...session, ...sessionFacts(engine, input, environment) };
    await tellSession(callAs(agentId), told, 'going_on');
  }
  if (session !== undefined && question !== undefined && plan.call !== undefined) {
    const { engineAsks, isLook } = plan.call;
    const call = { toolName: question.toolName, action: question.action, toolUseId, engineAsks, isLook };
    const decided = await decideCall(callAs(agentId), session, call);
    if (decided !== undefined) return answer(input, decided);
  }
  if (!isAsked || question === undefined) return noOpinion();

  const isResumable = plan.ask?.isResumable ?? false;
  const { signal, end } = interruption();
  const holdMs = Math.min(holdSeconds, hold.longestSeconds) * 1_000;
  const asking = { call: callAs(agentId), open, toolUseId, isResumable, holdMs, signal };
  const outcome = await askOperator(question, asking)
    .catch((error: unknown) => ({ kind: 'undecided', sentence: unforeseen(error) }) as const)
    .finally(end);
  return answer(input, verdictOf(outcome, ifUnavailable, isResumable));
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

/** By the same rule as Gatehouse itself; the engine vouches for its working folder. */
async function isHighRisk(input: HookInput): Promise<boolean> {
  const { riskOf } = await import('../../../shared/risk');
  const [toolName, workspace] = [textOf(input, 'tool_name'), textOf(input, 'cwd')];
  const targetResource = { type: 'tool', id: toolName };
  const request = { requestType: 'tool_call', targetResource, context: {}, action: actionOf(input) } as const;
  return riskOf(request, workspace === '' ? undefined : workspace).level === 'high';
}
