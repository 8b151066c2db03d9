import type { ApprovalRecord } from '../../shared/approval';
import { canonicalHash } from '../store/canonical-json';

/** What two requests of one agent have in common when they ask the same (spec/governance.md section 7, Duplicates). */
export function duplicateKeyOf(
  request: Pick<ApprovalRecord, 'requestType' | 'targetResource' | 'rationale'> & {
    readonly context?: unknown;
    readonly action?: unknown;
  },
): string {
  return canonicalHash([
    request.requestType,
    request.targetResource,
    request.rationale,
    request.context ?? {},
    request.action === undefined ? [] : [request.action],
  ]);
}
