import type { Access, Effect, Flag, Program, ProgramUse } from './programs/program';
import { byName, unreadable } from './programs/program';
import type { Word } from './shell/words';

/** The words of a use, told apart by what its program says of flags. */
export type Parsed = {
  readonly program: Program;
  readonly flags: readonly Flag[];
  readonly operands: readonly Word[];
  /** What the flags' values are, as far as the program says so. */
  readonly accesses: readonly { readonly access: Access; readonly word: Word }[];
  readonly effects: readonly { readonly effect: Effect; readonly word: Word }[];
  /** Whether it only says what it would do. */
  readonly isDry: boolean;
  /** What it does with a subcommand that the table does not have. */
  readonly otherwise: Effect | undefined;
  /** Whether the value of a flag may be the subcommand: in one of several programs of a row a flag has a value, in another one it has none. */
  readonly isAmbiguous: boolean;
};

/** What a program does with a subcommand that it does not have, or that only the running shell knows. */
function otherwiseOf({ otherwise }: Program, { isComputed }: Word): Effect | undefined {
  return otherwise !== undefined && isComputed
    ? unreadable('what it is told to do is only known when it runs')
    : otherwise;
}

/** Words of a command are read up to this many; one with more is long, and its rest is read as operands. */
const valuesOf = kept((values: string) =>
  byName(
    Object.fromEntries(
      values
        .split(' ')
        .filter((each) => each !== '')
        .map((each) => each.split('=') as [string, Access | undefined]),
    ),
  ),
);
const flagsOf = kept((flags: Readonly<Record<string, Effect>>) => byName(flags));
const subcommandsOf = kept((subcommands: Readonly<Record<string, Program | Effect>>) => byName(subcommands));
const NONE = {};

/** What `--dry-run=…` is given where it is no dry run. */
const saysNo = /^(?:none|false|no|off|never|0)$/i;

/**
 * Tells the words after a program apart: its flags with their values, the subcommand, the operands. What may be a flag's value or the
 * subcommand is the value, unless subcommands come first.
 */
export function parseUse(start: Program, words: readonly Word[], areSubcommandsFirst = false): Parsed {
  const flags: Flag[] = [];
  const operands: Word[] = [];
  const accesses: { access: Access; word: Word }[] = [];
  const effects: { effect: Effect; word: Word }[] = [];
  let program = start;
  let chain: readonly Program[] = [start];
  let otherwise: Effect | undefined;
  let isDry = false;
  let isOver = false;
  let isAmbiguous = false;

  const valueAccess = (name: string) => accessOfValue(chain, name);
  const isSubcommand = (word: Word | undefined) =>
    operands.length === 0 && word !== undefined && subcommandsOf(program.subcommands ?? NONE).has(word.text);
  const isKnown = (name: string) => isKnownFlag(chain, name);
  const note = (name: string, value: Word | undefined, word: Word) => {
    flags.push({ name, value, word });
    if (chain.some((each) => isDryFlag(each, name)) && !saysNo.test(value?.text ?? '')) isDry = true;
    for (const each of chain) {
      const effect = flagsOf(each.flags ?? NONE).get(name);
      if (effect !== undefined) effects.push({ effect, word });
    }
    const access = valueAccess(name)?.access;
    if (access !== undefined && value !== undefined) accesses.push({ access, word: value });
  };

  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const { text } = word;
    if (isOver || !text.startsWith('-') || text === '-') {
      const next = operands.length > 0 ? undefined : subcommandsOf(program.subcommands ?? NONE).get(text);
      if (next === undefined) {
        if (operands.length === 0 && program.subcommands !== undefined) otherwise = otherwiseOf(program, word);
        operands.push(word);
      } else {
        program = typeof next === 'string' || 'kind' in next ? { does: next } : next;
        chain = [...chain, program];
        isOver = false;
      }
      continue;
    }
    if (text === '--') {
      isOver = true;
      continue;
    }
    const equals = text.indexOf('=');
    const said = equals > 0 && text.startsWith('--') ? text.slice(0, equals) : text;
    const name = isKnown(said) ? said : wholeName(chain, said);
    if (equals > 0 && text.startsWith('--')) note(name, part(word, equals + 1), word);
    // Cut, it may be another flag that has no value: the next word is its value and an operand.
    else if (name !== said) note(name, valueAccess(name) === undefined ? undefined : words[index + 1], word);
    else if (text.startsWith('--') || text.length === 2 || isKnown(text)) {
      const isEither = valueAccess(text) !== undefined && isSubcommand(words[index + 1]);
      if (isEither) isAmbiguous = true;
      const takes = valueAccess(text) !== undefined && !(isEither && areSubcommandsFirst);
      note(text, takes ? words[index + 1] : undefined, word);
      if (takes) index++;
    } else if (equals > 0 && isKnown(text.slice(0, equals))) note(text.slice(0, equals), part(word, equals + 1), word);
    else index += noteLetters(word, words[index + 1]);
  }

  /** `-rf`: a flag for each letter; one that takes a value takes the rest, or the next word. Answers how many words more it took. */
  function noteLetters(word: Word, next: Word | undefined): number {
    for (let at = 1; at < word.text.length; at++) {
      const name = `-${word.text.charAt(at)}`;
      if (valueAccess(name) === undefined) {
        note(name, undefined, word);
        continue;
      }
      const isLast = at === word.text.length - 1;
      note(name, isLast ? next : part(word, at + 1), word);
      return isLast ? 1 : 0;
    }
    return 0;
  }

  return { program, flags, operands, accesses, effects, isDry, otherwise, isAmbiguous };
}

