import { z } from 'zod';
import { isTerminal, type Run } from '../../../shared/contract/run';
import { SPEND_DAYS_SIZE } from '../../../shared/contract/spend';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { HOUR_MS } from '../../../shared/kernel/time';
import { invalidCursor, pageOf } from '../../kernel/cursor';
import type { CommandContext, CommandOutcome, SomeCommands, SomeQueries } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { agentIdOf, denied } from '../automations/access';
import { blockOf, findOwnRun, invalidTransition } from '../runs/access';
import { newUsageOfSession } from '../sessions/effects-usage';
import { askForOverride, charge, chargeEstimate, isRefusedOverride, readAllToCharge } from './charge';
import {
  hasQuotaOverride,
  isSpendPaused,
  liftEndedSpendPauses,
  limitsOf,
  type SpendContext,
  spendCursors,
  spendSummary,
  windowOf,
} from './pause';
import { canReserve, leftOf, RESERVATION_TTL_MS, type ReservationFacts, usageOf, weeklyCapOf } from './rules';
import type { Reservation } from './store';

/** Reservations that one command charges at most; the rest follow in the next. */
const CHARGE_BATCH_SIZE = 500;

/** How far back charts go when they do not say, in milliseconds. */
const CHART_SPAN_MS = 400 * 24 * HOUR_MS;

/** What is kept of a usage: what its report was answered, or that its estimate was charged because none came. */
const keptAnswerSchema = z.union([
  z.object({ warnings: z.array(z.string()), hardStops: z.array(z.string()) }),
  z.object({ estimateNanos: z.int() }),
]);

/** run.reserve, run.spend and what the clock does to reservations and spend pauses (spec/governance.md section 8). */
export const spendCommands = {
  'run.reserve'(context, { runId, usageId, costNanos }) {
    const { store, now } = context;
    if (usageOf({ promptTokens: 0, completionTokens: 0, costNanos }) === undefined) {
      return refused('GOVERNANCE_SPEND_INVALID');
    }
    const found = findOwnRun(context, runId);
    if (!found.ok) return found;
    const { run, automation } = found.value;
    const payers = store.records.lineageAgents(run.automationId);
    const known = store.spend.reservation(runId, usageId)?.costNanos;
    // A usage that is set aside or charged already is answered as it stands, so that asking twice sets aside once.
    if (known !== undefined || store.spend.answer(runId, usageId) !== undefined) {
      return succeeded({ reservedNanos: known ?? 0, leftNanos: leftNanosOf(context, payers, runId) });
    }
    if (isTerminal(run.status)) return invalidTransition(run, 'running');
    const facts = payers.map((agentId) => reservationFactsOf(context, agentId, runId));
    const over = facts.filter((one) => !canReserve(one, costNanos));
    if (over.length > 0) return overCap(context, run, costNanos, facts, over);
    const block = blockOf(context, automation, runId);
    if (block !== undefined) return block;
    if (run.status === 'paused' || run.status === 'pausing') return invalidTransition(run, 'running');
    const dueAtMs = now + RESERVATION_TTL_MS;
    store.spend.reserve({ runId, usageId, costNanos, dueAtMs }, payers);
    context.emit({
      name: 'spend.reserved',
      payload: {
        runId,
        automationId: run.automationId,
        usageId,
        costNanos,
        exactCostNanos: costNanos,
        agentIds: payers,
        dueAtMs,
      },
      agentIds: payers,
    });
    return succeeded({ reservedNanos: costNanos, leftNanos: leftNanosOf(context, payers, runId) });
  },

  'run.spend'(context, { runId, usageId, session, ...report }) {
    const { store } = context;
    const said = usageOf(report);
    if (said === undefined) return refused('GOVERNANCE_SPEND_INVALID');
    const found = findOwnRun(context, runId);
    if (!found.ok) return found;
    const { run } = found.value;
    const reported = session === undefined ? succeeded(said) : newUsageOfSession(context, run, session);
    if (!reported.ok) return reported;
    const usage = reported.value;
    if (usageId === undefined) return succeeded(answerOf(charge(context, run, usage)));
    const stored = store.spend.answer(runId, usageId);
    const kept = stored === undefined ? undefined : keptAnswerSchema.parse(stored);
    if (kept !== undefined && 'warnings' in kept) return succeeded({ run, ...kept });
    // A report that comes after its estimate was charged adds what is missing; it never gives back.
    const costNanos = Math.max(0, usage.costNanos - (kept?.estimateNanos ?? 0));
    const answer = answerOf(charge(context, run, { ...usage, costNanos }, { usageId }));
    store.spend.keepAnswer(runId, usageId, { warnings: answer.warnings, hardStops: answer.hardStops });
    return succeeded(answer);
  },

  'reservations.chargeDue'(context) {
    const { store, now } = context;
    const due = store.spend.due(now, CHARGE_BATCH_SIZE);
    // One that needs a row that cannot be read stays set aside, and keeps no other from being charged.
    const charged = due.filter((reservation) => ifReadable(() => chargeOne(context, reservation)) === true);
    return succeeded({ count: charged.length });
  },

  'spend.liftEndedPauses': (context) => succeeded({ count: liftEndedSpendPauses(context) }),
} satisfies SomeCommands;

