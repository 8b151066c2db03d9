import type { RiskKind } from '../../../shared/judgement';
import type { SimpleCommand } from '../shell/scope';
import type { OwnVariable } from '../shell/variables';
import type { Word } from '../shell/words';

/** A reason for a high risk, before it is known where it stands. */
export type Harm = { readonly kind: RiskKind; readonly what: string };

/** What something does: only look, change what can be brought back, or harm. */
export type Effect = 'looks' | 'changes' | Harm;

/** What an operand is to a program. */
export type Access =
  | 'reads'
  /** Looks through it and shows little of what is in it: a sum, or lines in which something stands that is no secret. */
  | 'scans'
  /** Shows what is in all below it, in what is hidden too. */
  | 'reads_tree'
  /** Gives what is in it to a program, and shows nothing of it. */
  | 'loads'
  /** Says that it is there, how large and whose, and nothing of what is in it. */
  | 'lists'
  /** Has another name lead to it. */
  | 'links'
  /** Works there. */
  | 'enters'
  | 'writes'
  | 'replaces'
  | 'empties'
  | 'deletes'
  | 'deletes_tree'
  | 'moves'
  | 'runs'
  | 'fetches';

/** What a program does, by its subcommands, flags and operands (spec/judgement.md section 2). */
export type Program = {
  /** What it does whatever else it is told; `changes` where nothing is said. */
  readonly does?: Effect;
  /** By its first operand; several names are separated by spaces. */
  readonly subcommands?: Readonly<Record<string, Program | Effect>>;
  /** What it does with a first operand that `subcommands` does not name. */
  readonly otherwise?: Effect;
  /** What flags do besides; several names are separated by spaces. */
  readonly flags?: Readonly<Record<string, Effect>>;
  /** Flags whose next word is their value, separated by spaces, with what that is to it: `-o=writes -C`. */
  readonly values?: string;
  /** Flags with which it only says what it would do. */
  readonly dry?: string;
  /** What its operands are to it. */
  readonly operands?: Access;
  /** Whether its words are another program's, or say what code it runs. */
  readonly runsWords?: true;
  /** What the table cannot say. */
  readonly more?: (use: ProgramUse) => void;
};

/** A flag as it was given. */
export type Flag = { readonly name: string; readonly value: Word | undefined; readonly word: Word };

/** One use of a program, and what can be said of it. */
export type ProgramUse = {
  readonly command: SimpleCommand;
  /** As it was called, without its folder. */
  readonly name: string;
  /** All words after the program. */
  readonly words: readonly Word[];
  readonly flags: readonly Flag[];
  /** The words that are neither flags nor their values, without subcommands. */
  readonly operands: readonly Word[];
  hasFlag(...names: readonly string[]): boolean;
  valueOf(...names: readonly string[]): Word | undefined;
  /** Whether the program of a pipe before it gets its text from elsewhere. */
  readonly isFed: boolean;

  add(effect: Effect, at?: Word): void;
  /** The use of a file, judged by what the path is. */
  touch(access: Access, word: Word): void;
  /** A command that this one runs, as words or as a text for the shell. */
  run(words: readonly Word[], givenLater?: boolean): void;
  /** `parameters` are `$0`, `$1` and so on, where it has its own. */
  runText(text: Word | undefined, at?: Word, parameters?: readonly Word[]): void;
  /** What `$1` and its like are for what follows. */
  setParameters(given: readonly Word[]): void;
  /** Takes the first of them away; with NaN, only the running shell knows how many. */
  shiftParameters(count: number): void;
  /** A text that the shell itself runs, so that what it sets and where it goes is so for what follows. */
  runHere(text: Word): void;
  /**
   * Commands of programs in the table that these words may hold, of which nobody knows whether they are run: what harms in them
   * counts, and they are no parts of the command. Those alone that begin before the word of this index, where one is given.
   */
  suppose(words: readonly Word[], before?: number): void;
  /** Code in another language that it runs. */
  runCode(code: Word | undefined, at: Word): void;
  /** Whether a path as a word of the command exists, and as what. */
  kindOf(word: Word): 'none' | 'file' | 'folder' | 'unknown';
  /** Whether a path as a word of the command is in the workspace. */
  isInside(word: Word): boolean;
  /** The first secret file that the text of a command names. */
  secretIn(command: string): string | undefined;
  /** Whether it is in the workspace and git leaves it out. */
  isIgnored(word: Word): boolean;
  /** Whether git leaves out what has one of these names, at any depth below this folder of the workspace. */
  isIgnoredBelow(root: Word, names: readonly string[]): boolean;
  /** Whether it would be lost if all below this path were deleted. */
  wouldBeLost(word: Word): boolean;
  /** Has it known that something that can be lost is at this path from now on, as far as this command goes. */
  noteMoved(word: Word): void;
  /** Has it known that files which nobody here has seen are in this folder from now on, and how they came there; where none is said, in its own. */
  noteUnseen(folder: Word | undefined, how: string): void;
  /** Whether it is one of them. */
  isUnseen(word: Word): boolean;
  /** Whether git may have a reference of this name, such as `refs/heads/main`. */
  hasRef(name: Word): boolean;
  /** Whether the project has a program of this name among what it has installed. */
  hasProgram(name: string): boolean;
  /** Has what follows happen in another folder. */
  moveTo(word: Word | undefined): void;
  /** Has what is run meanwhile read with variables of its own. */
  withVariables(own: readonly OwnVariable[], read: () => void): void;
  forgetVariables(names: readonly string[]): void;
  /** Has variables set to the words of one of these lines, or where none are given, to what only the running shell knows. */
  setVariables(names: readonly string[], lines?: readonly string[]): void;
};

/** Whether a variable holds what nobody should read, by its name; what a variable names that another one names, nobody knows. */
export const holdsSecret = (name: string): boolean =>
  /^!\w|SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL/i.test(name);

/** What may be lost for good. */
export const destroys = (what: string): Harm => ({ kind: 'destroys', what });
/** What leaves the machine. */
export const sends = (what: string): Harm => ({ kind: 'sends', what });
/** What reads or writes keys and the like. */
export const secrets = (what: string): Harm => ({ kind: 'secrets', what });
/** What reaches beyond the workspace. */
export const outside = (what: string): Harm => ({ kind: 'outside', what });
/** What runs code that nobody here has seen. */
export const installs = (what: string): Harm => ({ kind: 'installs', what });
/** What changes what runs later, or who watches. */
export const escapes = (what: string): Harm => ({ kind: 'escapes', what });
/** What cannot be told from the command. */
export const unreadable = (what: string): Harm => ({ kind: 'unreadable', what });

/** A table by names: `'ls list'` stands for both. */
export function byName<Value>(table: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(
    Object.entries(table).flatMap(([names, value]) => names.split(' ').map((name) => [name, value] as const)),
  );
}
