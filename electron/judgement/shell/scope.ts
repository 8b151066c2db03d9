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
  /** The functions that were defined before, with the text of each. */
  readonly functions: Map<string, string>;
};

/** Where a command reads from or writes to. */
export type Redirect = { readonly does: 'reads' | 'writes' | 'appends'; readonly target: Word };

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

/** What is done with each simple command, in the order in which they stand; it may move the scope. */
export type Visit = (command: SimpleCommand, scope: Scope) => void;

/** How many characters may still be parsed, and how many commands visited; and whether the grammar was seen to be wrong. */
export type Budget = { characters: number; commands: number; isMisread: boolean };

/** What the walk was told besides commands. */
export type ShellWalk = {
  readonly home: string;
  readonly visit: Visit;
  /** What may still be read, so that loops in loops and functions of functions come to an end. */
  readonly budget: Budget;
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
  const isKnown = words.every(({ isComputed, isPattern }) => !isComputed && !isPattern);
  const sources = words.flatMap((word) => word.sources ?? []);
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

/** What was set since an earlier moment may not have been. */
export function doubtChanges(scope: Scope, earlier: Scope): void {
  if (scope.cwd !== earlier.cwd) {
    scope.isPlaceSure = false;
    if (earlier.cwd === undefined) scope.cwd = undefined;
  }
  for (const [name, value] of scope.variables) {
    if (!earlier.variables.has(name) || earlier.variables.get(name) !== value) scope.variables.set(name, undefined);
  }
}
