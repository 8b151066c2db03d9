// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import type { AgentDetails, ListedAgent } from '../../shared/contract/agent';
import { defaultLimits } from '../../shared/contract/limits';
import type { SpendWindow } from '../../shared/contract/spend';
import { refused, succeeded } from '../../shared/kernel/errors';
import { nanosOfUsd } from '../../shared/kernel/money';
import { Gatehouse, START_MS } from './gatehouse';
import { click, installTestClock, openWindow, pass, type } from './window';

installTestClock();

const listed = (agentId: string, different: Partial<ListedAgent> = {}): ListedAgent => ({
  agentId,
  isPaused: false,
  isSpendPaused: false,
  isReviewRequired: false,
  createdLast24h: 0,
  activeAutomations: 1,
  lineage: [],
  lastSeenAtMs: START_MS - 60_000,
  weeklyCostNanos: nanosOfUsd(2),
  weeklyTokens: 10,
  weeklyCapNanos: nanosOfUsd(10),
  waitingCount: 0,
  ...different,
});

const spendWindow = (kind: SpendWindow['kind'], usd: number, totalTokens = 10): SpendWindow => ({
  kind,
  windowStartMs: 0,
  promptTokens: 0,
  completionTokens: 0,
  totalTokens,
  costNanos: nanosOfUsd(usd),
  updatedAtMs: START_MS,
});

const details = (different: Partial<AgentDetails> = {}): AgentDetails => ({
  agentId: 'scout',
  firstSeenAtMs: START_MS - 1_000_000,
  lastSeenAtMs: START_MS - 60_000,
  waitingCount: 0,
  runsUnderWay: 2,
  activeTokens: 1,
  spend: {
    daily: spendWindow('daily', 0, 0),
    weekly: spendWindow('weekly', 2),
    monthly: spendWindow('monthly', 0),
    lifetime: spendWindow('lifetime', 40),
  },
  reservedNanos: 0,
  pace: { kind: 'reaches', projectedNanos: nanosOfUsd(12), atMs: START_MS + 3_600_000 },
  weeklyCapNanos: nanosOfUsd(10),
  generalLimits: { ...defaultLimits, weeklySpendCapNanos: nanosOfUsd(10) },
  overrides: { perAgentDailyCreationLimit: 4 },
  chains: [{ ancestorIds: ['planner'] }],
  stoppedAbove: { pausedAgentIds: [], spendPausedAgentIds: [] },
  descendants: [{ agentId: 'helper', depth: 1 }],
  areDescendantsCut: false,
  ...different,
});

