import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineTable } from '../../electron/engines/table';
import { desktopForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';
import { approveAll } from './approve-all';
import { type EngineCase, engineCases } from './cases';
import { settled } from './charged';
import { isTested } from './install';
import { type Lab, startLab } from './lab';
import type { ScriptedCall } from './model';
import { keys, startInTerminal } from './terminal';

// Whose sub-agent a sub-agent is, and which session another one comes from.

const desktop = desktopForTests({ tray: true });

type Session = {
  readonly run_id: string;
  readonly session_id: string;
  readonly parent_run_id?: string;
  readonly status: string;
};

/** The sessions themselves, without their sub-agents, the newest first. */
async function sessionsOf({ app }: Lab): Promise<readonly Session[]> {
  const { body } = await app.api('GET', '/governance/sessions', { as: 'operator' });
  return (body['sessions'] as readonly Session[]).filter(({ run_id: id }) => !id.includes('/'));
}

const { claude, gemini, opencode } = engineCases;
const { unasked } = engineCases.codex;
const byCodex = (cmd: string): ScriptedCall => ({ tool: 'exec_command', input: { cmd, yield_time_ms: 20_000 } });

type Nested = EngineCase & {
  readonly engine: 'claude' | 'codex' | 'opencode';
  /** Codex does not wait for its sub-agents. */
  readonly seconds: number;
  /** The person lets sub-agents have sub-agents. */
  readonly allow?: (lab: Lab) => void;
};

const nested: readonly Nested[] = [
  { ...claude, engine: 'claude', seconds: 0 },
  {
    ...engineCases.codex,
    engine: 'codex',
    unasked: [...unasked, '-c', 'agents.max_depth=2'],
    shell: byCodex,
    seconds: 5,
  },
  {
    ...opencode,
    engine: 'opencode',
    seconds: 0,
    allow({ person }) {
      const path = join(person, '.config', 'opencode', 'opencode.json');
      const known = JSON.parse(readFileSync(path, 'utf8')) as object;
      const allowed = { subagent_depth: 2, agent: { general: { permission: { task: 'allow' } } } };
      writeFileSync(path, JSON.stringify({ ...known, ...allowed }));
    },
  },
];

it.each(nested.filter(({ engine }) => isTested(engine)))(
  'a sub-agent that a sub-agent of $engine made is below that one [sessions-1.sub-agents]',
  async ({ engine, unasked: args, shell: call, delegate, seconds, allow }) => {
    const lab = await startLab(desktop, engine);
    allow?.(lab);
    const stopApproving = approveAll(lab);
    const inner = lab.model.play([{ calls: [call(`touch ${lab.at('inner')}`)] }]);
    const outer = lab.model.play([{ calls: [delegate(inner)] }, { calls: [call(`sleep ${seconds}`)] }]);
    await lab.run(lab.model.play([{ calls: [delegate(outer)] }, { calls: [call(`sleep ${seconds}`)] }]), args).ended;
    await stopApproving();
    expect(existsSync(lab.at('inner'))).toBe(true);
    const { body } = await lab.app.api('GET', '/governance/agents', { as: 'operator' });
    const agents = body['agents'] as readonly { readonly agent_id: string; readonly lineage: readonly string[] }[];
    const own = engineTable[engine].agentId;
    const lineages = new Map(agents.map(({ agent_id: id, lineage }) => [id, lineage]));
    const deepest = [...lineages.keys()].find((id) => id.split('/').length === 3) ?? '';
    const middle = deepest.split('/').slice(0, 2).join('/');
    expect([...lineages.keys()].sort()).toEqual([own, middle, deepest].sort());
    expect(lineages.get(middle)).toEqual([own]);
    expect(lineages.get(deepest)).toEqual([own, middle]);
  },
);

const forked = [
  ['claude', claude.shell, claude.unasked, (id: string) => [...claude.unasked, '--resume', id, '--fork-session']],
  ['codex', byCodex, unasked, (id: string) => [...unasked, 'fork', id]],
] as const;

it.each(forked.filter(([engine]) => isTested(engine)))(
  'a fork of a session of %s is a run that names it [sessions-1.forked]',
  async (engine, call, args, fork) => {
    const lab = await startLab(desktop, engine);
    await lab.run(lab.model.play([{ calls: [call('true')] }]), args).ended;
    const [first] = await sessionsOf(lab);
    await lab.run(lab.model.play([{ calls: [call('true')] }]), fork(first?.session_id ?? '')).ended;
    await until('the fork to name its source', async () => {
      const [newest] = await sessionsOf(lab);
      return newest?.run_id !== first?.run_id && newest?.parent_run_id === first?.run_id;
    });
  },
);

describe.each([claude, gemini].filter(({ engine }) => isTested(engine)))('$engine in a terminal', (given) => {
  it('goes on with a new session after /clear, whose run names the old one, and both cost to the cent what they used [sessions-1.forked, sessions-4.forks]', async () => {
    const { engine, shell: call, unasked: args } = given;
    const lab = await startLab(desktop, engine);
    const stopApproving = approveAll(lab);
    const [one = '', two = ''] = ['one', 'two'].map((name) =>
      lab.model.play([{ calls: [call(`touch ${lab.at(name)}`)], usage: { input: 2_000, output: 70 } }]),
    );
    const isOver = (prompt: string) => () => lab.model.requests(prompt) > 1 && lab.model.told(prompt).length > 0;
    const terminal = startInTerminal(lab, engine, one, args);
    await until('the first answer', isOver(one), 60_000);
    await settled(lab, given);
    const [first] = await sessionsOf(lab);
    // What is typed while the terminal is still busy is lost, so it is typed until something comes of it.
    await until('the session to be cleared', async () => {
      await typeLine(terminal, '/clear');
      return (await sessionsOf(lab))[0]?.status === 'completed';
    });
    await until('the second answer', async () => {
      if (lab.model.requests(two) === 0) await typeLine(terminal, `${two} now`);
      return isOver(two)();
    });
    await settled(lab, given);
    await stopApproving();
    const [second, ...others] = await sessionsOf(lab);
    expect(second).toMatchObject({ parent_run_id: first?.run_id });
    expect(second?.session_id).not.toBe(first?.session_id);
    expect(others).toMatchObject([{ run_id: first?.run_id, end_reason: 'clear' }]);
  });
});

/** A line, as somebody types it: a list of what it might become opens meanwhile, and the terminal needs a moment for it. */
async function typeLine({ type }: { type(text: string): void }, line: string): Promise<void> {
  type(line);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  type(keys.enter);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
}
