import type { Node } from 'web-tree-sitter';
import { expanded, listIn } from './expansions';

/** Where something stands in the command, in UTF-16 units. */
export type Span = { readonly start: number; readonly end: number };

/** A word of a simple command after quote removal. */
export type Word = {
  /** What it says; `UNKNOWN` stands for each part that only the running shell knows. */
  readonly text: string;
  /** Whether a part is only known to the running shell: a variable, the output of a command. */
  readonly isComputed: boolean;
  /** Whether it is a pattern that the shell replaces by files. */
  readonly isPattern: boolean;
  /** Whether it stands for a file with the output of a command, as in `<(ls)`. */
  readonly isProcess: boolean;
  /** Whether another program puts it there, such as find for `{}`. */
  readonly isLater?: true;
  /** The variables in it whose value is not known; `!` before one whose value names another. */
  readonly variables?: readonly string[];
  /** The commands whose output, which is not known, is in it. */
  readonly sources?: readonly string[];
  readonly span: Span;
};

/** Stands in a word for what only the running shell knows. */
export const UNKNOWN = '\uFFFC';

/** What is known of a variable whose value only the running shell knows: for which files it stands, or whose output it is. */
export type Hint = {
  readonly pattern?: string;
  readonly sources?: readonly string[];
  /** The variable that its value comes from. */
  readonly variable?: string;
  /** Values that it may have, by which way the command goes. */
  readonly perhaps?: readonly string[];
  /** Whether it has no value but one of those. */
  readonly areAll?: boolean;
};

