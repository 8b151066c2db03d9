import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Automation } from '../../../shared/contract/automation';
import { isTerminal, type Run, type Session } from '../../../shared/contract/run';
import { MAX_NEW_SESSIONS_PER_HOUR, SESSIONS_ENDING } from '../../../shared/contract/session';
import type { Caller } from '../../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined, fieldOf, isJsonObject, without } from '../../../shared/kernel/fields';
import { DAY_MS, HOUR_MS } from '../../../shared/kernel/time';
import type { CommandContext } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { ifReadable } from '../../kernel/store/unreadable';
import { lineageAgentIds, newRecord, noCapabilities, provenanceOf } from '../automations/rules-definition';
import { agentsOf } from '../effects';
import { lineageOf } from '../lineage/effects';
import { runEnded } from '../runs/effects';
import { queuedRun, reportedRun, resumedRun } from '../runs/rules';
import { runIdOf, runIdsAbove } from './rules';
import { MARKS_KEPT_MS } from './rules-usage';

/** Why a session has ended, where its process goes on with a new one. */
const CLEARED = 'clear';

/** The id of the automation whose runs are the sessions of this agent. */
export const automationIdOf = (agentId: string) => `${agentId}${SESSIONS_ENDING}`;

/** Whose session it is: the agent that the engine was connected as, and the sub-agent that acts, if one does. */
export function ownerOf({ caller }: { readonly caller: Caller }): {
  readonly agentId: string;
  readonly subAgentId?: string;
} {
  const { actorId = '' } = caller.actor;
  const { ownerId } = caller;
  if (ownerId === undefined || ownerId === actorId) return { agentId: actorId };
  return { agentId: ownerId, subAgentId: actorId.slice(ownerId.length + 1) };
}

/**
 * The run of a session, begun by its first event and gone on with by a later one. Refused where the id is that of a run of somebody
 * else's, and where the agent has begun too many within an hour.
 */
export function runOfSession(context: CommandContext, session: Session): Result<Run> {
  const { store, now, emit } = context;
  const { agentId, subAgentId } = ownerOf(context);
  const automationId = automationIdOf(agentId);
  const runId = runIdOf(session.engine, session.sessionId, subAgentId);
  const [parentRunId] = runIdsAbove(session.engine, session.sessionId, subAgentId);
  const known = store.runs.find(runId);
  const said = { ...session, ...defined({ parentRunId }) };
  if (known === undefined) {
    if (store.sessionCalls.hasBegun(automationId, MAX_NEW_SESSIONS_PER_HOUR, now - HOUR_MS)) {
      return refused('GOVERNANCE_SESSION_BACKLOG');
    }
    standingAutomation(context, agentId, automationId);
    const queued = {
      ...queuedRun(runId, automationId, 'session', now),
      session: { ...said, ...clearedBy(context, automationId, said) },
    };
    store.runs.insert(queued);
    emit({
      name: 'run.started',
      payload: { runId, automationId, triggerType: 'session' },
      agentIds: agentsOf(context, automationId),
    });
    return succeeded(begun(context, queued));
  }
  if (known.automationId !== automationId) {
    return refused('FORBIDDEN', { sentence: 'There is a run of this id that is not of a session of yours.' });
  }
  const run = withSession(context, known, said);
  return succeeded(
    isTerminal(run.status) && run.status !== 'cancelled' ? goneOn(context, run, 'the session was resumed') : run,
  );
}

/** The run of a session that something is told of afterwards: one that is over is not resumed by it. Refused as `runOfSession` is. */
export function runToldOf(context: CommandContext, session: Session): Result<Run> {
  const { agentId, subAgentId } = ownerOf(context);
  const known = context.store.runs.find(runIdOf(session.engine, session.sessionId, subAgentId));
  if (known === undefined) return runOfSession(context, session);
  if (known.automationId === automationIdOf(agentId)) return succeeded(known);
  return refused('FORBIDDEN', { sentence: 'There is a session of this id that is not of yours.' });
}

/** A session whose run was stopped with its agent goes on with it; one that somebody stopped by itself stays stopped. */
export function goOnWithAgent(context: CommandContext, run: Run): Run {
  if (run.status === 'queued') return begun(context, run);
  const last = run.lifecycleHistory.at(-1)?.event;
  if (run.status !== 'paused' || last === 'run_paused') return run;
  return goneOn(context, run, 'its agent goes on');
}

/** How long a session may say nothing until it counts as over, in milliseconds. */
const SILENCE_MS = DAY_MS;
/** How long calls are kept, in milliseconds. */
export const KEPT_MS = 30 * DAY_MS;

/** Ends the sessions that have said nothing for a day, and forgets calls that are older than thirty (spec/sessions.md). */
export function endSilentSessions(context: CommandContext): void {
  const { store, now } = context;
  for (const runId of store.sessionCalls.silentSince(now - SILENCE_MS)) {
    const run = ifReadable(() => store.runs.find(runId));
    if (run !== undefined) endSession(context, run);
  }
  store.sessionCalls.forgetBefore(now - KEPT_MS);
  store.sessionUsage.forgetBefore(now - MARKS_KEPT_MS);
  store.sessionChanges.forgetBefore(now - KEPT_MS);
}

