import { describe, expect, test } from 'vitest';
import type { GivenInputOf } from '../../../shared/contract/contract';
import type { Caller } from '../../../shared/kernel/actor';
import { request } from '../../support/approvals';
import { agent, createWorld, engine, operator, type World } from '../../support/world';

const scout = agent('scout');
const CWD = '/home/olga/shop';
const context = { engine: 'claude', session_id: '5f0d', cwd: CWD };

type Given = GivenInputOf<'toolRule.create'>;

const never = (pattern: Given['pattern'], more: Partial<Given> = {}): Given => ({
  verdict: 'deny',
  pattern,
  isAnywhere: true,
  duration: 'until_revoked',
  ...more,
});
const allow = (pattern: Given['pattern'], more: Partial<Given> = {}): Given => ({
  ...never(pattern, more),
  verdict: 'allow',
  ...more,
});
const commands = (prefix: string) => ({ kind: 'command_prefix', prefix }) as const;

async function make(world: World, rule: Given) {
  return await world.done(operator, 'toolRule.create', rule);
}

async function ask(world: World, tool: string, action: object, caller: Caller = scout, different: object = {}) {
  return (
    await world.done(
      caller,
      'approval.request',
      request({
        targetResource: { type: 'tool', id: tool },
        action,
        context: { ...context, ...different },
        rationale: JSON.stringify(action),
      }),
    )
  ).approval;
}

const statusOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;
const run = (world: World, command: string, caller?: Caller, different?: object) =>
  statusOf(world, 'Bash', { command }, caller, different);

describe('a rule that denies', () => {
  test.each<[string, Given['pattern'], readonly [string, object][], readonly [string, object][]]>([
    [
      'commands, however they are spelt',
      commands('git push main'),
      [
        ['Bash', { command: 'git push origin main' }],
        ['Bash', { command: 'git push --force origin HEAD:main' }],
        ['Bash', { command: 'git -C . push origin +main' }],
        ['Bash', { command: 'cd src && /usr/bin/git push origin refs/heads/main' }],
        ['Bash', { command: 'bash -c "git push origin main"' }],
        ['run_shell_command', { command: 'npm test; git push origin main' }],
      ],
      [
        ['Bash', { command: 'git push origin mainline' }],
        ['Bash', { command: 'git commit -m "push main"' }],
        ['Bash', { command: 'echo git push main' }],
      ],
    ],
    [
      'files, by whatever uses them',
      { kind: 'files', glob: '.env*' },
      [
        ['Read', { file_path: `${CWD}/.env` }],
        ['Read', { file_path: `${CWD}/packages/api/.env.local` }],
        ['Bash', { command: 'cat .env' }],
        ['Bash', { command: 'cp packages/api/.env.production /tmp/x' }],
        ['Bash', { command: 'grep -r KEY . < .env' }],
        ['Write', { file_path: '.env', content: '' }],
      ],
      [
        ['Read', { file_path: `${CWD}/src/env.ts` }],
        ['Bash', { command: 'cat src/environment.ts' }],
      ],
    ],
    [
      'a folder',
      { kind: 'path', folder: 'migrations' },
      [
        ['Edit', { file_path: `${CWD}/migrations/001.sql`, old_string: 'a', new_string: 'b' }],
        ['Bash', { command: 'sed -i s/a/b/ migrations/001.sql' }],
      ],
      [['Edit', { file_path: `${CWD}/src/migrations.ts`, old_string: 'a', new_string: 'b' }]],
    ],
    [
      'a host',
      { kind: 'host', host: 'pastebin.com' },
      [
        ['WebFetch', { url: 'https://pastebin.com/x', prompt: 'read' }],
        ['Bash', { command: 'curl -s https://pastebin.com/raw/x' }],
      ],
      [['WebFetch', { url: 'https://docs.stripe.com/pastebin.com', prompt: 'read' }]],
    ],
  ])('%s', async (_name, pattern, denied, others) => {
    const world = createWorld();
    await make(world, never(pattern));
    for (const [tool, action] of denied) {
      expect(await statusOf(world, tool, action), JSON.stringify(action)).toBe('denied');
    }
    for (const [tool, action] of others) {
      expect(await statusOf(world, tool, action), JSON.stringify(action)).toBe('pending');
    }
  });

  test('says why to the agent, counts as the decision of its maker, and wins over one that allows [judgement-6.deny-wins, judgement-6.events]', async () => {
    const world = createWorld();
    await make(world, allow({ kind: 'bundle', bundle: 'checks' }));
    const { toolRule } = await make(world, never(commands('npm test'), { reason: 'Run the tests with make.' }));
    const seq = world.store.read.audit.headSeq();
    const denied = await ask(world, 'Bash', { command: 'npm test' });
    expect(denied).toMatchObject({
      status: 'denied',
      reviewedBy: operator.actor,
      toolRuleId: toolRule.ruleId,
      reviewNotes: expect.stringContaining('Run the tests with make.'),
    });
    expect(denied.guidance).toMatchObject({ canAskAgain: false, sentence: expect.stringContaining('with make') });
    const rows = world.store.read.audit.after(seq, 10).map(({ eventType, actor }) => [eventType, actor.kind]);
    expect(rows).toEqual([
      ['automation.governance.approval.requested', 'agent'],
      ['automation.governance.approval.denied', 'human'],
      ['automation.governance.tool_rule.used', 'agent'],
    ]);
    expect(await run(world, 'npm run build')).toBe('approved');
  });

  test('denies what waits as it is made', async () => {
    const world = createWorld();
    const { approvalId } = await ask(world, 'Bash', { command: 'git push origin main' });
    expect((await make(world, never(commands('git push')))).settled).toBe(1);
    expect(world.store.read.approvals.find(approvalId)?.status).toBe('denied');
  });
});

