// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../shared/contract/approval';
import type { ToolPattern } from '../../shared/contract/tool-rule';
import { succeeded } from '../../shared/kernel/errors';
import { toolCallOf as call, decided, Gatehouse } from './gatehouse';
import { cardTitle, click, installTestClock, openWindow, pass, press } from './window';

installTestClock();

const GRACE_MS = 1_000;

async function open(...approvals: Approval[]) {
  const gatehouse = new Gatehouse(...approvals);
  const parts = await openWindow(gatehouse);
  return { gatehouse, ...parts };
}

const approved = (gatehouse: Gatehouse) =>
  gatehouse.inputsOf('approval.approve').map((input) => (input as { approvalId: string }).approvalId);
const idsOf = (approvals: readonly Approval[]) => approvals.map(({ approvalId }) => approvalId);

describe('deciding with one key', () => {
  it('approves thirty ordinary requests with thirty key presses, and loses none', async () => {
    const requests = Array.from({ length: 30 }, (_, index) => call(index + 1));
    const { gatehouse } = await open(...requests);
    for (const _request of requests) await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual(idsOf(requests));
  });

  it('goes on to the next at once, and sends after the grace', async () => {
    const { gatehouse } = await open(call(1), call(2));
    const first = cardTitle();
    await press('1');
    expect(cardTitle()).not.toBe(first);
    expect(approved(gatehouse)).toEqual([]);
    expect(screen.getByText('Approved, sent in a moment.')).toBeTruthy();
    await pass(GRACE_MS);
    expect(approved(gatehouse)).toHaveLength(1);
  });

  it.each([
    ['Esc', () => press('Escape')],
    ['the button', () => click('Undo (Esc)')],
  ])('is taken back by %s: nothing is sent, and the request is there again', async (_name, undo) => {
    const { gatehouse } = await open(call(1), call(2), call(3));
    const first = cardTitle();
    await press('1');
    const second = cardTitle();
    await press('1');
    await undo();
    expect(cardTitle()).toBe(second);
    await undo();
    expect(cardTitle()).toBe(first);
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual([]);
  });

  it('is sent when the window goes within the grace', async () => {
    const { gatehouse } = await open(call(1), call(2));
    await press('1');
    await act(async () => void window.dispatchEvent(new Event('pagehide')));
    expect(approved(gatehouse)).toHaveLength(1);
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toHaveLength(1);
  });

  it.each<[string, number, Partial<Approval>]>([
    ['the risk is high', 41, { action: { command: 'git push' } }],
    ['it is approved on terms', 42, { requestType: 'depth_override', targetResource: { type: 'agent', id: 'scout' } }],
  ])('takes Enter as well where %s', async (_name, number, more) => {
    const { gatehouse } = await open(call(number, more));
    await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual([]);
    await press('Enter');
    expect(approved(gatehouse)).toHaveLength(1);
  });

  it('says that a key was ignored where the card had just changed by itself', async () => {
    const { gatehouse, actions } = await open(call(1), call(2));
    await act(async () => actions.selectNext());
    await press('1');
    expect(screen.getByText(/^Ignored: the request had just changed/)).toBeTruthy();
    await pass(5_000);
    expect(screen.queryByText(/^Ignored/)).toBeNull();
    expect(approved(gatehouse)).toEqual([]);
  });

  it('says so only while there is something to press it again for', async () => {
    const { gatehouse, actions } = await open(call(1), call(2));
    await act(async () => actions.selectNext());
    await press('1');
    expect(screen.getByText(/^Ignored/)).toBeTruthy();
    await act(async () => gatehouse.commit(decided(call(1), 'denied'), decided(call(2), 'denied')));
    expect(screen.queryByText(/^Ignored/)).toBeNull();
  });

  it('can be taken back until it is sent, whatever key is ignored meanwhile', async () => {
    const { gatehouse, actions } = await open(call(1), call(2), call(3));
    const first = cardTitle();
    await press('1');
    await act(async () => actions.selectNext());
    await press('1');
    expect(screen.getByText(/^Ignored/)).toBeTruthy();
    await click('Undo (Esc)');
    expect(cardTitle()).toBe(first);
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual([]);
  });

  it('shows a request again that could not be decided', async () => {
    const { gatehouse } = await open(call(1), call(2));
    const first = cardTitle();
    gatehouse.answers.set('approval.approve', () => succeeded({ approval: decided(call(1), 'denied') }));
    await press('1');
    await pass(2 * GRACE_MS);
    expect(cardTitle()).toBe(first);
    expect(screen.getByText(/Not approved by you/)).toBeTruthy();
  });

  it('denies with words: 3 goes to the note, Enter sends it', async () => {
    const { gatehouse } = await open(call(1));
    await press('3');
    await press('Enter');
    expect(gatehouse.inputsOf('approval.deny')).toHaveLength(1);
  });

  it.each<[string, readonly ToolPattern[], ToolPattern['kind']]>([
    [
      'the bundle that fits',
      [
        { kind: 'command_prefix', prefix: 'npm test' },
        { kind: 'bundle', bundle: 'checks' },
      ],
      'bundle',
    ],
    [
      'what begins alike',
      [
        { kind: 'command_prefix', prefix: 'npm run x y' },
        { kind: 'command_prefix', prefix: 'npm run' },
      ],
      'command_prefix',
    ],
    ['this alone', [{ kind: 'exact', hash: 'h', summary: 'x' }], 'exact'],
  ])('allows for the session with 2: %s', async (_name, patterns, kind) => {
    const gatehouse = new Gatehouse(call(1), call(2));
    gatehouse.answers.set('toolRules.offer', () =>
      succeeded({
        isToolCall: true,
        agentId: 'agent-1',
        toolName: 'Bash',
        hasSession: true,
        patterns,
        riskReasons: [],
      }),
    );
    await openWindow(gatehouse);
    await press('2');
    await pass(2 * GRACE_MS);
    const [sent] = gatehouse.inputsOf('approval.approve');
    expect(sent).toMatchObject({ rule: { duration: 'run', pattern: { kind } } });
    if (kind === 'command_prefix') expect(sent).toMatchObject({ rule: { pattern: { prefix: 'npm run' } } });
  });
});
