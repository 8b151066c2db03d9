import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hookInput, startHookWorld } from '../support/hook-world';
import { operator } from '../support/world';

const stdoutOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

const calls = [
  ['claude', 'pre-tool-use', { hookSpecificOutput: { permissionDecision: 'deny' }, continue: false }],
  ['codex', 'pre-tool-use', { hookSpecificOutput: { permissionDecision: 'deny' } }],
  ['gemini', 'before-tool', { decision: 'deny' }],
] as const;

test.each(calls)(
  'a call of %s is denied while its agent is paused, and nobody is asked [sessions-2.every-call]',
  async (engine, name, denial) => {
    const hooks = await startHookWorld(engine);
    const agentId = { claude: 'claude-code', codex: 'codex', gemini: 'gemini-cli' }[engine];
    await hooks.world.execute(operator, 'agent.pause', { agentId });
    const paused = await hooks.run(engine, [], hookInput(engine, name, { permission_mode: 'bypassPermissions' }));
    expect(paused).toMatchObject({ code: 0 });
    expect(stdoutOf(paused)).toMatchObject(denial);
    expect(paused.stdout).toContain(`The operator has paused ${agentId} since`);
    expect(hooks.waiting()).toEqual([]);
  },
);

test('what is not asked about is told, and begins the run of the session [sessions-2.told]', async () => {
  const hooks = await startHookWorld('claude');
  const input = { tool_name: 'Read', tool_input: { file_path: '/srv/me/a.ts' }, session_id: 's1' };
  expect(await hooks.run('claude', [], hookInput('claude', 'pre-tool-use', input))).toMatchObject({
    code: 0,
    stdout: '{}\n',
  });
  expect(hooks.world.store.read.runs.find('claude-s1')).toMatchObject({
    status: 'running',
    session: { engine: 'claude' },
  });
  const { calls: told } = hooks.world.store.read.sessionCalls.of('claude-s1', 10);
  expect(told).toMatchObject([{ title: 'Read /srv/me/a.ts', answer: 'nothing' }]);
  await hooks.run('claude', [], hookInput('claude', 'session-end', { session_id: 's1' }));
  expect(hooks.world.store.read.runs.find('claude-s1')).toMatchObject({ status: 'completed' });
});

test('a tool of Gatehouse itself is allowed without a question, unless a file of the project may give its name to another [judgement-5.own-tools]', async () => {
  const hooks = await startHookWorld('claude', { holdSeconds: 0 });
  const project = join(hooks.world.home, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  const own = { tool_name: 'mcp__gatehouse__my_allowance', tool_input: {}, cwd: join(project, 'src') };
  const decision = async () => {
    const variables = { CLAUDE_CODE_ENTRYPOINT: 'sdk-py' };
    const ended = await hooks.run('claude', [], hookInput('claude', 'pre-tool-use', own), variables);
    return stdoutOf(ended)['hookSpecificOutput'];
  };
  expect(await decision()).toMatchObject({ permissionDecision: 'allow' });
  writeFileSync(join(project, '.mcp.json'), '{"mcpServers":{"other":{}}}');
  expect(await decision()).toMatchObject({ permissionDecision: 'allow' });
  for (const name of ['gatehouse', String.raw`\u0067atehouse`]) {
    writeFileSync(join(project, '.mcp.json'), `{"mcpServers":{"${name}":{}}}`);
    expect(await decision()).toMatchObject({ permissionDecision: 'deny' });
  }
});