const rules = [
  { rule: 'agent_paused', code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED', value: false, limit: false, isMet: true },
  { rule: 'lineage_depth_limit', code: 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED', value: 4, limit: 3, isMet: false },
  { rule: 'active_agent_automation_cap', code: 'AUTOMATION_V2_AGENT_CAP_EXCEEDED', value: 50, limit: 50, isMet: false },
];

/** A Gatehouse with these agents, of whom scout has a page. */
function gatehouseWith(agents: readonly ListedAgent[], agent: AgentDetails = details()): Gatehouse {
  const gatehouse = new Gatehouse();
  const found = ({ search = '' }: { readonly search?: string }) =>
    succeeded({ agents: agents.filter(({ agentId }) => agentId.includes(search)) });
  gatehouse.answers.set('agents.overview', found);
  gatehouse.answers.set('agent.details', () => succeeded(agent));
  gatehouse.answers.set('agent.allowance', () =>
    succeeded({ agentId: 'scout', canCreate: false, code: rules[1]?.code, rules }),
  );
  gatehouse.answers.set('spend.days', () => succeeded({ days: [], isCut: false }));
  gatehouse.answers.set('limits.get', () => succeeded({ limits: defaultLimits }));
  return gatehouse;
}

async function openAgent(gatehouse: Gatehouse) {
  const window = await openWindow(gatehouse);
  act(() => window.actions.show('agents', 'scout'));
  await pass(50);
}

async function findings(): Promise<readonly string[]> {
  vi.useRealTimers();
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  return violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${each.help}: ${node.html}`));
}

describe('the list of agents', () => {
  it('is empty at first and says what brings an agent here', async () => {
    const { actions } = await openWindow(gatehouseWith([]));
    act(() => actions.show('agents'));
    await pass(50);
    await click('Connect an agent');
    await pass(10);
    expect(screen.getByRole('heading', { level: 1, name: 'Settings' })).toBeTruthy();
  });

  it('asks main for what is searched, and says so where nothing has that id', async () => {
    const gatehouse = gatehouseWith([listed('scout')]);
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('agents'));
    await pass(50);
    await type('Find an agent by its id', 'nobody');
    await pass(50);
    expect(gatehouse.inputsOf('agents.overview').at(-1)).toEqual({ search: 'nobody' });
    await click('Clear the search');
    await pass(50);
    expect(gatehouse.inputsOf('agents.overview').at(-1)).toEqual({});
    expect(screen.queryByText('No agent with that id')).toBeNull();
  });

  it('has the same search when the operator comes back from one agent, or from another view', async () => {
    const gatehouse = gatehouseWith([listed('scout')]);
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('agents'));
    await pass(50);
    await type('Find an agent by its id', 'sco');
    await pass(50);
    for (const go of [() => actions.show('agents', 'scout'), () => actions.show('queue')]) {
      act(go);
      await pass(50);
      act(() => actions.goBack());
      await pass(50);
      expect(screen.getByLabelText<HTMLInputElement>('Find an agent by its id').value).toBe('sco');
      expect(gatehouse.inputsOf('agents.overview').at(-1)).toEqual({ search: 'sco' });
    }
  });

  it('says why it could not be loaded, and tries again', async () => {
    const gatehouse = gatehouseWith([]);
    gatehouse.answers.set('agents.overview', () => refused('STORE_UNAVAILABLE'));
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('agents'));
    await pass(50);
    expect(screen.getByRole('alert').textContent).toContain('could not be loaded');
    gatehouse.answers.set('agents.overview', () => succeeded({ agents: [] }));
    await click('Try again');
    await pass(50);
    expect(screen.getByText('No agent yet')).toBeTruthy();
  });
});

describe('one agent', () => {
  it('says of each rule what it is now, and which one refuses', async () => {
    await openAgent(gatehouseWith([]));
    const row = (name: RegExp) => within(screen.getByRole('row', { name }));
    expect(row(/^Paused by you no must be no/).getByText('Met')).toBeTruthy();
    expect(row(/^Depth of lineage/).getByText('decides')).toBeTruthy();
    const last = row(/^Active automations of all agents/);
    expect(last.getByText('Not met')).toBeTruthy();
    expect(last.queryByText('decides')).toBeNull();
  });

  it('never shows an unknown cost as an amount', async () => {
    await openAgent(gatehouseWith([]));
    const figure = (name: string) => screen.getByText(name).parentElement?.textContent;
    expect(figure('Today')).toBe('Todaynothing yet');
    expect(figure('This month')).toContain('unknown');
    expect(document.body.textContent).not.toContain('$0.00');
    expect(screen.getByText(/^Reaches the cap Sun/)).toBeTruthy();
  });

  it('is paused with a reason, after it was said how many runs that stops', async () => {
    const gatehouse = gatehouseWith([]);
    gatehouse.answers.set('agent.pause', () => refused('AGENT_PAUSE_DISABLED'));
    await openAgent(gatehouse);
    await click('Pause');
    await pass(500);
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(/2 runs of its automations are under way: they are stopped now/)).toBeTruthy();
    expect(gatehouse.inputsOf('agent.pause')).toEqual([]);
    await type(/^Reason/, ' too eager ');
    await act(async () => dialog.getByRole('button', { name: 'Pause' }).click());
    await pass(50);
    expect(gatehouse.inputsOf('agent.pause')).toEqual([{ agentId: 'scout', reason: 'too eager' }]);
    expect(dialog.getByRole('alert').textContent).toContain('Not done.');
  });

  it('says in an open question what holds now, and keeps it when its button goes', async () => {
    const gatehouse = gatehouseWith([]);
    gatehouse.answers.set('agent.pause', () => refused('AGENT_PAUSE_DISABLED'));
    await openAgent(gatehouse);
    await click('Pause');
    await pass(500);
    const dialog = within(screen.getByRole('dialog'));
    const asBefore = gatehouse.answers.get('agent.details')?.({ agentId: 'scout' } as never);
    const { ok, value } = (await asBefore) as { readonly ok: boolean; readonly value: object };
    expect(ok).toBe(true);
    gatehouse.answers.set('agent.details', () => succeeded({ ...value, runsUnderWay: 7, pausedAtMs: START_MS }));
    act(() => gatehouse.push({ kind: 'changed', topics: ['runs'] }));
    await pass(500);
    expect(dialog.getByText(/7 runs of its automations are under way/)).toBeTruthy();
    expect(screen.getAllByRole('button', { name: 'Resume', hidden: true })).toHaveLength(1);
    await act(async () => dialog.getByRole('button', { name: 'Pause' }).click());
    await pass(50);
    expect(dialog.getByRole('alert').textContent).toContain('Not done.');
  });

  it('leaves the focus in the view when the button that was used goes', async () => {
    const gatehouse = gatehouseWith([]);
    gatehouse.answers.set('agent.pause', () => succeeded({}));
    await openAgent(gatehouse);
    screen.getByRole('button', { name: 'Pause' }).focus();
    await click('Pause');
    await pass(500);
    const asBefore = await gatehouse.answers.get('agent.details')?.({ agentId: 'scout' } as never);
    const { value } = asBefore as { readonly value: object };
    gatehouse.answers.set('agent.details', () => succeeded({ ...value, pausedAtMs: START_MS }));
    await act(async () => within(screen.getByRole('dialog')).getByRole('button', { name: 'Pause' }).click());
    act(() => gatehouse.push({ kind: 'changed', topics: ['agents'] }));
    // In steps, as frames are: what one draws begins what the next one ends.
    for (let step = 0; step < 10; step++) await pass(100);
    expect(screen.getByRole('button', { name: 'Resume' })).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement?.tagName).toBe('MAIN');
  });

  it('sends only the limits that were changed, null for one that is cleared', async () => {
    const gatehouse = gatehouseWith([]);
    gatehouse.answers.set('agent.setLimits', () => succeeded({}));
    await openAgent(gatehouse);
    await type('Weekly spend cap, in US dollars', '2.5');
    await type('Percent of its plan until its sessions stop', '7');
    await type('Hours until a request expires', '1.5');
    await click(/^Follow the general limit again: Automations created in 24/);
    await click('Save limits');
    await pass(50);
    expect(gatehouse.inputsOf('agent.setLimits')).toEqual([
      {
        agentId: 'scout',
        weeklySpendCapNanos: nanosOfUsd(2.5),
        perAgentDailyCreationLimit: null,
        planStopRatio: 0.07,
        approvalTtlMs: 5_400_000,
      },
    ]);
    expect(screen.getByText(/^Limits saved/)).toBeTruthy();
  });

  it('leads to the agents above and below it', async () => {
    const gatehouse = gatehouseWith([]);
    await openAgent(gatehouse);
    await click('helper');
    await pass(50);
    expect(gatehouse.inputsOf('agent.details').at(-1)).toEqual({ agentId: 'helper' });
  });

  it('has its lineage corrected by lines, after it was said what is kept and by whom it was stated', async () => {
    const chains = [
      { ancestorIds: ['chief', 'planner'], statedBy: { kind: 'system', source: 'Tandem' } as const, statedAtMs: 0 },
      { ancestorIds: ['stranger'] },
    ];
    const gatehouse = gatehouseWith([], details({ chains }));
    gatehouse.answers.set('agent.setLineage', () => refused('VALIDATION_FAILED', { sentence: 'That is a circle.' }));
    await openAgent(gatehouse);
    expect(screen.getByText('Made by: 2 lineages were stated, each the oldest first')).toBeTruthy();
    await click('Correct lineage');
    await pass(500);
    const dialog = within(screen.getByRole('dialog'));
    const lineages = dialog.getAllByRole('list', { name: 'Lineage, oldest first' });
    expect(lineages.map(({ textContent }) => textContent)).toEqual(['chiefplanner', 'stranger']);
    expect(dialog.getByText('Tandem')).toBeTruthy();
    expect(dialog.getByLabelText<HTMLTextAreaElement>('Agents above it').value).toBe('chief\nplanner');
    await type('Agents above it', ' boss \n\nplanner');
    await act(async () => dialog.getByRole('button', { name: 'Correct lineage' }).click());
    await pass(50);
    expect(gatehouse.inputsOf('agent.setLineage')).toEqual([{ agentId: 'scout', ancestorIds: ['boss', 'planner'] }]);
    expect(dialog.getByRole('alert').textContent).toContain('That is a circle.');
  });

  it('says what its cap is and by how much it was passed, where its spend stops it [8.overshoot-said]', async () => {
    const spend = { ...details().spend, weekly: { ...details().spend.weekly, costNanos: nanosOfUsd(1.07) } };
    const stopped = { spendPausedAtMs: START_MS, spendPauseReason: 'weekly spend cap 1.00 USD reached', spend };
    await openAgent(gatehouseWith([], details({ ...stopped, weeklyCapNanos: nanosOfUsd(1) })));
    expect(screen.getByText('Its spend stops it.').parentElement?.textContent).toContain(
      'It reached its weekly cap of $1.00, and $1.07 are spent by now: $0.07 more than the cap.',
    );
  });

  it('says who above it is stopped, and leads there', async () => {
    const stoppedAbove = { pausedAgentIds: ['planner', 'chief'], spendPausedAgentIds: ['boss'] };
    const gatehouse = gatehouseWith([], details({ stoppedAbove }));
    await openAgent(gatehouse);
    expect(screen.getByText(/You paused an agent above it/).parentElement?.textContent).toContain('planner, chief');
    await click('boss');
    await pass(50);
    expect(gatehouse.inputsOf('agent.details').at(-1)).toEqual({ agentId: 'boss' });
  });

  it('tells in its history of lineages that were stated, corrected and refused', async () => {
    const gatehouse = gatehouseWith([]);
    const event = { atMs: START_MS, actor: { kind: 'system', source: 'Tandem' } as const };
    const lineage = (...ancestorIds: string[]) => ({ agentId: 'scout', ancestorIds });
    gatehouse.answers.set('agent.history', () =>
      succeeded({
        events: [
          { ...event, seq: 4, name: 'denied', code: 'AGENT_LINEAGES_FULL', lineage: lineage('p') },
          { ...event, seq: 3, name: 'agent.lineage_corrected', lineage: lineage() },
          { ...event, seq: 2, name: 'agent.lineage_corrected', lineage: lineage('chief') },
          { ...event, seq: 1, name: 'agent.lineage_changed', lineage: lineage('chief', 'planner') },
        ],
      }),
    );
    await openAgent(gatehouse);
    await act(async () => screen.getByRole('tab', { name: 'History' }).click());
    await pass(50);
    const rows = screen.getAllByRole('row').map(({ textContent }) => textContent);
    for (const sentence of [
      'chief › planner was stated to be above scout.',
      'Corrected: above scout is chief, and nobody else.',
      'Corrected: nobody is above scout.',
      'Not kept, and the request was refused: p above scout.',
    ]) {
      expect(rows.filter((row) => row?.includes(sentence))).toHaveLength(1);
    }
  });

  it('cannot be disconnected where there is nothing to revoke', async () => {
    await openAgent(gatehouseWith([], details({ activeTokens: 0 })));
    await click('Disconnect');
    await pass(500);
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(/has no token of its own/)).toBeTruthy();
    expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Disconnect' }).disabled).toBe(true);
  });

  it('axe finds nothing on the page of an agent that everything stops', async () => {
    const review = { agentId: 'scout', createdSinceReview: 5, reviewRequired: true, updatedAtMs: START_MS } as const;
    const stopped = details({
      pausedAtMs: START_MS,
      pauseReason: 'odd',
      spendPausedAtMs: START_MS,
      spendPauseReason: 'weekly spend cap 10.00 USD reached',
      review: { ...review, reviewRequestId: 'apr_1' },
    });
    await openAgent(gatehouseWith([], stopped));
    expect(screen.getByRole('button', { name: 'Open the review' })).toBeTruthy();
    expect(await findings()).toEqual([]);
  });
});
