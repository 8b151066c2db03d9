import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';
import { testedEngines } from './cases';
import { isTested } from './install';
import { type Lab, startLab } from './lab';

// Where nobody decides and nobody else can be asked, nothing is carried out that was to be asked about (spec/sessions.md section 2).

const desktop = desktopForTests({ tray: true });

const heardBy = (lab: Lab, prompt: string) => JSON.stringify(lab.model.told(prompt));

describe.each(testedEngines)('$engine', ({ engine, unasked: args, shell }) => {
  // Gemini CLI and opencode ask about every call.
  const isEachAsked = engine === 'gemini' || engine === 'opencode';
  const call = (path: string) => shell(isEachAsked ? `touch ${path}` : `git push nowhere; touch ${path}`);

  it('carries out nothing that was to be asked about while Gatehouse is away [sessions-2.nobody-decides]', async () => {
    const lab = await startLab(desktop, engine);
    await lab.app.quit();
    const prompt = lab.model.play([{ calls: [call(lab.at('made'))] }]);
    await lab.run(prompt, args).ended;
    expect(existsSync(lab.at('made'))).toBe(false);
    expect(heardBy(lab, prompt)).toContain('Nobody else can be asked here');

    lab.set({ if_unavailable: 'allow' });
    const allowed = lab.model.play([{ calls: [call(lab.at('allowed'))] }]);
    await lab.run(allowed, args).ended;
    expect(existsSync(lab.at('allowed'))).toBe(true);
  });

  it('blocks everything but looks while Gatehouse is away, where that is set [sessions-2.nobody-decides]', async () => {
    const lab = await startLab(desktop, engine);
    lab.set({ if_unavailable: 'block' });
    await lab.app.quit();
    const prompt = lab.model.play([{ calls: [shell(`touch ${lab.at('made')}`)] }]);
    await lab.run(prompt, args).ended;
    expect(existsSync(lab.at('made'))).toBe(false);
    expect(heardBy(lab, prompt)).toContain('Gatehouse is set to block');
  });

  it('carries out nothing that nobody decided in time [sessions-2.nobody-decides]', async () => {
    const lab = await startLab(desktop, engine);
    lab.set({ hold_seconds: 2 });
    const prompt = lab.model.play([{ calls: [call(lab.at('made'))] }]);
    const { stdout } = await lab.run(prompt, args).ended;
    expect(existsSync(lab.at('made'))).toBe(false);
    // Claude Code ends, and asks the same again when it is resumed.
    if (engine === 'claude') expect(stdout).toContain('tool_deferred');
    else expect(heardBy(lab, prompt)).toContain('this is not a refusal');
  });
});

describe.skipIf(!isTested('claude'))('claude', () => {
  it.each(['sdk-ts', 'sdk-py', 'claude-code-github-action'])(
    'started as %s, where its own rules would let a call run, asks all the same [sessions-2.ask-mode, sessions-2.nobody-decides]',
    async (entryPoint) => {
      const lab = await startLab(desktop, 'claude');
      const push = { command: `git push nowhere; touch ${lab.at('made')}`, description: 'Publish' };
      const args = ['--allowedTools=Bash'];
      const environment = { CLAUDE_CODE_ENTRYPOINT: entryPoint };
      const prompt = lab.model.play([{ calls: [{ tool: 'Bash', input: push }] }]);
      const run = lab.run(prompt, args, environment);
      await lab.decide(await lab.asked(), 'deny');
      await run.ended;
      expect(existsSync(lab.at('made'))).toBe(false);

      lab.set({ hold_seconds: 1 });
      const undecided = lab.model.play([{ calls: [{ tool: 'Bash', input: push }] }]);
      await lab.run(undecided, args, environment).ended;
      expect(existsSync(lab.at('made'))).toBe(false);
      expect(heardBy(lab, undecided)).toContain('Nobody else can be asked here');
      await until('no question that nobody waits for', async () => (await lab.pending()).length === 0);
    },
  );

  it('asks about what it would refuse in print mode: to read outside its folder [sessions-2.ask-mode]', async () => {
    const lab = await startLab(desktop, 'claude');
    const prompt = lab.model.play([{ calls: [{ tool: 'Read', input: { file_path: '/etc/hostname' } }] }]);
    const run = lab.run(prompt);
    await lab.decide(await lab.asked(), 'approve');
    await run.ended;
    expect(lab.model.told(prompt)).toEqual([expect.objectContaining({ isError: false })]);
  });

  it('denies the call of a sub-agent that nobody decided, which it cannot be resumed for [sessions-2.nobody-decides]', async () => {
    const lab = await startLab(desktop, 'claude');
    lab.set({ hold_seconds: 2 });
    const push = { command: `git push nowhere; touch ${lab.at('made')}`, description: 'Publish' };
    const inside = lab.model.play([{ calls: [{ tool: 'Bash', input: push }] }]);
    const agent = { description: 'Publish', prompt: inside, subagent_type: 'general-purpose' };
    const prompt = lab.model.play([{ calls: [{ tool: 'Agent', input: agent }] }]);
    await lab.run(prompt).ended;
    expect(existsSync(lab.at('made'))).toBe(false);
    expect(heardBy(lab, inside)).toContain('this is not a refusal');
    expect(await lab.pending()).toEqual([]);
  });
});

describe('codex', () => {
  it('asks before a shell is started that takes its commands afterwards, of which no hook hears [sessions-2.every-call]', async () => {
    const lab = await startLab(desktop, 'codex');
    const prompt = lab.model.play([
      { calls: [{ tool: 'exec_command', input: { cmd: 'bash', tty: true, yield_time_ms: 1_000 } }] },
      { calls: [{ tool: 'write_stdin', input: { session_id: 1, chars: `touch ${lab.at('made')}\n` } }] },
    ]);
    const run = lab.run(prompt, ['--dangerously-bypass-approvals-and-sandbox']);
    const asked = await lab.asked();
    expect(asked.action).toEqual({ command: 'bash' });
    await lab.decide(asked, 'deny', 'Not on a Sunday.');
    await run.ended;
    expect(heardBy(lab, prompt)).toContain('Not on a Sunday.');
    expect(existsSync(lab.at('made'))).toBe(false);
  });
});
