import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineTable } from '../../electron/engines/table';
import { desktopForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';
import { askedAbout, asking, type EngineCase, testedEngines } from './cases';
import { type Lab, startLab } from './lab';
import type { Step } from './model';

const desktop = desktopForTests({ tray: true });

/** What the model calls to have a sub-agent follow a prompt; `over` is a file that is there once it has. */
function delegating({ engine, shell, delegate }: EngineCase, prompt: string, over: string): readonly Step[] {
  const call = delegate(prompt);
  if (engine !== 'codex') return [{ calls: [call] }];
  // Its sub-agents end with it, and it waits for one only by an id that it alone knows.
  const waiting = shell(`while [ ! -e ${over} ]; do sleep 0.2; done`);
  return [
    { calls: [call] },
    { calls: [{ ...waiting, input: { ...(waiting.input as object), yield_time_ms: 30_000 } }] },
  ];
}

/** What the sub-agent's model calls to make a file. */
function making(given: EngineCase, path: string): readonly Step[] {
  const made: Step = { calls: [askedAbout(given, path)] };
  if (given.engine !== 'gemini') return [made];
  return [made, { calls: [{ tool: 'complete_task', input: { result: 'done', response: 'done' } }] }];
}

describe.each(testedEngines)('$engine', (given) => {
  it('asks for each act of a sub-agent, in its own name where the engine tells it, and does what is decided', async () => {
    const lab = await startLab(desktop, given.engine);
    await decideFor(lab, given, 'approve', 'approved');
    expect(existsSync(lab.at('approved'))).toBe(true);
    await decideFor(lab, given, 'deny', 'denied');
    expect(existsSync(lab.at('denied'))).toBe(false);
  });
});

async function decideFor(lab: Lab, given: EngineCase, decision: 'approve' | 'deny', name: string) {
  const { agentId } = engineTable[given.engine];
  // Gemini CLI says nowhere that a call is a sub-agent's (spec/integrations.md).
  const isNamed = given.engine !== 'gemini';
  const over = lab.at(`${name} and over`.replaceAll(' ', '-'));
  const task = lab.model.play(making(given, lab.at(name)));
  const run = lab.run(lab.model.play(delegating(given, task, over)), asking(given));
  let asked = await lab.asked();
  // Gemini CLI asks about the delegation too.
  while (!JSON.stringify(asked.action).includes(lab.at(name))) {
    await lab.decide(asked, 'approve');
    asked = await lab.asked();
  }
  expect(asked.requested_by.actor_id).toMatch(isNamed ? new RegExp(`^${agentId}/.`) : agentId);
  expect(asked.ancestor_ids).toEqual(isNamed ? [agentId] : []);
  await lab.decide(asked, decision, 'As the operator says.');
  await until('the model of the sub-agent to be told', () => lab.model.told(task).length > 0);
  writeFileSync(over, '');
  await run.ended;
}
