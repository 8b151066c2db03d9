import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHome } from '../../electron/kernel/home-folder';
import { openLog } from '../../electron/kernel/log';
import { createLogFile } from '../../electron/kernel/log-file';
import { START, type TestClock, temporaryHome } from '../support/world';

const always = () => true;
const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function startLog(largest?: number) {
  const home = temporaryHome();
  const clock: TestClock = { at: START, now: () => clock.at };
  const path = join(home, 'gatehouse.log');
  const logger = openLog({ path, clock, isInPlace: always, ...(largest !== undefined && { largest }) });
  const entries = () =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { home, clock, path, logger, entries };
}

describe('the log', () => {
  test('never takes more than twice its size, whatever is written, and loses only what is oldest', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 300 }), { maxLength: 80 }), (texts) => {
        const path = join(temporaryHome(), 'gatehouse.log');
        const file = createLogFile(path, always, 2_000);
        const lines = texts.map((text) => `${JSON.stringify(text)}\n`);
        for (const line of lines) {
          file.write(line);
          expect(sizeOf(path)).toBeLessThanOrEqual(2_000);
          expect(sizeOf(`${path}.old`)).toBeLessThanOrEqual(2_000);
        }
        const kept = [`${path}.old`, path].map((one) => (existsSync(one) ? readFileSync(one, 'utf8') : '')).join('');
        expect(lines.join('').endsWith(kept)).toBe(true);
        expect(kept === lines.join('') || kept.length > 1_000).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('goes on in the file that is there, and puts one aside that an older version let grow', () => {
    const path = join(temporaryHome(), 'gatehouse.log');
    writeFileSync(path, 'x'.repeat(3_000));
    createLogFile(path, always, 2_000).write('first\n');
    createLogFile(path, always, 2_000).write('second\n');
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
    expect(sizeOf(`${path}.old`)).toBe(3_000);
  });

  test('cuts a line that anybody could make as long as they like', () => {
    const path = join(temporaryHome(), 'gatehouse.log');
    createLogFile(path, always).write(`${'x'.repeat(1_000_000)}\n`);
    expect(sizeOf(path)).toBeLessThan(20_000);
    expect(readFileSync(path, 'utf8').endsWith('…\n')).toBe(true);
  });

  test('takes twenty entries of one origin in a minute, counts the rest, and keeps what else happens', () => {
    const { clock, logger, entries } = startLog();
    const bad = (text: string) => new Error(text);
    for (let count = 0; count < 1_000; count++)
      logger.warn({ error: bad(`text ${count} of an agent`) }, 'a bad message');
    logger.error({}, 'something else');
    expect(entries().filter(({ msg }) => msg === 'a bad message')).toHaveLength(20);
    expect(entries().at(-1)).toMatchObject({ msg: 'something else' });
    clock.at += 60_000;
    logger.info({}, 'later');
    expect(entries().slice(-2)).toMatchObject([{ leftOut: 980 }, { msg: 'later' }]);
    logger.warn({ error: bad('again') }, 'a bad message');
    expect(entries().at(-1)).toMatchObject({ msg: 'a bad message' });
  });

  test('tells errors of different places in the code apart, under the same message', () => {
    const { logger, entries } = startLog();
    for (let count = 0; count < 50; count++) logger.error({ error: new Error('one') }, 'a command failed');
    logger.error({ error: new Error('another') }, 'a command failed');
    expect(entries()).toHaveLength(21);
    expect(entries().at(-1)).toMatchObject({ error: { message: 'another' } });
  });
});

test('nothing is logged into a folder that took the place of the one that was opened', () => {
  const home = join(temporaryHome(), 'home');
  mkdirSync(home);
  const folder = openHome(home);
  onTestFinished(() => folder.close());
  const file = createLogFile(join(home, 'gatehouse.log'), folder.isInPlace, 100);
  file.write('before\n');
  renameSync(home, `${home}-moved`);
  mkdirSync(home);
  for (let count = 0; count < 50; count++) file.write('meanwhile\n');
  expect(readdirSync(home)).toEqual([]);
  rmSync(home, { recursive: true });
  renameSync(`${home}-moved`, home);
  file.write('after\n');
  expect(readFileSync(join(home, 'gatehouse.log'), 'utf8')).toBe('before\nafter\n');
});
