import type { Hint, Span, Word } from './words';

/** What is known where a command stands; a subshell has its own. */
export type Scope = {
  /** The folder that it runs in; undefined where only the running shell knows. */
  cwd: string | undefined;
  /** Whether it is in that folder for certain: a `cd` that may not have been run leaves a doubt. */
  isPlaceSure: boolean;
  /** Variables that were set before: to a literal, or to what is not known. */
  readonly variables: Map<string, string | undefined>;
  /** What is known of those whose value is not. */
  readonly hints: Map<string, Hint>;
  /** The functions that were defined before. */
  readonly functions: Map<string, ShellFunction>;
};

/** A function of the shell. What it does it does where it is called, with what it is given there. */
export type ShellFunction = {
  readonly text: string;
  readonly span: Span;
  /** Whether a call of it was read. */
  isCalled: boolean;
};

/** Where a command reads from or writes to, maybe with others. */
export type Redirect = {
  readonly does: 'reads' | 'writes' | 'appends';
  readonly target: Word;
  readonly isShared?: true;
};

/** What a command is given to read besides files; `text` is undefined where it is not in the command. */
export type CommandInput = {
  readonly from: 'pipe' | 'text';
  readonly text?: string;
  /** The variables in it whose value is not known. */
  readonly variables?: readonly string[];
  /** The command of a pipe that it comes from. */
  readonly of?: string;
};

/** One program with its words, wherever it stands. */
export type SimpleCommand = {
  /** The program first; empty where there are only assignments or redirections. */
  readonly words: readonly Word[];
  readonly assignments: readonly { readonly name: string; readonly value: Word | undefined; readonly span: Span }[];
  readonly redirects: readonly Redirect[];
  readonly input: CommandInput | undefined;
  /** The programs of the pipe before it. */
  readonly before: readonly string[];
  readonly span: Span;
};

/** The commands whose output a program is given: by a pipe, or as a file. */
export const sourcesOf = ({ input, redirects }: SimpleCommand): readonly string[] => [
  ...(input?.of === undefined ? [] : [input.of]),
  ...redirects.flatMap(({ does, target }) => (does === 'reads' && target.isProcess ? (target.sources ?? []) : [])),
];

/** What is done with each simple command, in the order in which they stand; it may move the scope. */
export type Visit = (command: SimpleCommand, scope: Scope) => void;

/** What may still be read, so that loops in loops, functions of functions and values that grow come to an end. */
export type Budget = {
  /** Characters that are parsed. */
  characters: number;
  /** Commands that are visited. */
  commands: number;
  /** Parts of the command line that are walked, each as often as it is. */
  steps: number;
  /** Characters of what variables stand for. */
  values: number;
  /** Whether the grammar was seen to be wrong, or more was there than is read. */
  isMisread: boolean;
};

/** What the walk was told besides commands. */
export type ShellWalk = {
  readonly home: string;
  readonly visit: Visit;
  readonly budget: Budget;
  /** Hears of each function that is defined, and where. */
  define(made: ShellFunction, scope: Scope): void;
  /** The output of a command that is known without running it. */
  outputOf(command: string, scope: Scope): string | undefined;
};

/** A scope of its own for what a subshell does; another shell has parameters of its own, `$0` first. */
export function innerScope(
  { cwd, isPlaceSure, variables, hints, functions }: Scope,
  parameters?: readonly Word[],
): Scope {
  const inner = {
    ...{ cwd, isPlaceSure },
    ...{ variables: new Map(variables), hints: new Map(hints), functions: new Map(functions) },
  };
  if (parameters !== undefined) setParameters(inner, parameters.slice(1), parameters[0]);
  return inner;
}

/** How many parameters are known one by one: `$1` to `$9`. */
const MOST_PARAMETERS = 9;
const parameterNames = ['@', '*', ...Array.from({ length: MOST_PARAMETERS }, (_, at) => String(at + 1))];

/** Sets `$1`, `$@` and their like to these words. `$@` has a line for each; where one is not known, nor are all together. */
function setParameters({ variables, hints }: Scope, words: readonly Word[], zero?: Word): void {
  if (zero !== undefined && !zero.isComputed && !zero.isPattern) variables.set('0', zero.text);
  const isKnown = words.every(
    ({ text, isComputed, isPattern }) => !isComputed && !isPattern && text !== '' && !text.includes('\n'),
  );
  const sources = distinct(words.flatMap((word) => word.sources ?? []));
  for (const name of ['@', '*']) {
    variables.set(name, isKnown ? words.map(({ text }) => text).join(name === '@' ? '\n' : ' ') : undefined);
    hints.set(name, { sources, ...fromVariable(words) });
  }
  for (let at = 1; at <= MOST_PARAMETERS; at++) {
    const word = words[at - 1];
    const { text = '', isComputed = false, isPattern = false } = word ?? {};
    variables.set(String(at), isComputed || isPattern ? undefined : text);
    const isFiles = isPattern && !isComputed;
    hints.set(
      String(at),
      isFiles ? { pattern: text } : { sources: word?.sources ?? [], ...fromVariable(word === undefined ? [] : [word]) },
    );
  }
}