/** Sub-agents that are ended with their session at a time; of more, the rest ends by its silence. */
const MOST_ENDED = 1_000;

/** Ends the run of a session or of a sub-agent, unless it is over; a session's sub-agents end with it. */
export function endSession(context: CommandContext, run: Run): Run {
  for (const below of context.store.sessionDesk.subAgentsUnderWay([run.runId], MOST_ENDED)) {
    const subAgent = ifReadable(() => context.store.runs.find(below.run.runId));
    if (subAgent?.automationId === run.automationId) endRun(context, subAgent);
  }
  return endRun(context, run);
}

function endRun(context: CommandContext, run: Run): Run {
  if (isTerminal(run.status)) return run;
  const ended = reportedRun(run, { status: 'completed' }, context.now);
  context.store.runs.update(ended);
  return runEnded(context, ended, run);
}

/** The same for the same call: whose it is, its tool, and what is to be done. */
export function callKey(agentId: string, toolName: string, action: unknown): string {
  // Codex gives the words for people with one of its two questions about a command.
  const isCommand = toolName === 'Bash' && isJsonObject(action);
  return canonicalHash([agentId, toolName, isCommand ? without(action, 'description') : action]).slice(0, 24);
}

/**
 * What became of the call of a session that an approval is about: it is asked about, a rule denies it, or its approval is used up,
 * and an engine that asks about it once more gets the same answer. Nothing for a request of anything else.
 */
export function tellCallOf(context: CommandContext, approval: ApprovalRecord, answer: 'ask' | 'allow' | 'deny'): void {
  const { context: said, requestedBy, targetResource, action, approvalId } = approval;
  const [engine, sessionId] = [fieldOf(said, 'engine'), fieldOf(said, 'session_id')];
  if (typeof engine !== 'string' || typeof sessionId !== 'string' || action === undefined) return;
  const runId = runIdOf(engine, sessionId, ownerOf(context).subAgentId);
  const told = context.store.sessionCalls.find(runId, callKey(requestedBy.actorId ?? '', targetResource.id, action));
  if (told !== undefined && !told.isOver) context.store.sessionCalls.answer(told.rowId, runId, answer, approvalId);
}

function begun(context: CommandContext, queued: Run): Run {
  const run = reportedRun(
    queued,
    { status: 'running', activeSessionIds: [queued.session?.sessionId ?? ''] },
    context.now,
  );
  context.store.runs.update(run);
  return run;
}

function goneOn(context: CommandContext, run: Run, reason: string): Run {
  const { runId, automationId } = run;
  context.emit({
    name: 'run.resumed',
    payload: { runId, automationId, reason },
    agentIds: agentsOf(context, automationId),
  });
  return begun(context, resumedRun(without(run, 'finishedAtMs'), reason, context.now));
}

/** Writes what an engine says anew of its session; most events say nothing new. */
function withSession(context: CommandContext, run: Run, said: Session): Run {
  // What it is about is what its first prompt says.
  const before = run.session === undefined ? undefined : without(run.session, 'endReason');
  const session = { ...before, ...said, ...(run.session?.title !== undefined && { title: run.session.title }) };
  if (JSON.stringify(session) === JSON.stringify(run.session)) return run;
  const updated = { ...run, session };
  context.store.runs.update(updated);
  return updated;
}

/** The session that a new one takes the place of: the last one of the same process, where the person has cleared it. */
function clearedBy({ store }: CommandContext, automationId: string, { pid, parentRunId }: Session) {
  if (pid === undefined || parentRunId !== undefined) return undefined;
  const last = store.runs.find(store.sessionCalls.lastOfProcess(automationId, pid) ?? '');
  return last?.session?.endReason === CLEARED ? { parentRunId: last.runId } : undefined;
}

/** The automation that an engine's sessions are runs of. It is made once, counts towards no quota, and never expires. */
function standingAutomation(context: CommandContext, agentId: string, automationId: string): void {
  const { store, now, caller, emit } = context;
  if (store.automations.find(automationId) !== undefined || store.records.find(automationId) !== undefined) return;
  const actor = { kind: 'agent' as const, actorId: agentId };
  const provenance = provenanceOf(actor, lineageOf(context, { ...caller, actor, ancestorIds: [] }), undefined);
  const automation: Automation = {
    automationId,
    name: automationId,
    status: 'active',
    creatorId: agentId,
    createdAtMs: now,
    updatedAtMs: now,
    metadata: { gatehouse: { kind: 'sessions' } },
  };
  const declaredCapabilities = noCapabilities;
  store.automations.insert(automation, lineageAgentIds(provenance), []);
  store.records.save(newRecord({ automationId, provenance, declaredCapabilities, createdAtMs: now, updatedAtMs: now }));
  emit({
    name: 'created',
    payload: { automationId, name: automation.name, status: automation.status, provenance, declaredCapabilities },
    agentIds: agentsOf(context, automationId),
  });
}
