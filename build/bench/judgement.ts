import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createJudge } from '../../electron/judgement/judge';
import { loadShellGrammar, withTree } from '../../electron/judgement/shell/grammar';
import { surroundingsOf } from '../../electron/judgement/surroundings';
import { warmUp } from '../../electron/judgement/warm';
import { interleaved, percentile, tellLimit } from './measure';

// How long the judgement of a command takes, against the grammar alone, which has to read it in any case (goal J1).
const USUAL = 200;
const LONGEST = 10_000;

/** Commands of the usual length in a round. */
const COMMANDS = 600;

await loadShellGrammar();
const checkout = process.cwd();
const judge = createJudge(surroundingsOf(homedir()));
// As the app has done by the time that anybody asks.
await warmUp(judge, () => Promise.resolve());

type Cases = { readonly low: string[]; readonly normal: string[]; readonly high: Record<string, string[]> };
const { low, normal, high } = JSON.parse(
  readFileSync(join(checkout, 'test', 'judgement', 'commands.json'), 'utf8'),
) as Cases;
const pieces = [...low, ...normal, ...Object.values(high).flat()].filter(
  (piece) => piece.length < USUAL / 2 && !piece.includes('\n'),
);

/** Different commands of 200 characters, of what the tests judge, in lists. */
const usual = Array.from({ length: COMMANDS }, (_, number) => {
  let command = '';
  for (let at = number * 7; command.length < USUAL; at++) command += `${pieces[at % pieces.length]} && `;
  return command.slice(0, USUAL).replace(/[\s&]+$/, '');
});

/** Paths of different files. */
const paths = Array.from({ length: 400 }, (_, number) => `src/a/b-${number % 7}/c/file-${number}.ts`)
  .join(' ')
  .slice(0, LONGEST - 100);

const times = (text: string) => text.repeat(Math.ceil(LONGEST / text.length)).slice(0, LONGEST - 100);

/** What commands of 10,000 characters look like, and what takes longest in one. */
const longest: Readonly<Record<string, string>> = {
  'one word': `echo ${'a'.repeat(LONGEST - 100)}`,
  'many words': `echo ${times('word ')}`,
  'many files': `cat ${paths}`,
  'files taken away': `rm ${paths}`,
  'many commands': Array.from({ length: 300 }, (_, number) => `git log --oneline src/file-${number}.ts`)
    .join('; ')
    .slice(0, LONGEST),
  'as many commands as may be read': Array.from(
    { length: 250 },
    (_, number) => `cat src/a/b-${number}/file-${number}.ts`,
  )
    .join('; ')
    .slice(0, LONGEST),
  'a script': `bash -c '${times('if test -f x; then echo y; fi; ').replace(/[^;]*$/, '')}'`,
  'a text of a file': `cat > out.txt <<'EOF'\n${times('some text, as files have it\n')}\nEOF`,
  substitutions: `echo ${times('$(git log --format=%H) ').replace(/ [^ ]*$/, '')}`,
  'substitutions that may be read': `echo ${times(`$(git log --format=%H -- ${'a'.repeat(54)}.ts) `).replace(/ [^ ]*$/, '')}`,
  'loops in loops': `${'for i in a b c d e f g h; do '.repeat(6)} ls $i ${'; done'.repeat(6)} # ${'x'.repeat(LONGEST - 400)}`,
  braces: `echo ${times('{a,b,c} ')}`,
  'quotes that never end': `echo ${times('"\'')}`,
};

/** Milliseconds that each takes. */
const timesOf = (texts: readonly string[], read: (text: string) => unknown) =>
  texts.map((text) => {
    const startedAt = performance.now();
    read(text);
    return performance.now() - startedAt;
  });

const judged = (command: string) => judge.call({ toolName: 'Bash', action: { command }, cwd: checkout });
const parsed = (command: string) => withTree(command, (root) => root.hasError);

for (const [share, name, limit] of [
  [0.5, 'p50', 1],
  [0.99, 'p99', 5],
] as const) {
  const figures = await interleaved({
    judgement: () => percentile(timesOf(usual, judged), share),
    grammar: () => percentile(timesOf(usual, parsed), share),
  });
  const what = `${name} of the judgement of a command of ${USUAL} characters; against the grammar alone`;
  tellLimit({ goal: 'J1', what, value: figures.judgement, baseline: figures.grammar, unit: 'ms' }, limit);
}

for (const [name, command] of Object.entries(longest)) {
  const figures = await interleaved({
    judgement: () => Math.max(...timesOf([command, command, command], judged)),
    grammar: () => Math.max(...timesOf([command, command, command], parsed)),
  });
  const what = `longest stall by a command of ${LONGEST.toLocaleString('en')} characters, ${name}; against the grammar alone`;
  tellLimit({ goal: 'J1', what, value: figures.judgement, baseline: figures.grammar, unit: 'ms' }, 10);
}
