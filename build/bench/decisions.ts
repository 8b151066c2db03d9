import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { askForApprovals, type BenchApp, operator, valueOf } from './app';
import { timed } from './measure';
import { emptyHome } from './seed';

/** A row of the audit log and an approval are about as large. */
const RECORD_BYTES = 1_024;

/** Decisions of a round of one client. */
export const DECISIONS = 200;

const CLIENTS = 64;
const DECISIONS_PER_CLIENT = 40;

/** Appends to a file and flushes each time: records a second. */
export function rawAppends(count: number): () => Promise<number> {
  const file = openSync(join(emptyHome(), 'raw'), 'a');
  process.on('exit', () => closeSync(file));
  const record = Buffer.alloc(RECORD_BYTES, 'x');
  return async () => {
    const ms = await timed(() => {
      for (let index = 0; index < count; index++) {
        writeSync(file, record);
        fsyncSync(file);
      }
    });
    return (count / ms) * 1_000;
  };
}

/** Approves, and fails unless that is what happened. */
export async function decide({ send }: BenchApp, approvalId: string | undefined): Promise<void> {
  valueOf(await send(operator, 'approval.approve', { approvalId: approvalId ?? '' }));
}

/** One after the other: decisions a second. */
export async function decisionsOfOne(app: BenchApp): Promise<number> {
  const approvalIds = await askForApprovals(app, DECISIONS);
  const ms = await timed(async () => {
    for (const approvalId of approvalIds) await decide(app, approvalId);
  });
  return (DECISIONS / ms) * 1_000;
}

/** Of 64 clients, each one after the other: decisions a second. */
export async function decisionsOfMany(app: BenchApp): Promise<number> {
  const approvalIds = await askForApprovals(app, CLIENTS * DECISIONS_PER_CLIENT);
  const client = async () => {
    for (let index = 0; index < DECISIONS_PER_CLIENT; index++) await decide(app, approvalIds.pop());
  };
  const ms = await timed(() => Promise.all(Array.from({ length: CLIENTS }, client)));
  return ((CLIENTS * DECISIONS_PER_CLIENT) / ms) * 1_000;
}
