import type { z } from 'zod';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Automation } from '../../../shared/contract/automation';
import type { CreationReview, GovernanceRecord } from '../../../shared/contract/governance';
import { limitsSchema } from '../../../shared/contract/limits';
import type { Run } from '../../../shared/contract/run';
import { type SpendWindow, type WindowKind, windowKinds } from '../../../shared/contract/spend';
import {
  type FileRecord,
  fileApprovalSchema,
  fileDeletionSchema,
  fileExtraSchema,
  fileRecordSchema,
  fileReviewSchema,
  fileSpendSchema,
  KEPT_ASIDE,
} from '../../../shared/contract/state-file';
import { defined, type JsonObject, without } from '../../../shared/kernel/fields';
import { encodeWire } from '../../../shared/kernel/wire';
import { eachOf } from '../../kernel/cursor';
import type { ReadStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import { everyAgent } from '../agents/effects';
import type { KnownAgent } from '../agents/known-agent';
import { grantsByKind } from '../automations/rules-mutation';
import { withCountedChains } from '../lineage/effects';
import { currentWindow } from '../spend/rules';
import { ENDLESS, hasWholeTexts, isReferenceApproval, isReferenceDeletion, withWholeTexts } from './reference-form';
import { putBack } from './rules-place';
import { stateText } from './text';

const PAGE_SIZE = 500;
const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** The name under which the desk remembers a "pause all" that is to be undone. */
export const PAUSE_ALL = 'pause_all';

/**
 * The whole state as a file that the reference reads (spec/governance.md section 15): what it does not have, or would refuse, is
 * under `gatehouse`, and what earlier imports brought that Gatehouse does not know is in its place again.
 */
export function exportState(store: ReadStore, now: number): string {
  const known = [...everyAgent(store)];
  // Of one that cannot be read, only that it counts as paused is worth taking along.
  const agents = known.filter(({ isUnreadable }) => isUnreadable !== true);
  const automations = [...everyAutomation(store)];
  const deleted = store.automations.deleted(EVERYTHING);
  const runs = [...automations, ...deleted.map(({ automation }) => automation)].flatMap(({ automationId }) => {
    const ofOne = store.runs.newest(automationId, EVERYTHING).toReversed();
    return ofOne.length === 0 ? [] : [[automationId, ofOne] as const];
  });
  const pauseAll = ifReadable(() => store.kept.find(PAUSE_ALL));
  const records = section(fileRecordSchema, [...everyRecord(store)], (record) => [record.automationId, record]);
  const approvals = section(fileApprovalSchema, [...everyApproval(store)], (approval) => [
    approval.approvalId,
    approval,
  ]);
  const deletions = section(fileDeletionSchema, deleted, ({ automation, deletion }) => [
    automation.automationId,
    { automation, ...deletion },
  ]);
  const document = {
    records: withWholeTexts(records),
    approvals: entriesOf(approvals, isReferenceApproval),
    deleted_automations: entriesOf(deletions, isReferenceDeletion),
    paused_agents: known.filter(({ pausedAtMs }) => pausedAtMs !== undefined).map(({ agentId }) => agentId),
    spend_paused_agents: agents
      .filter(({ spendPausedAtMs }) => spendPausedAtMs !== undefined)
      .map(({ agentId }) => agentId),
    agent_spend: withWholeTexts(
      Object.fromEntries(
        agents
          .filter(({ agentId }) => store.spend.windows(agentId).length > 0)
          .map((agent) => [agent.agentId, spendOf(store, agent, now)]),
      ),
    ),
    agent_creation_reviews: withWholeTexts(
      section(
        fileReviewSchema,
        agents.flatMap(({ review }) => review ?? []),
        (review: CreationReview) => [review.agentId, review],
      ),
    ),
    limits: encodeWire(limitsSchema, store.limits.current()),
    updated_at_ms: now,
    gatehouse: {
      records: entriesOf(records, (record) => !hasWholeTexts(record)),
      approvals: entriesOf(approvals, (approval) => !isReferenceApproval(approval)),
      deleted_automations: entriesOf(deletions, (deletion) => !isReferenceDeletion(deletion)),
      ...(encodeWire(fileExtraSchema, {
        automations: Object.fromEntries(automations.map((automation) => [automation.automationId, automation])),
        runs: Object.fromEntries<readonly Run[]>(runs),
        usages: Object.fromEntries(runs.flatMap(([, ofOne]) => ofOne.flatMap((run) => usageOf(store, run)))),
        agents: Object.fromEntries(agents.map((agent) => [agent.agentId, ownOf(store, agent)])),
        approvalOrder: Object.keys(approvals),
        automationDays: Object.fromEntries(everyAutomationDays(store)),
        ...defined({ pauseAll }),
      }) as object),
      kept_aside: {} as Record<string, unknown>,
    },
  };
  for (const { name, value } of store.kept.startingWith(KEPT_ASIDE)) {
    const isBack = putBack(document, name.slice(KEPT_ASIDE.length), value);
    if (!isBack) document.gatehouse.kept_aside[name] = value;
  }
  return `${stateText(document)}\n`;
}

type Entries = Readonly<Record<string, JsonObject>>;

function entriesOf(entries: Entries, isWanted: (entry: JsonObject) => boolean): Entries {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => isWanted(entry)));
}

