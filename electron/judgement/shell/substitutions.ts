import type { Node } from 'web-tree-sitter';

/** The commands in `$(…)` and backticks of a text; one that has no end goes on to the end of the text. */
export function substitutionsIn(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '`') {
      const end = endOf(text, at + 1, '`');
      found.push(text.slice(at + 1, end).replaceAll(/\\([`$\\])/g, '$1'));
      at = end;
    } else if (text.startsWith('$(', at)) {
      // What `case` has for brackets closes nothing.
      const end = /\bcase\b/.test(text.slice(at)) ? text.length : endOf(text, at + 2, ')');
      found.push(text.slice(at + 2, end));
      at = end;
    }
  }
  return found;
}

/** Where a substitution ends: at the sign that closes it, which none of quotes, a backslash or other brackets takes. */
function endOf(text: string, start: number, sign: '`' | ')'): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const here = text.charAt(at);
    if (here === '\\' && quote !== "'") at++;
    else if (quote !== '') quote = here === quote ? '' : quote;
    else if (here === sign && depth === 0) return at;
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
  const isPattern = type === 'regex' || type === 'extglob_pattern';
  const isRest = type === 'word' && node.parent?.type === 'expansion';
  // Backticks may be cut into several parts there.
  const isCut = type === 'expansion' && /`|[<>]\(/.test(node.text);
  return isPattern || isRest || isCut ? node.text.replaceAll(/[<>]\(/g, '$(') : undefined;
}
