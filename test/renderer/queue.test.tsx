// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { approvalTitle } from '../../shared/act/approval-title';
import { refused, succeeded } from '../../shared/kernel/errors';
import { nanosOfUsd } from '../../shared/kernel/money';
import { addRun } from '../support/automations';
import { putAutomation } from '../support/runs';
import { approvalOf, decided, Gatehouse, START_MS } from './gatehouse';
import {
  answered,
  canPress,
  cardTitle,
  click,
  installTestClock,
  listedRows,
  openWindow,
  pass,
  press,
  type,
} from './window';

installTestClock();

const HOUR_MS = 3_600_000;
const tidy = { kind: 'agent', actorId: 'tidy' } as const;
const similar = (number: number) =>
  approvalOf(number, {
    requestType: 'tool_call',
    requestedBy: tidy,
    targetResource: { type: 'tool', id: 'Bash' },
    action: { command: `npm test room-${number}` },
  });

/** Chooses a value of the select of this label. */
async function choose(label: string, value: string): Promise<void> {
  await type(label, value);
}

const tick = (name: string) => act(async () => screen.getByRole('checkbox', { name }).click());

describe('similar requests', () => {
  const threeAndOne = () => new Gatehouse(approvalOf(1), similar(2), similar(3), similar(4));

  it('are one row at the place of the most urgent; two are not', async () => {
    const gatehouse = new Gatehouse(approvalOf(1), similar(2), similar(3));
    await openWindow(gatehouse);
    expect(listedRows()).toHaveLength(3);
    act(() => gatehouse.commit(similar(4)));
    const rows = listedRows();
    expect(rows).toHaveLength(2);
    expect(rows[1]).toContain('3 similar Run npm test room-2, Run npm test room-3, Run npm test room-4');
  });

  it('are decided by a list of each act that keys or a button open, on the revisions that were seen', async () => {
    const gatehouse = threeAndOne();
    await openWindow(gatehouse);
    await press('j');
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('3 similar requests');
    await pass(500);
    await press('a');
    expect(screen.getByRole('dialog', { name: 'Approve 3 requests?' })).toBeTruthy();
    await act(async () => screen.getAllByRole('button', { name: 'Cancel' })[0]?.click());
    await pass(1_000);
    await press('d');
    expect(screen.getByRole('dialog', { name: 'Deny 3 requests?' })).toBeTruthy();
    await act(async () => screen.getAllByRole('button', { name: 'Cancel' })[0]?.click());
    await pass(1_000);
    expect(gatehouse.asked.filter(({ name }) => /^approval\.(?:approve|deny)$/.test(name))).toEqual([]);
    await tick(`Select ${approvalTitle(similar(2))}, no known danger`);
    await tick(`Select ${approvalTitle(similar(4))}, no known danger`);
    await click('Approve 2…');
    const dialog = screen.getByRole('dialog', { name: 'Approve 2 requests?' });
    expect(within(dialog).getAllByRole('listitem')).toHaveLength(2);
    expect(dialog.textContent).toContain('npm test room-4');
    expect(gatehouse.inputsOf('approval.approve')).toEqual([]);
    act(() => gatehouse.commit({ ...similar(4), revision: 2 }));
    await click('Approve 2');
    expect(gatehouse.inputsOf('approval.approve')).toEqual([
      { approvalId: 'apr_2', revision: 1 },
      { approvalId: 'apr_4', revision: 1 },
    ]);
  });

  it('that were refused stay, each with its reason', async () => {
    const gatehouse = threeAndOne();
    gatehouse.answers.set('approval.deny', ({ approvalId }: { approvalId: string }) =>
      approvalId === 'apr_3'
        ? refused('GOVERNANCE_APPROVAL_CHANGED')
        : succeeded({ approval: decided(similar(2), approvalId === 'apr_4' ? 'approved' : 'denied') }),
    );
    await openWindow(gatehouse);
    await press('j');
    await act(async () => screen.getByRole('checkbox', { name: 'Select all shown' }).click());
    await click('Deny 3…');
    await click('Deny 3');
    expect(screen.getByText('1 request denied.')).toBeTruthy();
    const alert = screen.getByRole('alert').textContent;
    expect(alert).toContain('2 requests not decided:');
    expect(alert).toContain('room-3 — This approval has changed since you saw it');
    expect(alert).toContain('room-4 — It had been decided otherwise already.');
  });

  it('of high risk, and those too large for a table, are rows of their own', async () => {
    const gatehouse = new Gatehouse(...[2, 3, 4, 5, 6].map(similar));
    await openWindow(gatehouse);
    expect(listedRows()).toHaveLength(1);
    act(() => gatehouse.commit({ ...similar(3), revision: 2, action: { text: 'x'.repeat(10_000) } }));
    expect(listedRows()).toHaveLength(2);
    act(() => gatehouse.commit({ ...similar(4), revision: 2, context: { risk: 'high' } }));
    expect(listedRows()).toHaveLength(3);
    expect(listedRows().filter((row) => row.includes('the agent itself says'))).toHaveLength(1);
    expect(listedRows()[0]).toContain('3 similar');
  });

  it('are gone through by the keys, one by one, and a card leads back to them', async () => {
    await openWindow(threeAndOne());
    for (const number of [2, 3]) {
      await press('j');
      if (number === 2) await press('j');
      expect(cardTitle()).toContain(`room-${number}`);
    }
    await press('k');
    await press('k');
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('3 similar requests');
    await press('j');
    await click('Decide several');
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('3 similar requests');
  });

  it('are those of one session, for one tool and one shape', async () => {
    const call = (number: number, session: string, tool: string, action: unknown) =>
      approvalOf(number, {
        requestType: 'tool_call',
        requestedBy: { kind: 'agent', actorId: 'claude-code' },
        targetResource: { type: 'tool', id: tool },
        context: { engine: 'claude', session_id: session, cwd: `/home/olga/${session}` },
        action,
      });
    const edit = (file: string) => ({ file_path: `/home/olga/shop/src/${file}`, old_string: 'a', new_string: 'b' });
    const gatehouse = new Gatehouse(
      ...['a.ts', 'b.ts', 'c.ts'].map((file, index) => call(index + 1, 'shop', 'Edit', edit(file))),
      call(4, 'shop', 'Edit', edit('deep/d.ts')),
      call(5, 'bank', 'Edit', edit('e.ts')),
      call(6, 'shop', 'Bash', { command: 'npm test' }),
      call(7, 'shop', 'Bash', { command: 'npm test && npm publish' }),
    );
    await openWindow(gatehouse);
    expect(listedRows()).toHaveLength(5);
    expect(listedRows()[0]).toContain('3 similar');
    const sections = screen.getAllByRole('group').map((group) => group.getAttribute('aria-label'));
    expect(sections.filter((name) => name?.startsWith('Waiting'))).toEqual(['Waiting: shop', 'Waiting: bank']);
  });
});