/** What a flag's next word is to a program; undefined where it has none. */
function accessOfValue(chain: readonly Program[], name: string): { readonly access: Access | undefined } | undefined {
  for (const each of chain.toReversed()) {
    const values = valuesOf(each.values ?? '');
    if (values.has(name)) return { access: values.get(name) };
    // A subcommand that has a flag without a value has it so, whatever it is before the subcommand.
    if (each !== chain[0] && flagsOf(each.flags ?? NONE).has(name)) return undefined;
  }
  return undefined;
}

function isKnownFlag(chain: readonly Program[], name: string): boolean {
  return (
    accessOfValue(chain, name) !== undefined ||
    chain.some((each) => flagsOf(each.flags ?? NONE).has(name) || isDryFlag(each, name))
  );
}

/** Shortest beginning of a flag that is taken for it. */
const SHORTEST = 4;

/**
 * The flag that a beginning stands for, as `--har` does for `--hard`: the one that harms where it may be several. What a program knows
 * by its whole name is that.
 */
function wholeName(chain: readonly Program[], cut: string): string {
  if (!cut.startsWith('--') || cut.length < SHORTEST) return cut;
  const begins = (name: string) => name.startsWith(cut);
  const acting = chain.flatMap(({ flags = NONE }) => [...flagsOf(flags)]).filter(([name]) => begins(name));
  const harming = acting.find(([, effect]) => typeof effect === 'object')?.[0];
  const valued = chain.flatMap(({ values = '' }) => [...valuesOf(values)]).filter(([name]) => begins(name));
  return harming ?? valued.find(([, access]) => access !== undefined)?.[0] ?? valued[0]?.[0] ?? acting[0]?.[0] ?? cut;
}

/** What can be asked of flags by their names; a beginning of a long name is that name. */
export function flagsAsked(flags: readonly Flag[]): Pick<ProgramUse, 'hasFlag' | 'valueOf'> {
  const isOne = (names: readonly string[]) => (flag: Flag) =>
    names.some(
      (name) =>
        name === flag.name ||
        (flag.name.length >= SHORTEST && flag.name.startsWith('--') && name.startsWith(flag.name)),
    );
  return {
    hasFlag: (...names) => flags.some(isOne(names)),
    valueOf: (...names) => flags.findLast(isOne(names))?.value,
  };
}

function isDryFlag({ dry }: Program, name: string): boolean {
  return dry !== undefined && dry.split(' ').includes(name);
}

function part(word: Word, from: number): Word {
  return { ...word, text: word.text.slice(from) };
}

/** What was made of a part of the table, made once: the table does not change. */
function kept<Key, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const made = new Map<Key, Made>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const now = make(key);
    made.set(key, now);
    return now;
  };
}
