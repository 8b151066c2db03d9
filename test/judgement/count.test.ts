import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createJudge } from '../../electron/judgement/judge';
import { commandsCounted } from '../../electron/judgement/shell/count';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { warmUp } from '../../electron/judgement/warm';
import { ofCommand, shop } from './shop';

beforeAll(loadShellGrammar);

const { low, normal } = JSON.parse(readFileSync(join(import.meta.dirname, 'commands.json'), 'utf8')) as {
  readonly low: readonly string[];
  readonly normal: readonly string[];
};

test('what is not read for having too many commands has them: no text is said to have twice as many as it has', () => {
  const overcounted = [...low, ...normal]
    .map((command) => ({ command, ...commandsCounted(command), parts: Math.max(ofCommand(command).parts.length, 1) }))
    .filter(({ atLeast, substitutions, parts }) => atLeast > 2 * parts || substitutions > parts);
  expect(overcounted).toEqual([]);
});

test.each([
  ['ls; ', 300],
  ['if true; then ls; fi; ', 300],
  ['echo $(ls) ', 300],
  ['ls && ', 300],
  ['ls\n', 300],
])('and what has them is counted: %j', (text, count) => {
  expect(commandsCounted(text.repeat(count)).atLeast).toBeGreaterThanOrEqual(count - 1);
});

test.each(['# a; b\n', "echo 'a; b; c' ", 'echo "a; b" ', 'a\\; ', '$((1 + 2)) ', '2>&1 '])(
  'what is no command is not counted: %j',
  (text) => {
    expect(commandsCounted(text.repeat(20)).atLeast).toBeLessThanOrEqual(text.includes('\n') ? 20 : 1);
  },
);

test('warming up judges one command after each pause, so that nothing waits for more', async () => {
  const judge = createJudge(shop);
  const judged: string[] = [];
  let pauses = 0;
  const heard = {
    ...judge,
    call: (call: Parameters<typeof judge.call>[0]) => (judged.push(`${pauses}`), judge.call(call)),
  };
  await warmUp(heard, async () => {
    pauses++;
  });
  expect(judged.length).toBeGreaterThan(100);
  expect(new Set(judged).size).toBe(judged.length);
});

test('what is deeper than the machine can follow is high, and no error [judgement-2.bounds]', () => {
  const endless = (): never => endless();
  const judge = createJudge({ ...shop, realPath: endless });
  const { level, reasons } = judge.call({ toolName: 'Bash', action: { command: 'cat a' }, cwd: '/work/shop' });
  expect([level, reasons.map(({ kind }) => kind)]).toEqual(['high', ['unreadable']]);
});
