import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createLoader } from '../../electron/kernel/compiled-code';
import { temporaryHome } from '../support/world';

const FILES = {
  'first.cjs': `
    const { join } = require('node:path');
    exports.name = 'first';
    const second = require('./second.cjs');
    exports.sum = (a, b) => second.double(a) + b;
    exports.path = join(__dirname, 'x');
    exports.ofSecond = second;
    exports.later = () => Promise.resolve().then(() => require('./third.cjs'));`,
  'second.cjs': `
    exports.nameOfFirst = require('./first.cjs').name;
    exports.double = (a) => a * 2;`,
  'third.cjs': `exports.second = require('./second.cjs');`,
};

type First = {
  readonly sum: (a: number, b: number) => number;
  readonly path: string;
  readonly ofSecond: { readonly nameOfFirst: string };
  readonly later: () => Promise<{ readonly second: unknown }>;
};

let folder: string;
beforeEach(() => {
  folder = temporaryHome();
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});

const pathOf = (name: string) => join(folder, name);
const compiled = () => join(folder, 'compiled', `${process.platform}-${process.arch}`);

async function expectItWorks(first: First): Promise<void> {
  expect(first.sum(2, 3)).toBe(7);
  expect(first.path).toBe(pathOf('x'));
  expect(first.ofSecond.nameOfFirst).toBe('first');
  expect((await first.later()).second).toBe(first.ofSecond);
}

it('loads files that need each other, each once, and what is not theirs by Node.js', async () => {
  const loader = createLoader();
  const first = loader.load(pathOf('first.cjs')) as First;
  await expectItWorks(first);
  expect(loader.load(pathOf('first.cjs'))).toBe(first);
  expect(loader.isCompiled()).toBe(false);
});

it('takes what was compiled of all that was loaded, and does the same with it', async () => {
  const writing = createLoader();
  await expectItWorks(writing.load(pathOf('first.cjs')) as First);
  writing.write();
  expect(readdirSync(compiled()).sort()).toEqual(['first.cjs.v8', 'second.cjs.v8', 'third.cjs.v8']);
  const taking = createLoader();
  await expectItWorks(taking.load(pathOf('first.cjs')) as First);
  expect(taking.isCompiled()).toBe(true);
});

it.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  [
    'of another version of V8',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(4), bytes.subarray(8)]),
  ],
  ['of a longer file', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(4), bytes.subarray(12)])],
])('does without compiled code that is %s', async (_, spoil) => {
  const writing = createLoader();
  writing.load(pathOf('first.cjs'));
  writing.write();
  const file = join(compiled(), 'second.cjs.v8');
  writeFileSync(file, spoil(readFileSync(file)));
  const loader = createLoader();
  await expectItWorks(loader.load(pathOf('first.cjs')) as First);
  expect(loader.isCompiled()).toBe(false);
});

it('loads a file anew that failed', () => {
  const loader = createLoader();
  writeFileSync(pathOf('third.cjs'), `exports.half = 1; throw new Error('too early');`);
  expect(() => loader.load(pathOf('third.cjs'))).toThrow('too early');
  writeFileSync(pathOf('third.cjs'), 'exports.whole = 1;');
  expect(loader.load(pathOf('third.cjs'))).toEqual({ whole: 1 });
});
