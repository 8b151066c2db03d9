// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { recentOf, waitingOf } from '../../renderer/state/queue';
import { ANSWER_MS, SILENCE_MS } from '../../renderer/state/sync';
import { PULSE_INTERVAL_MS } from '../../shared/contract/pulse';
import { refused, succeeded } from '../../shared/kernel/errors';
import { approvalOf, decided, Gatehouse } from './gatehouse';
import { canPress, cardTitle, installTestClock, listedRows, openWindow, pass, press } from './window';

installTestClock();

const snapshots = (gatehouse: Gatehouse) => gatehouse.inputsOf('queue.snapshot').length;

describe('the window follows the store', () => {
  it('shows what waits by deadline, then what was settled', async () => {
    await openWindow(new Gatehouse(approvalOf(2), approvalOf(1), decided(approvalOf(0), 'denied')));
    const rows = listedRows();
    expect(rows[0]).toContain('scout-1');
    expect(rows[1]).toContain('scout-2');
    expect(rows[2]).toContain('Denied');
    expect(cardTitle()).toContain('scout-1');
  });

  it('applies a patch without another snapshot', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    const before = snapshots(gatehouse);
    act(() => gatehouse.commit(approvalOf(0)));
    expect(listedRows()[0]).toContain('scout-0');
    await pass(5000);
    expect(snapshots(gatehouse)).toBe(before);
    expect(cardTitle()).toContain('scout-1');
  });

  it('asks for the whole of a large request when it is looked at, and lets nothing be decided before', async () => {
    const large = approvalOf(1, { action: { text: 'Hello 1', more: 'x'.repeat(10_000) } });
    const gatehouse = new Gatehouse(large);
    let answer = () => {};
    gatehouse.answers.set('approvals.get', () => {
      return new Promise((resolve) => {
        answer = () => resolve(succeeded({ approval: large }));
      });
    });
    await openWindow(gatehouse);
    await pass(1000);
    expect(screen.queryByRole('button', { name: /Approve/ })).toBeNull();
    act(answer);
    await pass(1000);
    expect(cardTitle()).toContain('scout-1');
    expect(canPress('Approve')).toBe(true);
    expect(document.body.textContent).toContain('Hello 1');
  });

  it('takes a new snapshot when a patch is missing', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    gatehouse.store(approvalOf(5));
    act(() => gatehouse.commit(approvalOf(6)));
    await pass(10);
    expect(listedRows().join()).toContain('scout-5');
    expect(listedRows().join()).toContain('scout-6');
  });

  it('never lets an older revision replace a newer one', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    act(() => gatehouse.commit(decided(approvalOf(1), 'approved')));
    act(() => gatehouse.commit(approvalOf(1)));
    expect(listedRows()[0]).toContain('Approved');
  });

  it('a patch that comes while a snapshot is on its way is not lost, however old the snapshot is', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    let answer = () => {};
    const old = gatehouse.snapshot();
    gatehouse.answers.set('queue.snapshot', () => {
      return new Promise((resolve) => {
        answer = () => resolve(succeeded(old));
      });
    });
    gatehouse.isPulsing = false;
    await openWindow(gatehouse);
    act(() => gatehouse.commit(approvalOf(2)));
    await act(async () => answer());
    expect(listedRows()).toHaveLength(2);
  });

  it('asks for one snapshot at a time', async () => {
    const gatehouse = new Gatehouse();
    gatehouse.answers.set('queue.snapshot', () => new Promise(() => {}));
    await openWindow(gatehouse);
    await pass(20_000);
    expect(snapshots(gatehouse)).toBe(1);
  });

  it('catches up when a pulse knows of more', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    gatehouse.store(approvalOf(2));
    await pass(PULSE_INTERVAL_MS);
    expect(listedRows()).toHaveLength(2);
  });

  it('says how many more wait than are loaded, and loads more when the list gets short', async () => {
    const all = Array.from({ length: 250 }, (_, number) => approvalOf(number));
    const gatehouse = new Gatehouse(...all);
    const { store } = await openWindow(gatehouse);
    const { queue: before } = store.getState();
    expect(screen.getByText('and 50 more, with later deadlines')).toBeTruthy();
    expect(before && waitingOf(before)).toHaveLength(200);
    act(() => gatehouse.commit(...all.slice(0, 120).map((approval) => decided(approval, 'approved'))));
    await pass(500);
    expect(screen.queryByText(/more, with later/)).toBeNull();
    const { queue: after } = store.getState();
    expect(after && waitingOf(after)).toHaveLength(130);
    expect(after && recentOf(after)).toHaveLength(50);
  });

  it('leaves out a later one while earlier ones are not loaded', async () => {
    const gatehouse = new Gatehouse(...Array.from({ length: 250 }, (_, number) => approvalOf(number)));
    await openWindow(gatehouse);
    act(() => gatehouse.commit(approvalOf(999)));
    expect(listedRows().join()).not.toContain('scout-999');
    expect(screen.getByText('and 51 more, with later deadlines')).toBeTruthy();
  });

  it('says why the queue could not be loaded, and gets over it', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    gatehouse.answers.set('queue.snapshot', () => refused('STORE_UNAVAILABLE'));
    await openWindow(gatehouse);
    expect(screen.getByText(/cannot use its database right now/)).toBeTruthy();
    gatehouse.answers.clear();
    await pass(PULSE_INTERVAL_MS);
    expect(screen.queryByText(/cannot use its database right now/)).toBeNull();
    expect(listedRows()).toHaveLength(1);
  });
});

