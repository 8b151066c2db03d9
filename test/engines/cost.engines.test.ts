import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nanosOfUsd, usdOfNanos } from '../../shared/kernel/money';
import { desktopForTests } from '../support/app/desk';
import { createAutomation } from '../support/app/runs';
import { until } from '../support/desktop/process';
import { approveAll } from './approve-all';
import { type EngineCase, engineCases } from './cases';
import { chargedOf, settled, usedOf } from './charged';
import { isTested } from './install';
import { type EngineRun, type Lab, startLab } from './lab';

const desktop = desktopForTests({ tray: true });

type Case = EngineCase & {
  readonly args: readonly string[];
  /** Whether the engine asks its model something beside a conversation: a title, which model to take. */
  readonly asksAsides?: true;
  /** What it is started with by `gatehouse run --cost`, and how it goes on with the last session. */
  readonly governed: { readonly args: readonly string[]; readonly resume: readonly string[] };
  readonly sessionOf: (run: { readonly stdout: string; readonly stderr: string }) => string;
  readonly resumed: (lab: Lab, sessionId: string, prompt: string) => EngineRun;
  readonly forked?: (lab: Lab, sessionId: string, prompt: string) => EngineRun;
};

const jsonField = (name: string) => (run: { readonly stdout: string; readonly stderr: string }) => {
  const found = new RegExp(`"${name}":\\s*"([^"]+)"`).exec(run.stdout)?.[1];
  if (found === undefined) throw new Error(`no ${name} in ${run.stdout}${run.stderr}`);
  return found;
};

const { claude, codex, gemini, opencode } = engineCases;

const cases: readonly Case[] = [
  {
    ...claude,
    args: claude.unasked,
    governed: { args: [...claude.unasked, '--verbose'], resume: ['--continue'] },
    sessionOf: jsonField('session_id'),
    resumed: (lab, id, prompt) => lab.run(prompt, [...claude.unasked, '--resume', id]),
    forked: (lab, id, prompt) => lab.run(prompt, [...claude.unasked, '--resume', id, '--fork-session']),
  },
  {
    ...codex,
    args: codex.unasked,
    governed: { args: ['--json', ...codex.unasked], resume: ['resume', '--last'] },
    sessionOf({ stdout, stderr }) {
      const found = /session id: (\S+)/.exec(stderr)?.[1];
      if (found === undefined) throw new Error(`no session id in ${stdout}${stderr}`);
      return found;
    },
    resumed: (lab, id, prompt) => lab.run(prompt, [...codex.unasked, 'resume', id]),
    forked: (lab, id, prompt) => lab.run(prompt, [...codex.unasked, 'fork', id]),
  },
  {
    ...gemini,
    args: ['--yolo', '--output-format', 'json'],
    asksAsides: true,
    governed: { args: ['--yolo', '--output-format', 'json'], resume: ['--resume', 'latest'] },
    sessionOf: jsonField('session_id'),
    resumed: (lab, _id, prompt) => lab.run(prompt, ['--yolo', '--resume', 'latest']),
  },
  {
    ...opencode,
    args: [],
    asksAsides: true,
    governed: { args: [], resume: ['--continue'] },
    sessionOf: jsonField('sessionID'),
    resumed: (lab, id, prompt) => lab.run(prompt, ['--session', id]),
    forked: (lab, id, prompt) => lab.run(prompt, ['--session', id, '--fork']),
  },
];