function fromVariable(words: readonly Word[]): Hint {
  const [variable] = words.flatMap(({ variables = [] }) => variables);
  return variable === undefined ? {} : { variable };
}

/** The words of `$@`; undefined where they are not known. */
export function parametersIn({ variables }: Scope, span: Span): readonly Word[] | undefined {
  const texts = variables.get('@')?.split('\n');
  return texts
    ?.filter((text) => text !== '')
    .map((text) => ({ text, isComputed: false, isPattern: false, isProcess: false, span }));
}

/** What the parameters are is not known any more. */
function forgetParameters({ variables, hints }: Scope): void {
  for (const name of parameterNames) {
    variables.set(name, undefined);
    hints.delete(name);
  }
}

/** How a command of this scope sets its parameters anew, which are undefined where nobody knows them, and takes the first of them away. */
export function parametersOf(scope: Scope, span: Span) {
  const set = (words: readonly Word[] | undefined) =>
    words === undefined ? forgetParameters(scope) : setParameters(scope, words);
  return {
    setParameters: set,
    shiftParameters: (count: number) => set(Number.isNaN(count) ? undefined : parametersIn(scope, span)?.slice(count)),
  };
}

/** What is known in a script that a command runs: its parameters are the words behind it. */
export function scopeOfScript({ words }: SimpleCommand, scope: Scope, script: Word): Scope {
  const at = words.indexOf(script);
  const isSourced = /^(?:source|\.)$/.test(words[0]?.text ?? '');
  // One that is read into this shell and given nothing has its parameters.
  if (isSourced && at === words.length - 1) return innerScope(scope);
  const inner = innerScope(scope, at < 0 ? undefined : words.slice(at));
  if (at < 0) parametersOf(inner, script.span).setParameters(undefined);
  return inner;
}

/** Has a function read with parameters of its own; afterwards they are again what they were. */
export function withParameters(scope: Scope, words: readonly Word[], read: () => void): void {
  const { variables, hints } = innerScope(scope);
  setParameters(scope, words);
  read();
  for (const name of parameterNames) {
    restore(scope.variables, variables, name);
    restore(scope.hints, hints, name);
  }
}

function restore<T>(into: Map<string, T>, from: ReadonlyMap<string, T>, name: string): void {
  if (from.has(name)) into.set(name, from.get(name) as T);
  else into.delete(name);
}

/** Each once, so that no list grows with every part of a command that it passes through. */
export const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** What was set since an earlier moment may not have been. */
export function doubtChanges(scope: Scope, earlier: Scope): void {
  joinScopes(scope, [earlier, innerScope(scope)]);
}

/** What is known where several ways come together, of which one was gone. */
export function joinScopes(scope: Scope, ends: readonly Scope[]): void {
  const places = new Set(ends.map(({ cwd }) => cwd));
  scope.cwd = places.has(undefined) ? undefined : ends.at(-1)?.cwd;
  scope.isPlaceSure = places.size === 1 && ends.every(({ isPlaceSure }) => isPlaceSure);
  const names = new Set<string>();
  for (const { variables } of ends) for (const name of variables.keys()) names.add(name);
  for (const name of names) if (!isUnchanged(scope, ends, name)) joinVariable(scope, ends, name);
  for (const { functions } of ends) for (const [name, made] of functions) scope.functions.set(name, made);
}

function isUnchanged({ variables, hints }: Scope, ends: readonly Scope[], name: string): boolean {
  const value = variables.get(name);
  const hint = hints.get(name);
  if (!variables.has(name)) return false;
  for (const end of ends) {
    if (!end.variables.has(name) || end.variables.get(name) !== value || end.hints.get(name) !== hint) return false;
  }
  return true;
}

function joinVariable({ variables, hints }: Scope, ends: readonly Scope[], name: string): void {
  const outcomes = ends.map((end) => ({ value: end.variables.get(name), hint: end.hints.get(name) }));
  const isSure = ends.every(({ variables: each }) => each.has(name));
  const perhaps = new Set(outcomes.flatMap((each) => each.value ?? each.hint?.perhaps ?? []));
  const areAll = outcomes.every((each) => each.value !== undefined || each.hint?.areAll === true);
  const isKnown = isSure && perhaps.size === 1 && areAll;
  variables.set(name, isKnown ? [...perhaps][0] : undefined);
  hints.set(name, {
    ...Object.assign({}, ...outcomes.map((each) => each.hint)),
    sources: distinct(outcomes.flatMap((each) => each.hint?.sources ?? [])),
    ...(perhaps.size > 0 && { perhaps: [...perhaps], areAll }),
  });
}
