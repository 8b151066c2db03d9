import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store, type WriteStore } from '../../electron/kernel/store/database';
import { migrations } from '../../electron/kernel/store/migrations/index';
import { newAgent } from '../../electron/nouns/agents/known-agent';
import {
  lineageAgentIds,
  newRecord,
  noCapabilities,
  provenanceOf,
} from '../../electron/nouns/automations/rules-definition';
import type { ApprovalRecord } from '../../shared/contract/approval';
import type { Automation } from '../../shared/contract/automation';
import type { Run } from '../../shared/contract/run';

/** How much a database holds. */
export type Size = {
  readonly approvals: number;
  readonly automations: number;
  readonly auditRows: number;
  /** Automations whose five newest runs have failed; the others' have not. */
  readonly failing?: number;
};

/** What issue 3 asks for, and what it is compared with. */
export const fullSize: Size = { approvals: 100_000, automations: 20_000, auditRows: 1_000_000 };
export const smallSize: Size = { approvals: 1_000, automations: 1_000, auditRows: 1_000 };

/** Agents that everything of a seeded database belongs to, in turn. */
export const AGENTS = 50;

/** Approvals of a seeded database that are still pending, from the first. */
export const PENDING = 50;

const HOUR_MS = 3_600_000;
const ROWS_PER_COMMIT = 5_000;
const SETTLED_PER_COMMIT = 100;
const RUNS_PER_AUTOMATION = 5;

/** Changes when what is seeded does. */
const VERSION = 2;

/** A home folder of its own with a database of this size, gone when the process ends. It is made once and then copied. */
export function seededHome(size: Size): string {
  const made = join(tmpdir(), `gatehouse-bench-${keyOf(size)}`);
  if (!existsSync(made)) {
    const unfinished = mkdtempSync(join(tmpdir(), 'gatehouse-bench-seed-'));
    fillHome(unfinished, size);
    renameSync(unfinished, made);
  }
  const home = emptyHome();
  cpSync(made, home, { recursive: true });
  return home;
}

/** Makes a database of this size in an empty home folder. */
export function fillHome(home: string, size: Size): void {
  const store = openStore(home, Date.now());
  fill(store, size, Date.now());
  store.close();
}

const homes: string[] = [];
process.once('exit', () => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

/** An empty folder, gone when the process ends. */
export function emptyHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-bench-home-'));
  homes.push(home);
  return home;
}

/** The id of an automation, an approval and an agent by its number. */
export const automationIdOf = (number: number) => `automation-${String(number).padStart(6, '0')}`;
export const approvalIdOf = (number: number) => `apr_${String(number).padStart(32, '0')}`;
export const agentIdOf = (number: number) => `agent-${number % AGENTS}`;