describe.each(cases.filter(({ engine }) => isTested(engine)))('a day of $engine', (given) => {
  const { engine, args, shell, delegate, sessionOf, resumed, forked, governed } = given;

  it('costs to the cent what its model was told: new, resumed, forked, with sub-agents, two at once, the app started again [sessions-4.one-source, sessions-4.sub-agents, sessions-4.forks, sessions-4.asides]', async () => {
    const lab = await startLab(desktop, engine);
    const stopApproving = approveAll(lab);
    const made = (name: string) => [{ calls: [shell(`touch ${lab.at(name)}`)], usage: { input: 2_000, output: 70 } }];
    const ended = async (run: EngineRun) => {
      const end = await run.ended;
      expect(end, end.stderr).toMatchObject({ code: 0 });
      return end;
    };
    const first = await ended(lab.run(lab.model.play(made('one')), args));
    const sessionId = sessionOf(first);
    await settled(lab, given);
    await ended(resumed(lab, sessionId, lab.model.play(made('two'))));
    await settled(lab, given);
    if (forked !== undefined) {
      await ended(forked(lab, sessionId, lab.model.play(made('three'))));
      await ended(resumed(lab, sessionId, lab.model.play(made('four'))));
      await settled(lab, given);
    }
    await lab.restart();
    const helped = lab.model.play(made('five'));
    // Codex does not wait for its sub-agents.
    const wait = shell('sleep 3');
    await ended(lab.run(lab.model.play([{ calls: [delegate(helped)] }, { calls: [wait] }]), args));
    expect(existsSync(lab.at('five'))).toBe(true);
    await settled(lab, given);
    await Promise.all(['six', 'seven'].map((name) => ended(lab.run(lab.model.play(made(name)), args))));
    await lab.restart();
    await settled(lab, given);
    await ended(resumed(lab, sessionId, lab.model.play(made('eight'))));
    await settled(lab, given);
    if (given.asksAsides === true) expect(lab.model.used().some(({ isAside }) => isAside)).toBe(true);
    await stopApproving();
  });

  it('is charged once where `gatehouse run` tells of it as well, with what the engine says at its end alone [sessions-4.one-source, sessions-4.sources]', async () => {
    const lab = await startLab(desktop, engine);
    const stopApproving = approveAll(lab);
    const automationId = await createAutomation(lab.app, {});
    const steps = [{ calls: [shell(`touch ${lab.at('governed')}`)] }];
    for (const more of [[], governed.resume]) {
      const end = await lab.governed(automationId, lab.model.play(steps), [...governed.args, ...more]).ended;
      expect(end, end.stderr).toMatchObject({ code: 0 });
    }
    await stopApproving();
    const used = usedOf(lab);
    await until('everything to be charged', async () => {
      const { body } = await lab.app.api('GET', `/automations/v2/${automationId}/runs`, { as: 'operator' });
      const runs = body['runs'] as readonly { readonly total_tokens: number; readonly cost_usd: number }[];
      const { tokens, nanos } = await chargedOf(lab, given);
      const all = runs.reduce((sum, run) => sum + run.total_tokens, tokens);
      if (all > used.tokens) throw new Error(`more is charged than was used: ${all} of ${used.tokens}`);
      return all === used.tokens && runs.reduce((sum, run) => sum + nanosOfUsd(run.cost_usd), nanos) === used.nanos;
    });
  });

  it.skipIf(engine !== 'codex')(
    'says how much of its plan is used, and the desk shows it beside the money',
    async () => {
      const lab = await startLab(desktop, engine);
      lab.model.useOfPlan(62, Math.round(Date.now() / 1_000) + 3_600);
      expect(await lab.run(lab.model.play([{ calls: [shell('true')] }]), args).ended).toMatchObject({ code: 0 });
      await settled(lab, given);
      await lab.page.getByRole('button', { name: 'Spend', exact: true }).click();
      await lab.page.getByText('Plan of codex, 5 hours').waitFor();
      await lab.page.getByText('62 % used').waitFor();
    },
  );

  it('is stopped at its next call once its own reports have reached the cap, and has passed the cap by two answers at most [sessions-4.cap]', async () => {
    const lab = await startLab(desktop, engine);
    await lab.operate('PATCH', '/governance/limits', { weekly_spend_cap_usd: 1 });
    const dear = { input: 100_000, cached: 0, output: 8_000 };
    // Each answer costs 0.45 dollars or more, so one of the first three reaches the cap; ten would be 4.50.
    const files = Array.from({ length: 10 }, (_, index) => lab.at(`made-${index}`));
    const prompt = lab.model.play(files.map((path) => ({ calls: [shell(`touch ${path}; sleep 4`)], usage: dear })));
    const stopApproving = approveAll(lab);
    const end = await lab.run(prompt, args).ended;
    await stopApproving();
    const heard = `${end.stdout}${end.stderr}${JSON.stringify(lab.model.told(prompt))}`;
    expect(heard).toContain('has reached its spend cap');
    const made = files.filter((path) => existsSync(path)).length;
    expect(made).toBeGreaterThan(0);
    // The call that was under way when the cap was reached, and no other.
    expect(made).toBeLessThanOrEqual(4);
    await settled(lab, given);
    const { nanos } = await chargedOf(lab, given);
    const answers = lab.model.used().filter(({ usage }) => usage.output === dear.output).length;
    // The answer whose call was refused first is charged too. A model that asks on all the same costs more, and this one does.
    const each = nanos / answers;
    const [stoppedAt, cap] = [(made + 1) * each, nanosOfUsd(1)];
    const usd = (amount: number) => `$${usdOfNanos(amount).toFixed(2)}`;
    process.stdout.write(
      `gatehouse: ${engine} had a cap of ${usd(cap)} and was stopped at ${usd(stoppedAt)}; its model asked on for ${usd(nanos - stoppedAt)} more\n`,
    );
    expect(stoppedAt).toBeGreaterThanOrEqual(cap);
    // The step that reached the cap, and the one that was under way until it was told of.
    expect(stoppedAt - cap).toBeLessThanOrEqual(2 * each);
  });
});