describe('out of touch', () => {
  it('says so after a while without a pulse and lets nothing be decided, until a pulse comes', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    await pass(PULSE_INTERVAL_MS);
    expect(canPress('Approve')).toBe(true);
    gatehouse.isPulsing = false;
    await pass(SILENCE_MS - PULSE_INTERVAL_MS);
    expect(screen.queryByText(/Out of touch/)).toBeNull();
    await pass(PULSE_INTERVAL_MS);
    expect(screen.getByText('Out of touch with Gatehouse: what you see may be old')).toBeTruthy();
    expect(canPress('Approve')).toBe(false);
    expect(canPress('Deny')).toBe(false);

    gatehouse.store(approvalOf(2));
    act(() => gatehouse.pulse());
    await pass(10);
    expect(screen.queryByText(/Out of touch/)).toBeNull();
    expect(canPress('Approve')).toBe(true);
    expect(listedRows()).toHaveLength(2);
  });

  it.each(['hangs', 'answers'])('asks a Gatehouse that %s as soon as the operator does something', async (does) => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    await pass(2 * ANSWER_MS);
    let answer = () => {};
    if (does === 'hangs') {
      gatehouse.answers.set('desk.preferences', () => {
        return new Promise((resolve) => {
          answer = () => resolve(succeeded(gatehouse.preferences.current()));
        });
      });
    }
    await press('j');
    await pass(ANSWER_MS);
    expect(canPress('Approve')).toBe(does === 'answers');
    answer();
    await pass(100);
    expect(canPress('Approve')).toBe(true);
  });

  it('finds out what became of the shown one meanwhile, though no list has it any more', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    gatehouse.isPulsing = false;
    await pass(2 * SILENCE_MS);
    const settled = decided(approvalOf(1), 'denied');
    gatehouse.store(settled, approvalOf(2));
    gatehouse.answers.set('queue.snapshot', () => {
      return succeeded({ ...gatehouse.snapshot(), recent: [] });
    });
    act(() => gatehouse.pulse());
    await pass(10);
    expect(cardTitle()).toContain('scout-1');
    expect(canPress('Approve')).toBe(false);
    expect(screen.getByText(/Denied by/)).toBeTruthy();
  });
});

describe('while nothing happens', () => {
  it.each(['nothing waits', 'a request waits'])('the window wakes no more than every few seconds: %s', async (what) => {
    const gatehouse = new Gatehouse(...(what === 'nothing waits' ? [] : [approvalOf(1)]));
    await openWindow(gatehouse);
    await pass(5 * 60_000);
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')];
    const minutes = 10;
    await pass(minutes * 60_000);
    // The clock that is shown, and the silence that a pulse puts off.
    expect(timers.flatMap(({ mock }) => mock.calls).length).toBeLessThanOrEqual(2 * minutes * 4 + 2);
    expect(timers[1]?.mock.calls).toEqual([]);
  });
});

describe('the main process', () => {
  it('is told where the operator is, at the start and at each change', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('agents', 'scout'));
    const places = gatehouse.asked.flatMap(({ name, input }) => (name === 'desk.showing' ? [input] : []));
    expect(places).toEqual([{ place: { view: 'queue' } }, { place: { view: 'agents', subject: 'scout' } }]);
  });

  it('has a view shown that was chosen in the tray, and says in the window what was done there', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    act(() => gatehouse.push({ kind: 'show', place: { view: 'settings' } }));
    expect(screen.getByRole('heading', { level: 1, name: 'Settings' })).toBeTruthy();
    act(() => gatehouse.push({ kind: 'told', title: 'scout paused: 1 run stopped', body: 'Until you resume it.' }));
    await pass(10);
    expect(screen.getByText('scout paused: 1 run stopped')).toBeTruthy();
  });
});

describe('a request that is opened elsewhere', () => {
  it('comes on the card, also when it was not loaded', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('settings'));
    gatehouse.store(decided(approvalOf(7), 'denied'));
    act(() => gatehouse.push({ kind: 'open', approvalId: 'apr_7' }));
    await pass(10);
    expect(cardTitle()).toContain('scout-7');
    expect(canPress('Approve')).toBe(false);
  });

  it('comes on the card, also when it is opened before the first snapshot', async () => {
    const gatehouse = new Gatehouse(approvalOf(1), approvalOf(2));
    let isOpened = false;
    gatehouse.answers.set('queue.snapshot', async () => {
      if (!isOpened) gatehouse.push({ kind: 'open', approvalId: 'apr_2' });
      isOpened = true;
      return succeeded(gatehouse.snapshot());
    });
    await openWindow(gatehouse);
    expect(cardTitle()).toContain('scout-2');
  });

  it('is said to be gone when it is', async () => {
    const gatehouse = new Gatehouse(approvalOf(1));
    await openWindow(gatehouse);
    act(() => gatehouse.push({ kind: 'open', approvalId: 'apr_none' }));
    await pass(10);
    expect(screen.getByText(/There is no such approval/)).toBeTruthy();
    expect(cardTitle()).toContain('scout-1');
  });
});
