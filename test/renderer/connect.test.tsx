// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { EngineStatus } from '../../shared/contract/connection';
import { refused, succeeded } from '../../shared/kernel/errors';
import { approvalOf, Gatehouse, goodStatus, START_MS } from './gatehouse';
import { click, installTestClock, openWindow, pass, press, type } from './window';

installTestClock();

const base = { isInstalled: true, findings: [], maxHoldSeconds: 86_400, files: ['/home/kim/.claude/settings.json'] };
const claude: EngineStatus = {
  ...base,
  engine: 'claude',
  state: 'connected',
  agentId: 'claude-code',
  connectedAtMs: START_MS,
  hook: { askMode: 'engine', ifUnavailable: 'prompt', holdSeconds: 540 },
};
const codex: EngineStatus = { ...base, engine: 'codex', state: 'not_connected', maxHoldSeconds: 540 };
const unguarded: EngineStatus = {
  ...claude,
  state: 'unguarded',
  cause: 'hook_removed',
  findings: ['The hook is not in /home/kim/.claude/settings.json.'],
};
const pairing = {
  connectionId: 'con_1',
  engine: 'claude' as const,
  agentId: 'claude-\u202Ecode',
  code: 'ABCD-2345',
  expiresAtMs: START_MS + 300_000,
  isKnownAgent: true,
};

async function open(status: Partial<typeof goodStatus>, ...approvals: Parameters<typeof approvalOf>[0][]) {
  const gatehouse = new Gatehouse(...approvals.map((number) => approvalOf(number)));
  gatehouse.status = { ...goodStatus, ...status };
  return { gatehouse, ...(await openWindow(gatehouse)) };
}

it('says how many are connected and how many of them are unguarded, and why', async () => {
  const { gatehouse } = await open({ engines: [unguarded, { ...claude, engine: 'gemini' }, codex] });
  expect(screen.getByRole('alert').textContent).toContain('Claude Code is unguarded');
  await click('Open Settings');
  await pass(10);
  expect(screen.getByText('2 agents connected, 1 unguarded (hook removed)')).toBeTruthy();
  expect(gatehouse.inputsOf('desk.lookAtEngines')).toHaveLength(1);
  expect(screen.queryByRole('button', { name: 'Repair Gemini CLI' })).toBeNull();
  gatehouse.answers.set('desk.connectEngine', () => succeeded({ done: [], problem: 'It is read-only.' }));
  await click('Repair Claude Code');
  expect(gatehouse.inputsOf('desk.connectEngine')).toEqual([{ engine: 'claude' }]);
  expect(within(screen.getByRole('listitem', { name: 'Claude Code' })).getByRole('alert').textContent).toBe(
    'It is read-only.',
  );
});

it('says what becomes of a call whose hook fails, and how that is changed [sessions-5.fail-closed]', async () => {
  const connected = (engine: EngineStatus['engine'], strength: NonNullable<EngineStatus['strength']>) => ({
    ...claude,
    engine,
    strength,
  });
  await open({
    engines: [connected('claude', 'user'), connected('codex', 'fail-closed'), connected('opencode', 'user')],
  });
  await click('Settings');
  const said = (name: string) => screen.getByRole('listitem', { name }).textContent;
  expect(said('Claude Code')).toContain(
    'The engine goes its own way; change it with: gatehouse connect claude --strength fail-closed',
  );
  expect(said('Codex')).toContain('The tool call is blocked; change it with: gatehouse connect codex --strength user');
  expect(said('opencode')).toMatch(/The tool call is blocked(?!;)/);
});

it('removes only after a second question, and says what was done', async () => {
  const { gatehouse } = await open({ engines: [claude, codex] });
  await click('Settings');
  await click('Remove Claude Code');
  expect(gatehouse.inputsOf('desk.disconnectEngine')).toEqual([]);
  gatehouse.answers.set('desk.disconnectEngine', () => succeeded({ done: ['All is as it was.'] }));
  await click('Remove for good');
  expect(gatehouse.inputsOf('desk.disconnectEngine')).toEqual([{ engine: 'claude' }]);
  expect(screen.getByText('All is as it was.')).toBeTruthy();
});

it('stores how the hook behaves, and refuses a time that the engine would not wait', async () => {
  const { gatehouse } = await open({ engines: [{ ...claude, engine: 'codex', maxHoldSeconds: 540 }] });
  gatehouse.answers.set('desk.setEngineHook', () => succeeded({ done: [] }));
  await click('Settings');
  const hold = screen.getByLabelText('Wait for your answer');
  await act(async () => void fireEvent.change(hold, { target: { value: '541' } }));
  await act(async () => void fireEvent.blur(hold));
  expect(screen.getByText('Give a whole number from 0 to 540.')).toBeTruthy();
  expect(gatehouse.inputsOf('desk.setEngineHook')).toEqual([]);
  await act(async () => void fireEvent.change(hold, { target: { value: '60' } }));
  await act(async () => void fireEvent.blur(hold));
  const choice = screen.getByLabelText('If Gatehouse does not answer');
  await act(async () => void fireEvent.change(choice, { target: { value: 'allow' } }));
  const modes = screen.getByLabelText('Asks you about');
  expect(screen.getByText(/^What the engine itself would ask about comes here/)).toBeTruthy();
  await act(async () => void fireEvent.change(modes, { target: { value: 'changes' } }));
  const stored = { askMode: 'engine', ifUnavailable: 'prompt', holdSeconds: 540 };
  expect(gatehouse.inputsOf('desk.setEngineHook')).toEqual([
    { engine: 'codex', hook: { ...stored, holdSeconds: 60 } },
    { engine: 'codex', hook: { ...stored, ifUnavailable: 'allow' } },
    { engine: 'codex', hook: { ...stored, askMode: 'changes' } },
  ]);
});

it('shows who asks to be connected with hidden characters, and no key answers it', async () => {
  const { gatehouse } = await open({ pairings: [pairing] }, 1);
  gatehouse.answers.set('desk.answerPairing', () => refused('CONNECTION_NOT_FOUND'));
  const banner = screen.getByRole('alert');
  expect(banner.textContent).toContain('Claude Code wants to connect');
  expect(banner.textContent).toContain('ABCD-2345');
  expect(banner.textContent).not.toContain('\u202E');
  expect(banner.textContent).toContain('There is an agent of this name already');
  for (const key of ['Enter', ' ', 'a', 'Enter']) await press(key);
  expect(gatehouse.inputsOf('desk.answerPairing')).toEqual([]);
  await click('Connect Claude Code');
  expect(gatehouse.inputsOf('desk.answerPairing')).toEqual([{ connectionId: 'con_1', isAccepted: true }]);
  await type('Parent agent (optional)', ' planner ');
  await click('Connect Claude Code');
  const named = { connectionId: 'con_1', isAccepted: true, parentAgentId: 'planner' };
  expect(gatehouse.inputsOf('desk.answerPairing').at(-1)).toEqual(named);
  expect(screen.getByText(/^Not connected: Nobody waits for an answer/)).toBeTruthy();
});
