import type { Run } from '../../shared/run';
import { saveRecord } from './effects';
import type { CommandContext } from './handler';

/** Counts a run that is over towards its automation's review (spec/governance.md section 6, Runs). */
export function countRun(context: CommandContext, run: Run): void {
  const record = context.store.records.find(run.automationId);
  if (record !== undefined) saveRecord(context, { ...record, runsSinceReview: record.runsSinceReview + 1 });
}
