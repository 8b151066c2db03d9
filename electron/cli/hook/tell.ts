import type { JsonObject } from '../../../shared/kernel/fields';
import type { Call } from '../../client/approvals';
import { ApiRefusal, Unreachable } from '../../client/failure';
import type { HookVerdict, Plan, SaidUse } from '../../engines/engine';
import { FAREWELL_MS, LONGEST_REQUEST } from './as-agent';
import type { Question } from './question';

/** What the engine says of its session, as the API takes it. */
export type SaidSession = JsonObject;

/** What Gatehouse has decided about a call without asking anybody; or that it has not, and why. */
export type CallDecision =
  | Extract<HookVerdict, { kind: 'allow' | 'deny' }>
  /** The operator is to be asked. */
  | { readonly kind: 'ask' }
  /** The engine goes its own way. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unavailable' | 'undecided'; readonly sentence: string };

/** Tells of a call that is about to be carried out, and answers what becomes of it (spec/sessions.md section 2). */
export async function decideCall(
  call: Call,
  session: SaidSession,
  told: Pick<Question, 'toolName' | 'action'> & {
    readonly toolUseId: string;
    readonly plan: NonNullable<Plan['call']>;
    readonly askMode: string;
    readonly isOwnTool: boolean;
  },
): Promise<CallDecision> {
  const { plan, askMode, isOwnTool } = told;
  const body = {
    session,
    call: {
      ...saidOf(told),
      is_look: plan.isLook,
      engine_asks: plan.engineAsks,
      ask_mode: askMode,
      is_own_tool: isOwnTool,
    },
  };
  if (Buffer.byteLength(JSON.stringify(body)) > LONGEST_REQUEST) {
    return { kind: 'undecided', sentence: 'This is too long to be looked at: it is over 1 MiB.' };
  }
  let answer: JsonObject;
  try {
    answer = await call({ method: 'POST', path: '/governance/tool_calls/decide', body, timeoutMs: FAREWELL_MS });
  } catch (error) {
    if (error instanceof Unreachable) {
      return { kind: 'unavailable', sentence: `Gatehouse could not be asked. ${error.message}` };
    }
    if (!(error instanceof ApiRefusal)) throw error;
    return { kind: 'undecided', sentence: `Gatehouse has not decided this. ${error.message}` };
  }
  const sentence = typeof answer['sentence'] === 'string' ? answer['sentence'] : '';
  switch (answer['answer']) {
    case 'deny':
      return { kind: 'deny', sentence, endsTurn: answer['ends_turn'] === true };
    case 'allow':
      return { kind: 'allow', sentence };
    case 'ask':
      return { kind: 'ask' };
    case 'nothing':
      return { kind: 'nothing' };
    default:
      return {
        kind: 'undecided',
        sentence: 'Gatehouse has not decided this: its answer is none that this hook knows.',
      };
  }
}

/** Tells that a tool call has come to its end; Gatehouse that is away knows it as under way. */
export async function endCall(
  call: Call,
  session: SaidSession,
  told: Pick<Question, 'toolName' | 'action'> & { readonly toolUseId: string; readonly isError: boolean },
): Promise<void> {
  const body = { session, event: 'called', call: saidOf(told), is_error: told.isError };
  if (Buffer.byteLength(JSON.stringify(body)) > LONGEST_REQUEST) return;
  await ifAnswered(call({ method: 'POST', path: '/governance/sessions/events', body, timeoutMs: FAREWELL_MS }));
}

/** Tells that a session goes on, or is over; Gatehouse that is away finds out by its next call, or by its silence. */
export async function tellSession(call: Call, session: SaidSession, event: 'going_on' | 'ended'): Promise<void> {
  const body = { session, event };
  await ifAnswered(call({ method: 'POST', path: '/governance/sessions/events', body, timeoutMs: FAREWELL_MS }));
}

/** Tells what an answer of the session's model used; the same again charges nothing. */
export async function tellUse(call: Call, session: SaidSession, use: SaidUse): Promise<void> {
  const { engine, session_id: sessionId } = session;
  const body = { engine, uses: [{ ...use, session_id: sessionId }] };
  await ifAnswered(call({ method: 'POST', path: '/governance/sessions/uses', body, timeoutMs: FAREWELL_MS }));
}

/** A sub-agent becomes known with its parents when it is first heard; Gatehouse that is away hears of it another time. */
export async function introduce(call: Call): Promise<void> {
  await ifAnswered(call({ path: '/governance/approvals?status=pending&limit=1', timeoutMs: FAREWELL_MS }));
}

/** Waits for the answer, which matters to nobody. */
async function ifAnswered(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof Unreachable) && !(error instanceof ApiRefusal)) throw error;
  }
}

/** Longest id of a tool call that the API takes. */
const LONGEST_ID = 200;

function saidOf({
  toolName,
  action,
  toolUseId,
}: Pick<Question, 'toolName' | 'action'> & { readonly toolUseId: string }): JsonObject {
  const isKept = toolUseId.trim() !== '' && toolUseId.length <= LONGEST_ID;
  return { tool_name: toolName, action, ...(isKept && { tool_use_id: toolUseId }) };
}
