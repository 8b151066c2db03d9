import type { Node } from 'web-tree-sitter';
import type { Redirect, Scope, ShellWalk } from './scope';
import { wordScope } from './variables';
import { readValue, readWords, type Word } from './words';

/** Where words stand. */
type At = { readonly scope: Scope; readonly reading: ShellWalk };

/** The words that a part of a command becomes. */
export const wordsIn = (node: Node | null, { scope, reading }: At): readonly Word[] =>
  node === null ? [] : readWords(node, wordScope(scope, reading));

/** The one word that it is where the shell does not split it. */
export const valueIn = (node: Node, { scope, reading }: At): Word => readValue(node, wordScope(scope, reading));

const wordTypes =
  /^(?:word|number|string|raw_string|ansi_c_string|translated_string|concatenation|simple_expansion|expansion|command_substitution|process_substitution|brace_expression|arithmetic_expansion)$/;

/** Whether a part of a command is one of its words. */
export const isWord = ({ type }: Node) => wordTypes.test(type);

/** The grammar takes all words behind `> file` for its target: those after the first are the command's. */
export function wordsBehind(node: Node, at: At): readonly Word[] {
  return node
    .childrenForFieldName('destination')
    .slice(1)
    .flatMap((word) => wordsIn(word, at));
}

/** The same for each of several commands: none of them alone says what is in the file. */
export const shared = (redirect: Redirect): Redirect => ({ ...redirect, isShared: true });

/** What a redirection does to a file; none where it names no file. */
export function redirectsOf(node: Node, at: At): readonly Redirect[] {
  const destination = node.childForFieldName('destination');
  if (destination === null) return [];
  const operator = node.children.find((child) => child !== null && /^[&\d]*[<>]/.test(child.text))?.text ?? '>';
  // `2>&1` joins two streams and names no file.
  if (/[<>]&$/.test(operator) && /^(?:\d+|-)$/.test(destination.text)) return [];
  const [target] = wordsIn(destination, at);
  if (target === undefined) return [];
  if (operator.includes('>>')) return [{ does: 'appends', target }];
  return [{ does: operator.includes('>') ? 'writes' : 'reads', target }];
}
