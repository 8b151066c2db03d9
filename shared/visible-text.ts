/**
 * Agents write what the operator reads. Characters that show nothing, or that change the order of what is shown, could make
 * an act look like another one; here they are found, so that every surface can show them.
 */

/** A piece of text: as it is, or one hidden character with its code point (`U+202E`). */
export type TextPiece = { readonly isHidden: boolean; readonly text: string };

// Format, control (but newline and tab), line and paragraph separators, unusual spaces, private use, lone surrogates,
// unassigned, and all that Unicode says to ignore in display (variation selectors, fillers, tags, joiners); the braille blank.
const hiddenCharacter =
  /[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]|(?![\n\t])\p{Cc}|(?! )\p{Zs}/gu;

// A joiner or a variation selector inside an emoji is how the emoji is written, and hides nothing.
const emoji = /\p{Emoji_Presentation}\uFE0F?|\p{Extended_Pictographic}\uFE0F?(?:\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*/uy;

/** Cuts a text into visible pieces and hidden characters, in order; the hidden ones are named by their code point. */
export function visiblePieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let start = 0;
  const showUpTo = (end: number) => {
    if (end > start) pieces.push({ isHidden: false, text: text.slice(start, end) });
  };
  for (const match of text.matchAll(hiddenCharacter)) {
    if (match.index < start || isInsideEmoji(text, match.index)) continue;
    showUpTo(match.index);
    pieces.push({ isHidden: true, text: codePointName(match[0]) });
    start = match.index + match[0].length;
  }
  showUpTo(text.length);
  return pieces;
}

/** The text with each hidden character as `⟨U+202E⟩`, for places that can show nothing but text (menus, notifications). */
export function visibleText(text: string): string {
  return visiblePieces(text)
    .map((piece) => (piece.isHidden ? `⟨${piece.text}⟩` : piece.text))
    .join('');
}

/** One line of at most `maxLength` characters, with hidden characters shown and the rest cut off by an ellipsis. */
export function visibleLine(text: string, maxLength: number): string {
  const line = visibleText(text.replace(/\s+/g, ' ').trim());
  const characters = [...line];
  return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join('')}…`;
}

function isInsideEmoji(text: string, index: number): boolean {
  const character = text[index];
  if (character !== '\u200D' && character !== '\uFE0F') return false;
  // An emoji sequence is short; look for one that starts at most this many code units before and reaches over the index.
  for (let from = Math.max(0, index - 24); from < index; from++) {
    emoji.lastIndex = from;
    const match = emoji.exec(text);
    if (match !== null && from + match[0].length > index) return true;
  }
  return false;
}

function codePointName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
