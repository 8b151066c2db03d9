import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readConnection } from '../../electron/connect/connection-file';
import { writeLauncher } from '../../electron/connect/launcher';
import type { Api } from '../../electron/edges/http/server';
import { commandProgram, runCommand, startCommand } from '../support/command-line';
import { createWorld, operator, temporaryHome, type World } from '../support/world';

type Desk = {
  readonly world: World;
  readonly api: Api;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly gatehouse: (...args: readonly string[]) => ReturnType<typeof runCommand>;
};

/** A running Gatehouse with its launcher, and a person's folder with settings of their own. */
async function start(): Promise<Desk> {
  const world = createWorld();
  const api = await world.startApi();
  const user = temporaryHome();
  const appFolder = temporaryHome();
  mkdirSync(join(appFolder, 'out'));
  symlinkSync(dirname(await commandProgram()), join(appFolder, 'out', 'cli'));
  writeLauncher({ home: world.home, appFolder, isPassing: false, nodes: [process.execPath] });
  mkdirSync(join(user, '.claude'));
  writeFileSync(join(user, '.claude', 'settings.json'), '{ "model": "opus" }\n');
  const environment = { HOME: user, GATEHOUSE_HOME: world.home, GATEHOUSE_URL: api.url };
  return { world, api, user, environment, gatehouse: (...args) => runCommand(args, environment) };
}

const settingsOf = ({ user }: Desk) => readFileSync(join(user, '.claude', 'settings.json'), 'utf8');

/** Waits until somebody asks to be connected, and answers as the operator does. */
async function answer({ world }: Desk, isAccepted: boolean): Promise<string> {
  const [pairing] = await vi.waitFor(
    () => {
      const waiting = world.pairings.waiting();
      if (waiting.length === 0) throw new Error('nobody asks');
      return waiting;
    },
    { timeout: 15_000 },
  );
  await world.pairings.answer(pairing?.connectionId ?? '', isAccepted);
  return pairing?.code ?? '';
}

async function connectClaude(desk: Desk): Promise<void> {
  const running = desk.gatehouse('connect', 'claude', '--test-wait', '0');
  const code = await answer(desk, true);
  const ended = await running;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stderr).toContain(code);
}

test('the operator agrees: the files are written, the test request arrives and is withdrawn; removing gives all back', async () => {
  const desk = await start();
  const before = settingsOf(desk);
  const running = desk.gatehouse('connect', 'claude', '--test-wait', '0');
  const code = await answer(desk, true);
  const ended = await running;
  expect(ended.stderr).toContain(`if it shows this code: ${code}`);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain(`changed  ${join(desk.user, '.claude', 'settings.json')}`);
  expect(ended.stdout).toContain('The test request arrived, and was withdrawn.');
  const connection = readConnection(desk.world.home, 'claude');
  expect(connection).toMatchObject({ agentId: 'claude-code' });
  expect(ended.stdout + ended.stderr).not.toContain(connection?.token);
  const asked = desk.world.query(operator, 'approvals.list', {});
  expect(asked).toMatchObject({
    value: { approvals: [{ status: 'cancelled', requestedBy: { kind: 'agent', actorId: 'claude-code' } }] },
  });

  // The second time nobody is asked, and nothing changes.
  const again = await desk.gatehouse('connect', 'claude', '--test-wait', '0', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({
    engine: 'claude',
    files: [{ is_changed: false }, { is_changed: false }],
  });

  const removed = await desk.gatehouse('connect', 'claude', '--remove');
  expect(removed).toMatchObject({ code: 0, stderr: '' });
  expect(settingsOf(desk)).toBe(before);
  expect(readConnection(desk.world.home, 'claude')).toBeUndefined();
});

test('the operator refuses: exit 1, and nothing was written', async () => {
  const desk = await start();
  const before = settingsOf(desk);
  const running = desk.gatehouse('connect', 'claude');
  await answer(desk, false);
  expect(await running).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('You refused') as string,
  });
  expect(settingsOf(desk)).toBe(before);
  expect(desk.world.store.read.tokens.list()).toEqual([]);
});

