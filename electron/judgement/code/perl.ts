/** A text between signs in which no code can stand: no variable but what was found, no code in a pattern. */
const isPlainText = (text: string) => !/\(\?\??\{|[@`]|\$(?![\d&)|]|$)/.test(text);

/** A substitution, or what is printed where a pattern is found: the one-liners of Perl. */
const substitution = /^(?:s|tr|y)([/|#,!])((?:\\.|(?!\1)[^\\])*)\1((?:\\.|(?!\1)[^\\])*)\1([a-z]*)$/s;
const printed = /^(?:print|next)?\s*(?:if|unless)?\s*\/((?:\\.|[^/\\])*)\/[a-z]*$/s;

/** Parts of the line that are printed, or the number of it. */
const printedParts =
  /^(?:print|puts|say)(?:\s+(?:\$(?:_|\.|\d|F\[-?\d+\])|"(?:[^"@`$\\#]|\\[nt]|\$(?:_|\d|F\[-?\d+\]))*")\s*,?)+(?:\s+(?:if|unless)\s+\/[\w .^-]*\/)?$/;

/** Whether Perl does nothing but change and print the lines that it is given. */
export function isHarmlessPerl(code: string): boolean {
  const statements = code.split(/;(?=\s*(?:s|tr|y|print|next)\b)|;\s*$/).map((each) => each.trim());
  return statements
    .filter((each) => each !== '')
    .every((statement) => {
      const [, , pattern, made, flags = ''] = substitution.exec(statement) ?? [];
      if (pattern !== undefined && made !== undefined)
        return isPlainText(pattern) && isPlainText(made) && !flags.includes('e');
      if (printedParts.test(statement)) return true;
      const [, found] = printed.exec(statement) ?? [];
      return found === undefined ? statement === 'print' : isPlainText(found);
    });
}
