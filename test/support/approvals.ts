import type { ApprovalRecord } from '../../shared/contract/approval';
import type { InputOf } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { HOUR_MS } from '../../shared/kernel/time';
import { agent, START, type World } from './world';

/** What an agent asks, with what a test wants to be different. */
export function request(different: Partial<InputOf<'approval.request'>> = {}): InputOf<'approval.request'> {
  return {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'Bash' },
    rationale: 'The tests pass.',
    action: { command: 'git push' },
    ...different,
  };
}

/** Asks, as scout unless the test says who, and answers the approval. */
export async function ask(
  world: World,
  different: Partial<InputOf<'approval.request'>> = {},
  caller: Caller = agent('scout'),
) {
  return (await world.done(caller, 'approval.request', request(different))).approval;
}

/** A stored approval that is pending, with what a test wants to be different. */
export function approvalRecord(different: Partial<ApprovalRecord> = {}): ApprovalRecord {
  return {
    approvalId: 'apr_1',
    requestType: 'tool_call',
    requestedBy: { kind: 'agent', actorId: 'scout' },
    targetResource: { type: 'tool', id: 'Bash' },
    rationale: 'The tests pass.',
    context: {},
    action: { command: 'git push' },
    actionHash: 'hash-of-push',
    status: 'pending',
    revision: 1,
    expiresAtMs: START + HOUR_MS,
    ancestorIds: [],
    createdAtMs: START,
    updatedAtMs: START,
    ...different,
  };
}
