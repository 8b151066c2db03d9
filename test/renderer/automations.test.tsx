// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import type { AutomationOverview } from '../../shared/contract/automation';
import type { Finding } from '../../shared/contract/governance';
import { defaultLimits } from '../../shared/contract/limits';
import type { RunSummary } from '../../shared/contract/run';
import { refused, succeeded } from '../../shared/kernel/errors';
import { Gatehouse, START_MS } from './gatehouse';
import { click, installTestClock, openWindow, pass } from './window';

installTestClock();

const finding: Finding = {
  findingId: 'f1',
  kind: 'health_drift',
  severity: 'critical',
  summary: 'high failure rate across recent runs',
  observedAtMs: START_MS,
  automationRunId: 'run-1',
  evidence: { failed_runs: 4, blocked_runs: 0, failure_rate: 0.8, terminal_runs: 5 },
};

function overviewOf(different: Partial<AutomationOverview> = {}): AutomationOverview {
  return {
    automationId: 'digest',
    name: 'Digest',
    status: 'active',
    creator: { kind: 'agent', actorId: 'scout' },
    createdAtMs: START_MS,
    marks: ['review_required'],
    expiresAtMs: START_MS + 86_400_000,
    reviewKind: 'health_drift',
    runsSinceReview: 5,
    findings: [finding],
    findingCounts: { critical: 1, warning: 0, info: 0 },
    findingIds: ['f1'],
    runsUnderWay: 2,
    actions: ['acknowledge', 'run', 'pause', 'extend', 'retire', 'delete'],
    ...different,
  };
}

const run: RunSummary = {
  runId: 'run-1',
  automationId: 'digest',
  triggerType: 'schedule',
  status: 'completed',
  createdAtMs: START_MS,
  updatedAtMs: START_MS,
  startedAtMs: START_MS,
  finishedAtMs: START_MS + 65_000,
  activeSessionIds: [],
  activeInstanceIds: [],
  promptTokens: 1_000,
  completionTokens: 200,
  totalTokens: 1_200,
  costNanos: null,
};

function wholeOf(overview: AutomationOverview, findings: readonly Finding[] = [finding]) {
  const { automationId, name, status } = overview;
  return {
    overview,
    automation: { automationId, name, status, creatorId: 'scout', createdAtMs: START_MS, updatedAtMs: START_MS },
    record: {
      automationId,
      provenance: {
        creator: overview.creator,
        rootActor: { kind: 'agent', actorId: 'planner' },
        ancestorChain: [{ depth: 1, actor: { kind: 'agent', actorId: 'planner' } }],
        depth: 2,
      },
      declaredCapabilities: { createsAgents: true, modifiesGrants: false },
      createdAtMs: START_MS,
      updatedAtMs: START_MS,
      publishedExternally: false,
      creationPaused: false,
      reviewRequired: true,
      reviewKind: 'health_drift',
      runsSinceReview: 5,
      pausedForLifecycle: false,
      healthFindings: findings,
    },
    grants: [],
    runBlock: null,
  };
}

const counts = { review: 2, failing: 1, expiring: 0, expired: 0, retired: 0, deleted: 0 };

function gatehouseWith(...automations: readonly AutomationOverview[]): Gatehouse {
  const gatehouse = new Gatehouse();
  const items = automations.map((automation) => ({ ...automation, sinceMs: START_MS }));
  gatehouse.answers.set('automations.search', () => succeeded({ automations }));
  gatehouse.answers.set('lifecycle.counts', () => succeeded({ counts }));
  gatehouse.answers.set('lifecycle.list', () => succeeded({ items }));
  gatehouse.answers.set('limits.get', () => succeeded({ limits: defaultLimits }));
  gatehouse.answers.set('runs.summaries', () => succeeded({ runs: [run] }));
  gatehouse.answers.set('automation.whole', () => succeeded(wholeOf(automations[0] ?? overviewOf())));
  return gatehouse;
}

/** Opens one automation, as a link to it does. */
async function openDetail(gatehouse: Gatehouse) {
  const window = await openWindow(gatehouse);
  act(() => window.actions.show('automations', 'digest'));
  await pass(10);
  return window;
}

const dialog = () => within(screen.getByRole('dialog'));

async function confirm(label: string): Promise<void> {
  await act(async () => {
    dialog().getByRole('button', { name: label }).click();
    await vi.advanceTimersByTimeAsync(1);
  });
}

