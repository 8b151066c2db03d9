import { Button } from '@mantine/core';
import { IconFlask, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Approval } from '../../shared/contract/approval';
import { type Result, refused, succeeded } from '../../shared/kernel/errors';
import type { Desk, RequestName } from '../bridge';
import { createActions } from '../state/actions';
import { type DeskParts, DeskProvider, useDesk, useDeskParts } from '../state/desk-context';
import { createDeskStore, receiving } from '../state/desk-store';
import { guardSwaps, KeyGuard } from '../state/key-guard';
import { queueFromSnapshot } from '../state/queue';
import { Notice } from '../ui/notice';
import classes from './queue.module.css';
import { queueStrings } from './strings-queue';

/** Shows what is inside over example requests, and says so above it; ends by itself when a real request waits. */
export function Examples({ children }: { readonly children: ReactNode }) {
  const real = useDeskParts();
  const [parts] = useState(() => createExampleParts(real));
  const realCount = useDesk((state) => state.queue?.waitingCount ?? 0);
  useEffect(() => {
    if (realCount > 0) real.actions.showExamples(false);
  }, [real, realCount]);
  useEffect(() => parts.stop, [parts]);
  return (
    <div className={classes['examples']}>
      <div className={classes['banner']}>
        <Notice
          tone="warning"
          icon={IconFlask}
          role="status"
          actions={
            <Button
              size="compact-md"
              leftSection={<IconTrash size={15} aria-hidden />}
              onClick={() => real.actions.showExamples(false)}
            >
              {queueStrings.examples.remove}
            </Button>
          }
        >
          {queueStrings.examples.banner}
        </Notice>
      </div>
      <DeskProvider parts={parts}>{children}</DeskProvider>
    </div>
  );
}

/** A window's parts over examples, which live in this window's memory only; `stop` ends what they keep going. */
type ExampleParts = DeskParts & { readonly stop: () => void };

type Given = { readonly approvalId?: string; readonly notes?: string; readonly scope?: string };

/** Makes parts that work as the real ones do and reach nobody: leaving the queue is left to the real ones. */
function createExampleParts(real: DeskParts): ExampleParts {
  const approvals = new Map(exampleRequests(Date.now()).map((approval) => [approval.approvalId, approval]));
  const decide = (approval: Approval, status: 'approved' | 'denied', notes: string | undefined): Approval => {
    if (approval.status !== 'pending') return approval;
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
    approvals.set(approval.approvalId, decided);
    show();
    return decided;
  };
  const answerAbout = (name: RequestName, approval: Approval, notes: string | undefined): Result<unknown> => {
    switch (name) {
      case 'approval.approve':
        return succeeded({ approval: decide(approval, 'approved', notes) });
      case 'approval.deny':
        return succeeded({ approval: decide(approval, 'denied', notes) });
      case 'approvals.get':
        return succeeded({ approval });
      case 'desk.filesOfAct':
        return succeeded({ files: [] });
      case 'approvals.facts':
        return succeeded({ risk: { level: 'normal', reasons: [] }, agentId: approval.requestedBy.actorId });
      default:
        return succeeded({});
    }
  };
  const answer = (name: RequestName, given: Given): Result<unknown> => {
    if (name === 'approvals.search') {
      const isWaiting = given.scope === 'waiting';
      const found = [...approvals.values()].filter(({ status }) => (status === 'pending') === isWaiting);
      return succeeded({ approvals: found });
    }
    if (given.approvalId === undefined) return succeeded({});
    const approval = approvals.get(given.approvalId);
    return approval === undefined ? refused('GOVERNANCE_APPROVAL_NOT_FOUND') : answerAbout(name, approval, given.notes);
  };
  const desk: Desk = {
    // The answers have the form that the contract gives them for these names; examples ask for no other.
    request: async (name, input) => answer(name, input as Given) as Awaited<ReturnType<Desk['request']>> as never,
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

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Example = Pick<Approval, 'requestType' | 'targetResource' | 'rationale'> & {
  readonly agentId: string;
  readonly ancestorIds?: readonly string[];
  readonly action?: unknown;
  readonly context?: unknown;
  readonly leftMs: number;
};

const examples: readonly Example[] = [
  {
    agentId: 'release-bot',
    ancestorIds: ['planner'],
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'git push' },
    rationale: 'All 412 tests pass and the review is in. The fix for the login loop should reach users today.',
    action: { command: 'git push origin release/2.4' },
    context: { branch: 'release/2.4', commits: 7 },
    leftMs: 25 * MINUTE_MS,
  },
  {
    agentId: 'editor',
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'edit file' },
    rationale: 'The retry gave up after one attempt, so a short outage failed the whole run.',
    action: {
      file_path: 'src/fetch.ts',
      before: 'const attempts = 1;\nconst waitMs = 0;\n',
      after: 'const attempts = 3;\nconst waitMs = 500;\n',
    },
    leftMs: 2 * HOUR_MS,
  },
  {
    agentId: 'scout',
    requestType: 'quota_override',
    targetResource: { type: 'agent', id: 'scout' },
    rationale: 'The weekly cap is reached, and the survey is four fifths done.',
    leftMs: 9 * HOUR_MS,
  },
  ...['README.md', 'guide.md', 'faq.md'].map((file, index) => ({
    agentId: 'translator',
    requestType: 'tool_call' as const,
    targetResource: { type: 'file', id: `docs/fr/${file}` },
    rationale: `The French ${file} is behind the English one.`,
    action: { command: `translate docs/${file} --to fr` },
    leftMs: (20 + index) * HOUR_MS,
  })),
  {
    agentId: 'press-writer',
    requestType: 'external_post',
    targetResource: { type: 'channel', id: 'mastodon/@example' },
    rationale: 'The release notes are final. This is the announcement from the plan.',
    action: { post: 'Version 2.4 is out: the login loop is gone.', visibility: 'public' },
    leftMs: 47 * HOUR_MS,
  },
];

/** Requests that no agent made, for an operator who looks around; as if they had been asked a little before `nowMs`. */
function exampleRequests(nowMs: number): readonly Approval[] {
  return examples.map(({ agentId, ancestorIds = [], leftMs, context = {}, ...example }, index) => ({
    ...example,
    approvalId: `example-${index + 1}`,
    requestedBy: { kind: 'agent', actorId: agentId },
    context,
    status: 'pending',
    revision: 1,
    expiresAtMs: nowMs + leftMs,
    ancestorIds: [...ancestorIds],
    createdAtMs: nowMs - 3 * MINUTE_MS,
    updatedAtMs: nowMs - 3 * MINUTE_MS,
    guidance: { canAskAgain: false, sentence: '' },
  }));
}