test('Gatehouse ends while the operator is asked: a sentence, and nothing was written', async () => {
  const desk = await start();
  const before = settingsOf(desk);
  const running = await startCommand(['connect', 'claude'], desk.environment);
  await expect.poll(() => desk.world.pairings.waiting()).toHaveLength(1);
  await expect.poll(() => running.stderr()).toContain('code');
  desk.world.pairings.close();
  await desk.api.close();
  const ended = await running.ended;
  expect([1, 3]).toContain(ended.code);
  expect(ended.stderr).not.toContain('    at ');
  expect(settingsOf(desk)).toBe(before);
});

test('the operator can answer the test request', async () => {
  const desk = await start();
  const running = desk.gatehouse('connect', 'codex', '--agent', 'my-codex', '--test-wait', '60', '--json');
  await answer(desk, true);
  const approvalId = await vi.waitFor(
    () => {
      const [waiting] = desk.world.store.read.approvals.waiting(1);
      if (waiting === undefined) throw new Error('nothing waits');
      return waiting.approvalId;
    },
    { timeout: 15_000 },
  );
  await desk.world.execute(operator, 'approval.approve', { approvalId });
  const ended = await running;
  expect(JSON.parse(ended.stdout)).toMatchObject({ agent_id: 'my-codex', test: { outcome: 'approved' } });
});

test('with an agent’s token nobody is asked; a token of another kind or agent is refused', async () => {
  const desk = await start();
  const make = async (input: { kind: 'agent' | 'engine'; name: string; agentId?: string }) => {
    return (await desk.world.done(operator, 'token.create', input)).secret;
  };
  const connectWith = (token: string, ...args: readonly string[]) =>
    runCommand(['connect', 'gemini', '--test-wait', '0', ...args], { ...desk.environment, GATEHOUSE_TOKEN: token });
  const scout = await make({ kind: 'agent', name: 'Scout', agentId: 'scout' });
  expect(await connectWith(scout)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('another agent') as string,
  });
  expect(await connectWith(await make({ kind: 'engine', name: 'Tandem' }))).toMatchObject({ code: 64 });
  expect(await connectWith('gth_wrong')).toMatchObject({ code: 1 });
  expect(readConnection(desk.world.home, 'gemini')).toBeUndefined();
  expect(await connectWith(scout, '--agent', 'scout')).toMatchObject({ code: 0 });
  expect(readConnection(desk.world.home, 'gemini')).toMatchObject({ agentId: 'scout', token: scout });
  expect(desk.world.pairings.waiting()).toEqual([]);
});

test('a preview prints the difference and changes nothing, also with the app down; a broken file is refused before anybody is asked', async () => {
  const desk = await start();
  const before = settingsOf(desk);
  const { code, stdout } = await runCommand(['connect', 'claude', '--dry-run'], {
    ...desk.environment,
    GATEHOUSE_URL: '',
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\+ +"command": ".*hook claude",$/m);
  expect(stdout).toContain('Bearer gth_…');
  expect(stdout).toContain('OTEL_METRICS_EXPORTER');
  const declined = await desk.gatehouse('connect', 'claude', '--dry-run', '--no-telemetry');
  expect(declined.stdout).toContain('hook claude');
  expect(declined.stdout).not.toContain('OTEL_');
  expect(settingsOf(desk)).toBe(before);
  writeFileSync(join(desk.user, '.claude', 'settings.json'), '{ "model": ');
  const refused = await desk.gatehouse('connect', 'claude');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    /settings\.json is not valid JSON, so it was left as it is\. Mend it, then try again\.\n$/,
  );
  expect(await desk.gatehouse('connect', 'emacs')).toMatchObject({ code: 64 });
});

test('no token is printed by a preview, whichever stands in the file', async () => {
  const desk = await start();
  await connectClaude(desk);
  const token = readConnection(desk.world.home, 'claude')?.token ?? '';
  rmSync(join(desk.world.home, 'connections'), { recursive: true });
  const { stdout } = await runCommand(['connect', 'claude', '--dry-run'], {
    ...desk.environment,
    GATEHOUSE_URL: 'http://127.0.0.1:5000',
  });
  expect(stdout).toContain('http://127.0.0.1:5000/mcp');
  expect(stdout).not.toContain(token);
});

