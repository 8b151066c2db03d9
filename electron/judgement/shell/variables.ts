import { expanded, listName, namesIn } from './expansions';
import { distinct, innerScope, joinScopes, type Scope, type ShellWalk } from './scope';
import type { Word, WordScope } from './words';

/** What the words of a command that stands here are read by. */
export function wordScope(scope: Scope, { home, budget, outputOf }: ShellWalk): WordScope {
  return {
    home,
    valueOf(name) {
      const value = knownValue(scope, name, home);
      // What stands for ever more is not read to its end.
      budget.values -= value?.length ?? 0;
      if (budget.values >= 0) return value;
      budget.isMisread = true;
      return undefined;
    },
    hintOf: (name) => scope.hints.get(name),
    outputOf: (command) => outputOf(command, scope),
  };
}

function knownValue(scope: Scope, name: string, home: string): string | undefined {
  if (scope.variables.has(name)) return scope.variables.get(name);
  if (name === 'HOME') return home;
  if (name === 'PWD') return scope.cwd;
  // The job that was last put into the background is of the same shell.
  if (name === '!') return '%1';
  return name === 'TMPDIR' ? '/tmp' : undefined;
}

/** How a variable is set. */
export type Setting = {
  /** As it is written: `a`, or `a[0]` for one of a list. */
  readonly name: string;
  readonly words: readonly Word[];
  /** Whether it is a list, as in `a=(b c)`. */
  readonly isList: boolean;
  /** Whether it is added to what there is, as by `+=`. */
  readonly isAdded: boolean;
};

/** Sets a variable to what its words say, as far as they are known. */
export function setVariable({ variables, hints }: Scope, { name, words, isList, isAdded }: Setting): void {
  const element = /^\[([^\]]+)\]=([\s\S]*)$/;
  const areKnown = words.every(
    ({ isComputed, isPattern, text }) => !isComputed && (!isList || !isPattern || element.test(text)),
  );
  const sources = distinct(words.flatMap((word) => word.sources ?? []));
  const before = isAdded ? variables.get(isList ? listName(name) : name) : '';
  const given = words.map(({ text }) => text);
  const isKnown = areKnown && before !== undefined;
  const set = (of: string, value: string | undefined) => {
    variables.set(of, value);
    hints.set(of, { sources });
  };
  if (isList) {
    const named = given.map((text) => element.exec(text));
    for (const each of named) if (each !== null && areKnown) set(`${name}[${each[1]}]`, each[2]);
    const all = [...(before === undefined || before === '' ? [] : [before]), ...given];
    const areLines = given.every((text) => text !== '' && !text.includes('\n')) && !named.some((each) => each !== null);
    set(listName(name), isKnown && areLines ? all.join('\n') : undefined);
    set(name, isKnown ? all[0]?.split('\n')[0] : undefined);
    return;
  }
  set(name, isKnown ? before + (given[0] ?? '') : undefined);
  const [, list, at] = /^(\w+)\[(.*)\]$/.exec(name) ?? [];
  if (list !== undefined) setElement(variables, list, at ?? '', variables.get(name));
}

function setElement(variables: Scope['variables'], name: string, at: string, value: string | undefined): void {
  const all = variables.has(listName(name)) ? variables.get(listName(name))?.split('\n') : [];
  const index = Number(at);
  const isKnown = all !== undefined && value !== undefined && value !== '' && /^\d+$/.test(at) && index <= all.length;
  if (isKnown) all[index] = value;
  variables.set(listName(name), isKnown ? all.join('\n') : undefined);
  if (at === '0') variables.set(name, value);
}

/** A variable that is set for one command alone. */
export type OwnVariable = { readonly name: string; readonly value: Word | undefined };

/** Has a command read with the variables that are set for it alone; afterwards they are as before, unless it sets them itself. */
export function withOwnVariables(scope: Scope, own: readonly OwnVariable[], read: () => void): void {
  if (own.length === 0) return read();
  const before = innerScope(scope);
  for (const { name, value } of own) {
    setVariable(scope, { name, words: value === undefined ? [] : [value], isList: false, isAdded: false });
  }
  const set = innerScope(scope);
  read();
  for (const { name } of own) {
    if (scope.variables.get(name) !== set.variables.get(name)) continue;
    restore(scope.variables, before.variables, name);
    restore(scope.hints, before.hints, name);
  }
}

/** Sets what `${NAME:=other}` sets where it stands in a command. */
export function setDefaults(text: string, scope: Scope, walk: ShellWalk): void {
  if (!/:?=/.test(text)) return;
  const values = wordScope(scope, walk);
  for (const [written, name = ''] of text.matchAll(/\$\{(\w+):?=[^{}]*\}/g)) {
    const value = expanded(written, values);
    if (value !== undefined) scope.variables.set(name, value);
  }
}

