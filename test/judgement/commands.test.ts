import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { riskKinds } from '../../shared/judgement';
import { ofCommand } from './shop';

beforeAll(loadShellGrammar);

const commands = z.array(z.string());
const cases = z
  .strictObject({ low: commands, normal: commands, high: z.partialRecord(z.enum(riskKinds), commands) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'commands.json'), 'utf8')));

const judged = (list: readonly string[]) => list.map((command) => [command, ofCommand(command).level]);

test('what only looks is low [judgement-1.low, judgement-2.dry-runs, judgement-2.grammar, judgement-2.all-files, judgement-2.parameters]', () => {
  expect(judged(cases.low)).toEqual(cases.low.map((command) => [command, 'low']));
});

test('what the project brings back is normal [judgement-1.normal, judgement-2.programs, judgement-2.unknown-programs, judgement-2.held-commands, judgement-2.env-file, judgement-2.loops, judgement-2.parameters, judgement-2.perhaps, judgement-2.expansions, judgement-2.functions]', () => {
  expect(judged(cases.normal)).toEqual(cases.normal.map((command) => [command, 'normal']));
});

// The kind is the one that the list stands under, whatever else is said besides.
test.each(Object.entries(cases.high))(
  'what %s is high, and says so [judgement-1.high, judgement-1.destroys, judgement-1.sends, judgement-1.secrets, judgement-1.outside, judgement-1.installs, judgement-1.escapes, judgement-1.unreadable, judgement-2.simple-commands, judgement-2.highest, judgement-2.all-files, judgement-2.loops, judgement-2.parameters]',
  (kind, list) => {
    const found = list.map((command) => {
      const { level, reasons } = ofCommand(command);
      return [command, level, reasons.some((reason) => reason.kind === kind) || reasons.map((reason) => reason.kind)];
    });
    expect(found).toEqual(list.map((command) => [command, 'high', true]));
  },
);

test('there are at least 500 cases of commands, half of them harmless', () => {
  const harmless = cases.low.length + cases.normal.length;
  const harmful = Object.values(cases.high).flat().length;
  expect(harmless + harmful).toBeGreaterThanOrEqual(500);
  expect(harmless * 2).toBeGreaterThanOrEqual(harmless + harmful - 20);
});

test('a reason says what it concerns and where it stands [judgement-1.reason]', () => {
  expect(ofCommand('git status && rm -rf src lib').reasons).toEqual([
    { kind: 'destroys', what: 'deletes src', span: { start: 21, end: 24 } },
    { kind: 'destroys', what: 'deletes lib', span: { start: 25, end: 28 } },
  ]);
});

test.each([
  ["X='rm -rf'; $X src", 'high'],
  ['X=src; rm -rf $X', 'high'],
  ['X=dist; rm -rf $X', 'normal'],
  ['X=dist; rm -rf "$X"/js', 'normal'],
  ['for d in dist node_modules; do rm -rf $d; done', 'normal'],
  ['for d in dist src; do rm -rf $d; done', 'high'],
  ['X=dist; true && X=src; rm -rf $X', 'high'],
  ['rm -rf ${X:-dist}', 'high'],
])('a variable is followed when it is set to a literal: %s is %s [judgement-2.variables]', (command, level) => {
  expect(ofCommand(command).level).toBe(level);
});

test.each([
  ['cd dist && rm -rf *', 'normal'],
  ['cd src && rm -rf *', 'high'],
  ['cd / && rm -rf work', 'high'],
  ['cd "$X" && rm -rf dist', 'high'],
  ['cd ../other && touch a', 'high'],
  ['false && cd dist; rm -rf *', 'high'],
  ['(cd dist); rm -rf *', 'high'],
  ['cd dist || exit 1; rm -rf *', 'normal'],
])('a change of folder moves what follows: %s is %s [judgement-2.cd]', (command, level) => {
  expect(ofCommand(command).level).toBe(level);
});

test.each([
  ['npm test > out.log', 'normal'],
  ['npm test > src/b.ts', 'high'],
  ['npm test >> src/b.ts', 'normal'],
  ['npm test > ../x', 'high'],
  ['npm test 2>&1', 'normal'],
  ['ls > /dev/null', 'low'],
  ['ls src 2> /dev/null', 'low'],
  ['cat .env > /dev/null', 'high'],
  ['cat < .env', 'high'],
  ['echo hi > .github/workflows/x.yml', 'high'],
  ['rm -rf > out.log src', 'high'],
])('what is written through the shell counts: %s is %s [judgement-2.redirections]', (command, level) => {
  expect(ofCommand(command).level).toBe(level);
});

test.each([
  ['LD_PRELOAD=./x.so ls', 'high'],
  ['PAGER=cat git log', 'low'],
  ['PAGER=./x git log', 'high'],
  ['FOO=bar ls', 'low'],
  ['NODE_OPTIONS=--max-old-space-size=4096 npm test', 'normal'],
  ['NODE_OPTIONS=--require=./x npm test', 'high'],
])('an assignment that changes what runs counts: %s is %s [judgement-2.assignments]', (command, level) => {
  expect(ofCommand(command).level).toBe(level);
});

