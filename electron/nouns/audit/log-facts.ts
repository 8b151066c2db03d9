import { type ApprovalRecord, approvalSchema } from '../../../shared/contract/approval';
import { type Grant, grantSchema, provenanceSchema } from '../../../shared/contract/governance';
import { defaultLimits } from '../../../shared/contract/limits';
import { isTerminal } from '../../../shared/contract/run';
import { type SpendWindow, type WindowKind, windowKinds } from '../../../shared/contract/spend';
import { toolRuleSchema } from '../../../shared/contract/tool-rule';
import { events, type LoggedEvent, type Payload, type PayloadOf, readEvent, readPayload } from '../../../shared/events';
import type { Actor } from '../../../shared/kernel/actor';
import { saturatingSum } from '../../../shared/kernel/money';
import { encodeWire } from '../../../shared/kernel/wire';
import { canonicalJson } from '../../kernel/store/canonical-json';
import { chargedWindow, currentWindow, withoutHardStop } from '../spend/rules';
import { windowBounds } from '../spend/rules-calendar';
import {
  actorText,
  askedHash,
  type Fact,
  type Facts,
  idOf,
  LIMITS_ID,
  limitsFacts,
  type Noun,
  nouns,
  termsHash,
  UNDER_WAY,
  unknownAgentFacts,
  windowFacts,
} from './facts';

/** A row of the log, as much of it as facts come from. */
export type LogRow = {
  readonly seq: number;
  readonly atMs: number;
  /** With its prefix. */
  readonly eventType: string;
  readonly actor: Actor;
  readonly payload: Payload;
};

/** What the log says of one thing, and the last row that said something of it. */
export type LogEntry = { readonly seq: number; readonly facts: Facts };

/** What the rows of the log that were taken in so far say, row after row in the order of seq. */
export interface LogFacts {
  take(row: LogRow): void;
  /** What the log says of one thing; undefined where it says nothing. */
  find(noun: Noun, id: string): LogEntry | undefined;
  /** Everything of this noun that the log says is there. */
  entries(noun: Noun): Iterable<readonly [id: string, entry: LogEntry]>;
  /**
   * The row of an import that tells what it brought in numbers only, as they did before there were facts: what was there then, and
   * what it brought, the log does not vouch for. Undefined where it says everything.
   */
  blindUntilSeq(): number | undefined;
}

type Wire = Readonly<Record<string, unknown>>;

/** A sum of something that was known before; of what was not known, nothing is known after. */
const added = (known: Fact | undefined, more: number) =>
  typeof known === 'number' ? saturatingSum(known, more) : undefined;

type Known = Readonly<Record<string, Fact | undefined>>;

