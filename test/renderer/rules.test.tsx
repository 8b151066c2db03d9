// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ToolPattern, ToolRule } from '../../shared/contract/tool-rule';
import { refused, succeeded } from '../../shared/kernel/errors';
import { approvalOf, decided, Gatehouse, START_MS } from './gatehouse';
import { canPress, click, installTestClock, openWindow, pass, press } from './window';

installTestClock();

const HOUR_MS = 3_600_000;
const call = {
  requestType: 'tool_call',
  requestedBy: { kind: 'agent', actorId: 'claude-code' },
  targetResource: { type: 'tool', id: 'Bash' },
  action: { command: 'npm test unit' },
} as const;
const patterns: readonly ToolPattern[] = [
  { kind: 'exact', hash: 'h', summary: 'npm test unit' },
  { kind: 'command_prefix', prefix: 'npm test' },
  { kind: 'any' },
];
const offer = {
  isToolCall: true,
  agentId: 'claude-code',
  toolName: 'Bash',
  workspace: '/home/olga/shop',
  hasSession: true,
  patterns,
  riskReasons: [],
};
const rule: ToolRule = {
  ruleId: 'rule_1',
  agentId: 'claude-code',
  toolName: 'Bash',
  pattern: { kind: 'command_prefix', prefix: 'npm test\u202e' },
  duration: 'hour',
  createdAtMs: START_MS,
  createdBy: { kind: 'human' },
  expiresAtMs: START_MS + HOUR_MS,
  useCount: 3,
};

/** A tool call waits, and another request behind it. */
async function open(different: object = {}) {
  const gatehouse = new Gatehouse(approvalOf(1, call), approvalOf(2));
  gatehouse.answers.set('toolRules.offer', () => succeeded({ ...offer, ...different }));
  gatehouse.answers.set('toolRules.preview', ({ duration }: { duration: string }) =>
    succeeded({
      count: 12,
      isCut: false,
      examples: [
        {
          approvalId: 'a',
          agentId: 'claude-code/sub',
          createdAtMs: START_MS,
          status: 'approved',
          summary: 'npm test x',
        },
      ],
      ...(duration === 'hour' && { expiresAtMs: START_MS + HOUR_MS }),
    }),
  );
  const parts = await openWindow(gatehouse);
  return { gatehouse, ...parts };
}

async function choose(name: RegExp): Promise<void> {
  await act(async () => {
    fireEvent.click(screen.getByRole('radio', { name }));
  });
  await pass(500);
}

const sent = (gatehouse: Gatehouse) => gatehouse.inputsOf('approval.approve');

