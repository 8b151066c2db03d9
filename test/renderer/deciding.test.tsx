// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { refused, succeeded } from '../../shared/kernel/errors';
import { approvalOf, decided, Gatehouse } from './gatehouse';
import { canPress, cardTitle, click, installTestClock, openWindow, pass, press, type } from './window';

installTestClock();

const approved = (gatehouse: Gatehouse) => gatehouse.inputsOf('approval.approve');
const denied = (gatehouse: Gatehouse) => gatehouse.inputsOf('approval.deny');
const threeWaiting = () => new Gatehouse(approvalOf(1), approvalOf(2), approvalOf(3));

describe('deciding by key', () => {
  it('a arms, Enter approves the shown revision, and the next one comes up', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    await press('a');
    expect(screen.getByText('Press Enter to approve, Esc to go back')).toBeTruthy();
    expect(approved(gatehouse)).toEqual([]);
    await press('Enter');
    expect(approved(gatehouse)).toEqual([{ approvalId: 'apr_1', revision: 1 }]);
    expect(cardTitle()).toContain('scout-2');
    expect(screen.queryByText(/Press Enter/)).toBeNull();
  });

  it('d asks why, and the note is sent', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    await press('d');
    expect(document.activeElement).toBe(screen.getByLabelText(/Note to the agent/));
    await type(/Note to the agent/, ' Not on a Friday. ');
    await press('Enter', { shiftKey: true });
    expect(denied(gatehouse)).toEqual([]);
    await press('Enter');
    expect(denied(gatehouse)).toEqual([{ approvalId: 'apr_1', revision: 1, notes: 'Not on a Friday.' }]);
  });

  it('Esc goes back', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    for (const key of ['a', 'd']) {
      await press(key);
      await press('Escape');
      expect(screen.queryByText(/Press Enter/)).toBeNull();
      await press('Enter');
    }
    expect([...approved(gatehouse), ...denied(gatehouse)]).toEqual([]);
  });

  it('Enter with nothing armed decides nothing: from the list it goes to the card', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    act(() => screen.getByRole('listbox').focus());
    await press('Enter');
    expect(document.activeElement?.id).toBe('gatehouse-card');
    await press('Enter');
    expect(approved(gatehouse)).toEqual([]);
  });

  it('going to another button drops what was armed', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    await press('a');
    act(() => screen.getByRole('button', { name: /Deny/ }).focus());
    expect(screen.queryByText(/Press Enter/)).toBeNull();
  });

  it('letters typed into the note, with a modifier, or held down are no commands', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    await press('a', { ctrlKey: true });
    await press('a', { repeat: true });
    act(() => screen.getByLabelText(/Note to the agent/).focus());
    for (const key of ['a', 'd', 'j', '?']) await press(key);
    expect(screen.queryByText(/Press Enter/)).toBeNull();
    expect(cardTitle()).toContain('scout-1');
  });

  it('j, k and the arrows move in the list, and stop at its ends', async () => {
    await openWindow(threeWaiting());
    await press('j');
    await press('ArrowDown');
    await press('j');
    expect(cardTitle()).toContain('scout-3');
    await press('k');
    await press('ArrowUp');
    await press('k');
    expect(cardTitle()).toContain('scout-1');
  });

  it('? shows the keys', async () => {
    await openWindow(threeWaiting());
    await press('?', { shiftKey: true });
    await pass(500);
    expect(screen.getByRole('dialog').textContent).toContain('Next request');
  });
});

describe('just after a swap nothing decides', () => {
  const swaps: readonly (readonly [string, (gatehouse: Gatehouse) => Promise<void>])[] = [
    ['by the list', () => press('j')],
    ['by a decision', () => click(/Approve/)],
    [
      'by an arrival on an empty card',
      async (gatehouse) => {
        await click(/Approve/);
        await pass(500);
        await click(/Approve/);
        await pass(500);
        await click(/Approve/);
        await pass(500);
        act(() => gatehouse.commit(approvalOf(9)));
      },
    ],
    ['by a newer revision', async (gatehouse) => act(() => gatehouse.commit(approvalOf(1, { revision: 2 })))],
  ];
  for (const [how, swap] of swaps) {
    it(how, async () => {
      const gatehouse = threeWaiting();
      await openWindow(gatehouse);
      await swap(gatehouse);
      const before = approved(gatehouse).length;
      await pass(300);
      await press('a');
      await press('Enter');
      await click(/Approve/);
      await click(/Deny/);
      expect(approved(gatehouse)).toHaveLength(before);
      expect(denied(gatehouse)).toEqual([]);
      await pass(200);
      await click(/Approve/);
      expect(approved(gatehouse)).toHaveLength(before + 1);
    });
  }

  it('a newer revision drops what was armed for the older one', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    await press('a');
    act(() => gatehouse.commit(approvalOf(1, { revision: 2 })));
    await pass(500);
    await press('Enter');
    expect(approved(gatehouse)).toEqual([]);
  });
});

