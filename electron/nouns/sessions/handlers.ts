import { actTitle } from '../../../shared/act/act-title';
import { isOwnTool } from '../../../shared/asking';
import { type Run, reportedCost, type Session } from '../../../shared/contract/run';
import {
  type CallAnswer,
  type ListedSession,
  MOST_CALLS_OF_SESSION,
  SESSIONS_ENDING,
  type SessionCall,
  type ToldLater,
} from '../../../shared/contract/session';
import type { Risk, RiskLevel } from '../../../shared/judgement';
import type { Caller } from '../../../shared/kernel/actor';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { without } from '../../../shared/kernel/fields';
import { invalidCursor } from '../../kernel/cursor';
import type { CommandContext, CommandHandlers, QueryContext, QueryHandlers } from '../../kernel/handler';
import { stateOwnLineage, stopsOf } from '../lineage/effects';
import { runBlock } from '../runs/rules';
import { denialSentence, ruleThatDecides } from '../tool-rules/effects';
import { judgeOf } from '../trust/facts';
import { isSettledByRule, judgedCallOf } from './by-rule';
import {
  automationIdOf,
  callKey,
  endSession,
  goOnWithAgent,
  KEPT_MS,
  ownerOf,
  runOfSession,
  runToldOf,
} from './effects';
import { planStopOf } from './effects-quotas';
import { withDecisions } from './facts';
import { decideCall, isLooser, runIdOf, runIdsAbove, type SessionStop, stopOfRun } from './rules';
import type { KnownCall } from './store';

/** How long the answer to a call holds for a second question about the same call, in milliseconds. */
const SAME_CALL_MS = 10 * 60_000;

/** session.decide, session.tell and session.gone (spec/sessions.md sections 1 and 2). */
export const sessionCommands: CommandHandlers<
  'session.decide' | 'session.gone' | 'session.tell' | 'session.tellCalls'
