import type { Ids } from '../../kernel/ports';
import type { ReadStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import { isSteady } from './findings';
import { checkOne } from './health';

/** Which automations a health check has something to write of, and how many findings of the others still hold. */
export type HealthSurvey = {
  readonly surveyedAtMs: number;
  readonly toCheck: readonly string[];
  readonly steadyFindings: number;
};

const PAGE_SIZE = 200;

/**
 * Looks at every automation before the health check does, without writing: the check itself is one commit (spec/governance.md
 * section 9), and then has only those to look at again of which there is something to write. What changes in between is seen by
 * the next check.
 */
export function surveyHealth(read: ReadStore, now: number, ids: Ids): HealthSurvey {
  const toCheck: string[] = [];
  let steadyFindings = 0;
  let page = read.automations.idsAfter('', PAGE_SIZE);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const automationId of page) {
      // One that cannot be read is left out, and named elsewhere; the others are looked at.
      const found = ifReadable(() => checkOne({ store: read, now, ids }, automationId));
      if (found === undefined) continue;
      if (isSteady(found.before, found.checked)) steadyFindings += found.checked.count;
      else toCheck.push(automationId);
    }
    page = read.automations.idsAfter(last, PAGE_SIZE);
  }
  return { surveyedAtMs: now, toCheck, steadyFindings };
}
