import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadShellGrammar } from '../../../electron/judgement/shell/grammar';
import type { InputOf } from '../../../shared/contract/contract';
import type { Caller } from '../../../shared/kernel/actor';
import { ask } from '../../support/approvals';
import { eventNamesAfter } from '../../support/audit';
import { removeFolder } from '../../support/remove-folder';
import { agent, createWorld, engine, operator, type World } from '../../support/world';

beforeAll(loadShellGrammar);

const claude = agent('claude');
const helper = agent('claude/helper', ['claude']);

/** Asks to use a tool, and answers what the operator is told of its risk. */
async function riskOf(world: World, asker: Caller, toolName: string, action: object, context: object = {}) {
  const rationale = `${toolName} ${JSON.stringify([action, context])}`;
  const call = { targetResource: { type: 'tool', id: toolName }, rationale, action, context };
  const { approvalId } = await ask(world, call, asker);
  return world.told(operator, 'approvals.facts', { approvalId }).risk;
}

const turn = 'mcp__box__turn';
const levelOf = async (...given: Parameters<typeof riskOf>) => (await riskOf(...given)).level;

const classed = (world: World, different: Partial<InputOf<'toolClass.set'>> = {}) =>
  world.done(operator, 'toolClass.set', { agentId: 'claude', toolName: turn, level: 'low', ...different });

describe('the class of a tool', () => {
  test.each(['low', 'normal', 'high'] as const)(
    'is the level of its calls, by its exact name, for the agent and its sub-agents alone: %s [judgement-5.class]',
    async (level) => {
      const world = createWorld();
      expect(await levelOf(world, claude, turn, {})).toBe('high');
      await classed(world, { level });
      expect(await levelOf(world, claude, turn, {})).toBe(level);
      expect(await levelOf(world, helper, turn, {})).toBe(level);
      expect(await levelOf(world, claude, `${turn}_all`, {})).toBe('high');
      expect(await levelOf(world, agent('codex'), turn, {})).toBe('high');
      await world.done(operator, 'toolClass.clear', { agentId: 'claude', toolName: turn });
      expect((await riskOf(world, claude, turn, {})).reasons).toMatchObject([{ kind: 'unknown_tool' }]);
    },
  );

  test('wins over its name and its code, and not over what its input shows to the contrary [judgement-5.class]', async () => {
    const world = createWorld();
    const push = 'mcp__git__push';
    await classed(world, { toolName: push, level: 'normal' });
    expect(await levelOf(world, claude, push, { code: 'push()' })).toBe('normal');
    await classed(world, { toolName: push, level: 'low' });
    expect(await levelOf(world, claude, push, {})).toBe('low');
    for (const action of [
      { sql: 'DROP TABLE users' },
      { command: 'git push' },
      { path: '/etc/shadow' },
      { content: `ghp_${'a'.repeat(36)}` },
    ]) {
      expect({ action, level: await levelOf(world, claude, push, action) }).toEqual({ action, level: 'high' });
    }
    await classed(world, { toolName: 'mcp__git__get_log', level: 'high' });
    expect((await riskOf(world, claude, 'mcp__git__get_log', {})).reasons).toMatchObject([{ kind: 'classed' }]);
  });

  test('is that of one definition: a changed one is not classed, nor one that is not said [judgement-5.class]', async () => {
    const world = createWorld();
    const asked = (hash: string) => ({ tool_definition_hash: hash });
    await classed(world, { definitionHash: 'v1' });
    expect(await levelOf(world, claude, turn, {}, asked('v1'))).toBe('low');
    expect(await levelOf(world, claude, turn, {}, asked('v2'))).toBe('high');
    expect(await levelOf(world, claude, turn, {})).toBe('high');
    await classed(world);
    expect(await levelOf(world, claude, turn, {}, asked('v1'))).toBe('high');
  });

  test('cannot be given to a tool whose input says what it does', async () => {
    const world = createWorld();
    for (const toolName of ['Bash', 'Write', 'apply_patch', 'mcp__gatehouse__request_approval']) {
      const seq = world.store.read.audit.headSeq();
      const refused = await world.execute(operator, 'toolClass.set', { agentId: 'claude', toolName, level: 'low' });
      expect(refused).toMatchObject({ ok: false, refusal: { code: 'VALIDATION_FAILED' } });
      expect(eventNamesAfter(world, seq)).toEqual([]);
    }
  });

  test('decides whether a call of a session is asked about', async () => {
    const world = createWorld();
    const session = { engine: 'claude', sessionId: 's1', workspace: '/work/shop' } as const;
    const decided = async () => {
      const call = { toolName: turn, action: {}, engineAsks: 'never' } as const;
      return (await world.done(claude, 'session.decide', { session, call })).answer;
    };
    expect(await decided()).toBe('ask');
    await classed(world, { level: 'normal' });
    expect(await decided()).toBe('nothing');
    await classed(world, { level: 'high' });
    expect(await decided()).toBe('ask');
  });

  test('is listed, and so are tools that were asked about without one', async () => {
    const world = createWorld();
    for (const [asker, tool] of [
      [claude, turn],
      [helper, turn],
      [claude, 'Bash'],
    ] as const) {
      await riskOf(world, asker, tool, { command: 'ls' });
    }
    const listed = () => {
      const found = world.query(operator, 'toolClasses.list', {});
      return found.ok ? found.value : undefined;
    };
    expect(listed()).toMatchObject({
      toolClasses: [],
      unclassed: [{ agentId: 'claude', toolName: turn, askedCount: 2 }],
    });
    await classed(world);
    expect(listed()).toMatchObject({
      toolClasses: [{ agentId: 'claude', toolName: turn, level: 'low' }],
      unclassed: [],
    });
  });
});