function section<T>(
  schema: z.ZodType,
  values: readonly T[],
  entryOf: (value: T) => readonly [string, unknown],
): Entries {
  return Object.fromEntries(
    values.map((value) => {
      const [id, entry] = entryOf(value);
      return [id, encodeWire(schema, entry) as Entries[string]];
    }),
  );
}

const madeUpWindow = (kind: WindowKind, now: number): SpendWindow => ({
  ...currentWindow(undefined, kind, now),
  updatedAtMs: 0,
});

/**
 * What an agent spent, in the wire's form. The reference takes a window that is missing for one of its whole life, so each is there;
 * one that is made up for that has never been updated (`isMadeUp` in state-import.ts).
 */
function spendOf({ spend }: ReadStore, { agentId, spendPausedAtMs, spendPauseReason }: KnownAgent, now: number) {
  const windows = spend.windows(agentId);
  const summary = encodeWire(fileSpendSchema, {
    agentId,
    ...Object.fromEntries(
      windowKinds.map((kind) => [kind, windows.find((window) => window.kind === kind) ?? madeUpWindow(kind, now)]),
    ),
    updatedAtMs: Math.max(0, ...windows.map(({ updatedAtMs }) => updatedAtMs)),
    ...defined({ pausedAtMs: spendPausedAtMs, pauseReason: spendPauseReason }),
  }) as Readonly<Record<WindowKind, object>>;
  return { ...summary, lifetime: { ...summary.lifetime, window_end_ms: ENDLESS } };
}

function ownOf({ spend }: ReadStore, agent: KnownAgent) {
  const isSaidElsewhere = spend.windows(agent.agentId).length > 0;
  return {
    ...(isSaidElsewhere
      ? without(withCountedChains(agent), 'spendPausedAtMs', 'spendPauseReason', 'review')
      : without(withCountedChains(agent), 'review')),
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

function* everyAutomationDays({ spendDays }: ReadStore) {
  for (const automationId of eachOf<string>((id = '') => spendDays.automationIdsAfter(id, PAGE_SIZE))) {
    yield [automationId, spendDays.ofAutomation(automationId)] as const;
  }
}

/** Also those that wait for their definition. */
function* everyRecord(store: ReadStore): Generator<FileRecord> {
  const { records, unadoptedRecords } = store;
  const all = eachOf<GovernanceRecord>((last) => records.listAfter(last?.automationId ?? '', PAGE_SIZE));
  for (const record of all) yield { ...record, ...grantsByKind(store.grants.of(record.automationId)) };
  yield* eachOf<FileRecord>((last) => unadoptedRecords.listAfter(last?.automationId ?? '', PAGE_SIZE));
}

function* everyAutomation({ automations }: ReadStore): Generator<Automation> {
  for (const id of eachOf<string>((after = '') => automations.idsAfter(after, PAGE_SIZE))) {
    const found = ifReadable(() => automations.find(id));
    if (found !== undefined) yield found.automation;
  }
}

function* everyApproval({ approvals }: ReadStore): Generator<ApprovalRecord> {
  let page = approvals.inOrder(0, PAGE_SIZE);
  while (page.approvals.length > 0) {
    yield* page.approvals;
    page = approvals.inOrder(page.lastRowId, PAGE_SIZE);
  }
}