describe('one automation', () => {
  it('a cost that nobody reported is unknown, never nothing', async () => {
    await openDetail(gatehouseWith(overviewOf()));
    const row = screen.getByRole('button', { name: /open run run-1/ }).closest('tr');
    expect(row?.textContent).toContain('unknown');
    expect(row?.textContent).not.toContain('$');
    expect(row?.textContent).toContain('1 min 5 s');
  });

  it('a finding says what was found, in how many, and why, whichever version found it', async () => {
    const { evidence: _, ...found } = finding;
    const gatehouse = gatehouseWith(overviewOf());
    const lost = { trigger: 'dependency_revoked', reason: 'no longer needed', evidence: {}, pausedRunIDs: ['run-1'] };
    gatehouse.answers.set('automation.whole', () =>
      succeeded(
        wholeOf(overviewOf(), [
          finding,
          { ...found, findingId: 'f2', detail: '4 of 5 recent terminal runs failed', evidence: { failureCount: 4 } },
          { ...found, findingId: 'f3', kind: 'dependency_revoked', summary: 'paused', detail: 'gone', evidence: lost },
        ]),
      ),
    );
    await openDetail(gatehouse);
    const shown = document.body.textContent;
    for (const words of [
      '4 failed and 0 were blocked, of the last 5 finished runs.',
      '4 of 5 recent terminal runs failed.',
      'Gone.',
      'Reason: no longer needed. 1 run was paused.',
    ]) {
      expect(shown).toContain(words);
    }
    expect(shown).toMatch(/"?failureCount"?:? ?4/);
  });

  it('what its maker wrote is shown with its hidden characters', async () => {
    await openDetail(gatehouseWith(overviewOf({ name: 'Digest\u202Etxt' })));
    expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('U+202E');
  });

  it('of however much its maker wrote a first part is drawn, and says that there is more [judgement-8.drawn]', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => index);
    const whole = wholeOf(overviewOf());
    const automation = {
      ...whole.automation,
      schedule: Object.fromEntries(many(500).map((index) => [`field_${index}`, 'x'.repeat(5_000)])),
      agents: [{ agentId: 'scout', mcpPolicy: { allowedServers: many(5_000).map(String) } }],
      flow: {
        nodes: many(120).map((index) => ({ nodeId: `node ${index}`, objective: 'y'.repeat(index === 0 ? 30_000 : 1) })),
      },
    };
    const gatehouse = gatehouseWith(overviewOf());
    gatehouse.answers.set('automation.whole', () => succeeded({ ...whole, automation }));
    await openDetail(gatehouse);
    const shown = () => screen.getByRole('main').textContent ?? '';
    expect(shown().length).toBeLessThan(100_000);
    expect(shown()).toContain('and 470 more fields, in the whole definition');
    expect(shown()).toContain('Only the first 20,000 of 30,000 characters are shown.');
    expect(shown()).not.toContain('node 50');
    await click('Show 50 of 70 more steps');
    await click('Show 20 more steps');
    expect(shown()).toContain('node 119');
    await click('Show the whole definition');
    expect(screen.getByRole('group', { name: 'The whole definition' }).textContent?.length).toBeLessThan(25_000);
  });

  it('acknowledging sends the findings that were on the screen', async () => {
    const gatehouse = gatehouseWith(overviewOf());
    gatehouse.answers.set('automation.acknowledge', () => succeeded({ ok: true }));
    await openDetail(gatehouse);
    await click('Acknowledge');
    await confirm('Acknowledge');
    expect(gatehouse.inputsOf('automation.acknowledge')).toEqual([{ automationId: 'digest', findingIds: ['f1'] }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('a confirmation says how many runs it pauses, and its refusal stays although its button is gone', async () => {
    const gatehouse = gatehouseWith(overviewOf());
    gatehouse.answers.set('automation.retire', () => refused('AUTOMATION_V2_NOT_FOUND'));
    await openDetail(gatehouse);
    await click('Retire');
    expect(dialog().getByText(/2 runs that are under way are paused/)).toBeTruthy();
    gatehouse.answers.set('automation.whole', () => succeeded(wholeOf(overviewOf({ actions: ['restore'] }))));
    act(() => gatehouse.push({ kind: 'changed', topics: ['automations'] }));
    await pass(500);
    await confirm('Retire');
    expect(dialog().getByRole('alert').textContent).toContain('There is no such automation');
  });

  it('only what can be done now is offered', async () => {
    await openDetail(gatehouseWith(overviewOf({ actions: ['restore'] })));
    expect(screen.getByRole('button', { name: 'Restore' })).toBeTruthy();
    for (const name of ['Run now', 'Pause', 'Retire', 'Delete', 'Acknowledge']) {
      expect(screen.queryByRole('button', { name })).toBeNull();
    }
  });
});

describe('several at once', () => {
  it('what is refused for one is done for the others, and told', async () => {
    const gatehouse = gatehouseWith(
      overviewOf({ automationId: 'a', name: 'First' }),
      overviewOf({ automationId: 'b', name: 'Second' }),
    );
    gatehouse.answers.set('automation.acknowledge', ({ automationId }: { automationId: string }) =>
      automationId === 'b' ? refused('GOVERNANCE_APPROVAL_CHANGED') : succeeded({ isChanged: true }),
    );
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('lifecycle'));
    await pass(10);
    // The rows in sight are drawn by size, and nothing has a size here.
    await act(async () => screen.getByRole('checkbox', { name: 'Select all shown' }).click());
    await click('Acknowledge');
    expect(dialog().getByText('Acknowledge 2 automations')).toBeTruthy();
    await confirm('Acknowledge');
    expect(dialog().getByRole('status').textContent).toBe('1 acknowledged, 1 refused');
    expect(dialog().getByRole('listitem').textContent).toMatch(/^Second: This approval has changed/);
  });
});

describe('axe finds nothing', () => {
  async function findings(): Promise<readonly string[]> {
    vi.useRealTimers();
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
    return violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html}`));
  }

  it('in the list that could not be loaded', async () => {
    const gatehouse = gatehouseWith();
    gatehouse.answers.set('automations.search', () => refused('STORE_UNAVAILABLE'));
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('automations'));
    await pass(10);
    expect(screen.getByRole('alert').textContent).toContain('This could not be loaded');
    expect(await findings()).toEqual([]);
  });

  it('while one automation loads', async () => {
    const gatehouse = gatehouseWith();
    gatehouse.answers.set('automation.whole', () => new Promise(() => {}));
    await openDetail(gatehouse);
    expect(await findings()).toEqual([]);
  });
});