describe('whom and where a rule is for', () => {
  test('an agent and its sub-agents, the agents of an engine, or anyone; in one folder or anywhere [judgement-6.form, judgement-6.what]', async () => {
    const world = createWorld();
    await world.execute(operator, 'token.create', { kind: 'agent', name: 'Claude Code', agentId: 'tori' });
    const tori = agent('tori');
    await make(world, allow(commands('npm test'), { agentId: 'scout' }));
    await make(world, allow(commands('npm run lint'), { engine: 'claude' }));
    await make(world, allow(commands('npm run build')));
    const place = { kind: 'bundle', bundle: 'edits' } as const;
    await make(world, { verdict: 'allow', pattern: place, workspace: CWD, duration: 'until_revoked' });

    const helper = agent('scout/helper', ['scout']);
    expect([
      await run(world, 'npm test'),
      await run(world, 'npm test', helper),
      await run(world, 'npm test', tori),
    ]).toEqual(['approved', 'approved', 'pending']);
    // What an agent says of its engine makes it none of it.
    expect([await run(world, 'npm run lint'), await run(world, 'npm run lint', tori)]).toEqual(['pending', 'approved']);
    expect([await run(world, 'npm run build'), await run(world, 'npm run build', tori)]).toEqual([
      'approved',
      'approved',
    ]);
    const edit = (cwd: string) =>
      statusOf(world, 'Edit', { file_path: `${cwd}/src/a.ts`, old_string: 'a', new_string: 'b' }, scout, { cwd });
    expect([await edit(CWD), await edit('/home/olga/other')]).toEqual(['approved', 'pending']);
    expect(await run(world, 'npm run build', scout, { cwd: '/srv/app/other' })).toBe('approved');
  });

  test('a paused agent is allowed nothing, and denied all the same [judgement-6.paused]', async () => {
    const world = createWorld();
    await make(world, allow(commands('npm test')));
    await make(world, never(commands('git push')));
    await world.execute(operator, 'agent.pause', { agentId: 'scout' });
    expect([await run(world, 'npm test'), await run(world, 'git push')]).toEqual(['pending', 'denied']);
  });

  test('nothing of high risk is allowed, whatever its pattern [judgement-6.never-high]', async () => {
    const world = createWorld();
    for (const bundle of ['edits', 'checks', 'looks'] as const) await make(world, allow({ kind: 'bundle', bundle }));
    await make(world, allow({ kind: 'files', glob: '**' }));
    await make(world, allow({ kind: 'any' }, { toolName: 'Read' }));
    const risky: readonly [string, object][] = [
      ['Read', { file_path: '/home/olga/.ssh/id_rsa' }],
      ['Read', { file_path: `${CWD}/.env` }],
      ['Edit', { file_path: `${CWD}/.git/hooks/pre-commit`, old_string: 'a', new_string: 'b' }],
      ['Edit', { file_path: '/etc/hosts', old_string: 'a', new_string: 'b' }],
      ['Bash', { command: 'npm test && git push' }],
      ['Bash', { command: 'git status; rm -rf src' }],
    ];
    for (const [tool, action] of risky)
      expect(await statusOf(world, tool, action), JSON.stringify(action)).toBe('pending');
    expect(await make(world, allow(commands('git push'))).catch((error: unknown) => String(error))).toContain(
      'TOOL_RULE_HIGH_RISK',
    );
  });

  test.each<[string, Given, string]>([
    ['no tool for any input', allow({ kind: 'any' }), 'tool_name'],
    ['a bundle that denies', never({ kind: 'bundle', bundle: 'looks' }), 'pattern'],
    ['one word of an unknown program', allow(commands('frobnicate')), 'pattern'],
    ['a pattern that leaves files out', allow({ kind: 'files', glob: '!src' }), 'pattern'],
    ['a place and none', allow(commands('npm test'), { workspace: '/srv/app/x' }), 'is_anywhere'],
  ])('refused: %s', async (_name, rule, path) => {
    expect(await createWorld().execute(operator, 'toolRule.create', rule)).toMatchObject({
      refusal: { code: 'VALIDATION_FAILED', issues: [{ path }] },
    });
  });
});

