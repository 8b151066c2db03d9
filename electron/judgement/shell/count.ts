/** A command line of more signs than this is read by nobody, and would take long to parse. */
const MOST_SIGNS = 1_500;

/** Whether a text surely has more in it than is read, so that nothing of it is. */
export function isTooMuch(text: string, mostCommands: number): boolean {
  if ((text.match(/[|&;<>$`(){}"'\n]/g)?.length ?? 0) > MOST_SIGNS) return true;
  const { atLeast, substitutions } = commandsCounted(text);
  return atLeast > 2 * mostCommands || substitutions > mostCommands;
}

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
