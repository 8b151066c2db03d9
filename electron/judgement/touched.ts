import { howFilled, type Made } from './built';
import { isHarmlessCode } from './code/code';
import { touchPath } from './paths';
import { type JudgedPlace, pathFacts, pathFrom } from './place';
import { type Access, destroys, type Effect, installs, type ProgramUse, unreadable } from './programs/program';
import { isMoved, knownPath } from './seen';
import type { Scope, SimpleCommand } from './shell/scope';
import type { Span, Word } from './shell/words';
import { isForShell, type WrittenFile, writtenTo } from './written';

const MOST_FILES = 50;

/** What is known of files while a command line is read. */
export type Touched = {
  readonly place: JudgedPlace;
  /** Files that were looked at: each costs calls of the system. */
  touched: number;
  /** Paths to which something was moved that can be lost. */
  readonly moved: Set<string>;
  /** What was written, cloned and unpacked. */
  readonly made: Made;
};

/** A command in its place, as much of it as the use of a file needs. */
type Used = {
  readonly touched: Touched;
  readonly command: SimpleCommand;
  readonly scope: Scope;
  readonly note: (effect: Effect, at?: Span) => void;
  readonly name: string | undefined;
};

/** Judges the use of a file, with what earlier parts of the command have made of it. */
export function touchIn(used: Used, access: Access, word: Word, runText: (text: Word) => void): void {
  const { touched, command, scope, note, name } = used;
  const { written } = touched.made;
  const path = knownPath(scope, word);
  const isMade = access === 'writes' || access === 'replaces';
  const now = isMade ? (writtenTo(command, access) ?? copied(used)) : undefined;
  if (path !== undefined && now !== undefined) written.set(path, now);
  // Node finds a file by its name without its ending.
  const endings = name === 'node' ? ['', '.js', '.mjs', '.cjs', '/index.js'] : [''];
  const run = access !== 'runs' || path === undefined ? [] : endings.map((end) => written.get(path + end));
  for (const each of run) if (each !== undefined) runWritten(used, each, word, runText);
  const how = access === 'runs' || access === 'enters' ? howFilled(touched.made, path) : undefined;
  if (how !== undefined) note(installs(`runs ${word.text}, which it has only just ${how}`), word.span);
  if (isMoved(touched.moved, scope, access, word)) {
    note(destroys(`${access.replace('_tree', '')} what it moved`), word.span);
  }
  // What is in it the command itself has said, so that where it is says nothing more.
  if (access === 'runs' && run.some((each) => each?.texts !== undefined) && isScratch(touched.place, path)) return;
  if (touched.touched++ < MOST_FILES) note(touchPath(touched.place, scope, access, word), word.span);
  else note(access === 'reads' ? 'changes' : unreadable(`changes more than ${MOST_FILES} files`), word.span);
}

/** What a program may have known of files for what follows in the command. */
export function notesOn(
  { moved, made }: Touched,
  scope: Scope,
): Pick<ProgramUse, 'noteMoved' | 'noteUnseen' | 'isUnseen'> {
  return {
    noteMoved(word) {
      const path = knownPath(scope, word);
      if (path !== undefined) moved.add(path);
    },
    noteUnseen(folder, how) {
      const path = folder === undefined ? scope.cwd : knownPath(scope, folder);
      if (path !== undefined) made.filled.set(path, how);
    },
    isUnseen(word) {
      const path = knownPath(scope, word);
      return howFilled(made, path) !== undefined || (path !== undefined && made.written.get(path)?.isFetched === true);
    },
  };
}

const isScratch = (place: JudgedPlace, path: string | undefined): boolean =>
  path !== undefined && pathFacts(place, path).isScratch;

/** What is in a copy: what was written to the first, and what nobody here has seen where that is not of the workspace. */
function copied({ touched, command, scope }: Used): WrittenFile | undefined {
  const [program, ...given] = command.words;
  if (!/^(?:cp|mv|install)$/.test(program?.text ?? '')) return undefined;
  const [source] = given.filter(({ text }) => !text.startsWith('-'));
  const path = source === undefined || source.isComputed ? undefined : pathFrom(scope.cwd, source.text);
  if (path === undefined) return undefined;
  const known = touched.made.written.get(path);
  if (known !== undefined) return known;
  const { isInside, isScratch } = pathFacts(touched.place, path);
  return isInside || !isScratch ? undefined : { texts: undefined, isFetched: false };
}

/** Judges the run of a file by what the command itself has put into it. */
function runWritten(
  { note, name }: Used,
  { texts, isFetched }: WrittenFile,
  word: Word,
  runText: (text: Word) => void,
): void {
  if (isFetched) return note(installs(`runs ${word.text}, which it has only just downloaded`), word.span);
  if (texts === undefined) return note(unreadable(`runs ${word.text}, which it has only just written`), word.span);
  for (const text of texts) {
    if (isForShell(name, text)) runText({ ...word, text });
    else if (isHarmlessCode(text, name)) note('looks');
    else note(unreadable(`code for ${name ?? 'an interpreter'} that Gatehouse cannot read`), word.span);
  }
}
