import { type Actor, actorSchema } from '../../shared/actor';
import { EVENT_PREFIX } from '../../shared/events';
import { defaultLimits } from '../../shared/limits';
import { saturatingSum } from '../../shared/money';
import { isTerminal, type RunStatus } from '../../shared/run';
import { type SpendWindow, type WindowKind, windowKinds } from '../../shared/spend';
import { decodeWire } from '../../shared/wire';
import { windowBounds } from '../core/calendar';
import { chargedWindow, currentWindow, withoutHardStop } from '../core/spend';
import { canonicalJson } from '../store/canonical-json';
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
  readonly payload: Readonly<Record<string, unknown>>;
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

type Payload = LogRow['payload'];

function text(payload: Payload, name: string): string | undefined {
  const value = payload[name];
  return typeof value === 'string' ? value : undefined;
}

function factIn(payload: Payload, name: string): Fact {
  const value = payload[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function count(payload: Payload, name: string): number {
  return Number(payload[name] ?? 0);
}

function texts(payload: Payload, name: string): readonly string[] {
  const value = payload[name];
  return Array.isArray(value) ? value.map(String) : [];
}

const object = (value: unknown): Payload => (typeof value === 'object' && value !== null ? (value as Payload) : {});

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

  function takeApproval(name: string, row: LogRow): void {
    const { seq, atMs } = row;
    // The request is the whole payload in rows that were written before it had a name of its own there.
    const payload = name === 'approval.requested' ? within(row.payload, 'request') : row.payload;
    const id = text(payload, 'approval_id');
    const status = name.slice('approval.'.length);
    const revision = factIn(payload, 'revision');
    switch (name) {
      case 'approval.requested':
      case 'approval.imported': {
        note('approval', id, seq, {
          asked: askedHash(payload),
          action_hash: factIn(payload, 'action_hash'),
          status: factIn(payload, 'status'),
          revision,
          expires_at_ms: factIn(payload, 'expires_at_ms'),
          reviewed_by: actorIn(payload, 'reviewed_by'),
          reviewed_at_ms: factIn(payload, 'reviewed_at_ms'),
          tool_rule_id: factIn(payload, 'tool_rule_id'),
          only_run_id: factIn(payload, 'only_run_id'),
          consumed_at_ms: factIn(payload, 'consumed_at_ms'),
        });
        const { kind, source } = object(payload['requested_by']);
        const isReview = name === 'approval.requested' && kind === 'system' && source === 'automation_creation_review';
        const agentId = text(object(payload['target_resource']), 'id');
        if (isReview) noteAgent(agentId, seq, { review_required: true, review_request_id: id ?? null });
        return;
      }
      case 'approval.approved':
      case 'approval.denied':
        return note('approval', id, seq, {
          status,
          revision,
          reviewed_by: actorText(row.actor),
          reviewed_at_ms: atMs,
          expires_at_ms: factIn(payload, 'expires_at_ms'),
          tool_rule_id: factIn(payload, 'tool_rule_id'),
          only_run_id: factIn(payload, 'only_run_id'),
        });
      case 'approval.consumed':
        return note('approval', id, seq, { revision, consumed_at_ms: atMs });
      default:
        return note('approval', id, seq, { status, revision });
    }
  }

  function takeAutomation(name: string, row: LogRow): void {
    const { payload, seq } = row;
    const id = text(payload, 'automation_id');
    const paused = { paused_for_lifecycle: true, status: 'paused' };
    switch (name) {
      case 'created':
        return create(id, row);
      case 'updated':
        // A row that says of no status is none of the app's.
        return payload['status'] === undefined
          ? undefined
          : note('automation', id, seq, { status: factIn(payload, 'status') });
      case 'record.updated':
        return note('automation', id, seq, recordChanges(payload));
      case 'review.automation_acknowledged':
        return note('automation', id, seq, { review_required: false });
      case 'expired':
        return note('automation', id, seq, { ...paused, is_expired: true, review_required: true });
      case 'dependency_revoked':
        return note('automation', id, seq, { ...paused, review_required: true });
      case 'retired':
        return note('automation', id, seq, { ...paused, is_retired: true, review_required: false });
      case 'retirement.extended':
        return note('automation', id, seq, {
          status: 'active',
          paused_for_lifecycle: false,
          is_retired: false,
          is_expired: false,
          review_required: false,
          expires_at_ms: factIn(payload, 'expires_at_ms'),
        });
      case 'deleted':
        return note('automation', id, seq, { place: 'deleted' });
      case 'restored':
        return note('automation', id, seq, { place: 'there', status: factIn(payload, 'status') });
      case 'purged':
        return note('automation', id, seq, { place: 'gone', status: null });
    }
  }

  function create(id: string | undefined, { payload, seq }: LogRow): void {
    const provenance = object(payload['provenance']);
    const capabilities = object(payload['declared_capabilities']);
    note('automation', id, seq, {
      place: 'there',
      status: factIn(payload, 'status'),
      provenance: canonicalJson(provenance),
      creates_agents: factIn(capabilities, 'creates_agents'),
      modifies_grants: factIn(capabilities, 'modifies_grants'),
      expires_at_ms: factIn(payload, 'expires_at_ms'),
      is_expired: false,
      is_retired: false,
      paused_for_lifecycle: false,
      review_required: false,
    });
    const creator = object(provenance['creator']);
    const agentId = creator['kind'] === 'agent' ? text(creator, 'actor_id') : undefined;
    if (agentId === undefined) return;
    noteAgent(agentId, seq, {});
    noteAgent(agentId, seq, {
      created_since_review: added(known.agent.get(agentId)?.facts['created_since_review'], 1),
    });
  }

  function takeAgent(name: string, { payload, seq, atMs }: LogRow): void {
    const id = text(payload, 'agent_id');
    if (name === 'agent.paused') {
      return noteAgent(id, seq, { paused_at_ms: atMs, is_paused_by_all: payload['is_for_all'] === true });
    }
    if (name === 'agent.resumed') return noteAgent(id, seq, { paused_at_ms: null, is_paused_by_all: false });
    if (name === 'review.agent_acknowledged') {
      noteAgent(id, seq, { created_since_review: 0, review_required: false, review_request_id: null });
    }
  }

  function takeToken(name: string, { payload, seq }: LogRow): void {
    const id = text(payload, 'token_id');
    note('token', id, seq, {
      kind: factIn(payload, 'kind'),
      name: factIn(payload, 'name'),
      agent_id: factIn(payload, 'agent_id'),
      ...(payload['fingerprint'] !== undefined && { fingerprint: factIn(payload, 'fingerprint') }),
      is_revoked: name === 'agent.token_revoked',
    });
  }

  function takeLimits({ payload, seq }: LogRow): void {
    const after = object(payload['after']);
    const agentId = text(payload, 'agent_id');
    if (agentId === undefined) return note('limits', LIMITS_ID, seq, after as Facts);
    noteAgent(agentId, seq, {});
    const before = known.agent.get(agentId)?.facts['overrides'];
    if (typeof before !== 'string') return;
    const changed = Object.entries({ ...(JSON.parse(before) as Payload), ...after }).filter(
      ([, value]) => value !== null,
    );
    noteAgent(agentId, seq, { overrides: canonicalJson(Object.fromEntries(changed)) });
  }

  function takeRule(name: string, { payload, seq }: LogRow): void {
    const id = text(payload, 'rule_id');
    if (name === 'tool_rule.created') {
      note('tool_rule', id, seq, { terms: termsHash(payload), is_revoked: false, use_count: 0 });
    } else if (name === 'tool_rule.used') note('tool_rule', id, seq, { use_count: factIn(payload, 'use_count') });
    else note('tool_rule', id, seq, { is_revoked: true });
  }

  function takeRun(name: string, { payload, seq }: LogRow): void {
    const id = text(payload, 'run_id');
    const isNew = !isKnown('run', id) && blind === undefined;
    const finished = text(payload, 'status') as RunStatus | undefined;
    const status =
      name === 'run.paused'
        ? 'paused'
        : name === 'run.finished' && finished !== undefined && isTerminal(finished)
          ? finished
          : UNDER_WAY;
    note('run', id, seq, {
      automation_id: factIn(payload, 'automation_id'),
      status,
      ...(isNew && { total_tokens: 0, cost_nanos: 0 }),
    });
  }

  function takeSpend(name: string, row: LogRow): void {
    const { payload, seq, atMs } = row;
    const agentId = text(payload, 'agent_id');
    switch (name) {
      case 'spend.reserved':
        return note('reservation', usageIdOf(payload), seq, {
          cost_nanos: count(payload, 'cost_nanos'),
          due_at_ms: count(payload, 'due_at_ms'),
          agent_ids: canonicalJson(texts(payload, 'agent_ids').toSorted()),
        });
      case 'spend.charged':
        return charge(row);
      case 'spend.warning':
        return changeWeek(agentId, row, (week) => ({ ...week, softWarningAtMs: atMs }));
      case 'spend.paused':
        for (const stopped of (payload['agents'] as readonly unknown[] | undefined) ?? []) {
          const stoppedId = text(object(stopped), 'agent_id');
          noteAgent(stoppedId, seq, { spend_paused_at_ms: atMs });
          changeWeek(stoppedId, row, (week) => ({ ...week, hardStopAtMs: atMs }));
        }
        return;
      case 'spend.resumed':
        noteAgent(agentId, seq, { spend_paused_at_ms: null });
        changeWeek(agentId, row, withoutHardStop);
    }
  }

  function charge(row: LogRow): void {
    const { payload, seq, atMs } = row;
    const runId = text(payload, 'run_id');
    const usage = {
      promptTokens: count(payload, 'prompt_tokens'),
      completionTokens: count(payload, 'completion_tokens'),
      totalTokens: count(payload, 'total_tokens'),
      costNanos: count(payload, 'cost_nanos'),
    };
    known.reservation.delete(usageIdOf(payload) ?? '');
    if (runId === undefined) return;
    const run = known.run.get(runId)?.facts;
    note('run', runId, seq, {
      total_tokens: added(run?.['total_tokens'], usage.totalTokens),
      cost_nanos: added(run?.['cost_nanos'], usage.costNanos),
    });
    const source = { automationId: text(payload, 'automation_id') ?? '', runId };
    for (const agentId of texts(payload, 'agent_ids')) {
      noteAgent(agentId, seq, {});
      for (const kind of windowKinds)
        changeWindow(agentId, kind, row, (window) => chargedWindow(window, usage, source, atMs));
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

  function takeImport(name: string, { payload, seq, atMs }: LogRow): void {
    if (name === 'imported' && payload['has_facts'] !== true) {
      // Limits, tokens and rules are not in such a file, or are told of one by one.
      for (const noun of nouns) if (!['limits', 'token', 'tool_rule'].includes(noun)) known[noun].clear();
      windows.clear();
      blind = { seq, atMs };
    }
    if (name !== 'imported.facts') return;
    const entries = (payload['entries'] as readonly unknown[] | undefined) ?? [];
    dropReplaced(entries.map(object));
    for (const one of entries) {
      const { noun, id, facts } = object(one) as { noun?: Noun; id?: string; facts?: Facts };
      if (noun === undefined || id === undefined || !nouns.includes(noun)) continue;
      known[noun].delete(id);
      if (facts === undefined) continue;
      note(noun, id, seq, facts);
      if (noun === 'spend_window') windows.set(id, windowOf(id, facts, atMs));
    }
  }

  /** Forgets the grants and the runs of automations in whose place an import has put others. */
  function dropReplaced(entries: readonly Payload[]): void {
    for (const noun of ['grant', 'run'] as const) {
      const replaced = new Set(entries.flatMap((one) => (one['noun'] === noun ? (one['replaced_of'] ?? []) : [])));
      if (replaced.size === 0) continue;
      for (const [id, { facts }] of known[noun]) if (replaced.has(facts['automation_id'] ?? '')) known[noun].delete(id);
    }
  }

  return {
    take(row) {
      const name = row.eventType.startsWith(EVENT_PREFIX) ? row.eventType.slice(EVENT_PREFIX.length) : row.eventType;
      if (name.startsWith('approval.')) takeApproval(name, row);
      else if (name.startsWith('spend.')) takeSpend(name, row);
      else if (name.startsWith('tool_rule.')) takeRule(name, row);
      else if (name.startsWith('run.')) takeRun(name, row);
      else if (name.startsWith('imported')) takeImport(name, row);
      else if (name === 'limits.updated') takeLimits(row);
      else if (name === 'agent.enrolled' || name === 'agent.token_revoked') takeToken(name, row);
      else if (name.startsWith('agent.') || name === 'review.agent_acknowledged') takeAgent(name, row);
      else if (name === 'grant.created' || name === 'grant.revoked') takeGrant(name, row);
      else takeAutomation(name, row);
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

  function takeGrant(name: string, row: LogRow): void {
    const { seq } = row;
    if (name === 'grant.revoked') return note('grant', text(row.payload, 'grant_id'), seq, { is_revoked: true });
    const payload = within(row.payload, 'grant');
    note('grant', text(payload, 'grant_id'), seq, {
      automation_id: factIn(payload, 'automation_id'),
      grant_kind: factIn(payload, 'grant_kind'),
      granted_to: actorIn(payload, 'granted_to'),
      granted_by: actorIn(payload, 'granted_by'),
      capability_key: factIn(payload, 'capability_key'),
      created_at_ms: factIn(payload, 'created_at_ms'),
      is_revoked: false,
    });
  }
}

/** What has a name of its own in a payload; the payload itself where it was written before it had. */
function within(payload: Payload, name: string): Payload {
  return payload[name] === undefined ? payload : object(payload[name]);
}

function recordChanges(payload: Payload): Known {
  const capabilities = payload['declared_capabilities'];
  const isPaused = payload['paused_for_lifecycle'];
  return {
    ...(payload['review_required'] !== undefined && { review_required: factIn(payload, 'review_required') }),
    ...(isPaused !== undefined && { paused_for_lifecycle: isPaused === true }),
    ...(isPaused === true && { status: 'paused' }),
    ...(capabilities !== undefined && {
      creates_agents: factIn(object(capabilities), 'creates_agents'),
      modifies_grants: factIn(object(capabilities), 'modifies_grants'),
    }),
  };
}

function actorIn(payload: Payload, name: string): Fact {
  const value = payload[name];
  return value === undefined ? null : actorText(decodeWire(actorSchema, value) as Actor);
}

function usageIdOf(payload: Payload): string | undefined {
  const [runId, usageId] = [text(payload, 'run_id'), text(payload, 'usage_id')];
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
