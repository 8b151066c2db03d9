import { higherLevel, type RiskLevel, type RiskReason, type ShellPart } from '../../shared/judgement';
import { visibleLine } from '../../shared/kernel/visible-text';
import { assignmentEffect } from './assignments';
import { builtFrom } from './built';
import { isHarmlessCode, isOwnVersion } from './code/code';
import { touchPath } from './paths';
import { type JudgedPlace, pathFrom } from './place';
import { commandsIn, type Held, MOST_HELD } from './programs/held';
import { type Effect, holdsSecret, type Program, type ProgramUse, secrets, unreadable } from './programs/program';
import { programName, programOf, unknownProgram } from './programs/programs';
import { knownPath, looksAt } from './seen';
import { readShell } from './shell/read';
import {
  type Budget,
  innerScope,
  parametersOf,
  type Scope,
  type ShellFunction,
  type SimpleCommand,
  scopeOfScript,
  sourcesOf,
  withParameters,
} from './shell/scope';
import { forgetVariables, setFromLines, withOwnVariables } from './shell/variables';
import type { Span, Word } from './shell/words';
import { notesOn, type Touched, touchIn } from './touched';
import { flagsAsked, type Parsed, parseUse } from './use';
import { type WrittenFile, writtenBy } from './written';

/** What a command line does. */
export type ShellReading = {
  readonly level: RiskLevel;
  readonly reasons: readonly RiskReason[];
  readonly parts: readonly ShellPart[];
};

/** Longest command that is judged, in characters. */
export const JUDGED_LENGTH = 10_000;

/** How deep a command may stand in others that run it. */
const DEEPEST = 8;
const MOST_REASONS = 20;
/** Simple commands that are told of one line; all are judged. */
export const MOST_PARTS = 200;
const MOST_COMMANDS = 128;
/** How much of a command line is walked, what is walked again with it: the longest that people write is below. */
const MOST_STEPS = 600;

const hiddenSign =
  /(?![\n\t])\p{Cc}|[\u200B-\u200F\u202A-\u202E\u2028\u2029\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFC]/u;

/** What is gathered while a command line is read. */
type Gathered = Touched & {
  readonly budget: Budget;
  /** Whether it may be no command at all: programs that nobody knows say nothing then. */
  readonly isProse: boolean;
  level: RiskLevel;
  /** What was told, before it was made readable. */
  readonly said: Set<string>;
  readonly reasons: RiskReason[];
  readonly parts: ShellPart[];
  /** The functions that were defined, each with what is known where it is. */
  readonly defined: { readonly made: ShellFunction; readonly scope: Scope }[];
};

/** Where a nested command stands: in the text that was given, and how deep. */
type Nesting = { readonly depth: number; readonly span: Span | undefined };

/** Judges a command line that is run in this folder, which is undefined where nobody knows it (spec/judgement.md section 2). */
export function judgeShell(text: string, cwd: string | undefined, place: JudgedPlace): ShellReading {
  const budget = {
    characters: 3 * JUDGED_LENGTH,
    values: 5 * JUDGED_LENGTH,
    commands: MOST_COMMANDS,
    steps: MOST_STEPS,
    isMisread: false,
  };
  const made = { written: new Map<string, WrittenFile>(), filled: new Map<string, string>(), linked: new Map() };
  const gathered: Gathered = {
    place,
    touched: 0,
    budget,
    made,
    moved: new Set(),
    isProse: false,
    level: 'low',
    said: new Set(),
    reasons: [],
    parts: [],
    defined: [],
  };
  const whole = { start: 0, end: text.length };
  if (text.length > JUDGED_LENGTH) {
    add(gathered, unreadable(`a command of ${text.length.toLocaleString('en')} characters`), whole);
  } else if (hiddenSign.test(text)) add(gathered, unreadable('has signs that cannot be seen'), whole);
  else if (text.trim() !== '') {
    const scope: Scope = { cwd, isPlaceSure: true, variables: new Map(), hints: new Map(), functions: new Map() };
    readText(gathered, text, scope, { depth: 0, span: undefined });
    readUncalled(gathered);
  }
  const { level, reasons, parts } = gathered;
  return { level, reasons, parts };
}

