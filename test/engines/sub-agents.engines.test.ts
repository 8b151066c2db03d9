import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/contract/engine';
import { until } from '../support/desktop/process';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { isTested } from './install';
import { type Lab, startLab } from './lab';
import type { Step } from './model';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({ tray: true });
});
afterAll(() => desktop?.stop());

type Case = {
  readonly engine: Engine;
  readonly agentId: string;
  readonly args: readonly string[];
  /** Whether its sub-agents cannot be told from it. */
  readonly isUnnamed?: true;
  /** What the model calls to have a sub-agent follow a prompt; `over` is a file that is there once it has. */
  readonly delegate: (prompt: string, over: string) => readonly Step[];
  /** What the sub-agent's model calls to make a file. */
  readonly make: (path: string) => readonly Step[];
};

const cases: readonly Case[] = [
  {
    engine: 'claude',
    agentId: 'claude-code',
    args: [],
    delegate: (prompt) => [
      { calls: [{ tool: 'Agent', input: { description: 'Make a file', prompt, subagent_type: 'general-purpose' } }] },
    ],
    make: (path) => [{ calls: [{ tool: 'Bash', input: { command: `touch ${path}`, description: 'Make a file' } }] }],
  },
  {
    engine: 'codex',
    agentId: 'codex',
    args: ['--dangerously-bypass-approvals-and-sandbox'],
    // Its sub-agents end with it, and it waits for one only by an id that it alone knows.
    delegate: (prompt, over) => [
      { calls: [{ namespace: 'multi_agent_v1', tool: 'spawn_agent', input: { message: prompt } }] },
      {
        calls: [
          {
            tool: 'exec_command',
            input: { cmd: `while [ ! -e ${over} ]; do sleep 0.2; done`, yield_time_ms: 30_000 },
          },
        ],
      },
    ],
    make: (path) => [
      { calls: [{ tool: 'exec_command', input: { cmd: `git push --force nowhere main; touch ${path}` } }] },
    ],
  },
  {
    engine: 'gemini',
    agentId: 'gemini-cli',
    // It says nowhere that a call is a sub-agent's (spec/integrations.md).
    isUnnamed: true,
    args: ['--yolo'],
    delegate: (prompt) => [{ calls: [{ tool: 'invoke_agent', input: { agent_name: 'generalist', prompt } }] }],
    make: (path) => [
      { calls: [{ tool: 'run_shell_command', input: { command: `touch ${path}`, description: 'Make a file' } }] },
      { calls: [{ tool: 'complete_task', input: { result: 'done', response: 'done' } }] },
    ],
  },
  {
    engine: 'opencode',
    agentId: 'opencode',
    args: [],
    delegate: (prompt) => [
      { calls: [{ tool: 'task', input: { description: 'Make a file', prompt, subagent_type: 'general' } }] },
    ],
    make: (path) => [{ calls: [{ tool: 'bash', input: { command: `touch ${path}`, description: 'Make a file' } }] }],
  },
];

describe.each(cases.filter(({ engine }) => isTested(engine)))('$engine', (given) => {
  it('asks for each act of a sub-agent, in its own name where the engine tells it, and does what is decided', async () => {
    const lab = await startLab(desktop, given.engine);
    await decideFor(lab, given, 'approve', 'approved');
    expect(existsSync(lab.at('approved'))).toBe(true);
    await decideFor(lab, given, 'deny', 'denied');
    expect(existsSync(lab.at('denied'))).toBe(false);
  });
});

async function decideFor(
  lab: Lab,
  { agentId, args, isUnnamed, delegate, make }: Case,
  decision: 'approve' | 'deny',
  name: string,
) {
  const over = lab.at(`${name} and over`.replaceAll(' ', '-'));
  const task = lab.model.play(make(lab.at(name)));
  const run = lab.run(lab.model.play(delegate(task, over)), args);
  let asked = await lab.asked();
  // Gemini CLI asks about the delegation too.
  while (!JSON.stringify(asked.action).includes(lab.at(name))) {
    await lab.decide(asked, 'approve');
    asked = await lab.asked();
  }
  expect(asked.requested_by.actor_id).toMatch(isUnnamed === true ? agentId : new RegExp(`^${agentId}/.`));
  expect(asked.ancestor_ids).toEqual(isUnnamed === true ? [] : [agentId]);
  await lab.decide(asked, decision, 'As the operator says.');
  await until('the model of the sub-agent to be told', () => lab.model.told(task).length > 0);
  writeFileSync(over, '');
  await run.ended;
}
