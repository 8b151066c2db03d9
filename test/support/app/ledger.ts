import type { ReadStore } from '../../../electron/kernel/store/database';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { RunningApp } from '../running-app';
import type { WireApproval } from './client';

/** A request that was answered 200, and what may have become of it by the decisions that were sent. */
type Entry = { readonly approvalId: string; allowed: readonly string[]; isConsumed: boolean | undefined };

/** What a client knows for sure, because it was answered, and what it cannot know, because it was not. */
export interface Ledger {
  /** Sends requests and decisions as fast as it can, many at once, until the app is gone. */
  hammer(app: RunningApp): Promise<void>;
  /** What is not as it was answered, in words; empty when all is. Looks at the entries from this one on. */
  complaints(read: ReadStore, fromEntry: number): readonly string[];
  /** How many requests were answered 200. */
  requestCount(): number;
  /** How many decisions were answered 200. */
  decisionCount(): number;
}

const CLIENTS = 8;

/** An empty ledger; `random` answers numbers from 0 to 1. */
export function createLedger(random: () => number): Ledger {
  const entries: Entry[] = [];
  let asked = 0;
  let decided = 0;

  async function work(app: RunningApp): Promise<void> {
    for (;;) {
      asked += 1;
      const tool = `tool-${asked}`;
      const action = { command: `use ${tool}` };
      const agent = `agent-${Math.floor(asked / 30)}`;
      const answer = await app.api('POST', '/governance/approvals', {
        agent,
        body: { request_type: 'tool_call', target_resource: { type: 'tool', id: tool }, rationale: 'As fast', action },
      });
      if (answer.status !== 200) continue;
      const { approval_id: approvalId } = answer.body['approval'] as WireApproval;
      const entry: Entry = { approvalId, allowed: ['pending'], isConsumed: false };
      entries.push(entry);
      await settle(app, entry, agent, action);
    }
  }

  async function settle(app: RunningApp, entry: Entry, agent: string, action: unknown): Promise<void> {
    const choice = random();
    if (choice < 0.1) return;
    const [verb, status] =
      choice < 0.6
        ? (['approve', 'approved'] as const)
        : choice < 0.9
          ? (['deny', 'denied'] as const)
          : (['cancel', 'cancelled'] as const);
    const path = `/governance/approvals/${entry.approvalId}`;
    const by = verb === 'cancel' ? { agent } : ({ as: 'operator' } as const);
    // Until it is answered it may have happened or not.
    entry.allowed = ['pending', status];
    const answer = await app.api('POST', `${path}/${verb}`, { ...by, body: {} });
    entry.allowed = answer.status === 200 ? [status] : ['pending'];
    if (answer.status !== 200) return;
    decided += 1;
    if (status !== 'approved' || random() < 0.5) return;
    entry.isConsumed = undefined;
    const consumed = await app.api('POST', `${path}/consume`, { agent, body: { action } });
    entry.isConsumed = consumed.status === 200;
  }

  return {
    async hammer(app) {
      // Each client ends with the connection that breaks; anything else that goes wrong breaks it as well.
      await Promise.allSettled(Array.from({ length: CLIENTS }, () => work(app)));
    },
    complaints(read, fromEntry) {
      return entries.slice(fromEntry).flatMap(({ approvalId, allowed, isConsumed }) => {
        const found = read.approvals.find(approvalId);
        if (found === undefined) return [`${approvalId} was answered 200 and is not there`];
        if (!allowed.includes(found.status)) return [`${approvalId} is ${found.status}, not ${allowed.join(' or ')}`];
        const isConsumedThere = found.consumedAtMs !== undefined;
        if (isConsumed !== undefined && isConsumed !== isConsumedThere) return [`${approvalId}: consumed is wrong`];
        return [];
      });
    },
    requestCount: () => entries.length,
    decisionCount: () => decided,
  };
}

/** What is in a database more than once, or without its row in the audit log, in words; empty when nothing is. */
export function duplicates(read: ReadStore): readonly string[] {
  const events = new Map<string, number>();
  let seq = 0;
  for (;;) {
    const rows = read.audit.after(seq, 1_000);
    const last = rows.at(-1);
    if (last === undefined) break;
    for (const row of rows) {
      seq += 1;
      if (row.seq !== seq) return [`the audit log has ${row.seq} where ${seq} should be`];
      const key = `${row.eventType.split('.').at(-1) ?? ''} ${String(row.payload['approvalID'])}`;
      events.set(key, (events.get(key) ?? 0) + 1);
    }
  }
  const tools = new Map<string, number>();
  const found: string[] = [];
  for (const approval of everyApproval(read)) {
    const { approvalId, status, targetResource } = approval;
    tools.set(targetResource.id, (tools.get(targetResource.id) ?? 0) + 1);
    const wanted = ['requested', ...(status === 'pending' ? [] : [status])];
    for (const name of [...wanted, ...(approval.consumedAtMs === undefined ? [] : ['consumed'])]) {
      const count = events.get(`${name} ${approvalId}`) ?? 0;
      if (count !== 1) found.push(`${approvalId} has ${count} rows “${name}” in the audit log`);
    }
  }
  for (const [tool, count] of tools) if (count > 1) found.push(`${tool} is there ${count} times`);
  return found;
}

function* everyApproval(read: ReadStore): Generator<ApprovalRecord> {
  let after: Parameters<ReadStore['approvals']['list']>[0]['after'];
  for (;;) {
    const page = read.approvals.list({ limit: 500, ...(after !== undefined && { after }) });
    yield* page.approvals;
    if (page.next === undefined) return;
    after = page.next;
  }
}