/** spend.list, spend.get and spend.days. */
export const spendQueries = {
  'spend.list'(context, { limit = 100, cursor }) {
    const { store, caller } = context;
    const own = agentIdOf(caller);
    if (own !== undefined) {
      const spend = spendSummary(context, own);
      return succeeded({ spend: spend === undefined ? [] : [spend], count: spend === undefined ? 0 : 1 });
    }
    const after = spendCursors.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const { page, last } = pageOf(store.spend.byWeek(limit + 1, after), limit);
    const spend = page.flatMap(({ agentId }) => spendSummary(context, agentId) ?? []);
    return succeeded({ spend, count: spend.length, ...spendCursors.nextOf(last) });
  },

  'spend.get'(context, { agentId }) {
    const own = agentIdOf(context.caller);
    const spend = own === undefined || own === agentId ? spendSummary(context, agentId) : undefined;
    return spend === undefined ? refused('AGENT_SPEND_NOT_FOUND') : succeeded({ spend });
  },

  'spend.days'({ store, now }, { agentId, sinceMs = Math.max(0, now - CHART_SPAN_MS) }) {
    if (agentId !== undefined) {
      const days = store.spend.days(agentId, sinceMs).map((day) => ({ agentId, ...day }));
      return succeeded({ days, isCut: false });
    }
    const days = store.spend.daysOfAll(sinceMs, SPEND_DAYS_SIZE + 1);
    return succeeded({ days: days.slice(0, SPEND_DAYS_SIZE).reverse(), isCut: days.length > SPEND_DAYS_SIZE });
  },
} satisfies SomeQueries;

function chargeOne(context: CommandContext, reservation: Reservation): true {
  const { runs, spend } = context.store;
  const run = runs.find(reservation.runId);
  // A purge charges what is set aside before it removes a run; older versions did not.
  if (run === undefined) {
    spend.dropReservation(reservation.runId, reservation.usageId);
    return true;
  }
  readAllToCharge(context, run);
  chargeEstimate(context, run, reservation);
  return true;
}

/** A reservation that does not fit: nothing is set aside, and the operator is asked for each agent that it is too much for. */
function overCap(
  { caller }: CommandContext,
  run: Run,
  costNanos: number,
  facts: readonly ReservationFacts[],
  over: readonly ReservationFacts[],
): CommandOutcome<never> {
  const { runId, automationId } = run;
  const agentIds = over.map(({ agentId }) => agentId);
  const leftNanos = Object.fromEntries(facts.map((one) => [one.agentId, leftOf(one)]));
  const code = 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED';
  const { refusal, denial } = denied(caller.actor, code, { agentIds, leftNanos }, { automationId });
  return {
    ok: false,
    refusal,
    denial: { ...denial, payload: { ...denial.payload, runId, costNanos }, agentIds },
    aftermath(after) {
      for (const { agentId, weeklyCostNanos, capNanos = 0 } of over) {
        const reached = { agentId, weeklyCostNanos, capNanos };
        if (!isRefusedOverride(after, reached)) askForOverride(after, run, reached);
      }
    },
  };
}

function reservationFactsOf(context: SpendContext, agentId: string, runId: string): ReservationFacts {
  return {
    agentId,
    weeklyCostNanos: windowOf(context, agentId, 'weekly').costNanos,
    reservedNanos: context.store.spend.reservedFor(agentId),
    capNanos: weeklyCapOf(limitsOf(context, agentId)),
    hasOverride: hasQuotaOverride(context, agentId, runId),
    isSpendPaused: isSpendPaused(context, agentId, runId),
  };
}

function leftNanosOf(context: SpendContext, agentIds: readonly string[], runId: string): Record<string, number | null> {
  return Object.fromEntries(agentIds.map((agentId) => [agentId, leftOf(reservationFactsOf(context, agentId, runId))]));
}

function answerOf({ run, warnings, hardStops }: ReturnType<typeof charge>) {
  return { run, warnings: [...warnings], hardStops: [...hardStops] };
}
