import type { Scope, SimpleCommand } from './scope';

/** Commands of the shell that calculate with a word, take it for a name, or give it on to one that does. */
const ofShell = new Set(
  'let test [ read readarray mapfile printf echo print unset getopts wait set eval builtin command declare typeset local integer float export readonly shift return exit vared'.split(
    ' ',
  ),
);
const element = /\w\[[^]*(?:\$\(|`)/;
const substitution = /\$\(|`/;

/**
 * The texts in a command that stand for themselves there and that the shell may read once more: where it calculates, or names what is
 * in a list, `a[$(ls)]` runs `ls`, also where a variable holds that.
 */
export function textsReadAgain({ words, assignments, input }: SimpleCommand, scope: Scope): readonly string[] {
  const [name = ''] = words.map(({ text }) => text);
  const set = assignments.flatMap((each) => [each.name, each.value?.text ?? '', scope.variables.get(each.name) ?? '']);
  if (/^comp(?:gen|lete)$/.test(name)) return words.map(({ text }) => text).filter((text) => substitution.test(text));
  const isOfShell = name === '' || ofShell.has(name) || scope.functions.has(name);
  // A here-document that is printed may be read by what follows; one that is written to a file is not.
  const given = isOfShell || name === 'cat' ? [...words.map(({ text }) => text), input?.text ?? ''] : [];
  return [...set, ...given].filter((text) => element.test(text));
}
