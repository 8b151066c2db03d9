/**
 * How many commands a text has at least, as far as its signs say it, and how many substitutions, each of which holds one for certain; 0
 * where that cannot be told without reading it. Quoted texts count for nothing, nor do the words that a shell has around commands.
 */
export function commandsCounted(text: string): { readonly atLeast: number; readonly substitutions: number } {
  // The lines of a here-document or of a list of words are no commands.
  if (text.includes('<<') || /=\(\s*\n/.test(text)) return { atLeast: 0, substitutions: 0 };
  const bare = text
    .replaceAll(/\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|(?<=^|[\s;&|(])#[^\n]*/g, ' ')
    // So that no run of blanks is looked through from each of its signs.
    .replaceAll(/\s+/g, (blanks) => (blanks.includes('\n') ? '\n' : ' '));
  const separators = bare.match(/(?: ?(?:;+|&&|\|\|?|&(?![>\d])|\n) ?)+/g)?.length ?? 0;
  const around = bare.match(/(?<![\w$./-])(?:then|do|else|elif|fi|done|esac|in|case)(?![\w./-])/g)?.length ?? 0;
  const inside = bare.match(/\$\((?![(<\s)])/g)?.length ?? 0;
  return { atLeast: separators - around + inside, substitutions: inside };
}