describe('examples', () => {
  test('are held against the rule as it is made: one that does not hold refuses it [judgement-6.examples]', async () => {
    const world = createWorld();
    const rule = allow(commands('npm test'), {
      match: ['npm test -- unit'],
      notMatch: ['npm run build', 'npm test && touch x'],
    });
    expect((await make(world, rule)).toolRule).toMatchObject({ match: ['npm test -- unit'] });
    const wrong = (more: Partial<Given>) => world.execute(operator, 'toolRule.create', { ...rule, ...more });
    expect(await wrong({ match: ['npm run build'] })).toMatchObject({
      refusal: { issues: [{ path: 'match[0]' }] },
    });
    expect(await wrong({ notMatch: ['ls', 'npm test'] })).toMatchObject({
      refusal: { issues: [{ path: 'not_match[1]' }] },
    });
    const call = { tool: 'Bash', action: { command: 'npm test', env: { A: 'b' } } };
    expect(await wrong({ notMatch: [call] })).toMatchObject({ ok: true });
  });

  test('a list of rules is made whole or not at all', async () => {
    const world = createWorld();
    const good = never(commands('git push main'), { match: ['git push origin main'] });
    const bad = never(commands('git push'), { notMatch: ['git push'] });
    const seq = world.store.read.audit.headSeq();
    expect(await world.execute(operator, 'toolRules.load', { rules: [good, bad] })).toMatchObject({
      refusal: { issues: [{ path: 'rules[1].not_match[0]' }] },
    });
    expect(world.store.read.audit.headSeq()).toBe(seq);
    expect(
      await world.execute(operator, 'toolRules.load', { rules: [good, allow(commands('npm test'))] }),
    ).toMatchObject({
      value: { toolRules: [{ verdict: 'deny' }, { verdict: 'allow' }], settled: 0 },
    });
  });

  test('rules are tried on what was decided, and nothing changes', async () => {
    const world = createWorld();
    const [tests, push, status] = [
      await ask(world, 'Bash', { command: 'npm test' }),
      await ask(world, 'Bash', { command: 'git push' }),
      await ask(world, 'Bash', { command: 'git status' }),
    ];
    await world.execute(operator, 'approval.approve', { approvalId: push.approvalId });
    await world.execute(operator, 'approval.deny', { approvalId: status.approvalId });
    const seq = world.store.read.audit.headSeq();
    const rules = [
      allow({ kind: 'bundle', bundle: 'checks' }),
      allow({ kind: 'bundle', bundle: 'looks' }),
      never(commands('git push')),
    ];
    expect(world.query(operator, 'toolRules.try', { rules })).toMatchObject({
      value: {
        count: 3,
        isCut: false,
        allowed: 2,
        denied: 1,
        allowedButDenied: 1,
        deniedButApproved: 1,
        otherwise: [
          { approvalId: status.approvalId, verdict: 'allow', rule: 1 },
          { approvalId: push.approvalId, verdict: 'deny', rule: 2 },
        ],
      },
    });
    expect(world.store.read.audit.headSeq()).toBe(seq);
    expect(world.store.read.approvals.find(tests.approvalId)?.status).toBe('pending');
  });
});

