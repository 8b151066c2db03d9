import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Engine, engineNames } from '../../shared/contract/engine';
import { desktopForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';
import { engineCases } from './cases';
import { isTested } from './install';
import { type Lab, startLab } from './lab';

const desktop = desktopForTests({ tray: true });

/** Says what Settings says of an engine. */
async function settingsOf({ page }: Lab, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  return (await page.getByRole('listitem', { name, exact: true }).textContent()) ?? '';
}

/** The operator decides everything that is asked about by the act, until the answered function is called. */
function decideAll(lab: Lab, verdict: (action: string) => 'approve' | 'deny'): () => Promise<void> {
  const over = new AbortController();
  const deciding = (async () => {
    while (!over.signal.aborted) {
      for (const asked of await lab.pending()) {
        await lab.decide(asked, verdict(JSON.stringify(asked.action))).catch(() => undefined);
      }
      await setTimeout(100);
    }
  })();
  return () => {
    over.abort();
    return deciding;
  };
}

type Unheard = {
  readonly engine: Engine;
  readonly name: string;
  readonly how: string;
  readonly args?: readonly string[];
  /** The name of a folder that takes the place of its configuration folder. */
  readonly folder?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly arrange?: (lab: Lab) => void;
  readonly says: RegExp;
  /** So many calls; more than one where other hooks of the session are heard, as one call could be none that is asked about. */
  readonly calls?: number;
};

const codexConfig = ({ person }: Lab) => join(person, '.codex', 'config.toml');
const edit = (path: string, change: (text: string) => string) =>
  writeFileSync(path, change(readFileSync(path, 'utf8')));
const inProject = ({ workspace }: Lab, folder: string, name: string, text: string) => {
  mkdirSync(join(workspace, folder), { recursive: true });
  writeFileSync(join(workspace, folder, name), text);
};

const unheard: readonly Unheard[] = [
  { engine: 'claude', name: 'Claude Code', how: '--bare', args: ['--bare'], says: /started with --bare/ },
  {
    engine: 'claude',
    name: 'Claude Code',
    how: '--safe-mode',
    args: ['--safe-mode'],
    says: /started with --safe-mode/,
  },
  {
    engine: 'claude',
    name: 'Claude Code',
    how: '--settings',
    args: ['--settings', '{"disableAllHooks":true}'],
    says: /started with --settings/,
  },
  {
    engine: 'claude',
    name: 'Claude Code',
    how: '--setting-sources',
    args: ['--setting-sources', 'project'],
    says: /started with --setting-sources/,
  },
  {
    engine: 'claude',
    name: 'Claude Code',
    how: 'another configuration folder',
    folder: 'elsewhere',
    says: /the hook is not in .*elsewhere/,
  },
  {
    engine: 'claude',
    name: 'Claude Code',
    how: 'the settings of the project',
    arrange: (lab) => inProject(lab, '.claude', 'settings.local.json', '{ "disableAllHooks": true }'),
    says: /settings\.local\.json turns all hooks off/,
  },
  {
    engine: 'codex',
    name: 'Codex',
    how: 'a hook that nobody has trusted',
    arrange: (lab) => edit(codexConfig(lab), (text) => text.replaceAll(/\n\[hooks\.state.*\n.*\n/g, '')),
    says: /the hook is not trusted yet/,
  },
  {
    engine: 'codex',
    name: 'Codex',
    how: 'a hook that is switched off',
    arrange: (lab) =>
      edit(codexConfig(lab), (text) => text.replaceAll('trusted_hash =', 'enabled = false\ntrusted_hash =')),
    says: /the hook is switched off/,
  },
  {
    engine: 'codex',
    name: 'Codex',
    how: 'another hook put before ours',
    arrange: (lab) =>
      edit(codexConfig(lab), (text) =>
        text.replace(
          '[[hooks.PreToolUse]]',
          '[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "true"\ntimeout = 5\n\n[[hooks.PreToolUse]]',
        ),
      ),
    says: /another hook was put before it/,
    calls: 2,
  },
  {
    engine: 'codex',
    name: 'Codex',
    how: '-c features.hooks=false',
    args: ['-c', 'features.hooks=false'],
    says: /started with -c/,
  },
  {
    engine: 'codex',
    name: 'Codex',
    how: 'the configuration of the project',
    arrange: (lab) => {
      inProject(lab, '.codex', 'config.toml', '[features]\nhooks = false\n');
      appendFileSync(codexConfig(lab), `\n[projects."${lab.workspace}"]\ntrust_level = "trusted"\n`);
    },
    says: /config\.toml turns all hooks off/,
  },
  {
    engine: 'gemini',
    name: 'Gemini CLI',
    how: 'a hook that the project switches off',
    arrange(lab) {
      inProject(lab, '.gemini', 'settings.json', '{ "hooksConfig": { "disabled": ["gatehouse"] } }');
      writeFileSync(
        join(lab.person, '.gemini', 'trustedFolders.json'),
        JSON.stringify({ [lab.workspace]: 'TRUST_FOLDER' }),
      );
    },
    says: /switches the hook "gatehouse" off/,
  },
  {
    engine: 'gemini',
    name: 'Gemini CLI',
    how: 'a hook that its person switches off',
    arrange: ({ person }) =>
      edit(join(person, '.gemini', 'settings.json'), (text) =>
        text.replace('{', '{ "hooksConfig": { "disabled": ["gatehouse"] },'),
      ),
    says: /switches the hook "gatehouse" off/,
  },
  { engine: 'opencode', name: 'opencode', how: '--pure', args: ['--pure'], says: /started with --pure/ },
  {
    engine: 'opencode',
    name: 'opencode',
    how: 'a variable',
    variables: { OPENCODE_PURE: '1' },
    says: /the variable OPENCODE_PURE starts opencode without its plugins/,
  },
];

describe.each(unheard.filter(({ engine }) => isTested(engine)))('$name without its hooks by $how', (given) => {
  it('works unseen, and the desk says so within ten seconds, and why [sessions-5.unguarded]', async () => {
    const { engine, name, args = [], folder, says } = given;
    const lab = await startLab(desktop, engine);
    given.arrange?.(lab);
    const elsewhere = folder === undefined ? {} : { CLAUDE_CONFIG_DIR: join(lab.person, folder) };
    const variables = { ...elsewhere, ...given.variables };
    const { shell: call, unasked: usual } = engineCases[engine];
    const steps = Array.from({ length: given.calls ?? 1 }, () => ({
      calls: [call(`touch ${lab.at('made')}; sleep 12`)],
    }));
    const prompt = lab.model.play(steps);
    const run = lab.run(prompt, [...usual, ...args], variables);
    await until('the act that nobody saw', () => existsSync(lab.at('made')));
    const since = performance.now();
    await lab.page
      .getByRole('alert')
      .filter({ hasText: `${name} is unguarded` })
      .waitFor({ timeout: 10_000 });
    expect(await settingsOf(lab, name)).toMatch(says);
    process.stdout.write(`${name}, ${given.how}: ${Math.round(performance.now() - since)} ms\n`);
    // It is not only seen by its process: that is over.
    await run.ended;
    // opencode writes no transcript.
    if (folder === undefined && engine !== 'opencode') {
      await until('what its transcript says', async () =>
        /A session( in [^:]*)? works without its hooks\./.test(await settingsOf(lab, name)),
      );
    }
    if (args.length === 0 && Object.keys(variables).length === 0) {
      const doctor = await lab.gatehouse(['doctor', engine]).ended;
      expect(doctor.code).toBe(1);
      expect(doctor.stdout).toMatch(/NOT guarded: /);
    }
  });
});

describe('Gemini CLI in a folder that its person does not trust', () => {
  it('runs no hook, and the desk says so within ten seconds [sessions-5.unguarded]', async () => {
    const lab = await startLab(desktop, 'gemini');
    const rules = { [lab.workspace]: 'DO_NOT_TRUST' };
    writeFileSync(join(lab.person, '.gemini', 'trustedFolders.json'), JSON.stringify(rules));
    lab.inTerminal();
    await lab.page.getByRole('alert').filter({ hasText: 'Gemini CLI is unguarded' }).waitFor({ timeout: 10_000 });
    expect(await settingsOf(lab, 'Gemini CLI')).toContain('is a folder that you told Gemini CLI not to trust');
  });
});

describe.runIf(isTested('claude'))('Claude Code', () => {
  it('cannot turn its own hooks off: settings that would are not taken over, and it goes on being asked about [sessions-5.doctor]', async () => {
    const lab = await startLab(desktop, 'claude');
    const settings = join(lab.workspace, '.claude', 'settings.local.json');
    const { shell: call, unasked: args } = engineCases.claude;
    writeFileSync(lab.at('kept'), '');
    const prompt = lab.model.play([
      { calls: [{ tool: 'Write', input: { file_path: settings, content: '{"disableAllHooks":true}' } }] },
      { calls: [call('sleep 5')] },
      { calls: [call(`git push --force nowhere main; rm -rf ${lab.at('kept')}`)] },
    ]);
    const run = lab.run(prompt, args);
    const stop = decideAll(lab, (action) => (action.includes('disableAllHooks') ? 'approve' : 'deny'));
    await run.ended;
    await stop();
    expect(readFileSync(settings, 'utf8')).toContain('disableAllHooks');
    expect(existsSync(lab.at('kept'))).toBe(true);
    expect(JSON.stringify(lab.model.told(prompt))).toContain('The operator denied this');
  });
});

describe.each((['claude', 'codex', 'gemini'] as const).filter(isTested))('%s with its hooks', (engine) => {
  it('is not called unguarded, however long a call or the operator takes [sessions-5.unguarded]', async () => {
    const lab = await startLab(desktop, engine);
    const { shell: call, unasked: args } = engineCases[engine];
    const steps = [
      `touch ${lab.at('one')}`,
      'sleep 9',
      `git push --force nowhere main; touch ${lab.at('two')}`,
      'sleep 8',
    ];
    const prompt = lab.model.play(steps.map((command) => ({ calls: [call(command)] })));
    const stop = decideAll(lab, () => 'approve');
    await lab.run(prompt, args).ended;
    await stop();
    expect([existsSync(lab.at('one')), existsSync(lab.at('two'))]).toEqual([true, true]);
    // What was written more than six seconds ago is judged.
    expect(await settingsOf(lab, engineNames[engine])).not.toMatch(/[Uu]nguarded|without its hooks/);
    const { body } = await lab.app.api('GET', '/governance/audit?limit=200', { as: 'operator' });
    expect(JSON.stringify(body)).not.toContain('connection.unguarded');
  });
});

describe.each((['claude', 'codex', 'gemini', 'opencode'] as const).filter(isTested))(
  '%s that fails closed',
  (engine) => {
    it('carries out nothing when its hook cannot run, and by its own rules it does [sessions-5.fail-closed]', async () => {
      const lab = await startLab(desktop, engine);
      const { shell: call, unasked: args } = engineCases[engine];
      const work = async (name: string) => {
        const prompt = lab.model.play([{ calls: [call(`touch ${lab.at(name)}`)] }]);
        const ended = await lab.run(prompt, args).ended;
        return {
          isMade: existsSync(lab.at(name)),
          heard: `${ended.stdout}${ended.stderr}${JSON.stringify(lab.model.told(prompt))}`,
        };
      };
      const launcher = join(lab.app.home, 'bin', 'gatehouse');
      const text = readFileSync(launcher, 'utf8');
      rmSync(launcher);
      // Gemini CLI lets a call go on only where its hook ends with 1, and the plugin of opencode where its hook said so.
      expect(await work('by-its-own-rules')).toMatchObject({ isMade: engine === 'claude' || engine === 'codex' });
      // Where it is there and finds no Node.js it does what is set.
      const connection = join(lab.app.home, 'connections', `${engine}.json`);
      edit(connection, (kept) => kept.replace('"if_unavailable": "prompt"', '"if_unavailable": "block"'));
      writeFileSync(launcher, text.replaceAll(/'[^']*\/node'/g, "'/nowhere/node'"), { mode: 0o755 });
      const withoutNode = await work('without-node');
      expect(withoutNode.isMade).toBe(false);
      expect(withoutNode.heard).toContain('needs Node.js 20');

      writeFileSync(launcher, text, { mode: 0o755 });
      const connected = await lab.gatehouse(['connect', engine, '--strength', 'fail-closed', '--test-wait', '0']).ended;
      expect(connected).toMatchObject({ code: 0 });
      lab.trust();
      expect(JSON.parse(readFileSync(connection, 'utf8'))).toMatchObject({
        strength: 'fail-closed',
        hook: { if_unavailable: 'block' },
      });
      rmSync(launcher);
      const blocked = await work('blocked');
      expect(blocked.isMade).toBe(false);
      expect(blocked.heard).toMatch(/not found|No such file/);
    });
  },
);
