import { describe, expect, test } from 'vitest';
import { noticesOf } from '../../../electron/desktop/notifications/notices';
import { HOUR_MS } from '../../../shared/kernel/time';
import { eventNamesAfter, eventsAfter } from '../../support/audit';
import { cappedWorld, spend } from '../../support/runs';
import { ask, CWD, context, type GivenRule, makeRule, prefix } from '../../support/tool-rules';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const scout = agent('scout');

/** Approves what was asked, and makes a rule of it. */
async function approveWith(world: World, approvalId: string, rule: GivenRule) {
  const result = await world.execute(operator, 'approval.approve', { approvalId, rule });
  return result.ok ? result.value : result.refusal;
}

const head = (world: World) => world.store.read.audit.headSeq();

describe('approving with a rule', () => {
  test('is one act: the approval, and a rule of the agent, tool, folder and run that asked', async () => {
    const world = createWorld();
    const { approvalId } = await ask(world);
    const seq = head(world);
    const answer = await approveWith(world, approvalId, prefix('npm test', 'run'));
    expect(answer).toMatchObject({
      approval: { status: 'approved', reviewedBy: operator.actor },
      toolRule: {
        agentId: 'scout',
        toolName: 'Bash',
        pattern: { kind: 'command_prefix', prefix: 'npm test' },
        workspace: CWD,
        session: '5f0d',
        duration: 'run',
        approvalId,
        createdAtMs: START,
        createdBy: operator.actor,
        expiresAtMs: START + 24 * HOUR_MS,
        useCount: 0,
      },
    });
    expect(answer).not.toHaveProperty('approval.toolRuleId');
    expect(eventNamesAfter(world, seq)).toEqual(['approval.approved', 'tool_rule.created']);
  });

  test.each<[string, object, GivenRule, string]>([
    [
      'of high risk',
      { action: { command: 'git push' } },
      { pattern: { kind: 'exact' }, duration: 'hour' },
      'TOOL_RULE_HIGH_RISK',
    ],
    ['that the asker calls dangerous', { context: { ...context, risk: 'high' } }, prefix(), 'TOOL_RULE_HIGH_RISK'],
    ['in a home', { context: { ...context, cwd: '/home/olga' } }, prefix(), 'VALIDATION_FAILED'],
    ['without a session', { context: {} }, prefix('npm test', 'run'), 'VALIDATION_FAILED'],
    ['that the pattern does not cover', {}, prefix('npm run'), 'VALIDATION_FAILED'],
    ['with a prefix of no plain words', {}, prefix('npm test;'), 'VALIDATION_FAILED'],
    ['with the act of another', {}, { pattern: { kind: 'exact', action: 1 }, duration: 'hour' }, 'VALIDATION_FAILED'],
    [
      'of another type',
      { requestType: 'external_post' },
      { pattern: { kind: 'exact' }, duration: 'hour' },
      'TOOL_RULE_HIGH_RISK',
    ],
    [
      'about an automation',
      { targetResource: { type: 'automation', id: 'nightly' } },
      { pattern: { kind: 'exact' }, duration: 'hour' },
      'VALIDATION_FAILED',
    ],
  ])('a request %s: neither is done', async (_name, different, rule, code) => {
    const world = createWorld();
    const { approvalId } = await ask(world, 'npm test', different);
    const seq = head(world);
    expect(await approveWith(world, approvalId, rule)).toMatchObject({ code });
    expect(world.store.read.approvals.find(approvalId)?.status).toBe('pending');
    expect(world.store.read.toolRules.list({ state: 'all', now: START, limit: 9 })).toEqual([]);
    expect(head(world)).toBe(seq);
  });

  test('makes no rule of what was decided already, and says so', async () => {
    const world = createWorld();
    const { approvalId } = await ask(world);
    await world.execute(operator, 'approval.approve', { approvalId });
    expect(await approveWith(world, approvalId, prefix())).toMatchObject({ code: 'GOVERNANCE_APPROVAL_SETTLED' });
    expect(world.told(operator, 'toolRules.list', { state: 'live' }).count).toBe(0);
  });

  test('is for no engine and no agent, and neither lists, makes nor revokes rules', async () => {
    const world = createWorld();
    const { ruleId } = await makeRule(world);
    const { approvalId } = await ask(world, 'npm ci');
    for (const caller of [scout, engine]) {
      expect(await world.execute(caller, 'approval.approve', { approvalId, rule: prefix('npm ci') })).toMatchObject({
        refusal: { code: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN' },
      });
      const refused = { ok: false, refusal: { code: 'FORBIDDEN' } };
      const made = { agentId: 'scout', toolName: 'Bash', ...prefix() };
      expect(await world.execute(caller, 'toolRule.create', made)).toMatchObject(refused);
      expect(await world.execute(caller, 'toolRule.revoke', { ruleId })).toMatchObject(refused);
      expect(world.query(caller, 'toolRules.list', {})).toMatchObject(refused);
      expect(world.query(caller, 'toolRules.offer', { approvalId })).toMatchObject(refused);
      expect(world.query(caller, 'toolRules.preview', { approvalId, ...prefix() })).toMatchObject(refused);
    }
    const seen = world.store.read.audit.after(0, 100, 'scout').map(({ eventType }) => eventType);
    expect(seen.filter((name) => name.includes('tool_rule'))).toEqual([]);
  });
});

describe('a request that a rule covers', () => {
  test("is approved at once in the name of the rule's maker, and the log names the rule", async () => {
    const world = createWorld();
    const rule = await makeRule(world);
    world.clock.at += 5;
    const seq = head(world);
    const approval = await ask(world, 'npm test unit');
    expect(approval).toMatchObject({
      status: 'approved',
      revision: 2,
      reviewedBy: operator.actor,
      reviewedAtMs: START + 5,
      toolRuleId: rule.ruleId,
      guidance: { canAskAgain: false, sentence: 'The operator has allowed this beforehand.' },
    });
    expect(approval.reviewNotes).toContain(rule.ruleId);
    const { approvalId } = approval;
    expect(eventsAfter(world, seq)).toMatchObject([
      {
        name: 'approval.requested',
        actor: scout.actor,
        payload: { approvalID: approvalId, request: { status: 'pending' } },
      },
      { name: 'approval.approved', actor: operator.actor, payload: { toolRuleID: rule.ruleId, revision: 2 } },
      { name: 'tool_rule.used', actor: scout.actor, payload: { ruleID: rule.ruleId, approvalID: approvalId } },
    ]);
    expect(world.store.read.toolRules.find(rule.ruleId)).toMatchObject({ useCount: 1, lastUsedAtMs: START + 5 });
    expect(world.store.read.approvals.find(approvalId)).toMatchObject({ toolRuleId: rule.ruleId, status: 'approved' });
    const consume = await world.execute(scout, 'approval.consume', {
      approvalId,
      action: { command: 'npm test unit' },
    });
    expect(consume.ok).toBe(true);
    const again = await world.execute(scout, 'approval.consume', { approvalId, action: { command: 'npm test unit' } });
    expect(again).toMatchObject({ refusal: { code: 'GOVERNANCE_APPROVAL_CONSUMED' } });
  });

  test('waits nowhere: it is notified to nobody, counts for nothing and fills no backlog', async () => {
    const world = createWorld();
    await makeRule(world);
    for (let count = 0; count < 50; count++) await ask(world, `npm run ${count}`);
    const notified: string[] = [];
    const { approvals } = world.store.read;
    world.feed.subscribe((commit) => {
      const find = (id: string) => approvals.find(id) as never;
      const reads = {
        find,
        automationName: () => undefined,
        isExpired: () => false,
        isOnAnothersCard: () => false,
        pendingOverride: () => undefined,
        pendingRetirement: () => undefined,
      };
      notified.push(...noticesOf(commit, reads).map(({ notification }) => notification.key));
    });
    expect((await ask(world)).status).toBe('approved');
    expect(approvals.waitingCount()).toBe(50);
    expect(notified).toEqual([]);
    await expect(ask(world, 'npm run 51')).rejects.toThrow('GOVERNANCE_APPROVAL_BACKLOG');
  });

  test('that waits already is approved with the rule, and has its own rows in the log [judgement-6.settles]', async () => {
    const world = createWorld();
    const waiting = await ask(world, 'npm test unit');
    const other = await ask(world, 'npm ci');
    const foreign = await ask(world, 'npm test unit', {}, agent('other'));
    const seq = head(world);
    const { ruleId } = await makeRule(world);
    const statusOf = ({ approvalId }: { approvalId: string }) => world.store.read.approvals.find(approvalId)?.status;
    expect([waiting, other, foreign].map(statusOf)).toEqual(['approved', 'pending', 'pending']);
    expect(eventsAfter(world, seq).slice(-3)).toMatchObject([
      { name: 'tool_rule.created' },
      {
        name: 'approval.approved',
        actor: operator.actor,
        payload: { approvalID: waiting.approvalId, toolRuleID: ruleId },
      },
      { name: 'tool_rule.used', payload: { ruleID: ruleId, approvalID: waiting.approvalId } },
    ]);
  });

  test.each<[string, object, string]>([
    ['is of high risk this time', { action: { command: 'npm test --script-shell=./x.sh' } }, 'pending'],
    ['is called dangerous this time', { context: { ...context, risk_level: 'critical' } }, 'pending'],
    ['comes from another folder', { context: { ...context, cwd: '/srv/app/other' } }, 'pending'],
    ['comes from a folder below', { context: { ...context, cwd: `${CWD}/lib` } }, 'approved'],
    ['comes from another session', { context: { ...context, session_id: 'other' } }, 'approved'],
  ])('%s', async (_name, different, status) => {
    const world = createWorld();
    await makeRule(world);
    expect((await ask(world, 'npm test', different)).status).toBe(status);
  });

  test('comes from another session than that of a rule for one run: it waits', async () => {
    const world = createWorld();
    await makeRule(world, prefix('npm test', 'run'));
    expect((await ask(world)).status).toBe('approved');
    expect((await ask(world, 'npm test', { context: { ...context, session_id: 'other' } })).status).toBe('pending');
  });

  test('comes from a sub-agent: it is approved, and names the rule of the agent above', async () => {
    const world = createWorld();
    const { ruleId } = await makeRule(world);
    const reviewer = agent('scout/reviewer-1', ['scout']);
    expect(await ask(world, 'npm test', {}, reviewer)).toMatchObject({ status: 'approved', toolRuleId: ruleId });
    expect((await ask(world, 'npm test', {}, agent('scout/other'))).status).toBe('pending');
    expect((await ask(world, 'npm test', {}, agent('helper', ['scout']))).status).toBe('pending');
    expect((await ask(world, 'npm test', {}, engine)).status).toBe('pending');
  });

  test.each<[string, (world: World) => unknown]>([
    ['the agent is paused', (world) => world.execute(operator, 'agent.pause', { agentId: 'scout/reviewer-1' })],
    ['the agent of the rule is paused', (world) => world.execute(operator, 'agent.pause', { agentId: 'scout' })],
    ['all are paused', (world) => world.execute(operator, 'agents.pauseAll', {})],
  ])('waits while %s', async (_name, stop) => {
    const world = createWorld();
    await makeRule(world);
    const reviewer = agent('scout/reviewer-1', ['scout']);
    expect((await ask(world, 'npm test first', {}, reviewer)).status).toBe('approved');
    await stop(world);
    expect((await ask(world, 'npm test', {}, reviewer)).status).toBe('pending');
  });

  test('waits while the agent of the rule has spent its cap', async () => {
    const { world, runId } = await cappedWorld(1);
    await makeRule(world);
    expect((await ask(world, 'npm test a')).status).toBe('approved');
    await spend(world, runId, 1);
    expect((await ask(world, 'npm test b')).status).toBe('pending');
  });
});

describe('a rule ends', () => {
  test('when it is revoked: the next request waits, and what was approved stays so', async () => {
    const world = createWorld();
    const { ruleId } = await makeRule(world);
    const allowed = await ask(world, 'npm test unit');
    const seq = head(world);
    expect(await world.execute(operator, 'toolRule.revoke', { ruleId, reason: 'done' })).toMatchObject({
      value: { toolRule: { revokedAtMs: START, revokedBy: operator.actor, revokeReason: 'done', useCount: 1 } },
    });
    expect(eventsAfter(world, seq)).toMatchObject([
      { name: 'tool_rule.revoked', actor: operator.actor, payload: { ruleID: ruleId, reason: 'done' } },
    ]);
    expect((await ask(world)).status).toBe('pending');
    expect(world.store.read.approvals.find(allowed.approvalId)?.status).toBe('approved');
    expect(await world.execute(operator, 'toolRule.revoke', { ruleId })).toMatchObject({
      refusal: { code: 'TOOL_RULE_NOT_FOUND' },
    });
  });

  test.each([
    ['hour', HOUR_MS],
    ['run', 24 * HOUR_MS],
    ['today', new Date(START).setHours(24, 0, 0, 0) - START],
  ] as const)('for “%s” after its time, whether or not a timer ran', async (duration, lengthMs) => {
    const world = createWorld();
    const { ruleId } = await makeRule(world, prefix('npm test', duration));
    world.clock.at = START + lengthMs - 1;
    expect((await ask(world, 'npm test a')).status).toBe('approved');
    world.clock.at = START + lengthMs;
    expect((await ask(world, 'npm test b')).status).toBe('pending');
    const idsOf = (state: 'live' | 'over') => {
      const listed = world.query(operator, 'toolRules.list', { state });
      return listed.ok && listed.value.toolRules.map((rule) => rule.ruleId);
    };
    expect([idsOf('live'), idsOf('over')]).toEqual([[], [ruleId]]);
    expect(await world.execute(operator, 'toolRule.revoke', { ruleId })).toMatchObject({ ok: false });
  });
});
