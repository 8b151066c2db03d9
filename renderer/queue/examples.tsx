import { Button } from '@mantine/core';
import { IconFlask, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { hookRationale } from '../../shared/act/engine-facts';
import type { Approval } from '../../shared/contract/approval';
import { engineAgentIds, engineNames } from '../../shared/contract/engine';
import type { Risk } from '../../shared/judgement';
import { type Result, refused, succeeded } from '../../shared/kernel/errors';
import type { JsonObject } from '../../shared/kernel/fields';
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
        return succeeded({ risk: approval.risk ?? normal, agentId: approval.requestedBy.actorId });
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

const SECOND_MS = 1_000;
const SESSION_ID = '1f6f8a52-3f0e-4c58-9c0e-7d1a5b1c2e01';
const FOLDER = '/home/you/shop';

/** A tool call as the hook of Claude Code asks for it. */
type Example = {
  readonly tool: string;
  readonly input: JsonObject;
  readonly risk: Risk;
  /** The kind of the sub-agent that asks, where one does. */
  readonly subAgent?: string;
};

const normal: Risk = { level: 'normal', reasons: [] };

const examples: readonly Example[] = [
  {
    tool: 'Edit',
    input: {
      file_path: `${FOLDER}/src/cart/store.ts`,
      old_string: '  let sum = 0;\n  for (const item of items) sum += item.price * item.count;\n  return sum;',
      new_string:
        '  const sum = items.reduce((all, item) => all + item.price * item.count, 0);\n  return Math.round(sum * 100) / 100;',
      replace_all: false,
    },
    risk: normal,
  },
  { tool: 'Bash', input: { command: 'npm test', description: 'Run the tests' }, risk: normal },
  {
    tool: 'Write',
    input: {
      file_path: `${FOLDER}/src/cart/keep.ts`,
      content:
        "import { get, set } from 'idb-keyval';\n\n/** Keeps the cart over a reload. */\nexport const keep = (cart: Cart) => set('cart', cart);\nexport const kept = () => get<Cart>('cart');\n",
    },
    risk: normal,
  },
  ...['total', 'count', 'empty'].map((name) => ({
    tool: 'Edit',
    input: {
      file_path: `${FOLDER}/test/cart/${name}.test.ts`,
      old_string: "from '../../src/cart';",
      new_string: "from '../../src/cart/store';",
      replace_all: false,
    },
    risk: normal,
  })),
  {
    tool: 'Bash',
    input: { command: 'git log --oneline -5', description: 'See what changed' },
    risk: { level: 'low', reasons: [] },
    subAgent: 'code-reviewer',
  },
  {
    tool: 'Bash',
    input: { command: 'git push --force origin fix/cart', description: 'Publish the branch' },
    risk: {
      level: 'high',
      reasons: [{ kind: 'sends', what: 'overwrites history on a remote', span: { start: 0, end: 32 } }],
    },
  },
];

/** Requests that no agent made, as one session of Claude Code would ask for them; as if they had been asked a little before `nowMs`. */
function exampleRequests(nowMs: number): readonly Approval[] {
  return examples.map(({ tool, input, risk, subAgent }, index) => {
    const expiresAtMs = nowMs + (480 + index) * SECOND_MS;
    const description = input['description'];
    return {
      approvalId: `example-${index + 1}`,
      requestType: 'tool_call',
      targetResource: { type: 'tool', id: tool },
      requestedBy: {
        kind: 'agent',
        actorId:
          subAgent === undefined ? engineAgentIds.claude : `${engineAgentIds.claude}/${subAgent}-a8a5aea3b68767861`,
      },
      ancestorIds: subAgent === undefined ? [] : [engineAgentIds.claude],
      rationale: typeof description === 'string' ? description : hookRationale(engineNames.claude, tool),
      action: input,
      context: {
        engine: 'claude',
        session_id: SESSION_ID,
        cwd: FOLDER,
        permission_mode: 'default',
        hook_event_name: 'PermissionRequest',
      },
      risk: { level: risk.level, reasons: [...risk.reasons] },
      status: 'pending',
      revision: 1,
      expiresAtMs,
      waitingUntilMs: expiresAtMs - 5 * SECOND_MS,
      createdAtMs: nowMs - (60 - index) * SECOND_MS,
      updatedAtMs: nowMs - (60 - index) * SECOND_MS,
      guidance: { canAskAgain: false, sentence: '' },
    };
  });
}
