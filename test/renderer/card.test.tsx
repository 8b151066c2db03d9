// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../shared/contract/approval';
import { succeeded } from '../../shared/kernel/errors';
import { approvalOf, decided, Gatehouse, START_MS } from './gatehouse';
import { cardTitle, click, installTestClock, openWindow } from './window';

installTestClock();

const open = (more: Partial<Approval>) => openWindow(new Gatehouse(approvalOf(1, more)));

/** A request that carries no act at all. */
function withoutAct(more: Partial<Approval> = {}): Approval {
  const { action: _action, actionHash: _hash, ...rest } = approvalOf(1, more);
  return rest;
}

const cardText = () => document.querySelector('#gatehouse-card')?.textContent ?? '';

describe('the card shows a request whole', () => {
  it('says who wants what, on whose behalf, why, and until when', async () => {
    await open({
      requestedBy: { kind: 'agent', actorId: 'Scout' },
      ancestorIds: ['orchestrator', 'planner'],
      rationale: 'Release 2.4 is out.',
      waitingUntilMs: START_MS + 60_000,
    });
    expect(cardTitle()).toBe('Scout wants to post externally to slack #ops');
    const lineage = screen.getByRole('list', { name: 'Lineage, oldest first' });
    expect(lineage.textContent).toBe('AgentorchestratorAgentplannerAgentScout');
    expect(cardText()).toContain('Release 2.4 is out.');
    expect(cardText()).toContain('in 31 minutes');
    expect(cardText()).toContain('in 59 seconds');
  });

  it('names the system and engines as such', async () => {
    await open({ requestedBy: { kind: 'system', source: 'automation_creation_review' } });
    expect(screen.getByRole('list', { name: 'Lineage, oldest first' }).textContent).toBe('SystemGatehouse');
  });

  it('shows a command as it will run, and what else belongs to the act beside it', async () => {
    await open({ action: { command: 'rm -rf "build dir"\necho done', timeout_ms: 5 } });
    const command = screen.getByRole('group', { name: 'Command' });
    expect(command.textContent).toBe('rm -rf "build dir"\necho done');
    expect(screen.getByRole('table', { name: 'Also part of the act' }).textContent).toBe('timeout_ms5');
  });

  it('shows any other act as JSON, to the last character', async () => {
    const action = { command: ['a', 'b'], text: 'line\n"quoted" \\ <b>no markup</b>', deep: { list: [1, null, true] } };
    await open({ action });
    expect(screen.getByRole('group', { name: 'The act' }).textContent).toBe(JSON.stringify(action, null, 2));
    expect(document.querySelector('#gatehouse-card pre b')).toBeNull();
  });

  it('says when no exact act is given', async () => {
    await openWindow(new Gatehouse(withoutAct({ requestType: 'tool_call' })));
    expect(cardText()).toContain('No exact act given: approving allows whatever the agent does next under this name.');
  });

  it('says what a standing permission allows', async () => {
    await openWindow(new Gatehouse(withoutAct({ requestType: 'capability_request' })));
    expect(cardText()).toContain('standing permission');
  });

  it('says so while a long act is not shown whole, and shows the rest on demand', async () => {
    await open({ action: { command: `${'x'.repeat(30_000)} && rm -rf /` } });
    expect(screen.getByText(/The act is not shown whole yet/)).toBeTruthy();
    expect(cardText()).toContain('Only the first 20,000 of 30,012 characters are shown.');
    await click(/Show more/);
    expect(cardText()).toContain('&& rm -rf /');
    expect(screen.queryByText(/The act is not shown whole yet/)).toBeNull();
  });

  it('shows the raw context, closed when it is long [7.approved-post]', async () => {
    await open({ context: { note: 'short one' } });
    expect(screen.getByRole('group', { name: 'Context' }).textContent).toContain('short one');
  });

  it.each([
    [
      'automation_creation_review',
      { trigger: 'creation_quota', agentID: 'scout', automationID: 'dig' },
      'Automationdig',
    ],
    ['automation_creation_review', { createdSinceReview: 7, creationReviewThreshold: 5 }, 'since your last look7'],
    [
      'automation_lifecycle_review',
      { runID: 'run-4', detail: 'Nothing to do.', reviewKind: 'run_drift' },
      'Nothing to do.',
    ],
    ['automation_lifecycle_review', { trigger: 'run_drift', detail: null, runCountSinceReview: 20 }, 'last look20'],
    ['automation_health_check', { trigger: 'health_drift', automationID: 'dig', findingCount: 3 }, 'Problems found3'],
    ['automation_expiration', { trigger: 'expired', automationID: 'dig', expiresAtMs: START_MS }, 'Its time ends'],
    ['automation_spend_cap', { weeklyCostUsd: 9.5, weeklySpendCapUsd: 9, reason: 'cap' }, 'Spent when stopped$9.50'],
    [
      'automation_dependency_revocation',
      {
        evidence: { grant_id: 'grant-1', granted_to: 'scout', grant_kind: 'modify' },
        pausedRunIDs: ['run-4', 'run-5'],
      },
      'run-4, run-5',
    ],
    [
      'automation_dependency_revocation',
      { evidence: { removed_mcp_servers: [{ agent_id: 'a', servers: ['linear', 'github'] }] }, pausedRunIDs: [] },
      'linear, github',
    ],
  ])('what Gatehouse (%s) found is said as facts, and not as JSON', async (source, context, fact) => {
    await openWindow(
      new Gatehouse(withoutAct({ requestType: 'lifecycle_review', requestedBy: { kind: 'system', source }, context })),
    );
    expect(cardText()).toContain(fact);
    expect(cardText()).not.toMatch(/[{}[\]"]/);
    expect(screen.queryByRole('group', { name: 'Context' })).toBeNull();
  });

  it('what others say in the same fields is shown as they wrote it, and so is what Gatehouse has no word for', async () => {
    await open({ context: { weeklyCostUsd: 9 } });
    expect(screen.getByRole('group', { name: 'Context' }).textContent).toContain('"weeklyCostUsd": 9');
    cleanup();
    await open({
      requestedBy: { kind: 'system', source: 'automation_health_check' },
      context: { findingCount: 2, odd: 1 },
    });
    expect(screen.getByRole('group', { name: 'Context' }).textContent).toBe('{\n  "odd": 1\n}');
  });

  it('says whether an approval was used', async () => {
    const used = decided(approvalOf(1), 'approved', { consumedAtMs: START_MS });
    const { actions } = await openWindow(new Gatehouse(used));
    act(() => actions.select('apr_1'));
    expect(screen.getByText(/The agent has used this approval/)).toBeTruthy();
  });
});

describe('the card of a settled request', () => {
  const show = async (approval: Approval) => {
    const { actions } = await openWindow(new Gatehouse(approval));
    act(() => actions.select('apr_1'));
  };

  it('speaks of no expiry once an act was answered', async () => {
    await show(decided(approvalOf(1), 'denied'));
    expect(cardText()).not.toMatch(/Expires|Stands until/);
  });

  it('says until when a permission stands', async () => {
    await show(decided(approvalOf(1, { requestType: 'capability_request' }), 'approved'));
    expect(cardText()).toContain('Stands until');
  });

  it('is told apart in the list by what it was about', async () => {
    await show(decided(approvalOf(1, { action: { command: 'npm test -- cart' } }), 'approved'));
    expect(screen.getByRole('option').textContent).toContain('npm test -- cart');
  });
});

describe('what a request has cost so far', () => {
  const cost = async (facts: Readonly<Record<string, number>>) => {
    const gatehouse = new Gatehouse(approvalOf(1));
    const risk = { level: 'normal' as const, reasons: [] };
    gatehouse.answers.set('approvals.facts', () => succeeded({ risk, agentId: 'scout', ...facts }));
    await openWindow(gatehouse);
    return screen.queryByText('Cost so far')?.nextElementSibling?.textContent;
  };

  it('is never $0: a week without a charge is nothing yet, one without a report unknown, and nothing is said where nobody reported any', async () => {
    expect(await cost({ weekNanos: 0, lifetimeNanos: 60_000_000 })).toContain('nothing yet this week, $0.06 in all');
    cleanup();
    expect(await cost({ lifetimeNanos: 60_000_000 })).toContain('unknown this week, $0.06 in all');
    cleanup();
    expect(await cost({})).toBeUndefined();
  });
});

describe('what an agent writes stays text', () => {
  it('hidden characters are shown by name wherever it is shown', async () => {
    await open({
      requestedBy: { kind: 'agent', actorId: 'sc\u200Bout' },
      targetResource: { type: 'slack', id: '#o\u202Eps' },
      rationale: 'a\u00A0b',
      action: { command: 'echo \u2066x\u2069' },
      context: { note: 'tag\u{E0041}' },
    });
    for (const name of ['U+200B', 'U+202E', 'U+00A0', 'U+2066', 'U+2069', 'U+E0041']) {
      expect(screen.getAllByRole('img', { name: `hidden character ${name}` }).length).toBeGreaterThan(0);
    }
    expect(document.body.textContent).not.toMatch(/[\u200B\u202E\u00A0\u2066\u2069\u{E0041}]/u);
  });

  it('a flood of one hidden character is one mark with a count', async () => {
    await open({ rationale: `quiet${'\u200B'.repeat(500)}` });
    expect(screen.getByRole('img', { name: '500 hidden characters U+200B' }).textContent).toBe('U+200B ×500');
  });

  it('is never markup, and each name is isolated from our words', async () => {
    await open({ requestedBy: { kind: 'agent', actorId: '<img src=x onerror=alert(1)> שלום' } });
    expect(document.querySelector('#root img, #gatehouse-card img')).toBeNull();
    const name = document.querySelector('#gatehouse-title [data-slot="who"] bdi');
    expect(name?.textContent).toBe('<img src=x onerror=alert(1)> שלום');
  });
});
