import { describe, expect, test } from 'vitest';
import { noticesOf } from '../../../electron/desktop/notifications/notices';
import type { GivenInputOf, OutputOf } from '../../../shared/contract/contract';
import { MAX_LIVE_RULES, MOST_EXAMPLES, PREVIEW_MS, type ToolRule } from '../../../shared/contract/tool-rule';
import type { Caller } from '../../../shared/kernel/actor';
import type { Result } from '../../../shared/kernel/errors';
import { HOUR_MS } from '../../../shared/kernel/time';
import { request } from '../../support/approvals';
import { cappedWorld, spend } from '../../support/runs';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const scout = agent('scout');
const CWD = '/home/olga/shop';

/** What the hook of Claude Code says of each request. */
const context = {
  engine: 'claude',
  session_id: '5f0d',
  cwd: CWD,
  permission_mode: 'default',
  hook_event_name: 'PermissionRequest',
  model: 'claude-opus',
};

async function ask(world: World, command = 'npm test', different: object = {}, caller: Caller = scout) {
  const asked = await world.execute(
    caller,
    'approval.request',
    request({ action: { command }, context, rationale: `to run ${command}`, ...different }),
  );
  if (!asked.ok) throw new Error(asked.refusal.code);
  return asked.value.approval;
}

type GivenRule = NonNullable<GivenInputOf<'approval.approve'>['rule']>;
const prefix = (words = 'npm test', duration: GivenRule['duration'] = 'until_revoked'): GivenRule => ({
  pattern: { kind: 'command_prefix', prefix: words },
  duration,
});

/** Approves what was asked, and makes a rule of it. */
async function approveWith(world: World, approvalId: string, rule: GivenRule) {
  const result = await world.execute(operator, 'approval.approve', { approvalId, rule });
  return result.ok ? result.value : result.refusal;
}

async function makeRule(world: World, rule: GivenRule = prefix()): Promise<ToolRule> {
  const { approvalId } = await ask(world);
  const answer = await approveWith(world, approvalId, rule);
  if (!('toolRule' in answer) || answer.toolRule === undefined) throw new Error(JSON.stringify(answer));
  return answer.toolRule;
}

const rowsAfter = (world: World, seq: number) =>
  world.store.read.audit.after(seq, 100).map(({ eventType, actor, payload }) => ({
    name: eventType.replace('automation.governance.', ''),
    actor,
    payload,
  }));