/** What variables hold is not known any more. */
export function forgetVariables({ variables, hints }: Scope, names: readonly string[]): void {
  for (const name of names) {
    variables.set(name, undefined);
    hints.delete(name);
  }
}

/** Sets variables to the words of one of these lines, the last to the rest of it; where none are given, to the output of some commands. */
export function setFromLines(
  { variables, hints }: Scope,
  names: readonly string[],
  lines: readonly string[] | undefined,
  sources: readonly string[],
): void {
  const split = lines?.map((line) => line.trim().split(/[ \t]+/));
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const perhaps = split?.map((words) => (isLast ? words.slice(index).join(' ') : words[index]) ?? '');
    variables.set(name, undefined);
    hints.set(name, { sources, ...(perhaps !== undefined && { perhaps: [...new Set(perhaps)], areAll: true }) });
  }
}

/** Most commands that are read instead of one in which several variables may have several values each. */
const MOST_TOGETHER = 8;

/** Most values that a variable may have: nobody sees more through. */
const MOST_VALUES = 64;

/** A variable that may have several values; besides those that are known it may have others, where these are not all. */
type Choice = { readonly name: string; readonly values: readonly string[]; readonly areAll: boolean };

/** Whether another value is said for a variable that has none: `${NAME:-other}`. */
const otherwise = /\$\{\w+(?:\[\d+\])?:?[-=+]/;

/**
 * Has what is written somewhere read once for each value that its variables may have, and once with what nobody knows where there may
 * be others. Answers false, and has nothing read, where there is no choice.
 */
export function readEach(text: string, scope: Scope, walk: ShellWalk, read: (there: Scope) => void): boolean {
  const isOpen = [...scope.hints.values()].some(({ perhaps = [] }) => perhaps.length > 0);
  if (!isOpen && !otherwise.test(text)) return false;
  const choices = choicesIn(text, scope, walk);
  if (choices.length === 0) return false;
  if (choices.some(({ values }) => values.length > MOST_VALUES)) {
    walk.budget.isMisread = true;
    return false;
  }
  const ends: Scope[] = [];
  for (const chosen of together(choices)) {
    walk.budget.steps -= 1 + (scope.variables.size >> 3);
    if (walk.budget.steps < 0) {
      walk.budget.isMisread = true;
      break;
    }
    const there = innerScope(scope);
    for (const { name } of choices) choose(there, name, chosen.get(name));
    read(there);
    // What it had only for this reading it has as before.
    for (const { name } of choices) {
      const isSetAnew = there.variables.get(name) !== chosen.get(name) || there.hints.get(name)?.perhaps?.length !== 0;
      if (isSetAnew) continue;
      restore(there.variables, scope.variables, name);
      restore(there.hints, scope.hints, name);
    }
    ends.push(there);
  }
  joinScopes(scope, ends);
  return true;
}

function restore<T>(into: Map<string, T>, from: ReadonlyMap<string, T>, name: string): void {
  if (from.has(name)) into.set(name, from.get(name) as T);
  else into.delete(name);
}

function choose({ variables, hints }: Scope, name: string, value: string | undefined): void {
  variables.set(name, value);
  hints.set(name, { ...hints.get(name), perhaps: [] });
}

function choicesIn(text: string, scope: Scope, { home }: ShellWalk): readonly Choice[] {
  // All parameters are meant where none is named.
  const all = /\bshift\b|\bfor\s+\w+\s*(?:;|\n|do\b)/.test(text) ? ['@'] : [];
  const added = [...text.matchAll(/\b(\w+)\+=/g)].flatMap(([, name = '']) => [name, listName(name)]);
  return [...new Set([...namesIn(text), ...added, ...all])].flatMap((name): readonly Choice[] => {
    if (knownValue(scope, name, home) !== undefined) return [];
    const { perhaps, areAll = false } = scope.hints.get(name) ?? {};
    if (perhaps !== undefined) return perhaps.length === 0 ? [] : [{ name, values: perhaps, areAll }];
    const isOtherwise = new RegExp(`\\$\\{${name.replaceAll(/[^\w]/g, '\\$&')}:?[-=+]`).test(text);
    return isOtherwise ? [{ name, values: [''], areAll: false }] : [];
  });
}

/** The values that the variables have at once; one variable after the other where they would be too many. */
function together(choices: readonly Choice[]): readonly ReadonlyMap<string, string | undefined>[] {
  const all = choices.map(({ name, values, areAll }) => ({ name, values: areAll ? values : [...values, undefined] }));
  if (all.reduce((count, { values }) => count * values.length, 1) > MOST_TOGETHER) {
    return all.flatMap(({ name, values }) => values.map((value) => new Map([[name, value]])));
  }
  let made: ReadonlyMap<string, string | undefined>[] = [new Map()];
  for (const { name, values } of all) {
    made = made.flatMap((one) => values.map((value) => new Map([...one, [name, value]])));
  }
  return made;
}