test('several that connect the same engine at once leave one whole connection, and removing gives every byte back', async () => {
  const desk = await start();
  const before = settingsOf(desk);
  const made = await desk.world.done(operator, 'token.create', { kind: 'agent', name: 'c', agentId: 'claude-code' });
  const environment = { ...desk.environment, GATEHOUSE_TOKEN: made.secret };
  const connecting = Array.from({ length: 6 }, () =>
    runCommand(['connect', 'claude', '--test-wait', '0'], environment),
  );
  const codes = (await Promise.all(connecting)).map(({ code }) => code);
  expect(codes).toContain(0);
  expect(codes.filter((code) => code !== 0 && code !== 1)).toEqual([]);
  expect(readConnection(desk.world.home, 'claude')).toMatchObject({ token: made.secret });
  expect(await desk.gatehouse('connect', 'claude', '--remove')).toMatchObject({ code: 0 });
  expect(settingsOf(desk)).toBe(before);
  expect(readdirSync(join(desk.user, '.claude'))).toEqual(['settings.json']);
  expect(readdirSync(join(desk.world.home, 'connections'))).toEqual([]);
});

test.each(['клод', 'two\nlines'])(
  'a name that no request could carry (%j) is refused before anybody is asked',
  async (name) => {
    const desk = await start();
    const { code, stderr } = await desk.gatehouse('connect', 'claude', '--agent', name);
    expect([code, stderr]).toEqual([64, expect.stringContaining('--agent')]);
    expect(desk.world.pairings.waiting()).toEqual([]);
  },
);

test('an answer can be waited for as long as Gatehouse holds one request, and no longer is offered', async () => {
  const desk = await start();
  expect(await desk.gatehouse('connect', 'claude', '--test-wait', '61')).toMatchObject({ code: 64 });
});

test('the doctor tries everything out: all is well, a hook that is gone, a token that was revoked, no command', async () => {
  const desk = await start();
  expect(await desk.gatehouse('doctor')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No engine is connected') as string,
  });
  await connectClaude(desk);
  const program = join(desk.user, 'bin', 'claude');
  mkdirSync(dirname(program));
  writeFileSync(program, '#!/bin/sh\necho "9.8.7 (Claude Code)"\n', { mode: 0o755 });
  const path = `${dirname(program)}:${process.env['PATH']}`;
  const doctor = async () => {
    const ended = await runCommand(['doctor', '--json'], { ...desk.environment, PATH: path });
    const said = JSON.parse(ended.stdout) as {
      checks: { name: string; is_ok: boolean; says: string; fix?: string }[];
      engines: { checks: { name: string; is_ok: boolean; says: string; fix?: string }[] }[];
    };
    const all = [...said.checks, ...said.engines.flatMap(({ checks }) => checks)];
    for (const check of all) expect(check.is_ok || check.fix !== undefined).toBe(true);
    return {
      code: ended.code,
      bad: all.filter((check) => !check.is_ok).map(({ name }) => name),
      says: (name: string) => all.find((check) => check.name === name)?.says,
    };
  };
  const well = await doctor();
  expect(well).toMatchObject({ code: 0, bad: [] });
  expect(well.says('guarded')).toMatch(/^Claude Code in \/.* is guarded: its tool calls come to Gatehouse$/);
  expect(well.says('token')).toBe('the token works; it asks as claude-code');
  expect(well.says('if unavailable')).toContain('the engine asks in its own way (prompt)');
  expect(well.says('program')).toContain('9.8.7 (Claude Code)');
  expect(desk.world.store.read.approvals.waiting(10)).toEqual([]);

  const connected = settingsOf(desk);
  writeFileSync(join(desk.user, '.claude', 'settings.json'), connected.replace('86460', '5'));
  expect(await doctor()).toMatchObject({ code: 1, bad: ['guarded', 'hook'] });
  writeFileSync(join(desk.user, '.claude', 'settings.json'), '{}');
  const gone = await doctor();
  expect(gone).toMatchObject({ code: 1, bad: ['guarded', 'hook', 'spend'] });
  expect(gone.says('guarded')).toMatch(/^Claude Code in \/.* is NOT guarded: the hook is not in /);
  writeFileSync(join(desk.user, '.claude', 'settings.json'), connected);

  const [token] = desk.world.store.read.tokens.list();
  await desk.world.execute(operator, 'token.revoke', { tokenId: token?.tokenId ?? '' });
  rmSync(join(desk.world.home, 'bin'), { recursive: true });
  expect(await doctor()).toMatchObject({ code: 1, bad: ['command', 'guarded', 'token', 'request'] });
});