function keyOf(size: Size): string {
  const text = JSON.stringify([VERSION, size, migrations.map(({ sql }) => sql)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function fill(store: Store, size: Size, now: number): void {
  store.transaction(({ agents, timers }) => {
    for (let number = 0; number < AGENTS; number++) agents.save(newAgent(agentIdOf(number), now));
    // Looked at just now, so that no check begins while something else is measured.
    timers.set('health_check', now);
  });
  repeat(store, size.automations, (write, number) => addAutomation(write, number, size, now));
  repeat(store, size.approvals, (write, number) => {
    const approval = approvalOf(number, now);
    write.approvals.insert(pendingOf(approval), approvalIdOf(number));
    if (approval.status !== 'pending') write.approvals.update(approval);
  });
  repeat(store, size.auditRows, (write, number) => addAuditRow(write, number, size, now));
  // As a running app has it: nothing is asked of rows that are not in their index yet.
  settle(store);
}

/** Does what the app does beside its work until nothing of it is left. */
function settle(store: Store): void {
  const step = () =>
    store.transaction((write) => {
      let done = 0;
      for (let round = 0; round < SETTLED_PER_COMMIT; round++) {
        const { auditSubjects, auditWords, approvalWords, rowSums } = write;
        done = Math.max(auditSubjects.index(), auditWords.index(), approvalWords.index(), rowSums.settle());
        if (done === 0) break;
      }
      return done;
    });
  while (step() > 0);
}

function repeat(store: Store, count: number, add: (write: WriteStore, number: number) => void): void {
  for (let from = 0; from < count; from += ROWS_PER_COMMIT) {
    store.transaction((write) => {
      for (let number = from; number < Math.min(count, from + ROWS_PER_COMMIT); number++) add(write, number);
    });
  }
}

function addAutomation(write: WriteStore, number: number, { failing = 0 }: Size, now: number): void {
  const automationId = automationIdOf(number);
  // Most of them long ago, so that the quota of a day leaves room for a creation.
  const createdAtMs = now - 48 * HOUR_MS - number;
  const automation: Automation = {
    automationId,
    name: `Automation ${number}`,
    status: 'active',
    schedule: { kind: 'daily' },
    agents: [],
    flow: { nodes: [] },
    creatorId: agentIdOf(number),
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
  const record = newRecord({
    automationId,
    provenance: provenanceOf({ kind: 'agent', actorId: agentIdOf(number) }, []),
    declaredCapabilities: noCapabilities,
    createdAtMs,
    updatedAtMs: createdAtMs,
  });
  write.automations.insert(automation, lineageAgentIds(record.provenance), []);
  write.records.save(record);
  for (let index = 0; index < RUNS_PER_AUTOMATION; index++) {
    write.runs.insert(runOf(`run-${number}-${index}`, automationId, number < failing, now));
  }
}

function runOf(runId: string, automationId: string, hasFailed: boolean, now: number): Run {
  return {
    runId,
    automationId,
    triggerType: 'manual',
    status: hasFailed ? 'failed' : 'completed',
    createdAtMs: now,
    updatedAtMs: now,
    finishedAtMs: now,
    activeSessionIds: [],
    activeInstanceIds: [],
    checkpoint: { nodeOutputs: { report: 'done' } },
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    costNanos: 0,
    lifecycleHistory: [],
  };
}

/** An approval as it is stored; all but the first are denied. */
export function approvalOf(number: number, now: number): ApprovalRecord {
  const isPending = number < PENDING;
  return {
    approvalId: approvalIdOf(number),
    requestType: 'tool_call',
    requestedBy: { kind: 'agent', actorId: agentIdOf(number) },
    targetResource: { type: 'tool', id: 'Bash' },
    rationale: `The tests pass, and the branch is reviewed: number ${number}.`,
    context: { branch: `feature-${number}` },
    action: { command: `git push origin feature-${number}` },
    actionHash: createHash('sha256').update(String(number)).digest('hex'),
    status: isPending ? 'pending' : 'denied',
    revision: 1,
    expiresAtMs: now + 30 * 24 * HOUR_MS + number,
    ancestorIds: [],
    ...(!isPending && { reviewedBy: { kind: 'human', actorId: 'olga' }, reviewedAtMs: now }),
    createdAtMs: now - number,
    updatedAtMs: now - number,
  };
}

function pendingOf({ reviewedBy: _by, reviewedAtMs: _at, ...approval }: ApprovalRecord): ApprovalRecord {
  return { ...approval, status: 'pending' };
}

function addAuditRow(write: WriteStore, number: number, { approvals, automations }: Size, now: number): void {
  const approvalId = approvalIdOf(number % Math.max(1, approvals));
  const automationId = automationIdOf(number % Math.max(1, automations));
  const actor = { kind: 'agent', actorId: agentIdOf(number) } as const;
  write.audit.append(
    {
      name: 'approval.requested',
      payload: { approvalId, request: approvalOf(number, now) },
      agentIds: [actor.actorId],
      automationId,
    },
    actor,
    now,
  );
}
