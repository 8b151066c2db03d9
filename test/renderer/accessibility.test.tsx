// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import type { Approval } from '../../shared/contract/approval';
import { approvalOf, decided, Gatehouse, goodStatus } from './gatehouse';
import { installTestClock, openWindow, pass, press } from './window';

installTestClock();

/** What axe finds wrong, a line each. Contrast needs a browser that draws; the theme names it for each colour. */
async function findings(): Promise<readonly string[]> {
  vi.useRealTimers();
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  return violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${each.help}: ${node.html}`));
}

const many: readonly Approval[] = [
  approvalOf(1, { ancestorIds: ['planner'], rationale: 'hidden\u200B' }),
  approvalOf(2, { action: { command: 'ls' } }),
  decided(approvalOf(3), 'approved'),
  decided(approvalOf(4), 'denied', { reviewNotes: 'No.' }),
];

// What can be brought about in the app itself, the tests of the desk in test/e2e look at.
describe('axe finds nothing', () => {
  it('in the queue with a decision armed', async () => {
    await openWindow(new Gatehouse(...many));
    await press('a');
    expect(await findings()).toEqual([]);
  });

  it('in a settled card', async () => {
    const gatehouse = new Gatehouse(...many);
    await openWindow(gatehouse);
    act(() => gatehouse.commit(decided(approvalOf(1), 'denied', { reviewNotes: 'No.' })));
    expect(await findings()).toEqual([]);
  });

  it('while loading', async () => {
    const gatehouse = new Gatehouse();
    gatehouse.answers.set('queue.snapshot', () => new Promise(() => {}));
    await openWindow(gatehouse);
    expect(await findings()).toEqual([]);
  });

  it('in a toast', async () => {
    const gatehouse = new Gatehouse(...many);
    await openWindow(gatehouse);
    await pass(10);
    act(() => gatehouse.push({ kind: 'told', title: 'scout paused: 1 run stopped', body: 'Until you resume it.' }));
    await pass(10);
    expect(screen.getByRole('button', { name: 'Close' })).toBeTruthy();
    expect(await findings()).toEqual([]);
  });

  it('in the trouble view', async () => {
    const gatehouse = new Gatehouse();
    const store = { state: 'trouble', kind: 'locked', databasePath: '/data/gatehouse.db', detail: 'busy' } as const;
    gatehouse.status = { ...goodStatus, store };
    await openWindow(gatehouse);
    expect(await findings()).toEqual([]);
  });
});
