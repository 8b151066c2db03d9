import type { Word } from '../shell/words';
import type { ProgramUse } from './program';

/** The lines that a command is given to read, where they stand in the command and are split at spaces. */
export function linesGiven({ command: { input, assignments } }: ProgramUse): readonly string[] | undefined {
  if (input?.text === undefined || assignments.some(({ name }) => name === 'IFS')) return undefined;
  return input.text.split('\n').filter((line) => line.trim() !== '');
}

/** Longest text that is made by a format. */
const LONGEST = 10_000;

/** What `printf` writes for its format and the words behind it; undefined where only the running program knows it. */
export function formatted(words: readonly Word[]): string | undefined {
  if (words.some(({ isComputed, isPattern }) => isComputed || isPattern)) return undefined;
  const [format = '', ...given] = words.map(({ text }) => text);
  // Other signs that stand for something are left to the program.
  if (/\\[^nt\\]|%[^%sd]|[\\%]$/.test(format)) return undefined;
  let made = '';
  let next = 0;
  do {
    const before = next;
    made += format.replaceAll(/\\([nt\\])|%([%sd])/g, (_, escaped?: string, kind?: string) => {
      if (escaped !== undefined) return escaped === 'n' ? '\n' : escaped === 't' ? '\t' : '\\';
      return kind === '%' ? '%' : (given[next++] ?? '');
    });
    // The rest is not read where the format takes none.
    if (next === before) break;
  } while (next < given.length && made.length < LONGEST);
  return made.length < LONGEST ? made : undefined;
}
