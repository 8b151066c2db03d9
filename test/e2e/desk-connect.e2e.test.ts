import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { trustCodexHooks } from '../engines/codex-trust';
import { axeFindings } from '../support/app/axe';
import { type Desk, deskForTests, themes } from '../support/app/desk';
import { picturePath } from '../support/app/surfaces';
import { temporaryHome } from '../support/world';

const { start: startDesk } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

const SETTINGS = `{
  // Mine.
  "model": "opus",
  "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }] }
}
`;

type Person = Desk & {
  readonly user: string;
  readonly settings: string;
  /** Runs the launcher that the app wrote, as an engine and a person do. */
  readonly gatehouse: (args: readonly string[], input?: string) => Launched;
};

type Launched = {
  readonly stderr: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
};

/** The app, and a person whose Claude Code has settings; Codex was started once, Gemini CLI never. */
async function start(): Promise<Person> {
  const user = temporaryHome();
  const settings = join(user, '.claude', 'settings.json');
  for (const folder of ['.claude', '.codex', '.config']) mkdirSync(join(user, folder));
  writeFileSync(settings, SETTINGS);
  const desk = await startDesk({ environment: { HOME: user, XDG_CONFIG_HOME: join(user, '.config') } });
  const { app } = desk;
  const gatehouse = (args: readonly string[], input = ''): Launched => {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_'));
    const child = spawn(join(app.home, 'bin', 'gatehouse'), args, {
      env: { ...Object.fromEntries(inherited), HOME: user },
      stdio: 'pipe',
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    child.stdin.end(input);
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
    return { stderr: () => stderr, ended };
  };
  return { ...desk, user, settings, gatehouse };
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const rowOf = (page: Page, engine: string) => page.getByRole('listitem', { name: engine, exact: true });

async function openEngines(page: Page): Promise<void> {
  await press(page, 'Settings');
  await page.getByRole('heading', { name: 'Agents on this machine' }).waitFor();
}

async function takePictures({ page, theme, look }: Desk, name: string): Promise<void> {
  for (const each of themes) {
    await theme(each);
    await page.getByRole('heading', { name: 'Agents on this machine' }).scrollIntoViewIfNeeded();
    await look(`desk-connect-${name}-${each}`);
  }
}

it('Settings connects Claude Code, its hook asks at the desk, and removing gives every byte back', async () => {
  const desk = await start();
  const { app, page, settings, gatehouse } = desk;
  await openEngines(page);
  await page.getByText('None of them is connected yet.').waitFor();
  await rowOf(page, 'Gemini CLI').getByText('Not found', { exact: true }).waitFor();
  await takePictures(desk, 'none');
  await press(page, 'Connect Claude Code');
  await page.getByText('1 agent connected', { exact: true }).waitFor();
  await rowOf(page, 'Claude Code').getByText(`Changed ${settings}`).waitFor();
  const command = `${join(app.home, 'bin', 'gatehouse')} hook claude`;
  expect(readFileSync(settings, 'utf8')).toContain(JSON.stringify(command));
  expect(readFileSync(settings, 'utf8').startsWith(SETTINGS.slice(0, 30))).toBe(true);

  await press(page, 'Test Claude Code');
  const tried = page.getByRole('status', { name: 'What was tried' });
  await tried.getByText('The token works; it asks as claude-code.').waitFor();
  await tried.getByText('A test request arrived, and was withdrawn.').waitFor();
  expect(await tried.getByText('Not OK').count()).toBe(0);
  await takePictures(desk, 'connected');

  // The engine calls what stands in its settings.
  const event = {
    session_id: 's1',
    transcript_path: '/dev/null',
    cwd: '/work',
    permission_mode: 'default',
    hook_event_name: 'PermissionRequest',
    tool_name: 'Bash',
    tool_input: { command: 'git push', description: 'Push the fix' },
  };
  const hook = gatehouse(['hook', 'claude'], JSON.stringify(event));
  await press(page, 'Queue');
  await page.getByText('git push').first().waitFor();
  const { body } = await app.api('GET', '/governance/approvals?status=pending', { as: 'operator' });
  const [asked] = body['approvals'] as { approval_id: string; requested_by: { actor_id: string } }[];
  expect(asked?.requested_by.actor_id).toBe('claude-code');
  await app.api('POST', `/governance/approvals/${asked?.approval_id}/approve`, { as: 'operator', body: {} });
  const { stdout } = await hook.ended;
  expect(JSON.parse(stdout)).toMatchObject({
    hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } },
  });

  // How it behaves is set here and not in its settings.
  const connected = readFileSync(settings, 'utf8');
  await openEngines(page);
  await page.getByLabel('If Gatehouse does not answer').selectOption('block');
  await page.getByLabel('Wait for your answer').fill('120');
  await page.getByLabel('Wait for your answer').press('Enter');
  await expect
    .poll(() => JSON.parse(readFileSync(join(app.home, 'connections', 'claude.json'), 'utf8')) as unknown)
    .toMatchObject({ hook: { if_unavailable: 'block', hold_seconds: 120 } });
  expect(readFileSync(settings, 'utf8')).toBe(connected);

  await press(page, 'Remove Claude Code');
  await press(page, 'Remove for good');
  await page.getByText(`${settings} is as it was before, byte for byte.`).waitFor();
  expect(readFileSync(settings, 'utf8')).toBe(SETTINGS);
  await page.getByText('None of them is connected yet.').waitFor();
  await desk.end();
});

it('a hook that somebody took out is seen, said in every view, and repaired', async () => {
  const desk = await start();
  const { page, settings } = desk;
  await openEngines(page);
  await press(page, 'Connect Claude Code');
  await page.getByText('1 agent connected', { exact: true }).waitFor();
  writeFileSync(settings, SETTINGS);
  await press(page, 'Queue');
  await openEngines(page);
  await page.getByText('1 agent connected, 1 unguarded (hook removed)').waitFor();
  await rowOf(page, 'Claude Code').getByText(`The hook is not in ${settings}.`).waitFor();
  await takePictures(desk, 'unguarded');
  await press(page, 'Agents');
  const banner = page.getByRole('alert').filter({ hasText: 'Claude Code is unguarded' });
  await banner.getByRole('button', { name: 'Open Settings' }).click();
  await press(page, 'Repair Claude Code');
  await page.getByText('1 agent connected', { exact: true }).waitFor();
  expect(readFileSync(settings, 'utf8')).toContain('hook claude');
  await desk.end();
});

it('the command asks to be connected, the window shows the same code, and the operator decides', async () => {
  const desk = await start();
  const { page, settings, app, gatehouse, user } = desk;
  const refused = gatehouse(['connect', 'claude', '--test-wait', '0']);
  const banner = page.getByRole('alert').filter({ hasText: 'Claude Code wants to connect' });
  await banner.waitFor();
  const code = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec((await banner.textContent()) ?? '')?.[0] ?? 'no code';
  await expect.poll(refused.stderr).toContain(code);
  await page.screenshot({ path: picturePath('desk-connect-asked'), animations: 'disabled' });
  expect(await axeFindings(page)).toEqual([]);
  // It takes no focus: a key that was meant for a request connects nobody.
  expect(await banner.evaluate((element) => element.contains(document.activeElement))).toBe(false);
  await banner.getByRole('button', { name: 'Refuse Claude Code' }).click();
  expect(await refused.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('You refused') as string });
  expect(readFileSync(settings, 'utf8')).toBe(SETTINGS);

  const accepted = gatehouse(['connect', 'codex', '--test-wait', '0']);
  await page.getByRole('button', { name: 'Connect Codex', exact: true }).click();
  expect(await accepted.ended).toMatchObject({ code: 0 });
  const config = join(user, '.codex', 'config.toml');
  expect(readFileSync(config, 'utf8')).toContain('[mcp_servers.gatehouse]');
  const untrusted = await gatehouse(['doctor', 'codex']).ended;
  expect(untrusted.code).toBe(1);
  expect(untrusted.stdout).toMatch(/Codex in .* is NOT guarded: the hook is not trusted yet/);
  trustCodexHooks(config);
  expect(await gatehouse(['doctor', 'codex']).ended).toMatchObject({ code: 0 });
  const events = await app.api('GET', '/governance/audit?limit=100', { as: 'operator' });
  const names = (events.body['events'] as { event_type: string }[]).map(({ event_type: name }) =>
    name.split('.').slice(2).join('.'),
  );
  expect(names.filter((name) => name.startsWith('connection.')).slice(0, 2)).toEqual([
    'connection.refused',
    'connection.accepted',
  ]);
  await openEngines(page);
  await page.getByText('1 agent connected', { exact: true }).waitFor();
  await desk.end();
});