test('the doctor looks into the workspace that it is told of, or is in [sessions-5.doctor]', async () => {
  const desk = await start();
  await connectClaude(desk);
  const project = join(desk.user, 'project');
  mkdirSync(join(project, '.claude'), { recursive: true });
  expect(await desk.gatehouse('doctor', 'claude', '--workspace', project)).toMatchObject({ code: 0 });
  writeFileSync(join(project, '.claude', 'settings.local.json'), '{ "disableAllHooks": true }');
  const { code, stdout } = await desk.gatehouse('doctor', 'claude', '--workspace', project);
  expect(code).toBe(1);
  expect(stdout).toContain(
    `Claude Code in ${project} is NOT guarded: ${project}/.claude/settings.local.json turns all hooks off`,
  );
  expect(await desk.gatehouse('doctor', 'claude')).toMatchObject({ code: 0 });
});

test('it can be bound so that a call whose hook cannot run is blocked, and no more so [sessions-5.fail-closed, sessions-5.strengths]', async () => {
  const desk = await start();
  const before = settingsOf(desk);
  await connectClaude(desk);
  const hook = () => readConnection(desk.world.home, 'claude')?.hook.ifUnavailable;
  const preview = await desk.gatehouse('connect', 'claude', '--strength', 'fail-closed', '--dry-run');
  expect(preview.stdout).toMatch(/^\+ +"command": ".*hook claude \|\| exit 2",$/m);
  expect(settingsOf(desk)).not.toContain('exit 2');
  await desk.gatehouse('connect', 'claude', '--strength', 'fail-closed', '--test-wait', '0');
  const { hooks } = JSON.parse(settingsOf(desk)) as { hooks: Record<string, [{ hooks: [{ command: string }] }]> };
  const closed = Object.entries(hooks).filter(([, [group]]) => group.hooks[0].command.endsWith(' || exit 2'));
  // At no event at which exit code 2 has another meaning.
  expect(closed.map(([event]) => event)).toEqual([
    'PermissionRequest',
    'PreToolUse',
    'UserPromptExpansion',
    'ConfigChange',
  ]);
  expect(hook()).toBe('block');
  expect(await desk.gatehouse('doctor')).toMatchObject({ code: 0 });
  // It stays so until the other is asked for.
  await desk.gatehouse('connect', 'claude', '--test-wait', '0');
  expect(settingsOf(desk)).toContain('exit 2');
  await desk.gatehouse('connect', 'claude', '--strength', 'user', '--test-wait', '0');
  expect([settingsOf(desk).includes('exit 2'), hook()]).toEqual([false, 'prompt']);
  await desk.gatehouse('connect', 'claude', '--strength', 'fail-closed', '--test-wait', '0');
  expect(await desk.gatehouse('connect', 'claude', '--remove')).toMatchObject({ code: 0 });
  expect(settingsOf(desk)).toBe(before);
});

test('the doctor works with the app down, and says what happens then', async () => {
  const desk = await start();
  await connectClaude(desk);
  await desk.api.close();
  const down = await desk.gatehouse('doctor');
  expect(down).toMatchObject({ code: 3, stderr: '' });
  expect(down.stdout).toMatch(/^NOT OK {2}app: nobody answers at .*\n {8}Start Gatehouse, then run this again\.$/m);
  expect(down.stdout).toMatch(/^ok {6}hook: the hook is in place, unmodified and switched on/m);
  expect(down.stdout).toContain('when Gatehouse does not answer, the engine asks in its own way (prompt)');
  const never = await runCommand(['doctor', 'codex'], { HOME: desk.user, GATEHOUSE_HOME: temporaryHome() });
  expect(never).toMatchObject({ code: 3, stdout: expect.stringContaining('Codex is not connected') as string });
  expect(await desk.gatehouse('connect', 'claude', '--remove')).toMatchObject({ code: 0 });
});