/** Facts from the log, beginning before its first row. The rules are those that the app lives by; the rows say which one was met. */
export function startLogFacts(): LogFacts {
  const known = Object.fromEntries(nouns.map((noun) => [noun, new Map<string, LogEntry>()])) as Readonly<
    Record<Noun, Map<string, LogEntry>>
  >;
  const windows = new Map<string, SpendWindow>();
  let blind: { readonly seq: number; readonly atMs: number } | undefined;

  known.limits.set(LIMITS_ID, { seq: 0, facts: limitsFacts(defaultLimits) });

  /** Notes facts beside the ones that are known; an undefined one is forgotten. */
  function note(noun: Noun, id: string | undefined, seq: number, facts: Known): void {
    if (id === undefined) return;
    const merged = Object.entries({ ...known[noun].get(id)?.facts, ...facts });
    const rest = merged.filter((entry): entry is [string, Fact] => entry[1] !== undefined);
    known[noun].set(id, { seq, facts: Object.fromEntries(rest) });
  }

  const isKnown = (noun: Noun, id: string | undefined): id is string => id !== undefined && known[noun].has(id);

  /** Notes facts of an agent, of which the log may have told nothing yet. */
  function noteAgent(agentId: string | undefined, seq: number, facts: Known): void {
    const before = agentId === undefined ? undefined : known.agent.get(agentId)?.facts;
    note('agent', agentId, seq, { ...(before === undefined && blind === undefined && unknownAgentFacts), ...facts });
  }

  function takeApproval(event: LoggedEvent, row: LogRow): void {
    const { seq, atMs } = row;
    switch (event.name) {
      case 'approval.imported':
        return noteAsked(event.payload, row);
      case 'approval.requested': {
        // The request is the whole payload in rows that were written before it had a name of its own there.
        const asked = event.payload.request ?? readPayload(events['approval.imported'].payload, row.payload);
        noteAsked(asked, row);
        const { requestedBy: { kind, source } = {}, targetResource, approvalId = null } = asked;
        if (kind === 'system' && source === 'automation_creation_review') {
          noteAgent(targetResource?.id, seq, { review_required: true, review_request_id: approvalId });
        }
        return;
      }
      case 'approval.approved':
      case 'approval.denied': {
        const { approvalId, revision = null, expiresAtMs = null, toolRuleId = null, onlyRunId = null } = event.payload;
        return note('approval', approvalId, seq, {
          status: event.name === 'approval.approved' ? 'approved' : 'denied',
          revision,
          reviewed_by: actorText(row.actor),
          reviewed_at_ms: atMs,
          expires_at_ms: expiresAtMs,
          tool_rule_id: toolRuleId,
          only_run_id: onlyRunId,
        });
      }
      case 'approval.consumed': {
        const { approvalId, revision = null } = event.payload;
        return note('approval', approvalId, seq, { revision, consumed_at_ms: atMs });
      }
      case 'approval.expired':
      case 'approval.cancelled': {
        const { approvalId, revision = null } = event.payload;
        const status = event.name === 'approval.expired' ? 'expired' : 'cancelled';
        return note('approval', approvalId, seq, { status, revision });
      }
      default:
    }
  }

  function noteAsked(asked: Partial<ApprovalRecord>, { seq }: LogRow): void {
    note('approval', asked.approvalId, seq, {
      asked: askedHash(encodeWire(approvalSchema, asked) as Wire),
      action_hash: asked.actionHash ?? null,
      status: asked.status ?? null,
      revision: asked.revision ?? null,
      expires_at_ms: asked.expiresAtMs ?? null,
      reviewed_by: asked.reviewedBy === undefined ? null : actorText(asked.reviewedBy),
      reviewed_at_ms: asked.reviewedAtMs ?? null,
      tool_rule_id: asked.toolRuleId ?? null,
      only_run_id: asked.onlyRunId ?? null,
      consumed_at_ms: asked.consumedAtMs ?? null,
    });
  }

  function takeAutomation(event: LoggedEvent, { seq }: LogRow): void {
    const id = 'automationId' in event.payload ? event.payload.automationId : undefined;
    const change = (facts: Known) => note('automation', id, seq, facts);
    const paused = { paused_for_lifecycle: true, status: 'paused' };
    switch (event.name) {
      case 'created':
        return create(event.payload, seq);
      case 'updated':
        // A row that says of no status is none of the app's.
        return event.payload.status === undefined ? undefined : change({ status: event.payload.status });
      case 'record.updated':
        return change(recordChanges(event.payload));
      case 'review.automation_acknowledged':
        return change({ review_required: false });
      case 'expired':
        return change({ ...paused, is_expired: true, review_required: true });
      case 'dependency_revoked':
        return change({ ...paused, review_required: true });
      case 'retired':
        return change({ ...paused, is_retired: true, review_required: false });
      case 'retirement.extended':
        return change({
          status: 'active',
          paused_for_lifecycle: false,
          is_retired: false,
          is_expired: false,
          review_required: false,
          expires_at_ms: event.payload.expiresAtMs ?? null,
        });
      case 'deleted':
        return change({ place: 'deleted' });
      case 'restored':
        return change({ place: 'there', status: event.payload.status ?? null });
      case 'purged':
        return change({ place: 'gone', status: null });
      default:
    }
  }

  function create(payload: LoggedEvent<'created'>['payload'], seq: number): void {
    const { automationId, status = null, provenance, declaredCapabilities, expiresAtMs = null } = payload;
    note('automation', automationId, seq, {
      place: 'there',
      status,
      provenance: canonicalJson(encodeWire(provenanceSchema, provenance) ?? {}),
      creates_agents: declaredCapabilities?.createsAgents ?? null,
      modifies_grants: declaredCapabilities?.modifiesGrants ?? null,
      expires_at_ms: expiresAtMs,
      is_expired: false,
      is_retired: false,
      paused_for_lifecycle: false,
      review_required: false,
    });
    const agentId = provenance?.creator.kind === 'agent' ? provenance.creator.actorId : undefined;
    if (agentId === undefined) return;
    noteAgent(agentId, seq, {});
    noteAgent(agentId, seq, {
      created_since_review: added(known.agent.get(agentId)?.facts['created_since_review'], 1),
    });
  }

  function takeAgent(event: LoggedEvent, { seq, atMs }: LogRow): void {
    switch (event.name) {
      case 'agent.paused': {
        const { agentId, isForAll = false } = event.payload;
        return noteAgent(agentId, seq, { paused_at_ms: atMs, is_paused_by_all: isForAll });
      }
      case 'agent.resumed':
        return noteAgent(event.payload.agentId, seq, { paused_at_ms: null, is_paused_by_all: false });
      case 'review.agent_acknowledged': {
        const facts = { created_since_review: 0, review_required: false, review_request_id: null };
        return noteAgent(event.payload.agentId, seq, facts);
      }
      default:
    }
  }

  function takeToken(event: LoggedEvent, { seq }: LogRow): void {
    if (event.name !== 'agent.enrolled' && event.name !== 'agent.token_revoked') return;
    const { tokenId, kind = null, name = null, agentId = null } = event.payload;
    const { fingerprint } = event.name === 'agent.enrolled' ? event.payload : {};
    note('token', tokenId, seq, {
      kind,
      name,
      agent_id: agentId,
      ...(fingerprint !== undefined && { fingerprint }),
      is_revoked: event.name === 'agent.token_revoked',
    });
  }

  function takeLimits(event: LoggedEvent, { seq }: LogRow): void {
    if (event.name !== 'limits.updated') return;
    const { agentId, after = {} } = event.payload;
    if (agentId === undefined) return note('limits', LIMITS_ID, seq, after);
    noteAgent(agentId, seq, {});
    const before = known.agent.get(agentId)?.facts['overrides'];
    if (typeof before !== 'string') return;
    const changed = Object.entries({ ...(JSON.parse(before) as Facts), ...after }).filter(
      ([, value]) => value !== null,
    );
    noteAgent(agentId, seq, { overrides: canonicalJson(Object.fromEntries(changed)) });
  }

  function takeRule(event: LoggedEvent, { seq }: LogRow): void {
    switch (event.name) {
      case 'tool_rule.created': {
        const terms = termsHash(encodeWire(toolRuleSchema, event.payload) as Wire);
        return note('tool_rule', event.payload.ruleId, seq, { terms, is_revoked: false, use_count: 0 });
      }
      case 'tool_rule.used':
        return note('tool_rule', event.payload.ruleId, seq, { use_count: event.payload.useCount ?? null });
      case 'tool_rule.revoked':
        return note('tool_rule', event.payload.ruleId, seq, { is_revoked: true });
      default:
    }
  }

  function takeRun(event: LoggedEvent, { seq }: LogRow): void {
    switch (event.name) {
      case 'run.started':
      case 'run.resumed':
        return noteRun(event.payload, UNDER_WAY, seq);
      case 'run.paused':
        return noteRun(event.payload, 'paused', seq);
      case 'run.finished': {
        const { status } = event.payload;
        return noteRun(event.payload, status !== undefined && isTerminal(status) ? status : UNDER_WAY, seq);
      }
      default:
    }
  }

  function noteRun({ runId, automationId }: LoggedEvent<'run.resumed'>['payload'], status: string, seq: number): void {
    const isNew = !isKnown('run', runId) && blind === undefined;
    note('run', runId, seq, {
      automation_id: automationId ?? null,
      status,
      ...(isNew && { total_tokens: 0, cost_nanos: 0 }),
    });
  }

  function takeSpend(event: LoggedEvent, row: LogRow): void {
    const { seq, atMs } = row;
    switch (event.name) {
      case 'spend.reserved': {
        const { exactCostNanos = 0, dueAtMs = 0, agentIds = [] } = event.payload;
        return note('reservation', usageIdOf(event.payload), seq, {
          cost_nanos: exactCostNanos,
          due_at_ms: dueAtMs,
          agent_ids: canonicalJson(agentIds.toSorted()),
        });
      }
      case 'spend.charged':
        return charge(event.payload, row);
      case 'spend.warning':
        return changeWeek(event.payload.agentId, row, (week) => ({ ...week, softWarningAtMs: atMs }));
      case 'spend.paused':
        for (const { agentId } of event.payload.agents ?? []) {
          noteAgent(agentId, seq, { spend_paused_at_ms: atMs });
          changeWeek(agentId, row, (week) => ({ ...week, hardStopAtMs: atMs }));
        }
        return;
      case 'spend.resumed':
        noteAgent(event.payload.agentId, seq, { spend_paused_at_ms: null });
        return changeWeek(event.payload.agentId, row, withoutHardStop);
      default:
    }
  }

  function charge(payload: LoggedEvent<'spend.charged'>['payload'], row: LogRow): void {
    const { seq, atMs } = row;
    const { runId, automationId = '', promptTokens = 0, completionTokens = 0, totalTokens = 0 } = payload;
    const usage = { promptTokens, completionTokens, totalTokens, costNanos: payload.exactCostNanos ?? 0 };
    known.reservation.delete(usageIdOf(payload) ?? '');
    if (runId === undefined) return;
    const run = known.run.get(runId)?.facts;
    note('run', runId, seq, {
      total_tokens: added(run?.['total_tokens'], totalTokens),
      cost_nanos: added(run?.['cost_nanos'], usage.costNanos),
    });
    for (const agentId of payload.agentIds ?? []) {
      noteAgent(agentId, seq, {});
      for (const kind of windowKinds) {
        changeWindow(agentId, kind, row, (window) => chargedWindow(window, usage, { automationId, runId }, atMs));
      }
    }
  }

  function changeWeek(agentId: string | undefined, row: LogRow, change: (week: SpendWindow) => SpendWindow): void {
    if (agentId !== undefined) changeWindow(agentId, 'weekly', row, change);
  }

  function changeWindow(
    agentId: string,
    kind: WindowKind,
    { atMs, seq }: LogRow,
    change: (window: SpendWindow) => SpendWindow,
  ): void {
    const id = idOf(agentId, kind);
    const before = windows.get(id);
    // What a window held before the log tells of it is known only where it began since.
    if (before === undefined && blind !== undefined && windowBounds(kind, atMs).startMs <= blind.atMs) return;
    const window = change(currentWindow(before, kind, atMs));
    windows.set(id, window);
    note('spend_window', id, seq, windowFacts(window));
  }

  function takeImport(event: LoggedEvent, { seq, atMs }: LogRow): void {
    if (event.name === 'imported' && event.payload.hasFacts !== true) {
      // Limits, tokens and rules are not in such a file, or are told of one by one.
      for (const noun of nouns) if (!['limits', 'token', 'tool_rule'].includes(noun)) known[noun].clear();
      windows.clear();
      blind = { seq, atMs };
    }
    if (event.name !== 'imported.facts') return;
    const { entries = [] } = event.payload;
    dropReplaced(entries);
    for (const { noun: told, id, facts } of entries) {
      const noun = nouns.find((one) => one === told);
      if (noun === undefined || id === undefined) continue;
      known[noun].delete(id);
      if (facts === undefined) continue;
      note(noun, id, seq, facts);
      if (noun === 'spend_window') windows.set(id, windowOf(id, facts, atMs));
    }
  }

  /** Forgets the grants and the runs of automations in whose place an import has put others. */
  function dropReplaced(entries: PayloadOf<'imported.facts'>['entries']): void {
    for (const noun of ['grant', 'run'] as const) {
      const replaced = new Set<Fact>(entries.flatMap((one) => (one.noun === noun ? (one.replacedOf ?? []) : [])));
      if (replaced.size === 0) continue;
      for (const [id, { facts }] of known[noun]) if (replaced.has(facts['automation_id'] ?? '')) known[noun].delete(id);
    }
  }

  function takeGrant(event: LoggedEvent, { seq, payload }: LogRow): void {
    if (event.name === 'grant.revoked') return note('grant', event.payload.grantId, seq, { is_revoked: true });
    if (event.name !== 'grant.created') return;
    // The grant is the whole payload in rows that were written before it had a name of its own there.
    const grant: Partial<Grant> = event.payload.grant ?? readPayload(grantSchema, payload);
    const { grantedTo, grantedBy } = grant;
    note('grant', grant.grantId, seq, {
      automation_id: grant.automationId ?? null,
      grant_kind: grant.grantKind ?? null,
      granted_to: grantedTo === undefined ? null : actorText(grantedTo),
      granted_by: grantedBy === undefined ? null : actorText(grantedBy),
      capability_key: grant.capabilityKey ?? null,
      created_at_ms: grant.createdAtMs ?? null,
      is_revoked: false,
    });
  }

  // Each takes the events that it knows, and leaves the others.
  const takers = [
    takeApproval,
    takeAutomation,
    takeGrant,
    takeAgent,
    takeToken,
    takeLimits,
    takeRule,
    takeRun,
    takeSpend,
    takeImport,
  ];

  return {
    take(row) {
      const event = readEvent(row);
      if (event !== undefined) for (const take of takers) take(event, row);
    },
    find: (noun, id) => known[noun].get(id),
    *entries(noun) {
      for (const entry of known[noun]) {
        const automationId = noun === 'run' ? entry[1].facts['automation_id'] : undefined;
        // With its automation, a purge takes every run.
        const isPurged =
          typeof automationId === 'string' && known.automation.get(automationId)?.facts['place'] === 'gone';
        if (!isPurged) yield entry;
      }
    },
    blindUntilSeq: () => blind?.seq,
  };
}

