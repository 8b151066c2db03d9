/**
 * Agents write what the operator reads. Characters that show nothing, or that change the order of what is shown, could make
 * an act look like another one; here they are found, so that every surface can show them.
 */

/** A piece of text: as it is, or one hidden character with its code point (`U+202E`). */
export type TextPiece = { readonly isHidden: boolean; readonly text: string };

// Format, control (but newline and tab), line and paragraph separators, unusual spaces, private use, lone surrogates,
// unassigned, and all that Unicode says to ignore in display (variation selectors, fillers, tags, joiners); then letters
// and symbols that are drawn as nothing: the braille blank, the object replacement, the null notehead, the Khitan filler.
const hidden = String.raw`[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\u{1D159}\u{16FE4}]|(?![\n\t])\p{Cc}|(?! )\p{Zs}`;

// A joiner, selector or tag inside an emoji that Unicode recommends is how the emoji is written, and hides nothing. In any
// other sequence it could carry a message, so there it is shown.
const emoji = String.raw`\p{RGI_Emoji}(?!\uFE0F)|\p{Extended_Pictographic}[\uFE0E\uFE0F]`;

// What nearly every text is made of. All of it is drawn as it is, and none of it is more than one character of a sequence.
const plain = /^[\n\t -~¡-¬®-ÿ‘’“”–—…•€]*$/;

let made: RegExp | undefined;

/** Made when a text needs it: that takes a start's, a page's or a command's first 20 ms, because there are so many emoji. */
function emojiOrHidden(): RegExp {
  // By the constructor, because the type checker knows the flag only for newer targets than the oldest runtime's.
  made ??= new RegExp(`${emoji}|(${hidden})`, 'gv');
  return made;
}

/** Cuts a text into visible pieces and hidden characters, in order; the hidden ones are named by their code point. */
export function visiblePieces(text: string): readonly TextPiece[] {
  return [...piecesOf(text)];
}

function* piecesOf(text: string): Generator<TextPiece> {
  let start = 0;
  const found = plain.test(text) ? [] : text.matchAll(emojiOrHidden());
  for (const match of found) {
    const character = match[1];
    if (character === undefined) continue;
    if (match.index > start) yield { isHidden: false, text: text.slice(start, match.index) };
    yield { isHidden: true, text: codePointName(character) };
    start = match.index + character.length;
  }
  if (start < text.length) yield { isHidden: false, text: text.slice(start) };
}

/** The text with each hidden character as `⟨U+202E⟩`, for places that can show nothing but text (menus, notifications). */
export function visibleText(text: string): string {
  return visiblePieces(text).map(pieceText).join('');
}

/**
 * One line of at most `maxLength` characters, with hidden characters shown and the rest cut off by an ellipsis. Only plain
 * white space is folded: the unusual kinds stay and are shown. The name of a hidden character is never cut in half.
 */
export function visibleLine(text: string, maxLength: number): string {
  const { whole, cut } = lineOf(text, maxLength);
  return whole ?? `${cut}…`;
}

/** The same line where nothing of it is left out; undefined where it does not fit. */
export function wholeLine(text: string, maxLength: number): string | undefined {
  return lineOf(text, maxLength).whole;
}

/** Units of the longest emoji, and some more. */
const LONGEST_EMOJI = 128;

/**
 * As much of a text, folded, as a line of so many characters shows of it: what has no room is neither folded nor looked at, however
 * much it is. A character is at most two units of a text.
 */
export function startOfLine(text: string, maxLength: number, fold: (part: string) => string): string {
  const enough = 2 * maxLength + LONGEST_EMOJI;
  for (let size = 2 * enough; ; size *= 4) {
    const folded = fold(text.slice(0, size));
    if (size >= text.length || folded.length >= enough) return folded.slice(0, enough);
  }
}

function lineOf(text: string, maxLength: number): { readonly whole?: string; readonly cut: string } {
  let whole = '';
  let cut = '';
  let length = 0;
  const folded = startOfLine(text, maxLength, (part) => part.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, ''));
  for (const unit of units(folded)) {
    length += unit.length;
    if (length > maxLength) return { cut };
    whole += unit.text;
    if (length < maxLength) cut = whole;
  }
  return { whole, cut };
}

/** What may not be cut in half, in order: visible characters, and the names of hidden ones. */
function* units(text: string): Generator<{ readonly text: string; readonly length: number }> {
  for (const piece of piecesOf(text)) {
    if (piece.isHidden) yield { text: pieceText(piece), length: piece.text.length + 2 };
    else for (const character of piece.text) yield { text: character, length: 1 };
  }
}

function pieceText(piece: TextPiece): string {
  return piece.isHidden ? `⟨${piece.text}⟩` : piece.text;
}

function codePointName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
