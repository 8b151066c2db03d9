import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { ofCommand } from './shop';

beforeAll(loadShellGrammar);

const list = z.array(z.string());
const cases = z
  .strictObject({ low: list, normal: list, high: list })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'code.json'), 'utf8')));

test.each(Object.entries(cases))(
  'code that only computes, prints and reads data is %s, and nothing that leads further [judgement-2.code]',
  (level, commands) => {
    expect(commands.filter((command) => ofCommand(command).level !== level)).toEqual([]);
  },
);

/** What runs a program, reads a file or the environment, by every name under which it can be kept. */
const pythonHarms = [
  'os.system("x")',
  'open(".env").read()',
  'os.environ',
  'eval("1")',
  '__import__("os")',
  'sys.modules',
];
const pythonForms = [
  'print(X)',
  'print(f"{X}")',
  "print(f'{1} {X:>5}')",
  'a = X; print(a)',
  'print([X for i in range(3)])',
  'f = lambda: X; f()',
  'print({"a": X}["a"])',
  'print(1 if X else 2)',
  'def f(x): return X\nprint(f(1))',
  'print(*map(str, [X]))',
];

test.each(pythonForms)('what harms in Python does so wherever it stands: %s [judgement-2.code]', (form) => {
  const levelOf = (code: string) =>
    ofCommand(`python3 - <<'END'\nimport sys, json\n${form.replaceAll('X', () => code)}\nEND`).level;
  expect(pythonHarms.filter((harm) => levelOf(harm) !== 'high')).toEqual([]);
  expect([levelOf('1 + 1'), levelOf('json.load(sys.stdin)')]).toEqual(['low', 'low']);
});

const javascriptHarms = [
  'process.env',
  'process["env"]',
  'require("child_process")',
  'require("./evil")',
  'eval("1")',
  'fetch("https://x.example")',
  'new Function("1")',
  '[]["map"]["constructor"]',
  '[].map["constr" + "uctor"]',
];
const javascriptForms = [
  'console.log(X)',
  'const a = X; console.log(a)',
  'console.log([1].map(() => X))',
  'console.log({ a: X }.a)',
  'console.log(1 ? X : 2)',
  'for (const a of [X]) console.log(a)',
  'const f = (a) => X; console.log(f(1))',
];

test.each(javascriptForms)('what harms in JavaScript does so wherever it stands: %s [judgement-2.code]', (form) => {
  const levelOf = (code: string) => ofCommand(`node - <<'END'\n${form.replaceAll('X', () => code)}\nEND`).level;
  expect(javascriptHarms.filter((harm) => levelOf(harm) !== 'high')).toEqual([]);
  expect([levelOf('1 + 1'), levelOf('require("./package.json").name')]).toEqual(['low', 'low']);
});