function recordChanges(payload: LoggedEvent<'record.updated'>['payload']): Known {
  const { reviewRequired, pausedForLifecycle, declaredCapabilities } = payload;
  return {
    ...(reviewRequired !== undefined && { review_required: reviewRequired }),
    ...(pausedForLifecycle !== undefined && { paused_for_lifecycle: pausedForLifecycle }),
    ...(pausedForLifecycle === true && { status: 'paused' }),
    ...(declaredCapabilities !== undefined && {
      creates_agents: declaredCapabilities.createsAgents,
      modifies_grants: declaredCapabilities.modifiesGrants,
    }),
  };
}

function usageIdOf({ runId, usageId }: { readonly runId?: string; readonly usageId?: string }): string | undefined {
  return runId === undefined || usageId === undefined ? undefined : idOf(runId, usageId);
}

/** The window that facts of an import tell of. */
function windowOf(id: string, facts: Facts, atMs: number): SpendWindow {
  const kind = (JSON.parse(id) as readonly string[])[1] as WindowKind;
  const windowStartMs = Number(facts['window_start_ms']);
  const { endMs } = windowBounds(kind, windowStartMs);
  const mark = (name: string, value: Fact | undefined) => (typeof value === 'number' ? { [name]: value } : {});
  return {
    kind,
    windowStartMs,
    ...(endMs !== undefined && { windowEndMs: endMs }),
    promptTokens: Number(facts['prompt_tokens']),
    completionTokens: Number(facts['completion_tokens']),
    totalTokens: Number(facts['total_tokens']),
    costNanos: Number(facts['cost_nanos']),
    updatedAtMs: atMs,
    ...mark('softWarningAtMs', facts['soft_warning_at_ms']),
    ...mark('hardStopAtMs', facts['hard_stop_at_ms']),
  };
}