const namesAfter = (world: World, seq: number) => rowsAfter(world, seq).map(({ name }) => name);
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
    expect(namesAfter(world, seq)).toEqual(['approval.approved', 'tool_rule.created']);
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
    expect(world.store.read.toolRules.liveCount(START)).toBe(0);
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
    expect(rowsAfter(world, seq)).toMatchObject([
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
        riskOf: () => ({ level: 'normal', reasons: [] }) as const,
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
    expect(rowsAfter(world, seq).slice(-3)).toMatchObject([
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
    expect(rowsAfter(world, seq)).toMatchObject([
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

describe('what the desk asks', () => {
  test('the offer is what a rule of the request could cover, or why there is none', async () => {
    const world = createWorld();
    const { approvalId } = await ask(world, 'npm test unit');
    expect(world.query(operator, 'toolRules.offer', { approvalId })).toMatchObject({
      value: {
        isToolCall: true,
        agentId: 'scout',
        toolName: 'Bash',
        workspace: CWD,
        hasSession: true,
        patterns: [
          { kind: 'exact', summary: 'npm test unit' },
          { kind: 'command_prefix', prefix: 'npm test unit' },
          { kind: 'command_prefix', prefix: 'npm test' },
          { kind: 'bundle', bundle: 'checks' },
        ],
        riskReasons: [],
      },
    });
    const risky = await ask(world, 'git push');
    expect(world.query(operator, 'toolRules.offer', { approvalId: risky.approvalId })).toMatchObject({
      value: { isToolCall: true, patterns: [], riskReasons: [{ kind: 'sends', what: 'pushes commits to a remote' }] },
    });
    const inside = { targetResource: { type: 'tool', id: 'Read' }, action: { file_path: `${CWD}/src/a.ts` } };
    const file = await ask(world, '', inside);
    expect(world.query(operator, 'toolRules.offer', { approvalId: file.approvalId })).toMatchObject({
      value: {
        patterns: [
          { kind: 'exact' },
          { kind: 'path', folder: `${CWD}/src` },
          { kind: 'path', folder: CWD },
          { kind: 'bundle', bundle: 'looks' },
        ],
      },
    });
    const other = await ask(world, 'x', { requestType: 'quota_override' });
    expect(world.query(operator, 'toolRules.offer', { approvalId: other.approvalId })).toMatchObject({
      value: { isToolCall: false, patterns: [] },
    });
  });

  test('what the operator approves over and over is offered as the habit that it is', async () => {
    const world = createWorld();
    const offerOf = async (command: string) => {
      const { approvalId } = await ask(world, command);
      const offer = world.query(operator, 'toolRules.offer', { approvalId });
      return offer.ok ? { ...offer.value, approvalId } : undefined;
    };
    for (let count = 0; count < 5; count++) {
      const offer = await offerOf(`npm test ${count}`);
      expect(offer).not.toHaveProperty('habit');
      await world.execute(operator, 'approval.approve', { approvalId: offer?.approvalId ?? '' });
    }
    const offer = await offerOf('npm test last');
    expect(offer?.habit?.count).toBe(5);
    expect(offer?.patterns[offer.habit?.pattern ?? -1]).toEqual({ kind: 'command_prefix', prefix: 'npm test' });
    expect(await offerOf('npm run build')).not.toHaveProperty('habit');
    await makeRule(world);
    world.clock.at += PREVIEW_MS + 1;
    expect(await offerOf('npm run build')).not.toHaveProperty('habit');
  });

  test('the preview counts what the rule would have matched in seven days, and names the newest', async () => {
    const world = createWorld();
    await ask(world, 'npm test too-old');
    world.clock.at += PREVIEW_MS;
    for (let count = 0; count < 25; count++) {
      world.clock.at += 1;
      await ask(world, `npm test ${count}`);
    }
    await ask(world, 'npm test; touch x');
    await ask(world, 'npm ci');
    await ask(world, 'npm test sub', {}, agent('scout/a', ['scout']));
    await ask(world, 'npm test', {}, agent('helper'));
    const { approvalId } = await ask(world, 'npm test last');
    const preview = world.query(operator, 'toolRules.preview', { approvalId, ...prefix('npm test', 'hour') });
    if (!preview.ok) throw new Error(preview.refusal.code);
    expect(preview.value).toMatchObject({ count: 27, isCut: false, expiresAtMs: world.clock.at + HOUR_MS });
    expect(preview.value.examples).toHaveLength(MOST_EXAMPLES);
    const agents = preview.value.examples.slice(0, 3).map(({ agentId, summary }) => `${agentId}: ${summary}`);
    expect(agents.toSorted()).toEqual(['scout/a: npm test sub', 'scout: npm test 24', 'scout: npm test last']);
    expect(world.query(operator, 'toolRules.preview', { approvalId, ...prefix('npm run') })).toMatchObject({
      ok: false,
    });
  });

  test('the list goes on where its cursor says, and can be of one agent', async () => {
    const world = createWorld();
    const made = async (agentId: string) => {
      const result = await world.execute(operator, 'toolRule.create', { agentId, toolName: 'Bash', ...prefix() });
      return result.ok ? result.value.toolRule.ruleId : result.refusal.code;
    };
    const ids = [await made('scout'), await made('helper'), await made('scout')];
    const first = world.query(operator, 'toolRules.list', { limit: 2 });
    if (!first.ok || first.value.nextCursor === undefined) throw new Error('no page');
    const second = world.query(operator, 'toolRules.list', { limit: 2, cursor: first.value.nextCursor });
    const idsOf = (answer: Result<OutputOf<'toolRules.list'>>) =>
      answer.ok ? answer.value.toolRules.map(({ ruleId }) => ruleId) : [];
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed());
    expect(idsOf(world.query(operator, 'toolRules.list', { agentId: 'helper' }))).toEqual([ids[1]]);
    expect(world.query(operator, 'toolRules.list', { cursor: 'x' })).toMatchObject({ ok: false });
  });
});

describe('a rule that is made of no request', () => {
  const create = (world: World, different: object) =>
    world.execute(operator, 'toolRule.create', { agentId: 'scout', toolName: 'Bash', ...prefix(), ...different });

  test.each<[string, object, string]>([
    ['a prefix of high risk', { pattern: { kind: 'command_prefix', prefix: 'git push' } }, 'TOOL_RULE_HIGH_RISK'],
    ['an act of high risk', { pattern: { kind: 'exact', action: { command: 'git push' } } }, 'TOOL_RULE_HIGH_RISK'],
    ['a tool of high risk', { toolName: 'payments.refund', pattern: { kind: 'any' } }, 'TOOL_RULE_HIGH_RISK'],
    ['no act', { pattern: { kind: 'exact' } }, 'VALIDATION_FAILED'],
    ['a folder near the root', { pattern: { kind: 'path', folder: '/etc' } }, 'VALIDATION_FAILED'],
    ['a home to work in', { workspace: '/home/olga' }, 'VALIDATION_FAILED'],
    ['a relative folder to work in', { workspace: 'shop' }, 'VALIDATION_FAILED'],
    ['a run without its name', { duration: 'run' }, 'VALIDATION_FAILED'],
    ['a session for longer than a run', { session: 's' }, 'VALIDATION_FAILED'],
  ])('is refused for %s', async (_name, different, code) => {
    expect(await create(createWorld(), different)).toMatchObject({ refusal: { code } });
  });

  test('allows what it covers, for a file tool with the folder that it trusts', async () => {
    const world = createWorld();
    await create(world, { toolName: 'Edit', pattern: { kind: 'path', folder: `${CWD}/src` }, workspace: CWD });
    const edit = (file_path: string) =>
      ask(world, '', { targetResource: { type: 'tool', id: 'Edit' }, action: { file_path, old_string: 'a' } });
    expect((await edit(`${CWD}/src/lib/a.ts`)).status).toBe('approved');
    expect((await edit(`${CWD}/package.json`)).status).toBe('pending');
  });

  test(`is refused for an agent that has ${MAX_LIVE_RULES} already`, async () => {
    const world = createWorld();
    for (let count = 0; count < MAX_LIVE_RULES; count++) expect((await create(world, {})).ok).toBe(true);
    expect(await create(world, {})).toMatchObject({ refusal: { code: 'VALIDATION_FAILED' } });
    expect((await create(world, { agentId: 'helper' })).ok).toBe(true);
  });
});
