import { type AskingFacts, isAskedAbout } from '../../../shared/asking';
import type { RunStatus, StopKind } from '../../../shared/contract/run';
import type { CallAnswer } from '../../../shared/contract/session';

/** Who or what stops a session now. */
export type SessionStop = {
  readonly by: 'operator' | 'spend' | 'plan' | 'run';
  /** The agent that is stopped; it may be one above the session's own. */
  readonly agentId?: string;
  readonly sinceMs?: number;
  /** When it ends by itself. */
  readonly untilMs?: number;
  readonly reason?: string;
};

/** What decides what becomes of a tool call; all of it is looked up before. */
export type CallFacts = AskingFacts & {
  readonly stop: SessionStop | undefined;
  /** What the same call was answered a moment ago, if it was allowed then: an engine may ask twice about one call. */
  readonly isAllowedBefore: boolean;
  /** Whether it is a tool of Gatehouse's own server, which asks for itself. */
  readonly isOwnTool: boolean;
  /** What a standing rule of the operator's says of it, if one does; a rule that denies says why. */
  readonly rule: { readonly verdict: 'allow' } | { readonly verdict: 'deny'; readonly sentence: string } | undefined;
};

/** What becomes of a tool call, and why. */
export type CallDecision = {
  readonly answer: CallAnswer;
  readonly sentence?: string;
  readonly endsTurn: boolean;
  /** Whether a standing rule decides, which is written down as a decision of the operator's. */
  readonly isByRule?: true;
};

/** What becomes of a tool call (spec/sessions.md section 2): the first that holds decides. */
export function decideCall(facts: CallFacts): CallDecision {
  if (facts.stop !== undefined) return { answer: 'deny', sentence: stopSentence(facts.stop), endsTurn: true };
  if (facts.isOwnTool) return decided('allow', 'This only asks Gatehouse.');
  if (facts.rule?.verdict === 'deny') return { ...decided('deny', facts.rule.sentence), isByRule: true };
  if (facts.isAllowedBefore) return decided('allow', 'The operator approved this in Gatehouse.');
  if (!isAskedAbout(facts)) return decided('nothing');
  return facts.rule === undefined
    ? decided('ask')
    : { ...decided('allow', 'The operator allowed this beforehand.'), isByRule: true };
}

function decided(answer: CallAnswer, sentence?: string): CallDecision {
  return { answer, ...(sentence !== undefined && { sentence }), endsTurn: false };
}

/** Who stops a session, since when, and that trying again is of no use. */
export function stopSentence({ by, agentId, sinceMs, untilMs, reason }: SessionStop): string {
  const since = sinceMs === undefined ? '' : ` since ${minuteOf(sinceMs)}`;
  const until =
    untilMs === undefined ? 'the operator resumes it' : `${minuteOf(untilMs)}, unless the operator allows more before`;
  const why = reason === undefined ? '' : ` (${reason})`;
  const who = {
    operator: `The operator has paused ${agentId ?? 'this session'}${since}${why}.`,
    spend: `${agentId ?? 'This session'} has reached its spend cap${since}${why}.`,
    plan: `${agentId ?? 'This session'} has used as much of its plan as it may${why}.`,
    run: `This session is stopped${since}${why}.`,
  }[by];
  return `${who} Nothing that you do is carried out until ${until}. Do not try again; end your turn and say so.`;
}

/** A minute as a model reads it, the same wherever the app runs. */
function minuteOf(atMs: number): string {
  // oxlint-disable-next-line no-restricted-globals -- writes an instant that it was given, and reads no clock
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Whether so much of a window of a plan is used that its agent's sessions stop (spec/sessions.md section 4); a ratio of 0 stops none. */
export function isPlanStop({ usedPercent }: { readonly usedPercent: number }, stopRatio: number): boolean {
  // 0.07 of 100 is not exact in binary.
  return stopRatio > 0 && usedPercent >= Number((stopRatio * 100).toPrecision(12));
}

/** Why a session's run keeps it from going on; undefined while nothing does. */
export function stopOfRun(run: {
  readonly status: RunStatus;
  readonly stopKind?: StopKind;
  readonly stopReason?: string;
  readonly updatedAtMs: number;
}): SessionStop | undefined {
  if (run.status !== 'paused' && run.status !== 'cancelled') return undefined;
  const reason = run.stopReason === undefined ? {} : { reason: run.stopReason };
  return { by: run.stopKind === 'operator_stopped' ? 'operator' : 'run', sinceMs: run.updatedAtMs, ...reason };
}

/** How little Claude Code asks in each of its permission modes. */
const looseness: Readonly<Record<string, number>> = { acceptEdits: 1, auto: 2, bypassPermissions: 3 };

/** Whether an engine asks less in one permission mode than in another; a mode that it does not name is the strictest. */
export function isLooser(mode: string | undefined, thanMode: string | undefined): boolean {
  return (looseness[mode ?? ''] ?? 0) > (looseness[thanMode ?? ''] ?? 0);
}

/** The id of a session's run; of a sub-agent's, one below it. */
export function runIdOf(engine: string, sessionId: string, subAgentId?: string): string {
  return `${engine}-${sessionId}${subAgentId === undefined ? '' : `/${subAgentId}`}`;
}

/** The runs above that of a sub-agent, the nearest first: of the sub-agents that made it, and of the session; none for a session's own. */
export function runIdsAbove(engine: string, sessionId: string, subAgentId?: string): readonly string[] {
  const names = subAgentId?.split('/') ?? [];
  return names.map((_, index) => runIdOf(engine, sessionId, names.slice(0, -1 - index).join('/') || undefined));
}