describe('allowing from now on', () => {
  it('takes two keys, and sends the approval with the rule as one command', async () => {
    const { gatehouse } = await open();
    await press('r');
    await pass(500);
    expect(screen.getByRole('dialog', { name: 'Allow from now on?' })).toBeTruthy();
    await choose(/begin with/);
    await choose(/One hour/);
    expect(screen.getByText('Would have matched 12 requests in the last seven days:')).toBeTruthy();
    expect(screen.getByText('npm test x')).toBeTruthy();
    expect(screen.getByText('claude-code/sub')).toBeTruthy();
    expect(screen.getByText('and 11 more')).toBeTruthy();
    await click('Approve and allow');
    expect(sent(gatehouse)).toEqual([
      {
        approvalId: 'apr_1',
        revision: 1,
        rule: { pattern: { kind: 'command_prefix', prefix: 'npm test' }, duration: 'hour' },
      },
    ]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is offered from habit, with what is usual chosen', async () => {
    const { gatehouse } = await open({ habit: { count: 14, pattern: 1 } });
    await click('Approved 14 times this week: Commands that begin with npm test. Always?');
    await pass(500);
    await click('Approve and allow');
    expect(sent(gatehouse)).toMatchObject([{ rule: { pattern: { kind: 'command_prefix', prefix: 'npm test' } } }]);
  });

  it('is not done by a key that was meant for the card', async () => {
    const { gatehouse } = await open();
    await press('r');
    await act(async () => {
      fireEvent.submit(screen.getByRole('dialog').querySelector('form') ?? document.body);
    });
    await pass(10);
    expect(sent(gatehouse)).toEqual([]);
    await pass(500);
    const dialog = screen.getByRole('dialog');
    act(() => dialog.querySelector<HTMLElement>('button')?.focus());
    await press('a');
    await press('j');
    expect(document.querySelector('[data-armed="true"]')).toBeNull();
    expect(screen.getByRole('dialog')).toBeTruthy();
  });

  it('asks for the narrowest first, and sends the act of the request for an exact rule', async () => {
    const { gatehouse } = await open();
    await press('r');
    await pass(500);
    await click('Approve and allow');
    expect(sent(gatehouse)).toMatchObject([{ rule: { pattern: { kind: 'exact' }, duration: 'run' } }]);
  });

  it('is not offered for what is of high risk, nor for another type of request, and says why', async () => {
    const { actions } = await open({
      patterns: [],
      riskReasons: [{ kind: 'sends', what: 'pushes commits to a remote' }],
    });
    expect(screen.getByText(/acts of high risk are decided one by one/)).toBeTruthy();
    expect(canPress('Allow from now on…')).toBe(false);
    await press('r');
    expect(screen.queryByRole('dialog')).toBeNull();
    act(() => actions.select('apr_2'));
    await pass(500);
    expect(screen.queryByText(/standing rule/)).toBeNull();
    expect(canPress('Approve')).toBe(true);
  });

  it('cannot be sent while nobody knows what it would match, and says why it is refused', async () => {
    const { gatehouse } = await open();
    gatehouse.answers.set('toolRules.preview', () => refused('TOOL_RULE_HIGH_RISK'));
    await press('r');
    await pass(500);
    expect(screen.getByText(/no standing rule can allow it/)).toBeTruthy();
    expect(canPress('Approve and allow')).toBe(false);
  });

  it('goes away with the request that it is about', async () => {
    const { gatehouse } = await open();
    await press('r');
    await pass(500);
    act(() => gatehouse.commit(decided(approvalOf(1, call), 'denied')));
    await pass(500);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(sent(gatehouse)).toEqual([]);
  });
});

describe('standing rules', () => {
  it('are named where they allowed something', async () => {
    const approval = decided(approvalOf(1, call), 'approved', { toolRuleId: 'rule_1', reviewNotes: 'rule_1' });
    const gatehouse = new Gatehouse(approval);
    gatehouse.answers.set('toolRules.get', () => succeeded({ toolRule: rule }));
    const { actions } = await openWindow(gatehouse);
    act(() => actions.select('apr_1'));
    await pass(500);
    expect(screen.getByText('Allowed by your standing rule')).toBeTruthy();
    expect(screen.getAllByText('Allowed by rule').length).toBeGreaterThan(0);
    expect(document.querySelector('code')?.textContent).toContain('U+202E');
  });

  it('are listed with their uses and revoked for good after a question', async () => {
    const gatehouse = new Gatehouse();
    let rules = [rule];
    gatehouse.answers.set('toolRules.list', () => succeeded({ toolRules: rules, count: rules.length }));
    gatehouse.answers.set('toolRule.revoke', () => {
      rules = [];
      return succeeded({ toolRule: { ...rule, revokedAtMs: START_MS } });
    });
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('settings', 'rules'));
    await pass(500);
    const table = screen.getByRole('group', { name: 'Standing rules' });
    expect(table.textContent).toContain('claude-code');
    expect(table.querySelector('[data-number="true"]:is(td)')?.textContent).toBe('3');
    await click('Revoke the rule for Bash');
    await pass(500);
    await click('Revoke');
    expect(gatehouse.inputsOf('toolRule.revoke')).toEqual([{ ruleId: 'rule_1' }]);
    act(() => gatehouse.push({ kind: 'changed', topics: ['rules'] }));
    await pass(500);
    expect(screen.getByText('No standing rule')).toBeTruthy();
  });

  it('that are over by the clock cannot be revoked any more', async () => {
    const gatehouse = new Gatehouse();
    const short = { ...rule, expiresAtMs: START_MS + 30_000 };
    gatehouse.answers.set('toolRules.list', () => succeeded({ toolRules: [short], count: 1 }));
    const { actions } = await openWindow(gatehouse);
    act(() => actions.show('settings', 'rules'));
    await pass(500);
    expect(canPress('Revoke the rule for Bash')).toBe(true);
    await pass(40_000);
    expect(canPress('Revoke the rule for Bash')).toBe(false);
  });
});
