import type { Node } from 'web-tree-sitter';

/**
 * `!`, `time` and `coproc` before a command that is made of commands. The grammar knows simple commands alone behind them, and
 * takes the `{` of a group or the `if` of a condition for a program.
 */
const leading =
  /^(?:(?:!|time(?:[ \t]+-p)?(?:[ \t]+--)?|coproc(?:[ \t]+[A-Za-z_]\w*)?)(?:[ \t]|\\\n)+)+(?=[{(]|![ \t]|(?:\[\[|if|for|while|until|case|select|function)\s|[^\s(){}$`'"]+[ \t]*\(\s*\))/;

/** What the shell never takes for a program where a command begins. */
const keyword = /^(?:[{}!]|\[\[|\]\]|if|then|else|elif|fi|for|while|until|do|done|case|esac|select|function)(?:\s|$)/;

/** The same text with blanks for the words that the grammar cannot have before what stands behind them; its signs keep their places. */
export function withoutLeading(text: string, root: Node): string {
  if (!/!|\btime\b|\bcoproc\b/.test(text)) return text;
  let plain = text;
  for (const node of root.descendantsOfType(['command', 'negated_command'])) {
    const found = node === null ? undefined : leading.exec(node.text)?.[0].length;
    if (node === null || found === undefined) continue;
    const end = node.startIndex + found;
    plain = `${plain.slice(0, node.startIndex)}${' '.repeat(found)}${plain.slice(end)}`;
  }
  return plain;
}

/** Whether this is a keyword of the shell: as the name of a program, the grammar has read something else than the shell would. */
export const isKeyword = (name: string): boolean => keyword.test(name);