> = {
  'session.decide'(context, { session, call }) {
    const unkept = stateOwnLineage(context);
    if (unkept !== undefined) return unkept;
    const found = runOfSession(context, session);
    if (!found.ok) {
      if (found.refusal.code !== 'GOVERNANCE_SESSION_BACKLOG') return found;
      // An answer and no refusal: what is not counted is not carried out, whatever a hook makes of a refusal.
      const runId = runIdOf(session.engine, session.sessionId, ownerOf(context).subAgentId);
      return succeeded({ runId, answer: 'deny', sentence: found.refusal.sentence, endsTurn: false });
    }
    const stop = stopOf(context, found.value);
    const run = stop === undefined ? goOnWithAgent(context, found.value) : found.value;
    const { store, now, caller } = context;
    const key = keyOf(caller, call);
    const earlier = store.sessionCalls.find(run.runId, key);
    const isSameCall = earlier !== undefined && !earlier.isOver && now - earlier.atMs < SAME_CALL_MS;
    // The engine's own question about a call that it told of before: such a question bears no id. One that was allowed is answered
    // so once.
    const isSecond = isSameCall && call.engineAsks === 'asking' && call.toolUseId === undefined;
    const isAllowedBefore =
      isSecond && !earlier.isRepeated && earlier.answer === 'allow' && isUsedUp(context, earlier.approvalId);
    const judged = judgedCallOf(context, session, call);
    const rule = stop === undefined ? ruleThatDecides(context, judged) : undefined;
    const decision = decideCall({
      stop: stop ?? stopOfRun(run) ?? stopAbove(context, run),
      isAllowedBefore,
      isOwnTool: isOwnTool(call.toolName) && call.isOwnTool !== false,
      rule:
        rule?.verdict === 'deny' ? { verdict: 'deny', sentence: denialSentence(rule) } : rule && { verdict: 'allow' },
      judgement: levelOf(judged.judged(), call),
      askMode: call.askMode ?? 'engine',
      engineAsks: isUnaskedInItsSession(context, run, call) ? 'unknown' : call.engineAsks,
    });
    if (isAllowedBefore) store.sessionCalls.repeat(earlier.rowId, now);
    else if (isSecond) store.sessionCalls.answer(earlier.rowId, run.runId, toldAs(decision.answer));
    else {
      store.sessionCalls.tell({
        runId: run.runId,
        agentId: caller.actor.actorId ?? '',
        atMs: now,
        toolName: call.toolName,
        title: titleOf(call, session.workspace),
        key,
        answer: toldAs(decision.answer),
        ...(call.toolUseId !== undefined && { toolUseId: call.toolUseId }),
      });
    }
    if (decision.isByRule !== true) return succeeded({ runId: run.runId, ...decision });
    // An engine that tries again what was denied a moment ago leaves no further request.
    const isKnown = isSameCall && earlier.answer === 'deny' && earlier.approvalId !== undefined;
    const isWritten = (isKnown && decision.answer === 'deny') || isSettledByRule(context, session, call);
    const answer = without(decision, 'isByRule');
    if (isWritten || answer.answer === 'deny') return succeeded({ runId: run.runId, ...answer });
    return succeeded({ runId: run.runId, answer: 'ask', endsTurn: false });
  },

  'session.tell'(context, { session, event, call, isError = false }) {
    const unkept = stateOwnLineage(context);
    if (unkept !== undefined) return unkept;
    const found = runOfSession(context, session);
    if (!found.ok) return found;
    const { store, now, caller } = context;
    const { runId } = found.value;
    if (event === 'ended') endSession(context, found.value);
    if (event === 'called' && call !== undefined) {
      if (!isError) noteChanges(context, session, call);
      const { toolUseId } = call;
      const told = store.sessionCalls.find(runId, keyOf(caller, call), toolUseId);
      if (told !== undefined && !told.isOver) {
        store.sessionCalls.end(told.rowId, runId, now, isError);
        tellOfTerminal(context, runId, call.toolName, told);
      }
      // Its engine carried it out without a word before: that is in the timeline too.
      if (told === undefined && toolUseId !== undefined && roomOf(context, runId) > 0) {
        const of = { runId, workspace: session.workspace };
        keepToldCall(context, of, { ...call, toolUseId, atMs: now, endedAtMs: now, isError });
      }
    }
    return succeeded({ runId });
  },

  'session.tellCalls'(context, { session, calls }) {
    const { now } = context;
    const unkept = stateOwnLineage(context);
    if (unkept !== undefined) return unkept;
    const found = runToldOf(context, session);
    if (!found.ok) return found;
    const { runId } = found.value;
    const taken = calls.filter(({ atMs }) => atMs > now - KEPT_MS).slice(0, roomOf(context, runId));
    for (const call of taken) if (call.isError !== true) noteChanges(context, session, call);
    return succeeded({
      runId,
      kept: taken.filter((call) => keepToldCall(context, { runId, workspace: session.workspace }, call)).length,
    });
  },

  'session.gone'(context, { runId }) {
    const run = context.store.runs.find(runId);
    if (run?.session === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
    endSession(context, run);
    return succeeded({ runId });
  },
};

function titleOf({ toolName, action }: Pick<SessionCall, 'toolName' | 'action'>, workspace: string): string {
  return actTitle({ toolName, action, cwd: workspace });
}

/** How many more calls of a run are kept that nobody was asked about before. */
function roomOf({ store }: CommandContext, runId: string): number {
  return Math.max(0, MOST_CALLS_OF_SESSION - store.sessionCalls.counts(runId).calls);
}

/** Keeps a call that is told afterwards, or what is new of it; answers whether there was any. */
function keepToldCall(
  { store, caller, now }: CommandContext,
  { runId, workspace }: { readonly runId: string; readonly workspace: string },
  call: ToldLater,
): boolean {
  const { toolUseId, toolName, isError = false } = call;
  const known = store.sessionCalls.findById(runId, toolUseId);
  if (known === undefined) {
    store.sessionCalls.tell({
      ...{ runId, toolName, toolUseId, answer: 'nothing' },
      agentId: caller.actor.actorId ?? '',
      atMs: Math.min(call.atMs, now),
      title: titleOf(call, workspace),
      key: keyOf(caller, call),
    });
  }
  const told = known ?? store.sessionCalls.findById(runId, toolUseId);
  const isEnd = call.endedAtMs !== undefined && told !== undefined && !told.isOver;
  if (isEnd) store.sessionCalls.end(told.rowId, runId, Math.min(call.endedAtMs ?? now, now), isError);
  return known === undefined || isEnd;
}

/**
 * A call that was asked about has come to its end, and no approval was used for it: so somebody said yes in the terminal. That is told in
 * the timeline, and on the log where the operator had denied it, which was too late.
 */
function tellOfTerminal(context: CommandContext, runId: string, toolName: string, told: KnownCall): void {
  const { approvalId } = told;
  const approval = approvalId === undefined ? undefined : context.store.approvals.find(approvalId);
  if (approval === undefined || approval.consumedAtMs !== undefined) return;
  context.store.sessionCalls.answer(told.rowId, runId, 'terminal');
  if (approval.status !== 'denied') return;
  context.emit({
    name: 'call.carried_out',
    payload: { approvalId: approval.approvalId, runId, toolName },
    agentIds: [
      ...approval.ancestorIds,
      ...(approval.requestedBy.actorId === undefined ? [] : [approval.requestedBy.actorId]),
    ],
  });
}

/** Whether a sub-agent does what its engine might ask about in the session's mode, in one in which it asks less. */
function isUnaskedInItsSession(context: CommandContext, run: Run, { engineAsks, isLook }: SessionCall): boolean {
  if (engineAsks !== 'never' || isLook === true) return false;
  return runsAbove(context, run).some(({ session }) => isLooser(run.session?.permissionMode, session?.permissionMode));
}

/** The runs of the sub-agents that this one is below, and of their session. What a session was forked from is none of them. */
function runsAbove(context: CommandContext, { session }: Run): readonly Run[] {
  if (session === undefined) return [];
  const runIds = runIdsAbove(session.engine, session.sessionId, ownerOf(context).subAgentId);
  return runIds.flatMap((runId) => context.store.runs.find(runId) ?? []);
}

/** Who stops the session now with its agent, or with all sessions of the agent (spec/sessions.md section 2). */
function stopOf(context: CommandContext, run: Run): SessionStop | undefined {
  const { store, caller } = context;
  const { pausedAgentIds, spendPausedAgentIds } = stopsOf(
    context,
    [caller.actor.actorId ?? '', ownerOf(context).agentId],
    run.runId,
  );
  const [paused] = pausedAgentIds;
  if (paused !== undefined) {
    const agent = store.agents.find(paused);
    return { by: 'operator', agentId: paused, ...sinceOf(agent?.pausedAtMs, agent?.pauseReason) };
  }
  const [stopped] = spendPausedAgentIds;
  if (stopped !== undefined) {
    const agent = store.agents.find(stopped);
    return { by: 'spend', agentId: stopped, ...sinceOf(agent?.spendPausedAtMs, agent?.spendPauseReason) };
  }
  if (isStoppedAutomation(context, run)) return { by: 'operator', reason: 'its sessions are stopped' };
  return planStopOf(context, ownerOf(context).agentId);
}

/** Whether the automation that the sessions are runs of is paused, retired or deleted. */
function isStoppedAutomation({ store, now }: CommandContext, { automationId }: Run): boolean {
  const stored = store.automations.find(automationId);
  const facts = { record: store.records.find(automationId), pausedAgentIds: [], spendPausedAgentIds: [] };
  return stored?.automation.status !== 'active' || runBlock(facts, now) !== undefined;
}

/** The stop of the session that this one is a sub-agent of, or of a sub-agent above it. */
function stopAbove(context: CommandContext, run: Run): SessionStop | undefined {
  return runsAbove(context, run)
    .map(stopOfRun)
    .find((stop) => stop !== undefined);
}

function sinceOf(sinceMs: number | undefined, reason: string | undefined) {
  return { ...(sinceMs !== undefined && { sinceMs }), ...(reason !== undefined && { reason }) };
}

/** Whether an approval was used up: the timeline alone, for which nobody vouches, allows nothing. */
function isUsedUp({ store }: CommandContext, approvalId: string | undefined): boolean {
  return approvalId !== undefined && store.approvals.find(approvalId)?.consumedAtMs !== undefined;
}

/** Keeps which files a call has changed, so that it is said when one of them is run (spec/judgement.md section 2). */
function noteChanges(
  { store, now }: CommandContext,
  { engine, sessionId, workspace }: Session,
  { toolName, action }: Pick<SessionCall, 'toolName' | 'action'>,
): void {
  const cwd = workspace === '' ? undefined : workspace;
  const runId = runIdOf(engine, sessionId);
  for (const path of judgeOf(store).call({ toolName, action, cwd }).changes)
    store.sessionChanges.note(runId, path, now);
}

/** How dangerous a call is; what the adapter of the engine knows of a tool counts where Gatehouse knows nothing of it. */
function levelOf({ level, reasons }: Risk, call: SessionCall): RiskLevel {
  const isOnlyUnknown = reasons.length > 0 && reasons.every(({ kind }) => kind === 'unknown_tool');
  return isOnlyUnknown && call.isLook === true ? 'low' : level;
}

/** How an answer stands in the timeline: that somebody is asked is told by the request itself, which may not come. */
const toldAs = (answer: CallAnswer) => (answer === 'ask' ? 'nothing' : answer);

const keyOf = ({ actor }: Caller, { toolName, action }: Pick<SessionCall, 'toolName' | 'action'>) =>
  callKey(actor.actorId ?? '', toolName, action);

/** sessions.list, get and calls (spec/api.md section 2). */
export const sessionQueries: QueryHandlers<'sessions.list' | 'sessions.get' | 'sessions.calls'> = {
  'sessions.list'(context, { limit = 100, cursor, ...filter }) {
    const beforeRow = rowOf(cursor);
    if (beforeRow === 'invalid') return invalidCursor();
    const { caller, store } = context;
    const page = store.sessionCalls.runs({
      ...filter,
      limit,
      ...(caller.actor.kind === 'agent' && { automationId: automationIdOf(ownerOf(context).agentId) }),
      ...(beforeRow !== undefined && { beforeRow }),
    });
    const sessions = page.runIds.flatMap((runId) => listed(context, runId) ?? []);
    return succeeded({ sessions, count: sessions.length, ...nextOf(page.nextRow) });
  },

  'sessions.get'(context, { runId }) {
    const session = visible(context, runId);
    return session === undefined ? refused('AUTOMATION_V2_NOT_FOUND') : succeeded({ session });
  },

  'sessions.calls'(context, { runId, limit = 100, cursor }) {
    const beforeRow = rowOf(cursor);
    if (beforeRow === 'invalid') return invalidCursor();
    if (visible(context, runId) === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
    const { calls, nextRow } = context.store.sessionCalls.of(runId, limit, beforeRow);
    return succeeded({ calls: withDecisions(context, calls), ...nextOf(nextRow) });
  },
};

const nextOf = (row: number | undefined) => (row === undefined ? {} : { nextCursor: String(row) });

function rowOf(cursor: string | undefined): number | 'invalid' | undefined {
  if (cursor === undefined) return undefined;
  return /^\d{1,15}$/.test(cursor) ? Number(cursor) : 'invalid';
}

/** A session that the caller may see: an agent its own alone. */
function visible(context: QueryContext, runId: string): ListedSession | undefined {
  const session = listed(context, runId);
  const isOwn = context.caller.actor.kind !== 'agent' || session?.agentId === ownerOf(context).agentId;
  return isOwn ? session : undefined;
}

function listed({ store }: QueryContext, runId: string): ListedSession | undefined {
  const run = store.runs.find(runId);
  if (run?.session === undefined) return undefined;
  const { automationId, session, status, createdAtMs, startedAtMs, finishedAtMs, totalTokens } = run;
  return {
    ...session,
    runId,
    agentId: automationId.slice(0, -SESSIONS_ENDING.length),
    status,
    startedAtMs: startedAtMs ?? createdAtMs,
    ...(finishedAtMs !== undefined && { finishedAtMs }),
    costNanos: reportedCost(run),
    totalTokens,
    counts: store.sessionCalls.counts(runId),
  };
}
