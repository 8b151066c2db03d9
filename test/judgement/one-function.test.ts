import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { noticeOfRequest, noticesOf } from '../../electron/desktop/notifications/notices';
import { trayMenu } from '../../electron/desktop/tray/tray-menu';
import { trayState } from '../../electron/desktop/tray/tray-state';
import { createDeskReads } from '../../electron/edges/ipc/desk-reads';
import { surroundings } from '../../electron/judgement/here';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { judgeOf } from '../../electron/nouns/trust/facts';
import { defaultPreferences } from '../../shared/contract/desk-contract';
import { askBody, call } from '../support/api-client';
import { ask } from '../support/approvals';
import { agent, createWorld, operator } from '../support/world';

beforeAll(loadShellGrammar);

const claude = agent('claude');

/** Calls of each level, of each sort of tool, in a trusted folder and in one that is not. */
const calls = [
  ['Bash', { command: 'git status' }],
  ['Bash', { command: 'npm test' }],
  ['Bash', { command: 'rm -rf src' }],
  ['Read', { file_path: 'a.ts' }],
  ['Write', { file_path: 'a.ts', content: 'x' }],
  ['Write', { file_path: '.env', content: 'x' }],
  ['mcp__box__turn', {}],
  ['mcp__box__fill', {}],
  ['mcp__git__push', {}],
  ['mcp__db__query', { sql: 'select 1' }],
] as const;

test('rules, notifications, the tray, the card and sessions judge by one function, which knows what the operator said [judgement-0.one-function]', async () => {
  const world = createWorld();
  const { read } = world.store;
  const reads = createDeskReads(world.holder, world.query, operator, world.clock);
  await world.done(operator, 'toolClass.set', { agentId: 'claude', toolName: 'mcp__box__turn', level: 'low' });
  await world.done(operator, 'toolClass.set', { agentId: 'claude', toolName: 'mcp__git__push', level: 'normal' });
  await world.done(operator, 'workspace.untrust', { folder: '/work/untrusted' });
  const levels = new Set<string>();
  for (const cwd of ['/work/shop', '/work/untrusted']) {
    for (const [toolName, action] of calls) {
      const session = { engine: 'claude', sessionId: `s ${toolName}`, workspace: cwd } as const;
      const call = { toolName, action, engineAsks: 'never', askMode: 'high' } as const;
      const decided = await world.done(claude, 'session.decide', { session, call });
      const targetResource = { type: 'tool', id: toolName };
      const approval = await ask(world, { targetResource, action, context: { cwd } }, claude);
      const { approvalId } = approval;
      const { level, reasons } = judgeOf(read).request(approval);
      levels.add(level);
      const isHigh = level === 'high';
      const facts = world.query(operator, 'approvals.facts', { approvalId });
      const offer = world.query(operator, 'toolRules.offer', { approvalId });
      const menu = trayMenu(trayState(reads, defaultPreferences, undefined, world.clock.at), {} as never);
      const shown = JSON.stringify(menu);
      expect({
        case: [cwd, toolName, action],
        asked: decided.answer === 'ask',
        card: facts.ok && facts.value.risk,
        offered: offer.ok && (isHigh ? offer.value.riskReasons.length > 0 : offer.value.riskReasons.length),
        patterns: isHigh && offer.ok && offer.value.patterns.length > 0,
        notified: !noticeOfRequest(reads.find(approvalId)!, reads).notification.actions.some(
          ({ action }) => action === 'approve',
        ),
        inTray: shown.includes('High risk'),
      }).toEqual({
        case: [cwd, toolName, action],
        asked: isHigh,
        card: { level, reasons },
        offered: isHigh ? true : 0,
        patterns: false,
        notified: isHigh,
        inTray: isHigh,
      });
      await world.done(claude, 'approval.cancel', { approvalId });
    }
  }
  expect([...levels].toSorted()).toEqual(['high', 'low', 'normal']);
});

test.each([
  ['without a rule', undefined],
  ['beside a rule that does not cover it', 'npm run lint'],
])(
  'a request %s is judged once, in the commit that brings it, wherever the operator is told of it [judgement-7.once]',
  async (_case, prefix) => {
    const world = createWorld();
    const api = await world.startApi();
    const reads = createDeskReads(world.holder, world.query, operator, world.clock);
    const { secret } = await world.done(operator, 'token.create', { kind: 'agent', name: 'claude', agentId: 'claude' });
    if (prefix !== undefined) {
      const pattern = { kind: 'command_prefix', prefix } as const;
      await world.done(operator, 'toolRule.create', { toolName: 'Bash', pattern, duration: 'until_revoked' });
    }
    const judging = vi.spyOn(surroundings, 'workspaceOf');
    onTestFinished(() => judging.mockRestore());
    const counts: number[] = [];
    const told: unknown[] = [];
    world.feed.subscribe((commit) => {
      // As the desk does at each commit: the notification, the tray, and the page of the window.
      counts.push(judging.mock.calls.length);
      told.push(...noticesOf(commit, reads).map(({ approvalId }) => approvalId));
      trayMenu(trayState(reads, defaultPreferences, undefined, world.clock.at), {} as never);
      world.told(operator, 'approvals.list', {});
    });
    const asked = await call(api, 'POST', '/governance/approvals', {
      token: secret,
      body: askBody({ context: { cwd: '/work/shop' } }),
    });
    expect(asked).toMatchObject({ status: 200, body: { approval: { status: 'pending' } } });
    await expect.poll(() => told).toHaveLength(1);
    world.told(operator, 'approvals.get', { approvalId: asked.body.approval.approval_id });
    expect([...counts, judging.mock.calls.length]).toEqual([1, 1]);
  },
);
