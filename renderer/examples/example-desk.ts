import type { Approval } from '../../shared/contract/approval';
import { type Result, refused, succeeded } from '../../shared/kernel/errors';
import { riskOf } from '../../shared/risk';
import type { Desk } from '../bridge';
import { createActions } from '../state/actions';
import type { DeskParts } from '../state/desk-context';
import { createDeskStore, receiving } from '../state/desk-store';
import { guardSwaps, KeyGuard } from '../state/key-guard';
import { queueFromSnapshot } from '../state/queue';
import { exampleRequests } from './example-requests';

/** A window's parts over examples, which live in this window's memory only; `stop` ends what they keep going. */
export type ExampleParts = DeskParts & { readonly stop: () => void };

/** Makes parts that work as the real ones do and reach nobody: leaving the queue is left to the real ones. */
export function createExampleParts(real: DeskParts): ExampleParts {
  const approvals = new Map(exampleRequests(Date.now()).map((approval) => [approval.approvalId, approval]));
  const decide = (approvalId: string, status: 'approved' | 'denied', notes: string | undefined): Result<unknown> => {
    const approval = approvals.get(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    if (approval.status !== 'pending') return succeeded({ approval });
    const now = Date.now();
    const decided: Approval = {
      ...approval,
      status,
      revision: approval.revision + 1,
      reviewedBy: { kind: 'human' },
      reviewedAtMs: now,
      updatedAtMs: now,
      ...(notes !== undefined && { reviewNotes: notes }),
    };
    approvals.set(approvalId, decided);
    show();
    return succeeded({ approval: decided });
  };
  const desk: Desk = {
    async request(name, input) {
      const given = input as { readonly approvalId?: string; readonly notes?: string; readonly scope?: string };
      const answer = (): Result<unknown> => {
        switch (name) {
          case 'approval.approve':
            return decide(given.approvalId ?? '', 'approved', given.notes);
          case 'approval.deny':
            return decide(given.approvalId ?? '', 'denied', given.notes);
          case 'approvals.get': {
            const approval = approvals.get(given.approvalId ?? '');
            return approval === undefined ? refused('GOVERNANCE_APPROVAL_NOT_FOUND') : succeeded({ approval });
          }
          case 'approvals.search': {
            const isWaiting = given.scope === 'waiting';
            const found = [...approvals.values()].filter(({ status }) => (status === 'pending') === isWaiting);
            return succeeded({ approvals: found });
          }
          case 'approvals.facts': {
            const approval = approvals.get(given.approvalId ?? '');
            if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
            return succeeded({ risk: riskOf(approval), agentId: approval.requestedBy.actorId });
          }
          default:
            return succeeded({});
        }
      };
      // The answers have the form that the contract gives them for these names; examples ask for no other.
      return answer() as Awaited<ReturnType<Desk['request']>> as never;
    },
    onPush: () => () => {},
  };
  const store = createDeskStore();
  const guard = new KeyGuard();
  const own = createActions(desk, store);
  const { show: goTo, goBack, showKeys, showExamples } = real.actions;
  const endGuarding = guardSwaps(store, guard);

  function show(): void {
    const all = [...approvals.values()];
    const waiting = all.filter(({ status }) => status === 'pending');
    const recent = all.filter(({ status }) => status !== 'pending');
    const queue = queueFromSnapshot({ seq: 0, waitingCount: waiting.length, waiting, recent }, undefined);
    store.setState((state) => receiving(state, queue));
  }

  store.setState({ connection: 'live' });
  show();
  return {
    desk,
    store,
    guard,
    actions: { ...own, show: goTo, goBack, showKeys, showExamples },
    refresh: show,
    kept: new Map(),
    stop: endGuarding,
  };
}