/** Has the functions read that nothing calls: with what they may be given later nobody knows. */
function readUncalled(gathered: Gathered): void {
  const { defined } = gathered;
  for (const { made, scope } of defined) {
    if (made.isCalled) continue;
    parametersOf(scope, made.span).setParameters(undefined);
    readText(gathered, made.text, scope, { depth: 1, span: made.span });
  }
}

function readText(gathered: Gathered, text: string, scope: Scope, nesting: Nesting): void {
  const { place } = gathered;
  const isReadable = readShell(text, scope, {
    home: place.surroundings.home,
    budget: gathered.budget,
    visit: (command, there) => visit(gathered, command, there, nesting),
    define: (made, there) => gathered.defined.push({ made, scope: innerScope(there) }),
    outputOf(command, there) {
      if (/^pwd(?: -[LP])?$/.test(command)) return there.cwd;
      if (command === 'git rev-parse --show-toplevel') return place.workspace?.root;
      if (/^mktemp(?: -d)?(?: -t [\w.-]+)?$/.test(command)) return '/tmp/made-by-mktemp';
      return /^(?:echo|printf) ([\w./-]+)$/.exec(command)?.[1];
    },
  });
  if (!isReadable) {
    add(gathered, unreadable('cannot be read as a command'), nesting.span ?? { start: 0, end: text.length });
  }
}

function add(gathered: Gathered, effect: Effect, span: Span): RiskLevel {
  const level = effect === 'looks' ? 'low' : effect === 'changes' ? 'normal' : 'high';
  gathered.level = higherLevel(gathered.level, level);
  // The same of many files is said once.
  const isNew = typeof effect !== 'string' && !gathered.said.has(`${effect.kind} ${effect.what}`);
  if (isNew && gathered.reasons.length < MOST_REASONS) {
    gathered.said.add(`${effect.kind} ${effect.what}`);
    const reason = {
      ...effect,
      what: visibleLine(effect.what.replaceAll('\uFFFC', '…'), 200),
      span: { start: span.start, end: span.end },
    };
    if (!gathered.reasons.some(({ kind, what }) => kind === reason.kind && what === reason.what)) {
      gathered.reasons.push(reason);
    }
  }
  return level;
}

function visit(gathered: Gathered, command: SimpleCommand, scope: Scope, nesting: Nesting): void {
  let own: RiskLevel = 'low';
  const levelNow = (): RiskLevel => own;
  const note = (effect: Effect, at?: Span) => {
    own = higherLevel(own, add(gathered, effect, nesting.span ?? at ?? command.span));
  };
  for (const { name, value, span } of command.assignments) {
    note(assignmentEffect(name, value, command.words[0]?.text), span);
    // A program may be given it under another name; what is kept for later is shown later.
    const copied = command.words.length === 0 ? value?.variables?.find(holdsSecret) : undefined;
    if (copied !== undefined && !holdsSecret(name)) note(secrets(`copies ${copied}`), span);
  }
  visitRedirects(gathered, command, scope, note);
  const [program, ...words] = command.words;
  if (program !== undefined) {
    withOwnVariables(scope, command.assignments, () =>
      judgeProgram(gathered, { ...command, words: [program, ...words] }, scope, nesting, note),
    );
    if (levelNow() === 'normal') runBuilt(gathered, command, scope, nesting, note);
  }
  const isLook = program !== undefined && programOf(programName(program.text) ?? '')?.does === 'looks';
  const shown = own === 'low' || (isLook && own !== 'high') ? secretShown(command) : undefined;
  if (shown !== undefined) note(secrets(`may show ${shown}`));
  if (gathered.parts.length >= MOST_PARTS) return;
  const set = command.assignments.map(({ name }) => `${name}=…`);
  if (command.words.length === 0) {
    // What is set by itself is known to programs that run after it only where it changes what runs.
    if (set.length > 0 && own !== 'low') gathered.parts.push({ words: set, level: own, isPlain: false });
    return;
  }
  gathered.parts.push({
    words: command.words.map(({ text }) => text),
    level: own,
    isPlain:
      command.words.every(({ isComputed, isPattern, isProcess }) => !isComputed && !isPattern && !isProcess) &&
      command.assignments.length === 0 &&
      command.redirects.every(({ target }) => target.text === '/dev/null'),
  });
}

