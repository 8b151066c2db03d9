import type { z } from 'zod';
import type { ApprovalRecord } from '../../shared/approval';
import type { Automation } from '../../shared/automation';
import type { CreationReview, GovernanceRecord } from '../../shared/governance';
import { limitsSchema } from '../../shared/limits';
import type { Run } from '../../shared/run';
import {
  fileApprovalSchema,
  fileDeletionSchema,
  fileExtraSchema,
  fileRecordSchema,
  fileReviewSchema,
  fileSpendSchema,
  KEPT_ASIDE,
} from '../../shared/state-file';
import { encodeWire } from '../../shared/wire';
import { without } from '../../shared/without';
import type { KnownAgent } from '../store/agents';
import type { ReadStore } from '../store/database';
import { withCountedChains } from './lineage';

const PAGE_SIZE = 500;
const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** The name under which the desk remembers a "pause all" that is to be undone. */
export const PAUSE_ALL = 'pause_all';

/** The whole state in the reference's form, with what the reference does not have under `gatehouse`. */
export function exportState(store: ReadStore, now: number): Readonly<Record<string, unknown>> {
  const agents = [...everyAgent(store)];
  const records = [...everyRecord(store)];
  const automations = [...everyAutomation(store)];
  const deleted = store.automations.deleted(EVERYTHING);
  const runs = [...automations, ...deleted.map(({ automation }) => automation)].flatMap(({ automationId }) => {
    const ofOne = store.runs.newest(automationId, EVERYTHING).toReversed();
    return ofOne.length === 0 ? [] : [[automationId, ofOne] as const];
  });
  const pauseAll = store.kept.find(PAUSE_ALL);
  return {
    records: section(fileRecordSchema, records, (record) => [record.automationId, withGrants(store, record)]),
    approvals: section(fileApprovalSchema, [...everyApproval(store)], (approval) => [approval.approvalId, approval]),
    deleted_automations: section(fileDeletionSchema, deleted, ({ automation, deletion }) => [
      automation.automationId,
      { automation, ...deletion },
    ]),
    paused_agents: agents.filter(({ pausedAtMs }) => pausedAtMs !== undefined).map(({ agentId }) => agentId),
    spend_paused_agents: agents
      .filter(({ spendPausedAtMs }) => spendPausedAtMs !== undefined)
      .map(({ agentId }) => agentId),
    agent_spend: section(
      fileSpendSchema,
      agents.filter((agent) => agent.spendPausedAtMs !== undefined || store.spend.windows(agent.agentId).length > 0),
      (agent) => [agent.agentId, spendOf(store, agent)],
    ),
    agent_creation_reviews: section(
      fileReviewSchema,
      agents.flatMap(({ review }) => review ?? []),
      (review: CreationReview) => [review.agentId, review],
    ),
    limits: encodeWire(limitsSchema, store.limits.current()),
    updated_at_ms: now,
    gatehouse: encodeWire(fileExtraSchema, {
      automations: Object.fromEntries(automations.map((automation) => [automation.automationId, automation])),
      runs: Object.fromEntries<readonly Run[]>(runs),
      usages: Object.fromEntries(runs.flatMap(([, ofOne]) => ofOne.flatMap((run) => usageOf(store, run)))),
      agents: Object.fromEntries(agents.map((agent) => [agent.agentId, ownOf(store, agent)])),
      automationDays: Object.fromEntries(everyAutomationDays(store)),
      keptAside: Object.fromEntries(store.kept.startingWith(KEPT_ASIDE).map(({ name, value }) => [name, value])),
      ...(pauseAll !== undefined && { pauseAll }),
    }),
  };
}

function section<T>(schema: z.ZodType, values: readonly T[], entryOf: (value: T) => readonly [string, unknown]) {
  return Object.fromEntries(
    values.map((value) => {
      const [id, entry] = entryOf(value);
      return [id, encodeWire(schema, entry)];
    }),
  );
}

function withGrants({ grants }: ReadStore, record: GovernanceRecord) {
  const all = grants.of(record.automationId);
  return {
    ...record,
    modifyGrants: all.filter(({ grantKind }) => grantKind === 'modify'),
    capabilityGrants: all.filter(({ grantKind }) => grantKind === 'capability'),
  };
}

function spendOf({ spend }: ReadStore, { agentId, spendPausedAtMs, spendPauseReason }: KnownAgent) {
  const windows = spend.windows(agentId);
  return {
    agentId,
    ...Object.fromEntries(windows.map((window) => [window.kind, window])),
    updatedAtMs: Math.max(0, ...windows.map(({ updatedAtMs }) => updatedAtMs)),
    ...(spendPausedAtMs !== undefined && { pausedAtMs: spendPausedAtMs }),
    ...(spendPauseReason !== undefined && { pauseReason: spendPauseReason }),
  };
}

function ownOf({ spend }: ReadStore, agent: KnownAgent) {
  return {
    ...without(withCountedChains(agent), 'spendPausedAtMs', 'spendPauseReason', 'review'),
    spendDays: spend.days(agent.agentId, 0),
  };
}

function usageOf({ spend }: ReadStore, { runId }: Run) {
  const reservations = spend.reservationsOf(runId).map(({ usageId, costNanos, dueAtMs }) => {
    return [usageId, { costNanos, dueAtMs, agentIds: spend.payersOf(runId, usageId) }] as const;
  });
  const answers = spend.answersOf(runId).map(({ usageId, answer }) => [usageId, answer] as const);
  if (reservations.length + answers.length === 0) return [];
  return [[runId, { reservations: Object.fromEntries(reservations), answers: Object.fromEntries(answers) }] as const];
}

function* everyAgent({ agents }: ReadStore): Generator<KnownAgent> {
  let page = agents.list(PAGE_SIZE);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    yield* page;
    page = agents.list(PAGE_SIZE, last);
  }
}

function* everyAutomationDays({ spendDays }: ReadStore) {
  let ids = spendDays.automationIdsAfter('', PAGE_SIZE);
  for (let last = ids.at(-1); last !== undefined; last = ids.at(-1)) {
    for (const automationId of ids) yield [automationId, spendDays.ofAutomation(automationId)] as const;
    ids = spendDays.automationIdsAfter(last, PAGE_SIZE);
  }
}

function* everyRecord({ records }: ReadStore): Generator<GovernanceRecord> {
  let page = records.listAfter('', PAGE_SIZE);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    yield* page;
    page = records.listAfter(last.automationId, PAGE_SIZE);
  }
}

function* everyAutomation({ automations }: ReadStore): Generator<Automation> {
  let ids = automations.idsAfter('', PAGE_SIZE);
  for (let last = ids.at(-1); last !== undefined; last = ids.at(-1)) {
    for (const id of ids) {
      const found = automations.find(id);
      if (found !== undefined) yield found.automation;
    }
    ids = automations.idsAfter(last, PAGE_SIZE);
  }
}

function* everyApproval({ approvals }: ReadStore): Generator<ApprovalRecord> {
  let page = approvals.inOrder(0, PAGE_SIZE);
  while (page.approvals.length > 0) {
    yield* page.approvals;
    page = approvals.inOrder(page.lastRowId, PAGE_SIZE);
  }
}
