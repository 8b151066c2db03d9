import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/contract/engine';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { isTested } from './install';
import { startLab } from './lab';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({ tray: true });
});
afterAll(() => desktop?.stop());

type Case = {
  readonly engine: Engine;
  readonly args: readonly string[];
  readonly tool: string;
  readonly input: (path: string) => unknown;
};

const cases: readonly Case[] = [
  {
    engine: 'claude',
    args: [],
    tool: 'Bash',
    input: (path) => ({ command: `touch ${path}`, description: 'Make a file' }),
  },
  {
    engine: 'codex',
    args: ['--dangerously-bypass-approvals-and-sandbox'],
    tool: 'exec_command',
    input: (path) => ({ cmd: `git push --force nowhere main; touch ${path}` }),
  },
  {
    engine: 'gemini',
    args: ['--yolo'],
    tool: 'run_shell_command',
    input: (path) => ({ command: `touch ${path}`, description: 'Make a file' }),
  },
];

describe.each(cases.filter(({ engine }) => isTested(engine)))('$engine', ({ engine, args, tool, input }) => {
  it('runs what the operator approves, and not what the operator denies, and hears why', async () => {
    const lab = await startLab(desktop, engine);
    const prompt = lab.model.play([{ calls: [{ tool, input: input(lab.at('approved')) }] }]);
    const run = lab.run(prompt, args);
    await lab.decide(await lab.asked(), 'approve');
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(existsSync(lab.at('approved'))).toBe(true);

    const refused = lab.model.play([{ calls: [{ tool, input: input(lab.at('denied')) }] }]);
    const second = lab.run(refused, args);
    await lab.decide(await lab.asked(), 'deny', 'Not on a Sunday.');
    await second.ended;
    expect(existsSync(lab.at('denied'))).toBe(false);
    expect(lab.model.told(refused)).toEqual([
      expect.objectContaining({ text: expect.stringContaining('Not on a Sunday.') }),
    ]);
  });
});