describe('settled elsewhere', () => {
  it('the card stays, says who and with what note, and cannot be decided; Next goes on', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    await press('a');
    act(() => gatehouse.commit(decided(approvalOf(1), 'denied', { reviewNotes: 'Use staging.' })));
    expect(cardTitle()).toContain('scout-1');
    expect(screen.getByText(/Denied by/).textContent).toContain('kim');
    expect(screen.getByText('Use staging.')).toBeTruthy();
    expect(screen.getByText(/Settled while you were looking/)).toBeTruthy();
    expect(canPress(/Approve/)).toBe(false);
    await pass(500);
    await press('a');
    await press('Enter');
    expect(approved(gatehouse)).toEqual([]);
    await click('Next request');
    expect(cardTitle()).toContain('scout-2');
  });

  it('expired and withdrawn ones say that, not that they were denied', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    act(() => gatehouse.commit(approvalOf(1, { status: 'expired', revision: 2 })));
    expect(screen.getByText(/nobody decided in time/)).toBeTruthy();
    act(() => gatehouse.commit(approvalOf(1, { status: 'cancelled', revision: 3, cancelReason: 'gave up' })));
    expect(screen.getByText(/Withdrawn by the one who asked/)).toBeTruthy();
    expect(screen.getByText('gave up')).toBeTruthy();
  });
});

describe('what the window says is what holds', () => {
  it('nothing is said to be approved before the answer is there', async () => {
    const gatehouse = threeWaiting();
    let answer = () => {};
    gatehouse.answers.set('approval.approve', () => {
      return new Promise((resolve) => {
        answer = () => resolve(succeeded({ approval: decided(approvalOf(1), 'approved') }));
      });
    });
    await openWindow(gatehouse);
    await click(/Approve/);
    expect(cardTitle()).toContain('scout-1');
    expect(screen.queryByText('Approved')).toBeNull();
    expect(canPress(/Deny/)).toBe(false);
    await press('j');
    await pass(500);
    expect(canPress(/Deny/)).toBe(true);
    await act(async () => answer());
    expect(cardTitle()).toContain('scout-2');
    expect(screen.getAllByText('Approved').length).toBeGreaterThan(0);
  });

  it('when someone else was first with another decision, the card says so and stays', async () => {
    const gatehouse = threeWaiting();
    gatehouse.answers.set('approval.approve', () => succeeded({ approval: decided(approvalOf(1), 'denied') }));
    await openWindow(gatehouse);
    await click(/Approve/);
    expect(cardTitle()).toContain('scout-1');
    expect(screen.getByText(/Not approved by you/)).toBeTruthy();
    expect(screen.getByText(/Denied by/)).toBeTruthy();
  });

  it('a note that came too late is said to be left out', async () => {
    const gatehouse = threeWaiting();
    gatehouse.answers.set('approval.approve', () => succeeded({ approval: decided(approvalOf(1), 'approved') }));
    await openWindow(gatehouse);
    await type(/Note to the agent/, 'fine');
    await click(/Approve/);
    expect(screen.getByText(/your note was not added/)).toBeTruthy();
  });

  it('a failure is shown at the buttons, which can be pressed again', async () => {
    const gatehouse = threeWaiting();
    gatehouse.answers.set('approval.deny', () => refused('STORE_UNAVAILABLE'));
    await openWindow(gatehouse);
    await type(/Note to the agent/, 'No.');
    await click(/Deny/);
    expect(screen.getByRole('alert').textContent).toContain('Not denied.');
    expect(screen.getByRole('alert').textContent).toContain('cannot use its database');
    expect(cardTitle()).toContain('scout-1');
    gatehouse.answers.clear();
    await click(/Deny/);
    expect(denied(gatehouse).at(-1)).toEqual({ approvalId: 'apr_1', revision: 1, notes: 'No.' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('a request that changed is shown anew before it can be decided', async () => {
    const gatehouse = threeWaiting();
    await openWindow(gatehouse);
    gatehouse.store(approvalOf(1, { revision: 2, action: { text: 'Something else' } }));
    gatehouse.answers.set('approval.approve', () => refused('GOVERNANCE_APPROVAL_CHANGED'));
    await click(/Approve/);
    await pass(10);
    expect(screen.getByRole('alert').textContent).toContain('has changed since you saw it');
    expect(screen.getByText('"Something else"')).toBeTruthy();
  });

  it('the last one leaves the empty queue, which says what to do next', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    await click(/Approve/);
    expect(screen.getByText('Nothing is waiting')).toBeTruthy();
    expect(canPress('Connect an agent')).toBe(true);
  });
});
