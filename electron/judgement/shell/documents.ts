import type { Node } from 'web-tree-sitter';

/** The name of a here-document behind its sign. */
const named = String.raw`<<-?[ \t]*(?:'[^'\n]*'|"[^"\n]*"|\\?\w+)`;
const behindName = new RegExp(`(${named})[ \\t]*(&&|\\|\\|?|;(?!;))([ \\t]*\\n)?`, 'g');
const redirectsBehind = new RegExp(`(${named})((?:[ \\t]+\\d?(?:>>?|<|>&)[ \\t]*[\\w./-]+)+)(?=[ \\t]*[|;&])`, 'g');

/**
 * The same text as the grammar of the shell reads it right. It takes a backslash at the start of a line for one at the end of the line
 * before, a sign behind the name of a here-document for a part of that name, and knows neither `;` there nor more behind a redirection.
 */
export const forGrammar = (text: string): string =>
  text
    .replaceAll('\n\\', '\n \\')
    .replaceAll(redirectsBehind, (_, name: string, redirects: string) => `${redirects} ${name}`)
    .replaceAll(behindName, (_, name: string, sign: string, end?: string) => {
      if (end === undefined) return `${name} ${sign === ';' ? '&&' : sign}`;
      return `${name}${sign === ';' ? '' : ` ${sign}`}${end}`;
    });

/** Whether the shell takes the same for the name and the end of a here-document as the grammar does. */
export function isDocument(start: string, text: string, end: string | undefined): boolean {
  const name = start.replaceAll(/['"\\]/g, '');
  const isName = /^(?:'[^']*'|"[^"]*"|\\?[^\s'"`$&|;<>()\\])+$/.test(start);
  return isName && end === name && !text.split('\n').some((line) => line.replace(/^\t+/, '') === name);
}

/**
 * Whether the shell may join two commands of a substitution that has a here-document. bash 5.2 reads such a one twice, and the `;`
 * between the first two behind the document is lost on the way: `$(: <<E …E git ;push)` runs `git push`.
 */
export function joinsCommands(node: Node): boolean {
  if (!node.text.includes('<<')) return false;
  const ends = node.descendantsOfType('heredoc_end');
  return ends.some((end) => end !== null && /;/.test(node.text.slice(end.endIndex - node.startIndex)));
}
