import type { ApprovalStatus, RequestType } from '../../shared/contract/approval';
import type { GivenOf } from '../bridge';

/** What the list on the left shows. */
export type ListFilter = {
  readonly scope: 'waiting' | 'past';
  readonly text: string;
  readonly agentId: string;
  readonly requestType?: RequestType | undefined;
  /** For past ones only. */
  readonly status?: ApprovalStatus | undefined;
};

/** All that wait. */
export const everyWaiting: ListFilter = { scope: 'waiting', text: '', agentId: '' };

/** Whether anything but the scope narrows the list. */
export function isNarrowed({ text, agentId, requestType, status }: ListFilter): boolean {
  return text.trim() !== '' || agentId.trim() !== '' || requestType !== undefined || status !== undefined;
}

/** The filter as the search is asked. */
export function searchOf({ scope, text, agentId, requestType, status }: ListFilter): GivenOf<'approvals.search'> {
  return {
    scope,
    limit: 100,
    ...(text.trim() !== '' && { text: text.trim().slice(0, 200) }),
    ...(agentId.trim() !== '' && { agentId: agentId.trim().slice(0, 200) }),
    ...(requestType !== undefined && { requestType }),
    ...(scope === 'past' && status !== undefined && { status }),
  };
}