test('only the operator says what is trusted', async () => {
  const world = createWorld();
  const inputs = [
    ['toolClass.set', { agentId: 'claude', toolName: turn, level: 'low' }],
    ['toolClass.clear', { agentId: 'claude', toolName: turn }],
    ['workspace.untrust', { folder: '/work/shop' }],
    ['workspace.trust', { folder: '/work/shop' }],
  ] as const;
  for (const caller of [claude, engine]) {
    for (const [name, input] of inputs) {
      expect(await world.execute(caller, name, input)).toMatchObject({ ok: false, refusal: { code: 'FORBIDDEN' } });
    }
  }
});

/** A project that git looks after, with a script in it, and a link that leads there. */
function project() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-trust-')));
  onTestFinished(() => removeFolder(base));
  const root = join(base, 'shop');
  mkdirSync(join(root, '.git'), { recursive: true });
  mkdirSync(join(root, 'src', '.git'), { recursive: true });
  writeFileSync(join(root, 'build.sh'), 'echo\n');
  symlinkSync(root, join(base, 'link'));
  return { base, root };
}

describe('a folder that is not trusted', () => {
  test('is one in which all that changes anything is outside, until it is trusted again [judgement-4.untrusted]', async () => {
    const world = createWorld();
    const { base, root } = project();
    const levels = async (cwd = root) => [
      await levelOf(world, claude, 'Write', { file_path: join(cwd, 'a.ts'), content: 'x' }, { cwd }),
      await levelOf(world, claude, 'Bash', { command: 'npm test' }, { cwd }),
      await levelOf(world, claude, 'Bash', { command: './build.sh' }, { cwd }),
    ];
    const normal = ['normal', 'normal', 'normal'];
    const high = ['high', 'high', 'high'];
    expect(await levels()).toEqual(normal);
    for (const folder of [root, join(base, 'link'), `${root}/`]) {
      await world.done(operator, 'workspace.untrust', { folder });
      expect(await levels()).toEqual(high);
      // A project within it is in it.
      expect(await levels(join(root, 'src'))).toEqual(high);
      await world.done(operator, 'workspace.trust', { folder });
      expect(await levels()).toEqual(normal);
    }
    await world.done(operator, 'workspace.untrust', { folder: root });
    const risk = await riskOf(world, claude, 'Bash', { command: 'npm test' }, { cwd: root });
    expect(risk.reasons).toMatchObject([{ kind: 'outside', what: `works in ${root}, which you do not trust` }]);
    expect(await levelOf(world, claude, 'Bash', { command: 'git status' }, { cwd: root })).toBe('low');
    expect(await levels(base)).toEqual(normal);
  });

  test('is listed, with those in which agents have worked of late', async () => {
    const world = createWorld();
    const { base, root } = project();
    const session = { engine: 'claude', sessionId: 's1', workspace: join(base, 'link') } as const;
    await world.done(claude, 'session.tell', { session, event: 'started' });
    const listed = () => {
      const found = world.query(operator, 'workspaces.list', {});
      return found.ok ? found.value.workspaces : [];
    };
    expect(listed()).toMatchObject([{ root, isTrusted: true, lastUsedAtMs: world.clock.at }]);
    await world.done(operator, 'workspace.untrust', { folder: join(root, 'src', 'deeper'), reason: 'theirs' });
    expect(listed()).toMatchObject([
      { root: join(root, 'src', 'deeper'), isTrusted: false },
      { root, isTrusted: true },
    ]);
  });

  test('must be given from the root', async () => {
    const world = createWorld();
    for (const name of ['workspace.untrust', 'workspace.trust'] as const) {
      const refused = await world.execute(operator, name, { folder: 'shop' });
      expect(refused).toMatchObject({ ok: false, refusal: { code: 'VALIDATION_FAILED' } });
    }
  });
});

