import type { CommandContext } from '../../kernel/handler';
import type { Ids } from '../../kernel/ports';
import type { ReadStore, WriteStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import { checkOne } from './health';

/** Which automations a health check has something to write of, and how many findings of the others still hold. */
export type HealthSurvey = {
  readonly surveyedAtMs: number;
  readonly toCheck: readonly string[];
  readonly steadyFindings: number;
};

const PAGE_SIZE = 200;

class WouldWriteError extends Error {}

/**
 * Looks at every automation before the health check does, without writing: the check itself is one commit (spec/governance.md
 * section 9), and then has only those to look at again of which there is something to write. What changes in between is seen by
 * the next check.
 */
export function surveyHealth(read: ReadStore, now: number, ids: Ids): HealthSurvey {
  const rehearsal = rehearsalOf(read, now, ids);
  const toCheck: string[] = [];
  let steadyFindings = 0;
  let page = read.automations.idsAfter('', PAGE_SIZE);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const automationId of page) {
      try {
        // One that cannot be read is left out, and named elsewhere; the others are looked at.
        steadyFindings += ifReadable(() => checkOne(rehearsal, automationId)) ?? 0;
      } catch (error) {
        if (!(error instanceof WouldWriteError)) throw error;
        toCheck.push(automationId);
      }
    }
    page = read.automations.idsAfter(last, PAGE_SIZE);
  }
  return { surveyedAtMs: now, toCheck, steadyFindings };
}

/** A context in which the check goes as far as its first write. */
function rehearsalOf(read: ReadStore, now: number, ids: Ids): CommandContext {
  const refuse = () => {
    throw new WouldWriteError();
  };
  const store = {
    ...read,
    approvals: { ...read.approvals, insert: refuse, update: refuse },
    automations: { ...read.automations, update: refuse },
    records: { ...read.records, save: refuse },
    runs: { ...read.runs, update: refuse },
  };
  return {
    // INVARIANT: the check of one automation writes through these four only, and always before it emits.
    store: store as unknown as WriteStore,
    caller: { role: 'gatehouse', actor: { kind: 'system', source: 'automation_health_check' }, ancestorIds: [] },
    now,
    ids,
    emit: refuse,
  };
}
