import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MOST_IN_A_PATCH, startWindowFeed } from '../../../electron/edges/ipc/window-feed';
import type { DeskPush } from '../../../shared/contract/desk-contract';
import type { EventName } from '../../../shared/events';
import { succeeded } from '../../../shared/kernel/errors';
import { topics } from '../../../shared/topics';
import { approvalRecord } from '../../support/approvals';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function feed() {
  const pushed: DeskPush[] = [];
  const asked: string[][] = [];
  const started = startWindowFeed({
    push: (push) => pushed.push(push),
    approvals(approvalIds) {
      asked.push([...approvalIds]);
      return succeeded({ waitingCount: 7, approvals: [] });
    },
    headSeq: () => 99,
  });
  const event = (seq: number, name: EventName, approvalId?: string) => ({
    seq,
    name,
    subjects: approvalId === undefined ? {} : { approvalId },
  });
  return { ...started, pushed, asked, event };
}

test('a commit is sent at once, and those of the next few milliseconds as one patch', () => {
  const { hear, pushed, asked, event, close } = feed();
  hear([event(5, 'approval.requested', 'apr_1'), event(6, 'approval.requested', 'apr_2')]);
  hear([event(7, 'approval.denied', 'apr_1')]);
  vi.advanceTimersByTime(1);
  expect(asked).toEqual([['apr_1', 'apr_2']]);
  expect(pushed).toEqual([
    {
      ...{ kind: 'approvals', previousSeq: 4, seq: 7, waitingCount: 7, approvals: [], outcomes: [] },
      topics: ['approvals', 'agents', 'automations', 'audit'],
    },
  ]);
  hear([event(8, 'agent.enrolled')]);
  vi.advanceTimersByTime(8);
  expect(pushed).toHaveLength(1);
  vi.advanceTimersByTime(2);
  expect(pushed.slice(1)).toEqual([
    {
      ...{ kind: 'approvals', previousSeq: 7, seq: 8, waitingCount: 7, approvals: [], outcomes: [] },
      topics: ['agents', 'tokens', 'audit'],
    },
  ]);
  close();
});

test('one decision on screen is one message of less than 2 kB, however much was asked; what is new comes whole', () => {
  const pushed: DeskPush[] = [];
  const asked = approvalRecord({ context: { text: 'x'.repeat(3_000) }, action: { command: 'y'.repeat(3_000) } });
  const listed = { ...asked, revision: 2, guidance: { canAskAgain: false, sentence: 'The operator approved this.' } };
  const { hear, close } = startWindowFeed({
    push: (push) => pushed.push(push),
    approvals: () => succeeded({ waitingCount: 7, approvals: [listed] }),
    headSeq: () => 99,
  });
  const { approvalId } = asked;
  hear([{ seq: 1, name: 'approval.requested', subjects: { approvalId } }]);
  vi.advanceTimersByTime(10);
  hear([{ seq: 2, name: 'approval.approved', subjects: { approvalId } }]);
  vi.advanceTimersByTime(10);
  expect(pushed).toMatchObject([
    { approvals: [listed], outcomes: [] },
    { approvals: [], outcomes: [{ approvalId, revision: 2 }] },
  ]);
  expect(Buffer.byteLength(JSON.stringify(pushed[1]))).toBeLessThan(2_000);
  close();
});

test('an import is no patch: the window sees the gap by a pulse, at once, and asks for all of it', () => {
  const { hear, pushed, event, close } = feed();
  hear([event(5, 'imported')]);
  vi.advanceTimersByTime(1);
  expect(pushed).toEqual([
    { kind: 'pulse', seq: 99 },
    { kind: 'changed', topics: [...topics] },
  ]);
  close();
});

test('a storm of changes is no patch either: it is told at once that there is more', () => {
  const { hear, pushed, asked, event, close } = feed();
  hear(
    Array.from({ length: MOST_IN_A_PATCH + 1 }, (_, index) => event(index + 1, 'approval.requested', `apr_${index}`)),
  );
  vi.advanceTimersByTime(20);
  expect(asked).toEqual([]);
  expect(pushed).toEqual([
    { kind: 'pulse', seq: 99 },
    { kind: 'changed', topics: ['approvals', 'agents', 'automations', 'audit'] },
  ]);
  close();
});

test('what changed outside the log is told without a patch, and a commit meanwhile is patched from its own beginning [sessions-7.live]', () => {
  const { hear, hearUnlogged, pushed, asked, event, close } = feed();
  hearUnlogged(['sessions']);
  vi.advanceTimersByTime(1);
  expect(pushed).toEqual([{ kind: 'changed', topics: ['sessions'] }]);
  hearUnlogged(['sessions']);
  hear([event(5, 'agent.enrolled')]);
  hear([event(6, 'agent.enrolled')]);
  vi.advanceTimersByTime(10);
  expect(asked).toEqual([[]]);
  expect(pushed.slice(1)).toEqual([
    {
      ...{ kind: 'approvals', previousSeq: 4, seq: 6, waitingCount: 7, approvals: [], outcomes: [] },
      topics: ['sessions', 'agents', 'tokens', 'audit'],
    },
  ]);
  close();
});
