import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Engine, engines } from '../../electron/connect/connection-file';
import { desktopForTests } from '../support/app/desk';
import { connectAll, startHook } from '../support/app/hooks';
import { chooseInWindow, row } from '../support/app/surfaces';
import { until } from '../support/desktop/process';
import { hookInput } from '../support/hook-world';
import { removeFolder } from '../support/remove-folder';
import { type RunningApp, startApp, startPlainApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const desktop = desktopForTests({ tray: true });

type Waiting = { readonly approval_id: string; readonly requested_by: { readonly actor_id: string } };

const waiting = async (app: RunningApp): Promise<readonly Waiting[]> => {
  const { body } = await app.api('GET', '/governance/approvals?status=pending', { as: 'operator' });
  return body['approvals'] as readonly Waiting[];
};

const question = (app: RunningApp) => until('the question of the hook', async () => (await waiting(app))[0]);

const event: Readonly<Record<Engine, string>> = {
  claude: 'permission-request',
  codex: 'permission-request',
  gemini: 'before-tool',
  opencode: 'permission-asked',
};

describe('a hook, with the app that runs', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ desktop, operatorToken: true });
    await connectAll(app);
  });
  afterAll(() => app?.end());

  it('of a sub-agent of Claude Code is approved in the window, which shows whose sub-agent it is', async () => {
    const page = await app.page();
    const ended = startHook(app.home, 'claude', hookInput('claude', 'permission-request-sub-agent'));
    await chooseInWindow(page, 'Run git log');
    const subAgent = 'claude-code/code-reviewer-a8a5aea3b68767861';
    const itsName = 'code-reviewer of Claude Code';
    await page.getByText(itsName).first().waitFor();
    expect(await question(app)).toMatchObject({ requested_by: { actor_id: subAgent }, ancestor_ids: ['claude-code'] });
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse((await ended).stdout)).toEqual({
      hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } },
    });

    await page.getByRole('button', { name: 'Lineage', exact: true }).click();
    await page.getByRole('group', { name: new RegExp(`^${itsName}`) }).waitFor();
    await page.getByRole('group', { name: /^claude-code, / }).waitFor();
    const { body } = await app.api('GET', '/governance/agents', { as: 'engine' });
    expect(body['agents']).toContainEqual(expect.objectContaining({ agent_id: subAgent, lineage: ['claude-code'] }));
    await page.getByRole('button', { name: 'Queue', exact: true }).click();
  });

  it('of Codex is approved by a click on the tray menu', async () => {
    const input = hookInput('codex', 'permission-request', { tool_input: { command: 'cargo test' } });
    const ended = startHook(app.home, 'codex', input);
    const label = await until('its entry in the tray menu', async () =>
      (await desktop.tray.menu()).map((entry) => entry.label).find((each) => each.startsWith('shop: Run cargo test')),
    );
    await desktop.tray.click([label, 'Approve']);
    expect(JSON.parse((await ended).stdout)).toMatchObject({ hookSpecificOutput: { decision: { behavior: 'allow' } } });
  });

  it('of Gemini CLI is denied over the API, with the notes for the model', async () => {
    const ended = startHook(app.home, 'gemini', hookInput('gemini', 'before-tool'));
    const { approval_id: id } = await question(app);
    await app.api('POST', `/governance/approvals/${id}/deny`, { as: 'operator', body: { notes: 'Not on a Sunday.' } });
    const answer = JSON.parse((await ended).stdout);
    expect(answer).toMatchObject({ decision: 'deny', reason: expect.stringContaining('Not on a Sunday.') });
  });

  it('that was answered in the terminal leaves the queue', async () => {
    const page = await app.page();
    const ended = startHook(app.home, 'claude', hookInput('claude', 'permission-request'));
    await row(page, 'Run npm run release').waitFor();
    await startHook(app.home, 'claude', hookInput('claude', 'post-tool-use'));
    await row(page, 'Run npm run release').waitFor({ state: 'hidden' });
    expect(await ended).toMatchObject({ code: 0 });
    expect((await ended).stdout).not.toContain('hookSpecificOutput');
  });
});

describe('a hook, with the app killed with -9 while it waits', () => {
  // One home with every engine connected: each test has a copy of it, and no app of its own to connect them.
  let connected: string;
  beforeAll(async () => {
    connected = mkdtempSync(join(tmpdir(), 'gatehouse-hooks-'));
    const app = await startApp({ desktop, home: connected, operatorToken: true });
    try {
      await connectAll(app);
      await app.quit();
    } finally {
      await app.end();
    }
  });
  afterAll(() => connected !== undefined && removeFolder(connected));

  let home: string;
  const startAgain = async () => {
    const app = await startPlainApp({ desktop, home, operatorToken: true, args: ['--hidden'] });
    onTestFinished(() => app.end());
    return app;
  };

  it.each(engines)('of %s does what was chosen, and hears the decision after a restart', async (engine) => {
    home = temporaryHome();
    cpSync(connected, home, { recursive: true });
    const input = hookInput(engine, event[engine]);
    const app = await startAgain();
    // The same question of the same session: one approval, three that wait.
    const hookThat = (chosen: string) => startHook(home, engine, input, '--hold', '12', '--if-unavailable', chosen);
    const ends = [hookThat('prompt'), hookThat('block'), hookThat('allow')] as const;
    const patient = startHook(home, engine, hookInput(engine, event[engine], { session_id: 'patient' }));
    const asked = await until('both questions', async () => {
      const all = await waiting(app);
      return all.length === 2 && all;
    });
    await app.kill9();
    const [prompt, block, allow] = await Promise.all(ends);
    for (const { stdout, stderr } of [prompt, block, allow]) expect(stdout + stderr).not.toMatch(/denied|declined/i);
    // Gemini CLI has no dialog here, so what it leaves to that is not carried out.
    if (engine === 'gemini') expect(prompt).toMatchObject({ code: 2, stdout: '' });
    else expect(prompt).toMatchObject({ code: 0, stdout: expect.not.stringMatching(/"(allow|deny)"/) });
    if (engine === 'gemini') expect(block).toMatchObject({ code: 2, stdout: '' });
    else expect(block).toMatchObject({ code: 0, stdout: expect.stringContaining('"deny"') });
    expect(allow).toMatchObject({ code: 0, stdout: expect.stringContaining('"allow"') });

    const again = await startAgain();
    for (const { approval_id: id } of asked) {
      await again.api('POST', `/governance/approvals/${id}/approve`, { as: 'operator', body: {} });
    }
    expect(await patient).toMatchObject({ code: 0, stdout: expect.stringContaining('"allow"') });
    await again.quit();
  });
});
