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

/** A scope of its own for what a subshell does. */
export function innerScope({ cwd, isPlaceSure, variables, hints, functions }: Scope): Scope {
  return { cwd, isPlaceSure, variables: new Map(variables), hints: new Map(hints), functions: new Map(functions) };
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