/** Commands whose output is a number, a date or the name of a version, with nothing in it by which a path or a command changes. */
const littleSaid = /^(?:date(?: -u)? \+['"]?(?:%[YmdHMSFjsNy]|[-_])+['"]?|git rev-parse --short(?:=\d+)? HEAD|nproc)$/;
const littleVariable = /^(?:\$|RANDOM|SECONDS|EPOCHSECONDS)$/;

/** Whether what is not known of a word can be nothing but letters and digits. */
export function saysLittle({ text, isComputed, variables = [], sources = [] }: Word): boolean {
  const unknowns = text.split(UNKNOWN).length - 1;
  return (
    isComputed &&
    unknowns === variables.length + sources.length &&
    variables.every((name) => littleVariable.test(name)) &&
    sources.every((source) => littleSaid.test(source))
  );
}

/** What is known of variables and places where a word is read. */
export type WordScope = {
  /** The value of a variable that was set to a literal before, or is the same everywhere; undefined for any other. */
  valueOf(name: string): string | undefined;
  /** What is known of a variable whose value is not. */
  hintOf(name: string): Hint | undefined;
  /** The output of a command that is known without running it, such as `pwd`. */
  outputOf(command: string): string | undefined;
  readonly home: string;
};

type Piece = {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly isComputed?: boolean;
  readonly isProcess?: boolean;
  /** An unquoted value, which the shell splits at spaces. */
  readonly isSplit?: boolean;
  readonly variable?: string;
  readonly sources?: readonly string[];
  /** What stands for files, also in quotes: the variable of a loop over them. */
  readonly isFiles?: boolean;
};

/** A word that every shell takes as it is written. */
const asWritten = /^[\w./:=@%+,-]+$/;

const MOST_WORDS_OF_BRACES = 64;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  e: '\u001B',
  E: '\u001B',
  f: '\f',
  v: '\v',
};

/** The words that one word of a command line becomes: braces and unquoted values can make several, or none. */
export function readWords(node: Node, scope: WordScope): readonly Word[] {
  // Each look at a node takes its time: of thousands of words in one command all in all the longest part.
  const { text: written, startIndex } = node;
  const span = { start: startIndex, end: startIndex + written.length };
  if (asWritten.test(written)) {
    return [{ text: written, isComputed: false, isPattern: false, isProcess: false, span }];
  }
  const all = listIn(written, scope);
  if (all !== undefined) {
    return all.map((text) => ({ text, isComputed: false, isPattern: false, isProcess: false, span }));
  }
  const pieces = withHome(piecesOf(node, scope), scope.home);
  const [only, ...others] = pieces;
  if (only?.isSplit === true && others.length === 0) {
    return only.text
      .split(/[ \t\n]+/)
      .filter((text) => text !== '')
      .map((text) => ({ text, isComputed: false, isPattern: /[*?[]/.test(text), isProcess: false, span }));
  }
  const whole = wordOf(pieces, span);
  const { text } = whole;
  const isSplit = pieces.some((piece) => piece.isSplit && /[ \t\n]/.test(piece.text));
  const word = { ...whole, isComputed: whole.isComputed || isSplit };
  if (
    !pieces.some((piece) => !piece.isQuoted && /[{}]/.test(piece.text)) ||
    !/,|\.\./.test(text.slice(text.indexOf('{') + 1, Math.max(text.lastIndexOf('}'), 0)))
  ) {
    return [word];
  }
  const expanded = withoutBraces(text);
  return expanded === undefined ? [{ ...word, isComputed: true }] : expanded.map((each) => ({ ...word, text: each }));
}

/** The one word that a part of a command line is where the shell neither splits it nor looks for files: a value, or `<<< text`. */
export function readValue(node: Node, scope: WordScope): Word {
  const { text: written, startIndex } = node;
  const span = { start: startIndex, end: startIndex + written.length };
  const all = listIn(written, scope);
  if (all !== undefined) return { text: all.join(' '), isComputed: false, isPattern: false, isProcess: false, span };
  return wordOf(withHome(piecesOf(node, scope), scope.home), span);
}

/** A word of these pieces. */
function wordOf(pieces: readonly Piece[], span: Span): Word {
  const variables = pieces.flatMap(({ variable }) => variable ?? []);
  const sources = pieces.flatMap((piece) => piece.sources ?? []);
  return {
    text: pieces.map((piece) => piece.text).join(''),
    isComputed: pieces.some((piece) => piece.isComputed === true),
    isPattern: hasPattern(pieces),
    isProcess: pieces.some((piece) => piece.isProcess === true),
    span,
    ...(variables.length > 0 && { variables }),
    ...(sources.length > 0 && { sources }),
  };
}

function hasPattern(pieces: readonly Piece[]): boolean {
  return pieces.some(
    (piece) => piece.isFiles === true || (!piece.isQuoted && piece.isComputed !== true && /[*?[]/.test(piece.text)),
  );
}

function withHome(pieces: readonly Piece[], home: string): readonly Piece[] {
  const [first, ...others] = pieces;
  if (first === undefined || first.isQuoted || first.isComputed === true || !first.text.startsWith('~')) return pieces;
  const [tilde = '', ...rest] = first.text.split('/');
  const folder = tilde === '~' ? home : `/home/${tilde.slice(1)}`;
  return [{ ...first, text: [folder, ...rest].join('/') }, ...others];
}

function piecesOf(node: Node, scope: WordScope): readonly Piece[] {
  const { type, text } = node;
  switch (type) {
    case 'command_name':
    case 'concatenation':
      return inOrder(node).flatMap((part, at, all) => {
        if (typeof part !== 'string') return piecesOf(part, scope);
        // `$"…"` is translated; the grammar takes its first sign for a letter of the word.
        const next = all[at + 1];
        const isTranslated = part.endsWith('$') && typeof next === 'object' && next.type === 'string';
        return [{ text: isTranslated ? part.slice(0, -1) : part, isQuoted: false }];
      });
    case 'word':
    case 'number':
    case 'brace_expression':
    case 'extglob_pattern':
    case 'regex':
    case 'file_descriptor':
    case 'variable_name':
    case 'special_variable_name':
      return unescaped(text);
    case 'raw_string':
      return [{ text: text.slice(1, -1), isQuoted: true }];
    case 'ansi_c_string':
      return [{ text: ofAnsiC(text.slice(2, -1)), isQuoted: true }];
    case 'translated_string':
      return node.namedChildren.flatMap((child) => (child === null ? [] : piecesOf(child, scope)));
    case 'string':
      return ofString(node, scope);
    case 'simple_expansion':
      return [ofVariable(text.slice(1), scope, false)];
    case 'expansion':
      return [ofExpansion(text, scope, false)];
    case 'command_substitution':
      return [ofOutput(text, scope, false)];
    case 'process_substitution':
      return [{ ...unknown(true), isProcess: true, sources: [text.slice(2, -1).trim()] }];
    default:
      return [unknown(false)];
  }
}

const unknown = (isQuoted: boolean): Piece => ({ text: UNKNOWN, isQuoted, isComputed: true });

/** The named parts of a word and the texts between them, in order. */
function inOrder(node: Node, start = node.startIndex, end = node.endIndex): readonly (string | Node)[] {
  const whole = node.text;
  const parts: (string | Node)[] = [];
  let at = start;
  for (const child of node.namedChildren) {
    if (child === null || child.startIndex < at) continue;
    if (child.startIndex > at) parts.push(whole.slice(at - node.startIndex, child.startIndex - node.startIndex));
    parts.push(child);
    at = child.endIndex;
  }
  if (at < end) parts.push(whole.slice(at - node.startIndex, end - node.startIndex));
  return parts;
}

function ofString(node: Node, scope: WordScope): readonly Piece[] {
  const literal = (text: string): Piece => ({
    text: text.replaceAll(/\\\n/g, '').replaceAll(/\\(["$`\\])/g, '$1'),
    isQuoted: true,
  });
  const parts = inOrder(node, node.startIndex + 1, node.endIndex - 1);
  if (parts.length === 0) return [{ text: '', isQuoted: true }];
  return parts.flatMap((part) => {
    if (typeof part === 'string') return literal(part);
    if (part.type === 'string_content') return literal(part.text);
    // The grammar takes blanks before an expansion for a part of it.
    const text = part.text.trimStart();
    const blanks = part.text.slice(0, part.text.length - text.length);
    const before = blanks === '' ? [] : [literal(blanks)];
    if (part.type === 'simple_expansion') return [...before, ofVariable(text.slice(1), scope, true)];
    if (part.type === 'expansion') return [...before, ofExpansion(text, scope, true)];
    return [...before, part.type === 'command_substitution' ? ofOutput(text, scope, true) : unknown(true)];
  });
}

/** What `${NAME}` stands for, and what is left of it by `%.bak` and its like; where that is not known, whose value it is made of. */
function ofExpansion(text: string, scope: WordScope, isQuoted: boolean): Piece {
  const [, name] = /^\$\{(\w+|[@*])\}$/.exec(text) ?? [];
  if (name !== undefined) return ofVariable(name, scope, isQuoted);
  const value = expanded(text, scope);
  if (value !== undefined) return { text: value, isQuoted, ...(!isQuoted && { isSplit: true }) };
  const [start = '', made] = /^\$\{(!?\w+)/.exec(text) ?? [];
  const use = text.slice(start.length);
  // `${NAME:+text}` only says whether it is set, `${!NAME*}` what others are called, `${!NAME[@]}` the names in a list.
  const saysNothing = /^(?::?\+|[*@]\})/.test(use) || (start.includes('!') && /^\[[*@]\]\}/.test(use));
  return { ...unknown(isQuoted), ...(made !== undefined && !saysNothing && { variable: made }) };
}

function ofVariable(name: string, scope: WordScope, isQuoted: boolean): Piece {
  // To zsh the name of a list stands for all of it.
  const isList = (scope.valueOf(`${name}[@]`) ?? '').includes('\n');
  const value = isList ? undefined : scope.valueOf(name);
  if (value === undefined) {
    const { pattern, sources, variable = name } = scope.hintOf(name) ?? {};
    if (pattern !== undefined) return { text: pattern, isQuoted, isFiles: true };
    return { ...unknown(isQuoted), variable, ...(sources !== undefined && { sources }) };
  }
  return { text: value, isQuoted, ...(!isQuoted && { isSplit: true }) };
}

function ofOutput(text: string, scope: WordScope, isQuoted: boolean): Piece {
  const command = text.replaceAll(/^(?:\$\(|`)|[)`]$/g, '').trim();
  const output = scope.outputOf(command);
  return output === undefined ? { ...unknown(isQuoted), sources: [command] } : { text: output, isQuoted };
}

/** An unquoted text; what a backslash quotes stands for itself. */
function unescaped(text: string): readonly Piece[] {
  if (!text.includes('\\')) return [{ text, isQuoted: false }];
  return [...text.replaceAll('\\\n', '').matchAll(/\\([\s\S])|[^\\]+|\\$/g)].map(([whole, quoted]) =>
    quoted === undefined ? { text: whole, isQuoted: false } : { text: quoted, isQuoted: true },
  );
}

function ofAnsiC(text: string): string {
  return text.replaceAll(
    /\\(?:x([\da-f]{1,2})|u([\da-f]{1,4})|U([\da-f]{1,8})|([0-7]{1,3})|c(.)|([\s\S]))/gi,
    (_, hex, short, long, octal, control, other: string | undefined) => {
      const digits = hex ?? short ?? long;
      if (digits !== undefined) return ofCodePoint(Number.parseInt(digits, 16));
      if (octal !== undefined) return ofCodePoint(Number.parseInt(octal, 8));
      if (control !== undefined) return ofCodePoint(String(control).charCodeAt(0) & 31);
      return escapes[other ?? ''] ?? other ?? '';
    },
  );
}

const ofCodePoint = (code: number) => (code <= 0x10_ffff ? String.fromCodePoint(code) : UNKNOWN);

/** The texts that braces stand for; undefined where they are too many, or cannot be told apart from letters. */
function withoutBraces(text: string): readonly string[] | undefined {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(text);
  if (found === null) return [text];
  const [, before = '', inside = '', after = ''] = found;
  const range = /^([a-z]|-?\d{1,4})\.\.([a-z]|-?\d{1,4})(?:\.\.-?\d{1,4})?$/i.exec(inside);
  const choices = range === null ? inside.split(',') : between(range[1] ?? '', range[2] ?? '');
  if (choices === undefined) return undefined;
  if (choices.length === 1 && range === null) {
    const rest = withoutBraces(after);
    return rest?.map((end) => `${before}{${inside}}${end}`);
  }
  if (choices.length > MOST_WORDS_OF_BRACES) return undefined;
  const all: string[] = [];
  for (const choice of choices) {
    const made = withoutBraces(`${before}${choice}${after}`);
    if (made === undefined || all.length + made.length > MOST_WORDS_OF_BRACES) return undefined;
    all.push(...made);
  }
  return all;
}

/** The numbers or the letters from one to another, also where some of them are left out; undefined where they are not of a kind. */
function between(first: string, last: string): readonly string[] | undefined {
  if (/\d/.test(first) && /\d/.test(last)) return numbersBetween(Number(first), Number(last));
  if (/\d/.test(first + last)) return undefined;
  return numbersBetween(first.charCodeAt(0), last.charCodeAt(0)).map((code) => String.fromCharCode(Number(code)));
}

function numbersBetween(first: number, last: number): readonly string[] {
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.min(Math.abs(last - first) + 1, MOST_WORDS_OF_BRACES + 1) }, (_, index) =>
    String(first + index * step),
  );
}