/** Judges what a program of the project runs of what the command itself has made. */
function runBuilt(gathered: Gathered, command: SimpleCommand, scope: Scope, nesting: Nesting, note: Note): void {
  for (const found of builtFrom(gathered.made, programName(command.words[0]?.text ?? ''), scope.cwd)) {
    if (typeof found !== 'string') note(found);
    else if (nesting.depth < DEEPEST) {
      readText(gathered, found, innerScope(scope), { depth: nesting.depth + 1, span: nesting.span ?? command.span });
    }
  }
}

/** A variable with a secret that a program which only looks is given, and may say in what it prints or complains of. */
function secretShown({ words, input }: SimpleCommand): string | undefined {
  const [program, ...given] = words;
  if (
    program === undefined ||
    /^(?:\[{1,2}|test|:|true|false|unset|export|declare|local|readonly|read)$/.test(program.text)
  )
    return undefined;
  return [...given.flatMap(({ variables = [] }) => variables), ...(input?.variables ?? [])].find(holdsSecret);
}

function visitRedirects(
  { place, made: { written } }: Gathered,
  command: SimpleCommand,
  scope: Scope,
  note: Note,
): void {
  const { words, redirects } = command;
  // `> file`, `: > file` and `cat /dev/null > file` leave nothing of the file.
  const said = words.map(({ text }) => text).join(' ');
  const isEmptying = /^(?:|:|true|cat \/dev\/null|echo -n|printf)$/.test(said);
  for (const redirect of redirects) {
    const { does, target } = redirect;
    const access = does === 'reads' ? 'reads' : does === 'appends' ? 'writes' : isEmptying ? 'empties' : 'replaces';
    note(touchPath(place, scope, access, target), target.span);
    const path = does === 'reads' ? undefined : knownPath(scope, target);
    if (path !== undefined) written.set(path, writtenBy(command, redirect));
  }
}

type Note = (effect: Effect, at?: Span) => void;

function judgeProgram(
  gathered: Gathered,
  command: SimpleCommand & { readonly words: readonly [Word, ...Word[]] },
  scope: Scope,
  nesting: Nesting,
  note: Note,
): void {
  const [first, ...words] = command.words;
  if (first.isComputed || first.isProcess || first.isPattern) {
    note(unreadable('which program runs is only known when it runs'), first.span);
    return;
  }
  const name = programName(first.text);
  const called = scope.functions.get(first.text);
  const use = asUse(gathered, command, scope, nesting, note, name, words);
  if (called !== undefined) {
    called.isCalled = true;
    if (nesting.depth >= DEEPEST) note(unreadable('calls itself'), first.span);
    // In the same shell: where it goes is where the caller is afterwards.
    else {
      withParameters(scope, words, () =>
        readText(gathered, called.text, scope, { depth: nesting.depth + 1, span: nesting.span ?? command.span }),
      );
    }
    return;
  }
  const program = name === undefined ? undefined : programOf(name);
  if (program === undefined && gathered.isProse) return;
  if (name === undefined) {
    use.touch('runs', first);
    judgeBy(use, unknownProgram, words, note);
    return;
  }
  judgeBy(use, program ?? unknownProgram, words, note);
}

function judgeBy(use: ProgramUse, start: Program, words: readonly Word[], note: Note): void {
  const parsed = parseUse(start, words);
  judgeParsed(use, start, parsed, note);
  if (parsed.isAmbiguous) judgeParsed(use, start, parseUse(start, words, true), note);
}

function judgeParsed(use: ProgramUse, start: Program, found: Parsed, note: Note): void {
  const { program, flags, operands, accesses, effects, isDry, otherwise } = found;
  const isHelp =
    start.runsWords !== true && operands.length === 0 && flags.some(({ name }) => /^--(?:help|version)$/.test(name));
  if (isDry || isHelp) {
    note('looks');
    return;
  }
  const parsed: ProgramUse = {
    ...use,
    flags,
    operands,
    ...flagsAsked(flags),
  };
  if (program.more === undefined || program.does !== undefined) note(otherwise ?? program.does ?? 'changes');
  else if (otherwise !== undefined) note(otherwise);
  for (const { effect, word } of effects) note(effect, word.span);
  // What only looks in another folder only reads there.
  const isLook = otherwise === undefined && program.does === 'looks';
  for (const { access, word } of accesses) parsed.touch(isLook && access === 'enters' ? 'reads' : access, word);
  if (program.operands !== undefined) for (const word of operands) parsed.touch(program.operands, word);
  start.more?.(parsed);
  if (program !== start) program.more?.(parsed);
}

function asUse(
  gathered: Gathered,
  command: SimpleCommand,
  scope: Scope,
  nesting: Nesting,
  note: Note,
  name: string | undefined,
  words: readonly Word[],
): ProgramUse {
  const { place } = gathered;
  const inner = (at: Word | undefined): Nesting => ({
    depth: nesting.depth + 1,
    span: nesting.span ?? at?.span ?? command.span,
  });
  const isTooDeep = nesting.depth >= DEEPEST;
  const runIn = (there: Scope, text: Word, at = text) => {
    if (isTooDeep) return note(unreadable('commands in commands in commands'));
    if (text.isComputed || text.isPattern) return note(unreadable('the command is only known when it runs'), text.span);
    readText(gathered, text.text, there, inner(at));
  };
  const used = { touched: gathered, command, scope, note, name };
  return {
    command,
    name: name ?? '',
    words,
    flags: [],
    operands: [],
    hasFlag: () => false,
    valueOf: () => undefined,
    isFed: command.input !== undefined,
    add: (effect, at) => note(effect, at?.span),
    touch: (access, word) => touchIn(used, access, word, (text) => runIn(scopeOfScript(command, scope, word), text)),
    run(inside, isGivenLater = false) {
      if (inside.length === 0) return;
      if (isTooDeep) return note(unreadable('commands in commands in commands'));
      const redirects: SimpleCommand['redirects'] = [];
      const given = isGivenLater ? [...inside, { ...laterWord(command.span), sources: sourcesOf(command) }] : inside;
      visit(gathered, { ...command, words: given, assignments: [], redirects }, scope, {
        depth: nesting.depth + 1,
        span: nesting.span,
      });
    },
    runText: (text, at, given) => text !== undefined && runIn(innerScope(scope, given), text, at),
    ...parametersOf(scope, command.span),
    runHere: (text) => runIn(scope, text),
    suppose(inside, before) {
      for (const [index, held] of commandsIn(inside, before).entries()) {
        if (index === MOST_HELD) return note(unreadable('its words may be many commands'));
        if (isTooDeep) return note(unreadable('commands in commands in commands'));
        readHeld(gathered, held, { command, scope, nesting: inner(held.words[0]), note });
      }
    },
    runCode(code, at) {
      const text = code === undefined || code.isComputed || code.isPattern ? undefined : code.text;
      if (text !== undefined && isHarmlessCode(text, name)) note('looks');
      else if (text !== undefined && isOwnVersion(text, name)) note('changes');
      else note(unreadable(`code for ${name ?? 'an interpreter'} that Gatehouse cannot read`), at.span);
    },
    ...looksAt(place, scope),
    ...notesOn(gathered, scope),
    moveTo(word) {
      const path = word === undefined || word.isComputed || word.isPattern ? undefined : word.text;
      scope.cwd = path === undefined || path === '-' ? undefined : pathFrom(scope.cwd, path);
    },
    withVariables: (own, read) => withOwnVariables(scope, own, read),
    forgetVariables: (names) => forgetVariables(scope, names),
    setVariables(names, lines) {
      setFromLines(scope, names, lines, sourcesOf(command));
      for (const each of names) note(assignmentEffect(each, laterWord(command.span)));
    },
  };
}

/** Has what harms in a command that words may hold told as what their own command does. */
function readHeld(
  gathered: Gathered,
  { words, isText, isLikely }: Held,
  { command, scope, nesting, note }: { command: SimpleCommand; scope: Scope; nesting: Nesting; note: Note },
): void {
  const apart: Gathered = { ...gathered, said: new Set(), reasons: [], parts: [], isProse: isText && !isLikely };
  if (gathered.budget.commands-- <= 0) note(unreadable('more commands than are read'));
  else if (isText) readText(apart, words[0].text, innerScope(scope), nesting);
  else visit(apart, { ...command, words, assignments: [], redirects: [] }, innerScope(scope), nesting);
  gathered.touched = apart.touched;
  for (const { kind, what } of apart.reasons) {
    // What is fed to a program alone is what it runs.
    if (isLikely || kind !== 'unreadable' || command.input !== undefined) note({ kind, what }, nesting.span);
  }
}

/** Stands for a word that another program adds, such as xargs. */
const laterWord = (span: Span): Word => ({
  text: '\uFFFC',
  isComputed: true,
  isLater: true,
  isPattern: false,
  isProcess: false,
  span,
});