describe('the list', () => {
  it('reads on when its end comes near', async () => {
    const gatehouse = new Gatehouse(...Array.from({ length: 450 }, (_, number) => approvalOf(number)));
    const { actions, store } = await openWindow(gatehouse);
    for (let page = 0; page < 3; page++) await answered(() => actions.loadMore());
    expect(Object.keys(store.getState().queue?.approvals ?? {})).toHaveLength(450);
    expect(screen.queryByText(/more, with later/)).toBeNull();
    expect(gatehouse.inputsOf('queue.waitingAfter')).toHaveLength(2);
  });

  it('finds past ones page by page, and the keys move among them', async () => {
    const past = [1, 2, 3].map((number) => decided(approvalOf(number, { rationale: `Pay rent ${number}` }), 'denied'));
    const gatehouse = new Gatehouse(...past, decided(approvalOf(4), 'approved'), approvalOf(5));
    await openWindow(gatehouse);
    await act(async () => screen.getByRole('radio', { name: 'Past' }).click());
    await pass(10);
    expect(listedRows()).toHaveLength(4);
    await type('Search requests', 'rent');
    await pass(300);
    await pass(20);
    expect(listedRows()).toHaveLength(3);
    await press('j');
    expect(cardTitle()).toContain('scout-3');
    await press('j');
    expect(cardTitle()).toContain('scout-2');
    expect(screen.getByText(/Denied by/)).toBeTruthy();
    await type('Search requests', 'nowhere');
    await pass(300);
    await pass(20);
    expect(screen.getByText('Nothing matches. Change or clear the search.')).toBeTruthy();
  });
});

