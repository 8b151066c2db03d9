import { grantSchema, provenanceSchema } from '../../../shared/contract/governance';
import { defaultLimits } from '../../../shared/contract/limits';
import type { ApprovalStatus } from '../../../shared/contract/request-kinds';
import { isTerminal } from '../../../shared/contract/run';
import { SESSIONS_ENDING } from '../../../shared/contract/session';
import { type SpendWindow, type WindowKind, windowKinds } from '../../../shared/contract/spend';
import { toolRuleSchema } from '../../../shared/contract/tool-rule';
import {
  type EventName,
  events,
  type LoggedEvent,
  type Payload,
  type PayloadOf,
  readEvent,
  readPayload,
} from '../../../shared/events';
import type { Actor } from '../../../shared/kernel/actor';
import { defined, type JsonObject } from '../../../shared/kernel/fields';
import { saturatingSum } from '../../../shared/kernel/money';
import { encodeWire } from '../../../shared/kernel/wire';
import { canonicalJson } from '../../kernel/store/canonical-json';
import { chargedWindow, currentWindow, withoutHardStop } from '../spend/rules';
import { windowBounds } from '../spend/rules-calendar';
import {
  actorText,
  approvalFacts,
  type Facts,
  type FactValue,
  grantFacts,
  idOf,
  LIMITS_ID,
  limitsFacts,
  type Noun,
  nouns,
  reservationFacts,
  termsHash,
  toolClassFacts,
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

/** What is not in the file of an import, or is told of one by one. */
const notImported: ReadonlySet<Noun> = new Set(['limits', 'token', 'tool_rule', 'tool_class', 'untrusted_workspace']);

/** A sum of something that was known before; of what was not known, nothing is known after. */
const added = (known: FactValue | undefined, more: number) =>
  typeof known === 'number' ? saturatingSum(known, more) : undefined;

type Known = Readonly<Record<string, FactValue | undefined>>;

/** What is known after the rows that were taken in, and how more is noted. */
interface Ledger {
  readonly known: Readonly<Record<Noun, Map<string, LogEntry>>>;
  readonly windows: Map<string, SpendWindow>;
  /** The last import that told of what it brought in numbers only. */
  blind?: Pick<LogRow, 'seq' | 'atMs'>;
  /** Notes facts beside the ones that are known; an undefined one is forgotten. */
  note(noun: Noun, id: string | undefined, row: LogRow, facts: Known): void;
  /** Notes facts of an agent, of which the log may have told nothing yet. */
  noteAgent(agentId: string | undefined, row: LogRow, facts: Known): void;
  changeWindow(agentId: string | undefined, kind: WindowKind, row: LogRow, change: WindowChange): void;
}

type WindowChange = (window: SpendWindow) => SpendWindow;

function createLedger(): Ledger {
  const known = Object.fromEntries(nouns.map((noun) => [noun, new Map()])) as unknown as Ledger['known'];
  known.limits.set(LIMITS_ID, { seq: 0, facts: limitsFacts(defaultLimits) });
  const ledger: Ledger = {
    known,
    windows: new Map(),
    note(noun, id, { seq }, facts) {
      if (id === undefined) return;
      const merged = Object.entries({ ...known[noun].get(id)?.facts, ...facts });
      const rest = merged.filter((entry): entry is [string, FactValue] => entry[1] !== undefined);
      known[noun].set(id, { seq, facts: Object.fromEntries(rest) });
    },
    noteAgent(agentId, row, facts) {
      const isNew = agentId === undefined || !known.agent.has(agentId);
      ledger.note('agent', agentId, row, { ...(isNew && ledger.blind === undefined && unknownAgentFacts), ...facts });
    },
    changeWindow(agentId, kind, row, change) {
      if (agentId === undefined) return;
      const id = idOf(agentId, kind);
      const before = ledger.windows.get(id);
      // What a window held before the log tells of it is known only where it began since.
      const { blind } = ledger;
      if (before === undefined && blind !== undefined && windowBounds(kind, row.atMs).startMs <= blind.atMs) return;
      const window = change(currentWindow(before, kind, row.atMs));
      ledger.windows.set(id, window);
      ledger.note('spend_window', id, row, windowFacts(window));
    },
  };
  return ledger;
}

/** What a row of one name adds to what is known. */
type Taker<N extends EventName> = (payload: LoggedEvent<N>['payload'], row: LogRow, ledger: Ledger) => void;

/** Takes in an event after which these facts hold of its automation. */
function automationIs(facts: Known) {
  return ({ automationId }: { automationId?: string }, row: LogRow, { note }: Ledger) =>
    note('automation', automationId, row, facts);
}

/** Takes in an event after which an approval that is no longer pending has this status. */
function approvalIs(status: ApprovalStatus): Taker<'approval.expired' | 'approval.cancelled'> {
  return ({ approvalId, revision }, row, { note }) =>
    note('approval', approvalId, row, { status, revision: revision ?? null });
}

/** Takes in the operator's decision, or that of a rule of theirs. */
function approvalIsDecided(status: ApprovalStatus): Taker<'approval.approved'> {
  return ({ approvalId, revision = null, expiresAtMs = null, toolRuleId = null, onlyRunId = null }, row, { note }) =>
    note('approval', approvalId, row, {
      status,
      revision,
      reviewed_by: actorText(row.actor),
      reviewed_at_ms: row.atMs,
      expires_at_ms: expiresAtMs,
      tool_rule_id: toolRuleId,
      only_run_id: onlyRunId,
    });
}

/** Takes in where a run is after an event. */
function runIs(status: string): Taker<'run.resumed'> {
  return ({ runId, automationId = null }, row, { note, known, blind }) => {
    const isNew = runId !== undefined && !known.run.has(runId) && blind === undefined;
    const nothingYet = isNew && { total_tokens: 0, cost_nanos: 0 };
    note('run', runId, row, { automation_id: automationId, status, ...nothingYet });
  };
}

const lifecyclePause = { paused_for_lifecycle: true, status: 'paused' };

/** What each event adds. The rules are those that the app lives by; the rows say which one was met. Of all others, the log tells no facts. */
const takers: { readonly [N in EventName]?: Taker<N> } = {
  'approval.imported': (asked, row, { note }) => note('approval', asked.approvalId, row, approvalFacts(asked)),
  'approval.requested'({ request }, row, { note, noteAgent }) {
    // The request is the whole payload in rows that were written before it had a name of its own there.
    const asked = request ?? readPayload(events['approval.imported'].payload, row.payload);
    const { requestedBy: { kind, source } = {}, targetResource, approvalId } = asked;
    note('approval', approvalId, row, approvalFacts(asked));
    if (kind === 'system' && source === 'automation_creation_review') {
      noteAgent(targetResource?.id, row, { review_required: true, review_request_id: approvalId ?? null });
    }
  },
  'approval.approved': approvalIsDecided('approved'),
  'approval.denied': approvalIsDecided('denied'),
  'approval.consumed': ({ approvalId, revision = null }, row, { note }) =>
    note('approval', approvalId, row, { revision, consumed_at_ms: row.atMs }),
  'approval.expired': approvalIs('expired'),
  'approval.cancelled': approvalIs('cancelled'),

  created({ automationId, status = null, provenance, declaredCapabilities, expiresAtMs = null }, row, ledger) {
    ledger.note('automation', automationId, row, {
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
    if (agentId === undefined || automationId?.endsWith(SESSIONS_ENDING) === true) return;
    ledger.noteAgent(agentId, row, {});
    const before = ledger.known.agent.get(agentId)?.facts['created_since_review'];
    ledger.noteAgent(agentId, row, { created_since_review: added(before, 1) });
  },
  updated({ automationId, status }, row, { note }) {
    // A row that says of no status is none of the app's.
    if (status !== undefined) note('automation', automationId, row, { status });
  },
  'record.updated': (payload, row, { note }) => note('automation', payload.automationId, row, recordChanges(payload)),
  'review.automation_acknowledged': automationIs({ review_required: false }),
  expired: automationIs({ ...lifecyclePause, is_expired: true, review_required: true }),
  dependency_revoked: automationIs({ ...lifecyclePause, review_required: true }),
  retired: automationIs({ ...lifecyclePause, is_retired: true, review_required: false }),
  'retirement.extended': ({ automationId, expiresAtMs = null }, row, { note }) =>
    note('automation', automationId, row, {
      status: 'active',
      paused_for_lifecycle: false,
      is_retired: false,
      is_expired: false,
      review_required: false,
      expires_at_ms: expiresAtMs,
    }),
  deleted: automationIs({ place: 'deleted' }),
  restored: ({ automationId, status = null }, row, { note }) =>
    note('automation', automationId, row, { place: 'there', status }),
  purged: automationIs({ place: 'gone', status: null }),

  // The grant is the whole payload in rows that were written before it had a name of its own there.
  'grant.created': ({ grant }, row, { note }) => {
    const { grantId, ...given } = grant ?? readPayload(grantSchema, row.payload);
    note('grant', grantId, row, { ...grantFacts(given), is_revoked: false });
  },
  'grant.revoked': ({ grantId }, row, { note }) => note('grant', grantId, row, { is_revoked: true }),

  'agent.paused': ({ agentId, isForAll = false }, row, { noteAgent }) =>
    noteAgent(agentId, row, { paused_at_ms: row.atMs, is_paused_by_all: isForAll }),
  'agent.resumed': ({ agentId }, row, { noteAgent }) =>
    noteAgent(agentId, row, { paused_at_ms: null, is_paused_by_all: false }),
  'review.agent_acknowledged': ({ agentId }, row, { noteAgent }) =>
    noteAgent(agentId, row, { created_since_review: 0, review_required: false, review_request_id: null }),

  'agent.enrolled': ({ tokenId, kind = null, name = null, agentId = null, fingerprint }, row, { note }) =>
    note('token', tokenId, row, { kind, name, agent_id: agentId, ...defined({ fingerprint }), is_revoked: false }),
  'agent.token_revoked': ({ tokenId, kind = null, name = null, agentId = null }, row, { note }) =>
    note('token', tokenId, row, { kind, name, agent_id: agentId, is_revoked: true }),

  'limits.updated'({ agentId, after = {} }, row, { note, noteAgent, known }) {
    if (agentId === undefined) return note('limits', LIMITS_ID, row, after);
    noteAgent(agentId, row, {});
    const before = known.agent.get(agentId)?.facts['overrides'];
    if (typeof before !== 'string') return;
    const changed = Object.entries({ ...(JSON.parse(before) as Facts), ...after }).filter(
      ([, value]) => value !== null,
    );
    noteAgent(agentId, row, { overrides: canonicalJson(Object.fromEntries(changed)) });
  },

  'tool_rule.created'(rule, row, { note }) {
    const terms = termsHash(encodeWire(toolRuleSchema, rule) as JsonObject);
    note('tool_rule', rule.ruleId, row, { terms, is_revoked: false, use_count: 0 });
  },
  'tool_rule.used': ({ ruleId, useCount = null }, row, { note }) =>
    note('tool_rule', ruleId, row, { use_count: useCount }),
  'tool_rule.revoked': ({ ruleId }, row, { note }) => note('tool_rule', ruleId, row, { is_revoked: true }),

  'tool_class.set': ({ agentId = '', toolName = '', ...said }, row, { note }) =>
    note('tool_class', idOf(agentId, toolName), row, toolClassFacts(said)),
  'tool_class.cleared': ({ agentId = '', toolName = '' }, _row, { known }) =>
    void known.tool_class.delete(idOf(agentId, toolName)),
  'workspace.untrusted': ({ root }, row, { note }) => note('untrusted_workspace', root, row, {}),
  'workspace.trusted': ({ root = '' }, _row, { known }) => void known.untrusted_workspace.delete(root),

  'run.started': runIs(UNDER_WAY),
  'run.resumed': runIs(UNDER_WAY),
  'run.paused': runIs('paused'),
  'run.finished'(payload, row, ledger) {
    const { status } = payload;
    runIs(status !== undefined && isTerminal(status) ? status : UNDER_WAY)(payload, row, ledger);
  },

  'spend.reserved'(payload, row, { note }) {
    const { exactCostNanos = 0, dueAtMs = 0, agentIds = [] } = payload;
    const costNanos = exactCostNanos;
    note('reservation', usageIdOf(payload), row, reservationFacts({ costNanos, dueAtMs }, agentIds));
  },
  'spend.charged'(payload, row, { known, note, noteAgent, changeWindow }) {
    const { runId, automationId = '', promptTokens = 0, completionTokens = 0, totalTokens = 0 } = payload;
    const usage = { promptTokens, completionTokens, totalTokens, costNanos: payload.exactCostNanos ?? 0 };
    known.reservation.delete(usageIdOf(payload) ?? '');
    if (runId === undefined) return;
    const run = known.run.get(runId)?.facts;
    note('run', runId, row, {
      total_tokens: added(run?.['total_tokens'], totalTokens),
      cost_nanos: added(run?.['cost_nanos'], usage.costNanos),
    });
    for (const agentId of payload.agentIds ?? []) {
      noteAgent(agentId, row, {});
      for (const kind of windowKinds) {
        changeWindow(agentId, kind, row, (window) => chargedWindow(window, usage, { automationId, runId }, row.atMs));
      }
    }
  },
  'spend.warning': ({ agentId }, row, { changeWindow }) =>
    changeWindow(agentId, 'weekly', row, (week) => ({ ...week, softWarningAtMs: row.atMs })),
  'spend.paused'({ agents = [] }, row, { noteAgent, changeWindow }) {
    for (const { agentId } of agents) {
      noteAgent(agentId, row, { spend_paused_at_ms: row.atMs });
      changeWindow(agentId, 'weekly', row, (week) => ({ ...week, hardStopAtMs: row.atMs }));
    }
  },
  'spend.resumed'({ agentId }, row, { noteAgent, changeWindow }) {
    noteAgent(agentId, row, { spend_paused_at_ms: null });
    changeWindow(agentId, 'weekly', row, withoutHardStop);
  },

  imported({ hasFacts }, { seq, atMs }, ledger) {
    if (hasFacts === true) return;
    for (const noun of nouns) if (!notImported.has(noun)) ledger.known[noun].clear();
    ledger.windows.clear();
    ledger.blind = { seq, atMs };
  },
  'imported.facts'({ entries = [] }, row, { known, note, windows }) {
    dropReplaced(known, entries);
    for (const { noun: told, id, facts } of entries) {
      const noun = nouns.find((one) => one === told);
      if (noun === undefined || id === undefined) continue;
      known[noun].delete(id);
      if (facts === undefined) continue;
      note(noun, id, row, facts);
      if (noun === 'spend_window') windows.set(id, windowOf(id, facts, row.atMs));
    }
  },
};

/** Facts from the log, beginning before its first row. */
export function startLogFacts(): LogFacts {
  const ledger = createLedger();
  const { known } = ledger;
  return {
    take(row) {
      const event = readEvent(row);
      if (event !== undefined) takers[event.name]?.(event.payload as never, row, ledger);
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
    blindUntilSeq: () => ledger.blind?.seq,
  };
}

/** Forgets the grants and the runs of automations in whose place an import has put others. */
function dropReplaced(known: Ledger['known'], entries: PayloadOf<'imported.facts'>['entries']): void {
  for (const noun of ['grant', 'run'] as const) {
    const replaced = new Set<FactValue>(entries.flatMap((one) => (one.noun === noun ? (one.replacedOf ?? []) : [])));
    if (replaced.size === 0) continue;
    for (const [id, { facts }] of known[noun]) if (replaced.has(facts['automation_id'] ?? '')) known[noun].delete(id);
  }
}

function recordChanges(payload: LoggedEvent<'record.updated'>['payload']): Known {
  const { reviewRequired, pausedForLifecycle, declaredCapabilities } = payload;
  return {
    ...defined({ review_required: reviewRequired, paused_for_lifecycle: pausedForLifecycle }),
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
  const mark = (name: string, value: FactValue | undefined) => (typeof value === 'number' ? { [name]: value } : {});
  return {
    kind,
    windowStartMs,
    ...defined({ windowEndMs: endMs }),
    promptTokens: Number(facts['prompt_tokens']),
    completionTokens: Number(facts['completion_tokens']),
    totalTokens: Number(facts['total_tokens']),
    costNanos: Number(facts['cost_nanos']),
    updatedAtMs: atMs,
    ...mark('softWarningAtMs', facts['soft_warning_at_ms']),
    ...mark('hardStopAtMs', facts['hard_stop_at_ms']),
  };
}
