import type { Node } from 'web-tree-sitter';
import type { Span, Word } from './words';

/** The named parts of a node. */
export function children(node: Node): readonly Node[] {
  return node.namedChildren.filter((child) => child !== null);
}

/** The commands of a list in order, each with the operator before it. */
export function listed(node: Node): readonly { readonly operator: string; readonly node: Node }[] {
  const found: { operator: string; node: Node }[] = [];
  let operator = '';
  for (const child of node.children) {
    if (child === null || child.type === 'comment') continue;
    if (!child.isNamed) operator = child.type;
    else if (child.type === 'list' && found.length === 0) found.push(...listed(child));
    else found.push({ operator, node: child });
  }
  return found;
}

/** The names of the programs in a part of a pipe, as far as they are literal. */
export function programsOf(node: Node): readonly string[] {
  return node.descendantsOfType('command_name').flatMap((name) => (name === null ? [] : [name.text]));
}

/**
 * Where the text of a here-document begins: behind the line that names it. The grammar takes a text that begins with a backslash
 * for words of that line.
 */
export function bodyStart(node: Node): number {
  const line = node.text.indexOf('\n');
  return line < 0 ? node.endIndex : node.startIndex + line + 1;
}

/** Where a node stands. */
export const spanOf = (node: Node): Span => ({ start: node.startIndex, end: node.endIndex });

/** A command in which every sign stands for itself; what it sets before its program is another matter. */
const plainCommand = /^[\w./:@%+,-]+(?:[ \t]+[\w./:=@%+,-]+)*$/;

/** The words of a command that has nothing in it but words, without a look at each: of thousands, that takes longest. */
export function wordsAsWritten(node: Node): readonly Word[] | undefined {
  const { text, startIndex } = node;
  if (!plainCommand.test(text)) return undefined;
  return [...text.matchAll(/[^ \t]+/g)].map(({ 0: word, index }) => ({
    text: word,
    isComputed: false,
    isPattern: false,
    isProcess: false,
    span: { start: startIndex + index, end: startIndex + index + word.length },
  }));
}

/**
 * Whether the shell takes the words of a command for others: two with nothing between them for one, those behind the end of a line for a
 * command of their own, and nothing for the pattern that the grammar sees behind `=~`.
 */
export function isCutApart(node: Node): boolean {
  const { text, startIndex } = node;
  let last: number | undefined;
  for (const child of node.namedChildren) {
    if (child === null) continue;
    const { startIndex: start, type } = child;
    if (type === 'regex') return true;
    const between = last === undefined ? ' ' : text.slice(last - startIndex, start - startIndex);
    const blanks = between.replaceAll('\\\n', '');
    if (!type.endsWith('_redirect') && (!/\s/.test(blanks) || blanks.includes('\n'))) return true;
    last = type.endsWith('_redirect') ? undefined : child.endIndex;
  }
  return false;
}

/** A word that says what it says. */
export const plainWord = (text: string, node: Node): Word => ({
  text,
  isComputed: false,
  isPattern: false,
  isProcess: false,
  span: spanOf(node),
});
