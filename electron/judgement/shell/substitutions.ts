import type { Node } from 'web-tree-sitter';
import { joinsCommands } from './documents';
import { withTree } from './grammar';
import type { Budget } from './scope';

/** Characters that are parsed in the time that a step takes. */
const PARSED_IN_A_STEP = 128;

/** One that stands in a text: what is between its signs, undefined where it calculates, and whether it has an end. */
type Substitution = { readonly text: string; readonly isCalculation: boolean; readonly isRead: boolean };

/**
 * The `$(…)`, `$((…))` and backticks of a text in which the grammar overlooks them; one that has no end goes on to the end of the text.
 * What has to be parsed to find an end is taken from the budget.
 */
export function substitutionsIn(text: string, budget: Budget): readonly Substitution[] {
  const found: Substitution[] = [];
  for (let at = 0; at < text.length; at++) {
    if (budget.steps <= 0) {
      budget.isMisread = true;
      break;
    }
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '`') {
      const [inside = ''] = /^(?:[^`\\]|\\[^])*/.exec(text.slice(at + 1)) ?? [];
      found.push(...withoutEscapes(inside).map((each) => ({ text: each, isCalculation: false, isRead: true })));
      at += inside.length + 1;
    } else if (text.startsWith('$(', at)) {
      const { end, ...one } = substitutionAt(text, at, budget);
      found.push(one);
      at = end;
    }
  }
  return found;
}

/**
 * What stands between backticks as the shell runs it: a backslash escapes fewer signs there, and one more between double quotes. Where
 * that makes a difference both are answered: which quotes count is not the same for every shell.
 */
export const withoutEscapes = (inside: string): readonly string[] => [
  ...new Set([inside.replaceAll(/\\([`$\\])/g, '$1'), inside.replaceAll(/\\([`$\\"])/g, '$1')]),
];

/** A bracket in these closes nothing: only the grammar knows where the substitution ends. */
const hidesBrackets = /#|<<|\bcase\b|\$'/;

function substitutionAt(text: string, at: number, budget: Budget): Substitution & { end: number } {
  const end = endOf(text, at + 2);
  const guess = text.slice(at, end + 1);
  const candidate = hidesBrackets.test(guess) ? text.slice(at) : guess;
  budget.steps -= candidate.length / PARSED_IN_A_STEP;
  return withTree(candidate, (root) => {
    const node = root.descendantForIndex(0)?.parent;
    const isCalculation = node?.type === 'arithmetic_expansion';
    const isCommand = node?.type === 'command_substitution' && !joinsCommands(node);
    const isRead = !(node?.hasError ?? true) && (isCalculation || isCommand);
    if (!isRead) return { text: text.slice(at + 2, end), isCalculation: false, isRead, end };
    const whole = candidate.slice(0, node?.endIndex);
    return { text: isCalculation ? whole : whole.slice(2, -1), isCalculation, isRead, end: at + whole.length - 1 };
  });
}

/** The bracket that closes a substitution, which none of quotes, a backslash or other brackets takes. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const here = text.charAt(at);
    if (here === '\\' && quote !== "'") at++;
    else if (quote !== '') quote = here === quote ? '' : quote;
    else if (here === ')' && depth === 0) return at;
    else if (here === '"' || here === "'") quote = here;
    else if (here === '(') depth++;
    else if (here === ')') depth--;
  }
  return text.length;
}

/**
 * The text of a part in which the grammar overlooks substitutions, each written as `$(…)`: a pattern, or what stands behind a name in
 * `${…}`; undefined for any other.
 */
export function overlookedIn(node: Node): string | undefined {
  const { type } = node;
  if (/^(?:raw_|ansi_c_)?string$/.test(type) && /\$\(|`/.test(node.text) && isCalculated(node)) {
    return node.text.replaceAll(/\\([`$\\"])/g, '$1');
  }
  // What stands in `${…}` may be cut into several parts, or be taken for quoted.
  const isOverlooked =
    type === 'regex' || type === 'extglob_pattern' || (type === 'expansion' && /`|[$<>]\(/.test(node.text));
  return isOverlooked ? node.text.replaceAll(/[<>]\(/g, '$(') : undefined;
}

/** Whether the shell calculates with the part: what is quoted there it may read once more. */
function isCalculated(node: Node): boolean {
  for (let { parent } = node; parent !== null; { parent } = parent) {
    if (/^(?:subscript|arithmetic_expansion)$/.test(parent.type)) return true;
    if (parent.type === 'test_command') return /\w\[/.test(node.text);
    if (parent.type === 'compound_statement') return parent.text.startsWith('((');
    if (/_substitution$|^command$/.test(parent.type)) return false;
  }
  return false;
}

/**
 * Whether a text has what the grammar does not tell: backticks with nothing between them, which it takes for letters; a `#` within a word
 * and more behind the end of a here-document, which it takes for a comment and that end; and `${NAME@P}`, which runs what is in a value.
 */
export function hasOverlooked(text: string, root: Node): boolean {
  const isAnywhere = (sign: string, type: string, isWrong: (node: Node) => boolean = () => true) =>
    text.includes(sign) && root.descendantsOfType(type).some((node) => node !== null && isWrong(node));
  return (
    /\$\{[^{}]*@P\}/.test(text) ||
    isAnywhere('`', '``') ||
    isAnywhere('#', 'comment', ({ startIndex }) => !/[\s;&|()<>`]/.test(text.charAt(startIndex - 1) || '\n')) ||
    isAnywhere('<<', 'heredoc_end', ({ endIndex }) => !/[\n)]/.test(text.charAt(endIndex) || '\n'))
  );
}
