import { isTerminal, type Run } from '../../../shared/contract/run';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined, type JsonObject } from '../../../shared/kernel/fields';
import { requestBounds } from '../../../shared/kernel/json-text';
import { cursorsOf, invalidCursor } from '../../kernel/cursor';
import type { CommandContext, SomeCommands, SomeQueries } from '../../kernel/handler';
import { pauseRun, tell, tellPaused } from '../effects';
import { blockOf, findAutomation, findOwnAutomation, findOwnRun, findRun, invalidTransition } from './access';
import { runEnded } from './effects';
import { cancelledRun, canPause, canReport, queuedRun, reportedRun, resumedRun } from './rules';

/** automation.run, and what is reported of runs and done to them (spec/api.md section 2; spec/governance.md section 10). */
export const runCommands = {
  'automation.run'(context, { automationId, dryRun = false, triggerType = 'manual' }) {
    const found = findOwnAutomation(context, automationId);
    if (!found.ok) return found;
    const denied = blockOf(context, found.value);
    if (denied !== undefined) return denied;
    const run = queuedRun(`run-${context.ids.uuid()}`, automationId, triggerType, context.now);
    if (!dryRun) {
      context.store.runs.insert(run);
      tell(context, 'run.started', { runId: run.runId, automationId, triggerType });
    }
    return succeeded({ ok: true, dryRun, run });
  },

  'run.report'(context, { runId, ...report }) {
    const found = findOwnRun(context, runId);
    if (!found.ok) return found;
    const { run, automation } = found.value;
    const status = report.status ?? run.status;
    if (!canReport(run.status, status)) return invalidTransition(run, status);
    if (run.status !== 'running' && status === 'running') {
      // What blocked the agent after the run was queued, or began to wait, keeps it from going on.
      const denied = blockOf(context, automation, runId);
      if (denied !== undefined) return denied;
    }
    const reported = reportedRun(run, report, context.now);
    if (report.nodeOutputs !== undefined && isTooLarge(reported)) {
      return refused('PAYLOAD_TOO_LARGE', {
        sentence: 'The outputs of a run are 1 MiB and 20,000 keys and items together at most.',
      });
    }
    context.store.runs.update(reported);
    if (status === run.status) return succeeded({ run: reported });
    if (isTerminal(status)) return succeeded({ run: runEnded(context, reported, run) });
    if (status === 'paused') tellPaused(context, run, stopOf(reported));
    return succeeded({ run: reported });
  },

  'run.pause'(context, { runId, reason }) {
    const found = findOwnRun(context, runId);
    if (!found.ok) return found;
    const { run } = found.value;
    const isHuman = context.caller.actor.kind === 'human';
    // One that an agent paused itself becomes the operator's: then no agent resumes it.
    const isTakenOver = isHuman && run.status === 'paused' && !isStoppedForAgents(run);
    if (run.status === 'paused' && !isTakenOver) return succeeded({ ok: true, run });
    if (!canPause(run) && !isTakenOver) return invalidTransition(run, 'paused');
    const stop = {
      ...(isHuman && { stopKind: 'operator_stopped' as const }),
      reason: reason ?? `paused by ${whoOf(context)}`,
      lifecycleEvent: 'run_paused' as const,
    };
    return succeeded({ ok: true, run: pauseRun(context, run, stop) });
  },

  'run.resume'(context, { runId, reason }) {
    const found = findOwnRun(context, runId);
    if (!found.ok) return found;
    const { run, automation } = found.value;
    if (run.status !== 'paused') return invalidTransition(run, 'queued');
    const denied = blockOf(context, automation, runId);
    if (denied !== undefined) return denied;
    if (context.caller.actor.kind !== 'human' && run.stopKind === 'operator_stopped') {
      return refused('FORBIDDEN', { sentence: 'The operator paused this run, so only the operator resumes it.' });
    }
    const resumed = resumedRun(run, reason, context.now);
    context.store.runs.update(resumed);
    const { automationId } = run;
    tell(context, 'run.resumed', { runId, automationId, ...defined({ reason }) });
    return succeeded({ ok: true, run: resumed });
  },

  'run.cancel'(context, { runId, reason }) {
    const found = findOwnRun(context, runId);
    if (!found.ok) return found;
    const { run } = found.value;
    if (run.status === 'cancelled') return succeeded({ ok: true, run });
    if (isTerminal(run.status)) return invalidTransition(run, 'cancelled');
    const cancelled = cancelledRun(run, reason ?? `cancelled by ${whoOf(context)}`, context.now);
    context.store.runs.update(cancelled);
    return succeeded({ ok: true, run: runEnded(context, cancelled, run) });
  },
} satisfies SomeCommands;

/** All outputs of a run together, in characters of JSON: as much as one body has, because a run is written whole at each of its changes. */
const LARGEST_OUTPUTS = 1024 * 1024;

function isTooLarge({ checkpoint: { nodeOutputs } }: Run): boolean {
  return partsLeft(nodeOutputs, requestBounds.maxParts) < 0 || JSON.stringify(nodeOutputs).length > LARGEST_OUTPUTS;
}

/** What is left of a number of parts when the keys and items of a JSON value are taken from it; below zero as soon as it has more. */
function partsLeft(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return most;
  let left = most;
  for (const name in value) {
    left = partsLeft((value as JsonObject)[name], left - 1);
    if (left < 0) break;
  }
  return left;
}

const cursors = cursorsOf({ rowId: 'number' });

/** runs.list and runs.get. */
export const runQueries = {
  'runs.list'(context, { automationId, limit = 100, cursor }) {
    const found = findAutomation(context, automationId);
    if (!found.ok) return found;
    const before = cursors.placeOf(cursor);
    if (before === 'invalid') return invalidCursor();
    const page = context.store.runs.page(automationId, limit, before);
    return succeeded({ runs: [...page.runs], count: page.runs.length, ...cursors.nextOf(page.next) });
  },

  'runs.get'(context, { runId }) {
    const found = findRun(context, runId);
    return found.ok ? succeeded({ run: found.value.run }) : found;
  },
} satisfies SomeQueries;

function stopOf({ stopKind, pauseReason }: Run) {
  return defined({ stopKind, reason: pauseReason });
}

function isStoppedForAgents({ stopKind }: Run): boolean {
  return stopKind === 'operator_stopped' || stopKind === 'guardrail_stopped';
}

function whoOf({ caller }: CommandContext): string {
  const { kind, actorId, source } = caller.actor;
  return kind === 'human' ? 'the operator' : (actorId ?? source ?? kind);
}
