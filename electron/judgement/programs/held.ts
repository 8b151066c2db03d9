import type { Word } from '../shell/words';
import { programOf } from './programs';
import { effectOfName } from './verbs';

/** A command that words of another one may hold: from one of them on, or a text for a shell. */
export type Held = {
  readonly words: readonly [Word, ...Word[]];
  readonly isText: boolean;
  /** Whether it hardly is anything else, so that what cannot be read in it counts too. */
  readonly isLikely: boolean;
};

/** Most commands that are read in the words of one; one more is answered, as a sign that there are more. */
export const MOST_HELD = 16;

/** Programs whose names are also what others call their parts, or what people say. */
const saidOtherwise = new Set(
  'at code env format import mail n net next now on reg render sc service test transfer'.split(' '),
);

/** Flags whose value is a command, and flags whose value is prose. */
const code = /^-{1,2}(?:c|e|x|X|exec|execute|run|cmd|command|shell|call|do|script)$/;
const prose = /^(?:-m|--(?:message|title|body|description|comment|notes?|summary|subject|prompt|query|reason))$/;

/**
 * The commands of programs in the table that the words of a command may hold, from those before the word of this index: `torsocks
 * dropdb shop`, `nu -c 'dropdb shop'`.
 */
export function commandsIn(words: readonly Word[], before = words.length): readonly Held[] {
  const found: Held[] = [];
  const operand = words.findIndex(({ text }) => !text.startsWith('-'));
  for (const [index, word] of words.slice(0, before).entries()) {
    if (found.length > MOST_HELD) break;
    if (prose.test(words[index - 1]?.text ?? '')) continue;
    const [flag] = /^-{1,2}[\w-]+=/.exec(word.text) ?? [''];
    const text = word.text.slice(flag.length);
    if (/[\s;&|()]/.test(text)) {
      const isLikely = code.test(flag === '' ? (words[index - 1]?.text ?? '') : flag.slice(0, -1));
      if (isLikely || text.split(/[\s;&|(){}$`'"\\]+/).some(isProgram)) {
        found.push({ words: [{ ...word, text }], isText: true, isLikely });
      }
      continue;
    }
    // The first operand may be a subcommand, which is judged by its name.
    const isVerb = index === operand && (effectOfName(text) ?? 'looks') !== 'looks';
    if (isVerb || !isProgram(text)) continue;
    const rest = words.slice(index + 1);
    found.push({
      words: [{ ...word, text }, ...rest],
      isText: false,
      isLikely: rest.length > 1,
    });
  }
  return found;
}

function isProgram(text: string): boolean {
  const name = text.slice(text.lastIndexOf('/') + 1).toLowerCase();
  return name !== '' && !saidOtherwise.has(name) && programOf(name) !== undefined;
}