test.each([
  ['python3 -c "print(1)"', 'low'],
  ['python3 -c "import os; os.remove(1)"', 'high'],
  ["node -e 'console.log(process.version)'", 'low'],
  ["node -e 'fetch(1)'", 'high'],
])(
  'code in another language is not read unless it is plainly harmless: %s is %s [judgement-2.code]',
  (command, level) => {
    expect(ofCommand(command).level).toBe(level);
  },
);

test('what nobody reads is high: too long, too many signs, what does not parse, what cannot be seen', () => {
  expect(ofCommand(`echo ${'a'.repeat(10_001)}`).level).toBe('high');
  expect(ofCommand(`echo ${'a'.repeat(9_000)}`).level).toBe('low');
  expect(ofCommand('ls;'.repeat(2_000)).level).toBe('high');
  expect(ofCommand('ls )').level).toBe('high');
  expect(ofCommand('ls \u202E').level).toBe('high');
});

test('loops in loops and functions of functions come to an end, which nobody has read to [judgement-2.bounds]', () => {
  const loops = 'for i in a b c d e f g h i j; do '.repeat(6);
  expect(ofCommand(`${loops} ls $i ${'; done'.repeat(6)}`).level).toBe('high');
  const calls = (name: string) => `${name}; `.repeat(200);
  expect(ofCommand(`f() { ${calls('g')} }; g() { ${calls('h')} }; h() { ls; }; f`).level).toBe('high');
  expect(ofCommand('f() { f; }; f').level).toBe('high');
});

test.each([
  ['loops in which nothing is run', `${'for i in {1..16}; do '.repeat(5)} x=1 ${'; done'.repeat(5)}`],
  [
    'loops in which nothing but a file is written',
    `${'for i in {1..16}; do '.repeat(5)} >/dev/null ${'; done'.repeat(5)}`,
  ],
  ['a value that is doubled again and again', `x=aaaaaaaa; ${'x=$x$x; '.repeat(40)} echo $x`],
  ['an output that is put into a value twice, again and again', `x=$(ls); ${'x=$x$x; '.repeat(40)} rm $x`],
  ['a list that is doubled again and again', `a=(x x x); ${'a=(${a[@]} ${a[@]}); '.repeat(40)} echo $a`],
  [
    'values that are twice as many after each part',
    `x=a; ${'[ -f b ] && x=${x}$RANDOM${x}b; x=${x}c; '.repeat(3)}${Array.from({ length: 12 }, (_, at) => `[ -f a ] && x=\${x}${at}; `).join('')} ls $x`,
  ],
  [
    'branches in branches that all set something',
    `${Array.from({ length: 200 }, (_, at) => `if a${at}=1; then `).join('')} x=1 ${'; fi'.repeat(200)}`,
  ],
  [
    'functions that call each other twice',
    `f0() { x=1; }; ${Array.from({ length: 40 }, (_, at) => `f${at + 1}() { f${at}; f${at}; }; `).join('')} f40`,
  ],
])('what makes more of itself than is read cannot be read: %s [judgement-2.bounds]', (_what, command) => {
  const { level, reasons } = ofCommand(command);
  expect([level, ...new Set(reasons.map(({ kind }) => kind))]).toEqual(['high', 'unreadable']);
});

test('a variable that changes what runs is high however it is set [judgement-2.assignments]', () => {
  const names = ['PATH', 'LD_PRELOAD', 'IFS', 'BASH_ENV', 'GIT_SSH_COMMAND', 'NODE_OPTIONS', 'EDITOR'];
  const ways: readonly ((name: string) => string)[] = [
    (name) => `${name}=./evil ls`,
    (name) => `${name}=./evil; ls`,
    (name) => `${name}+=./evil; ls`,
    (name) => `A=1 ${name}=./evil`,
    (name) => `export ${name}=./evil`,
    (name) => `declare -x ${name}=./evil`,
    (name) => `readonly ${name}=./evil`,
    (name) => `env ${name}=./evil ls`,
    (name) => `for ${name} in ./evil; do ls; done`,
    (name) => `read -r ${name} < evil`,
    (name) => `read -ra ${name} <<< ./evil`,
    (name) => `mapfile -t ${name} < evil`,
    (name) => `printf -v ${name} %s ./evil`,
    (name) => `getopts ab ${name}`,
    (name) => `if true; then ${name}=./evil; fi; ls`,
    (name) => `f() { ${name}=./evil; }; f; ls`,
  ];
  const commands = names.flatMap((name) => ways.map((way) => way(name)));
  expect(commands.filter((command) => ofCommand(command).level !== 'high')).toEqual([]);
});