describe('a script of the workspace', () => {
  const call = (toolName: string, action: object) => ({ toolName, action, toolUseId: JSON.stringify(action) });

  test.each([
    ['Write', { file_path: 'build.sh', content: 'x' }],
    ['apply_patch', { input: '*** Begin Patch\n*** Update File: build.sh\n@@\n-a\n+b\n*** End Patch' }],
    ['Bash', { command: 'echo ls >> build.sh' }],
  ])(
    'that %s has changed in this session is normal to run, and it is said [judgement-2.changed-script]',
    async (toolName, action) => {
      const world = createWorld();
      const { root } = project();
      const session = { engine: 'claude', sessionId: 's1', workspace: root } as const;
      const risk = (command: string, sessionId = 's1') =>
        riskOf(world, claude, 'Bash', { command }, { cwd: root, engine: 'claude', session_id: sessionId });
      const changed = ['runs build.sh, which was changed in this session'];
      expect(await risk('./build.sh')).toEqual({ level: 'normal', reasons: [] });
      // One that failed has changed nothing, nor has a look.
      const told = { session, event: 'called' } as const;
      await world.done(helper, 'session.tell', { ...told, call: call(toolName, action), isError: true });
      await world.done(helper, 'session.tell', { ...told, call: call('Read', { file_path: 'build.sh' }) });
      expect(await risk('sh build.sh')).toEqual({ level: 'normal', reasons: [] });
      await world.done(helper, 'session.tell', { ...told, call: call(toolName, action) });
      for (const command of [
        './build.sh',
        'sh build.sh',
        'cd src; bash -x ../build.sh',
        `timeout 3 ${root}/build.sh`,
      ]) {
        expect({ command, ...(await risk(command)) }).toMatchObject({ level: 'normal', reasons: [], notes: changed });
      }
      const explained = world.query(operator, 'toolCalls.explain', {
        ...{ agentId: 'claude-code', tool: 'Bash', action: { command: './build.sh' } },
        context: { cwd: root, engine: 'claude', session_id: 's1' },
      });
      expect(explained).toMatchObject({ value: { risk: { level: 'normal', notes: changed } } });
      expect(await risk('cat build.sh')).toEqual({ level: 'low', reasons: [] });
      expect(await risk('./build.sh', 's2')).toEqual({ level: 'normal', reasons: [] });
    },
  );
});