describe('terms', () => {
  it('a standing permission can be given for a time', async () => {
    const gatehouse = new Gatehouse(approvalOf(1, { requestType: 'capability_request' }));
    await openWindow(gatehouse);
    await choose('Stands until', 'hour');
    await press('a');
    await press('Enter');
    const [sent] = gatehouse.inputsOf('approval.approve') as { expiresAtMs: number }[];
    expect(Math.abs((sent?.expiresAtMs ?? 0) - START_MS - HOUR_MS)).toBeLessThan(60_000);
  });

  it('a time that lies behind lets nothing be approved', async () => {
    await openWindow(new Gatehouse(approvalOf(1, { requestType: 'depth_override' })));
    await choose('Stands until', 'custom');
    await type('Day and time', '2020-01-01T10:00');
    expect(screen.getByText('Choose a time that lies ahead.')).toBeTruthy();
    expect(canPress(/Approve/)).toBe(false);
    expect(canPress(/Deny/)).toBe(true);
  });

  it('an automation is extended or retired', async () => {
    const asked = { requestType: 'retirement_action', targetResource: { type: 'automation', id: 'nightly' } } as const;
    const gatehouse = new Gatehouse(approvalOf(1, asked), approvalOf(2, asked));
    putAutomation(gatehouse.world, { automationId: 'nightly' });
    await openWindow(gatehouse);
    await choose('Extend until', 'thirtyDays');
    await click(/Extend/);
    await pass(500);
    await click('Retire');
    const [extended, retired] = gatehouse.inputsOf('approval.approve');
    expect(extended).toMatchObject({
      approvalId: 'apr_1',
      revision: 1,
      action: 'extend',
      expiresAtMs: expect.any(Number),
    });
    expect(retired).toEqual({ approvalId: 'apr_2', revision: 1, action: 'retire' });
  });

  const quota = { requestType: 'quota_override', targetResource: { type: 'agent', id: 'scout' } } as const;

  it('a higher cap is set before the request is settled, and takes the place of the override', async () => {
    const gatehouse = new Gatehouse(approvalOf(1, quota));
    await openWindow(gatehouse);
    await act(async () => screen.getByRole('radio', { name: 'Raise it' }).click());
    expect(canPress(/Approve/)).toBe(false);
    await type(/New weekly cap/, '25');
    await click(/Approve/);
    const names = gatehouse.asked.map(({ name }) => name);
    expect(names.indexOf('agent.setLimits')).toBeLessThan(names.indexOf('approval.approve'));
    expect(gatehouse.inputsOf('agent.setLimits')).toEqual([{ agentId: 'scout', weeklySpendCapNanos: nanosOfUsd(25) }]);
    const [sent] = gatehouse.inputsOf('approval.approve') as { expiresAtMs: number }[];
    expect((sent?.expiresAtMs ?? 0) - START_MS).toBeLessThan(120_000);
  });

  it('this run only lifts the cap for the run that was stopped; without one it is not offered', async () => {
    const ofRun = { ...quota, context: { runID: 'run-7' } };
    const gatehouse = new Gatehouse(approvalOf(1, ofRun), approvalOf(2, quota));
    addRun(gatehouse.world, putAutomation(gatehouse.world), { runId: 'run-7' });
    await openWindow(gatehouse);
    await act(async () => screen.getByRole('radio', { name: 'This run only' }).click());
    expect(screen.getByText(/goes on above the cap once it is resumed/)).toBeTruthy();
    expect(screen.queryByLabelText('Lift the cap until')).toBeNull();
    await click(/Approve/);
    expect(gatehouse.inputsOf('approval.approve')).toEqual([{ approvalId: 'apr_1', revision: 1, onlyRunId: 'run-7' }]);
    await pass(500);
    expect(screen.queryByRole('radio', { name: 'This run only' })).toBeNull();
    expect(screen.getByRole('radio', { name: 'Raise it' })).toBeTruthy();
  });

  it('says what holds when the cap was raised and the request was not settled, or neither', async () => {
    const gatehouse = new Gatehouse(approvalOf(1, quota));
    gatehouse.answers.set('agent.setLimits', () => refused('STORE_UNAVAILABLE'));
    await openWindow(gatehouse);
    await act(async () => screen.getByRole('radio', { name: 'Raise it' }).click());
    await type(/New weekly cap/, '25');
    await click(/Approve/);
    expect(screen.getByRole('alert').textContent).not.toContain('The weekly cap is');
    expect(gatehouse.inputsOf('approval.approve')).toEqual([]);
    gatehouse.answers.set('agent.setLimits', () => succeeded({}));
    gatehouse.answers.set('approval.approve', () => refused('STORE_UNAVAILABLE'));
    await click(/Approve/);
    expect(screen.getByRole('alert').textContent).toContain(
      'The weekly cap is $25.00 now, but the request was not settled.',
    );
  });
});

describe('the card', () => {
  it('says nothing of a cost, and never $0, where none was reported', async () => {
    await openWindow(new Gatehouse(approvalOf(1)));
    const card = document.querySelector('#gatehouse-card')?.textContent;
    expect(card).not.toContain('Cost so far');
    expect(card).not.toContain('$0');
  });
});

describe('the first start', () => {
  it('says what this is, and shows examples that reach nobody and go by one click', async () => {
    const gatehouse = new Gatehouse();
    await openWindow(gatehouse);
    expect(screen.getByText('Welcome to Gatehouse')).toBeTruthy();
    await click('Show example requests');
    await pass(500);
    const before = gatehouse.asked.length;
    expect(screen.getByText(/These are examples/)).toBeTruthy();
    expect(cardTitle()).toBe('Edit src/cart/store.ts +2 −3');
    await click(/Approve/);
    expect(cardTitle()).toBe('Run npm test');
    expect(gatehouse.asked.slice(before)).toEqual([]);
    await click('Remove the examples');
    expect(screen.getByText('Welcome to Gatehouse')).toBeTruthy();
    expect(document.body.textContent).not.toContain('src/cart/store.ts');
  });

  it('examples give way to the first real request', async () => {
    const gatehouse = new Gatehouse();
    await openWindow(gatehouse);
    await click('Show example requests');
    act(() => gatehouse.commit(approvalOf(1)));
    expect(screen.queryByText(/These are examples/)).toBeNull();
    expect(cardTitle()).toContain('scout-1');
  });
});
