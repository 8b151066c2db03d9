import { posix } from 'node:path';
import { howFilled, type Made, writtenAt } from './built';
import { isHarmlessCode } from './code/code';
import { touchPath } from './paths';
import { type JudgedPlace, pathFacts, pathFrom } from './place';
import { type Access, destroys, type Effect, installs, type ProgramUse, unreadable } from './programs/program';
import { isMoved, knownPath } from './seen';
import type { Scope, SimpleCommand } from './shell/scope';
import type { Span, Word } from './shell/words';
import { isForShell, type WrittenFile, writtenTo } from './written';

const MOST_FILES = 50;
/** Paths whose contents a command may have said. */
const MOST_WRITTEN = 200;

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
  const now = isMade ? writtenTo(command, access) : undefined;
  if (path !== undefined && now !== undefined) written.set(path, now);
  else if (path !== undefined && isMade) copyTo(used, path);
  // Node finds a file by its name without its ending.
  const endings = name === 'node' ? ['', '.js', '.mjs', '.cjs', '/index.js'] : [''];
  const run = access !== 'runs' || path === undefined ? [] : endings.map((end) => writtenAt(touched.made, path + end));
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
      return howFilled(made, path) !== undefined || (path !== undefined && writtenAt(made, path)?.isFetched === true);
    },
  };
}

const isScratch = (place: JudgedPlace, path: string | undefined): boolean =>
  path !== undefined && pathFacts(place, path).isScratch;

/** Notes what is in a copy: what was written to the first, and what nobody here has seen where that is not of the workspace. */
function copyTo({ touched, command, scope, note, name = '' }: Used, target: string): void {
  const { written } = touched.made;
  if (!/^(?:cp|mv|install|ln|rsync|ditto|gcp|gmv)$/.test(name)) return;
  const sources = command.words.slice(1).filter(({ text, isComputed }) => !text.startsWith('-') && !isComputed);
  for (const source of sources.slice(0, MOST_FILES)) {
    const path = pathFrom(scope.cwd, source.text);
    if (path === undefined || path === target) continue;
    // What is copied to a folder has its name there, which is asked of no disk: what stands there may be made before this is run.
    const ends = [target, posix.join(target, posix.basename(path))];
    const { isInside, isScratch } = pathFacts(touched.place, path);
    if (!isInside && isScratch && !written.has(path)) written.set(path, { texts: undefined, isFetched: false });
    // A copy of copies doubles them.
    if (written.size > MOST_WRITTEN) return note(unreadable('copies what it has copied, over and over'));
    // What is linked is one and the same, whatever is written to it later.
    if (name === 'ln') for (const end of ends) touched.made.linked.set(`${end}\n${path}`, [end, path]);
    for (const [each, known] of [...written]) {
      if (each !== path && !each.startsWith(`${path}/`)) continue;
      for (const end of ends) written.set(end + each.slice(path.length), known);
    }
  }
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
