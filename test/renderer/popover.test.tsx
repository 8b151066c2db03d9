// @vitest-environment happy-dom
import { act, render, screen } from '@testing-library/react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PopoverPage } from '../../renderer/popover/popover-page';
import { startPopover } from '../../renderer/popover/start-popover';
import type { Approval } from '../../shared/contract/approval';
import { toolCallOf as call, Gatehouse } from './gatehouse';
import { cardTitle, click, installTestClock, pass, press, type } from './window';

installTestClock();

const GRACE_MS = 1_000;
/** Until the popover is drawn and its guard lets keys through. */
const READY_MS = 600;

/** The page of a popover that is not shown yet. */
async function make(...approvals: Approval[]) {
  const gatehouse = new Gatehouse(...approvals);
  const timersOfMain = vi.getTimerCount();
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  const parts = startPopover(gatehouse);
  onTestFinished(parts.stop);
  render(<PopoverPage parts={parts} styleNonce="test" />);
  await pass(1_000);
  const show = async (approvalId?: string) => {
    await act(async () =>
      gatehouse.push({ kind: 'popover', isShown: true, ...(approvalId !== undefined && { approvalId }) }),
    );
    await pass(READY_MS);
  };
  return {
    gatehouse,
    timersOfMain,
    show,
    hide: () => act(async () => gatehouse.push({ kind: 'popover', isShown: false })),
  };
}

async function open(...approvals: Approval[]) {
  const made = await make(...approvals);
  await made.show();
  return made;
}

const approved = (gatehouse: Gatehouse) =>
  gatehouse.inputsOf('approval.approve').map((input) => (input as { approvalId: string }).approvalId);
const hides = (gatehouse: Gatehouse) => gatehouse.inputsOf('desk.hidePopover').length;
const blur = () => act(async () => void window.dispatchEvent(new Event('blur')));

describe('the popover', () => {
  it('shows the most urgent request, then the next, then that nothing waits [judgement-8.popover]', async () => {
    const { gatehouse } = await open(call(2), call(1));
    expect(cardTitle()).toContain('step-1');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('2 requests are waiting');
    await press('1');
    expect(cardTitle()).toContain('step-2');
    await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual(['apr_1', 'apr_2']);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Nothing is waiting');
  });

  it('decides nothing by a key before it was shown, nor in the moment in which it comes up [judgement-8.popover-guard]', async () => {
    const { gatehouse, show } = await make(call(1));
    await press('1');
    await act(async () => gatehouse.push({ kind: 'popover', isShown: true }));
    await press('1');
    await pass(100);
    await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual([]);
    await show();
    await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual(['apr_1']);
  });

  it('decides nothing by what the operator goes on typing that they began elsewhere [judgement-8.popover-guard]', async () => {
    const { gatehouse } = await open(call(1));
    // Anybody may have brought it up (`--decide`), while a sentence was typed in a terminal.
    for (const key of 'git 1 stash 1 2 1 3') {
      await press(key);
      await press('Enter');
      await pass(350);
    }
    await press('Enter');
    await pass(2 * GRACE_MS);
    expect([approved(gatehouse), gatehouse.inputsOf('approval.deny')]).toEqual([[], []]);
    await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual(['apr_1']);
  });

  it('decides nothing by a key that comes while it has not the focus [judgement-8.popover-guard]', async () => {
    const { gatehouse } = await open(call(1));
    await press('3');
    await blur();
    await press('Enter');
    await pass(2 * GRACE_MS);
    expect(gatehouse.inputsOf('approval.deny')).toEqual([]);
  });

  it('is closed by Esc, which first takes back what is not sent [judgement-8.popover]', async () => {
    const { gatehouse } = await open(call(1), call(2));
    await press('1');
    await press('Escape');
    expect([hides(gatehouse), approved(gatehouse)]).toEqual([0, []]);
    expect(cardTitle()).toContain('step-1');
    await pass(READY_MS);
    await press('3');
    await press('Escape');
    expect(hides(gatehouse)).toBe(0);
    await press('Escape');
    expect(hides(gatehouse)).toBe(1);
  });

  it('is closed when the focus goes, and what was decided is sent then [judgement-8.popover-leaves]', async () => {
    const { gatehouse } = await open(call(1), call(2));
    await press('1');
    await blur();
    expect(hides(gatehouse)).toBe(1);
    await pass(10);
    expect(approved(gatehouse)).toEqual(['apr_1']);
  });

  it('stays in the middle of a decision when the focus goes, with what was written [judgement-8.popover-leaves]', async () => {
    const { gatehouse } = await open(call(1));
    await press('3');
    await type(/Note/, 'not on a Friday');
    await blur();
    expect(hides(gatehouse)).toBe(0);
    await act(async () => void window.dispatchEvent(new Event('focus')));
    await pass(READY_MS);
    await press('Enter');
    expect(gatehouse.inputsOf('approval.deny')).toMatchObject([{ approvalId: 'apr_1', notes: 'not on a Friday' }]);
  });

  it('takes Enter as well where the risk is high [judgement-8.popover]', async () => {
    const { gatehouse } = await open(call(41, { action: { command: 'git push' } }));
    await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual([]);
    await press('Enter');
    expect(approved(gatehouse)).toEqual(['apr_41']);
  });

  it('opens the request in the window with Enter and the button, and what leads elsewhere there too', async () => {
    const { gatehouse } = await open(call(1));
    await press('Enter');
    await click(/Open in Gatehouse/);
    const [link] = screen.getAllByRole('button', { name: 'agent-1' });
    await act(async () => link?.click());
    expect(gatehouse.inputsOf('desk.openWindow')).toEqual([
      { approvalId: 'apr_1' },
      { approvalId: 'apr_1' },
      { place: { view: 'agents', subject: 'agent-1' } },
    ]);
  });

  it('goes through what waits, and comes up on the most urgent one again, or on the one that was clicked', async () => {
    const { show, hide } = await open(call(1), call(2), call(3));
    await press('j');
    expect(cardTitle()).toContain('step-2');
    await hide();
    await show();
    expect(cardTitle()).toContain('step-1');
    await hide();
    await show('apr_3');
    expect(cardTitle()).toContain('step-3');
  });

  it('is up to date when it comes up, and does nothing of its own accord while it is hidden', async () => {
    const { gatehouse, timersOfMain, show, hide } = await open(call(5));
    await hide();
    await pass(2_000);
    expect(vi.getTimerCount()).toBe(timersOfMain);
    gatehouse.isPulsing = false;
    await act(async () => gatehouse.commit(call(4)));
    await pass(60_000);
    expect(cardTitle()).toContain('step-5');
    gatehouse.isPulsing = true;
    await show();
    expect(cardTitle()).toContain('step-4');
    await press('1');
    await pass(2 * GRACE_MS);
    expect(approved(gatehouse)).toEqual(['apr_4']);
  });
});