describe('explaining a call', () => {
  const explain = (world: World, command: string, more: object = {}) => {
    return world.told(operator, 'toolCalls.explain', {
      agentId: 'scout',
      tool: 'Bash',
      action: { command },
      context,
      ...more,
    });
  };

  test('says the risk with its reasons and places, the workspace, what was read, and what would become of it [judgement-7.explain, api-2.explain]', async () => {
    const world = createWorld();
    expect(explain(world, 'npm test && git push origin main')).toEqual({
      risk: {
        level: 'high',
        reasons: [{ kind: 'sends', what: expect.any(String), span: { start: 12, end: 32 } }],
      },
      workspace: CWD,
      would: 'ask',
      reads: [
        { words: ['npm', 'test'], level: 'normal' },
        { words: ['git', 'push', 'origin', 'main'], level: 'high' },
      ],
    });
    expect([explain(world, 'git status').would, explain(world, 'npm test').would]).toEqual(['allow', 'ask']);
    const { toolRule } = await make(world, allow(commands('npm test')));
    expect(explain(world, 'npm test')).toMatchObject({ would: 'allow', ruleId: toolRule.ruleId });
    const denying = await make(world, never(commands('npm test')));
    expect(explain(world, 'npm test')).toMatchObject({ would: 'deny', ruleId: denying.toolRule.ruleId });
    const { at } = world.clock;
    const window = { windowMinutes: 300, usedPercent: 90, resetsAtMs: at + 1_000, atMs: at };
    await world.execute(scout, 'quota.tell', { engine: 'claude', quotas: [window] });
    await world.execute(operator, 'agent.setLimits', { agentId: 'scout', planStopRatio: 0.8 });
    expect([explain(world, 'ls').would, explain(world, 'ls', { agentId: 'scout/helper-1' }).would]).toEqual([
      'deny',
      'deny',
    ]);
    world.clock.at += 1_000;
    expect(explain(world, 'ls').would).toBe('allow');
    await world.execute(operator, 'agent.pause', { agentId: 'scout' });
    expect(explain(world, 'git status').would).toBe('deny');
  });

  test('what it says is what becomes of the same call that is asked [judgement-0.one-function]', async () => {
    const world = createWorld();
    await make(world, allow({ kind: 'bundle', bundle: 'checks' }));
    await make(world, never(commands('git push main')));
    for (const command of [
      'npm test',
      'npm run build && ls',
      'git push origin main',
      'rm -rf src',
      'touch a',
      'npm test | tee x',
    ]) {
      const { would, risk } = explain(world, command);
      const asked = await ask(world, 'Bash', { command });
      expect(asked.status, command).toBe({ ask: 'pending', allow: 'approved', deny: 'denied' }[would]);
      const listed = world.query(operator, 'approvals.get', { approvalId: asked.approvalId });
      expect(listed).toMatchObject({ value: { approval: { risk } } });
    }
  });

  test('leaves no trace, and is for the operator alone [judgement-7.no-trace]', () => {
    const world = createWorld();
    const seq = world.store.read.audit.headSeq();
    explain(world, 'git push');
    expect(world.store.read.audit.headSeq()).toBe(seq);
    for (const caller of [scout, engine]) {
      expect(world.query(caller, 'toolCalls.explain', { tool: 'Bash', action: { command: 'ls' } })).toMatchObject({
        refusal: { code: 'FORBIDDEN' },
      });
    }
  });

  test('an approval carries its risk in the answers to the operator, and to nobody else [judgement-7.risk]', async () => {
    const world = createWorld();
    const { approvalId, ...asked } = await ask(world, 'Bash', { command: 'git push' });
    expect(asked).not.toHaveProperty('risk');
    const risk = { level: 'high', reasons: [{ kind: 'sends' }] };
    for (const caller of [scout, engine]) {
      const seen = world.query(caller, 'approvals.get', { approvalId });
      expect(seen.ok && seen.value.approval).not.toHaveProperty('risk');
      const listed = world.query(caller, 'approvals.list', {});
      expect(listed.ok && listed.value.approvals[0]).not.toHaveProperty('risk');
    }
    expect(world.query(operator, 'approvals.list', {})).toMatchObject({ value: { approvals: [{ risk }] } });
    expect(world.query(operator, 'queue.snapshot', {})).toMatchObject({ value: { waiting: [{ risk }] } });
    expect(await world.execute(operator, 'approval.deny', { approvalId })).toMatchObject({
      value: { approval: { risk } },
    });
  });
});
