import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleLine, visiblePieces, visibleText } from '../../shared/kernel/visible-text';

const hiddenOf = (text: string) => visiblePieces(text).flatMap((piece) => (piece.isHidden ? [piece.text] : []));
const character = (code: number) => String.fromCodePoint(code);

describe('hidden characters are shown by their code point', () => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['bidirectional controls', [0x200e, 0x200f, 0x061c, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e]],
    ['bidirectional isolates', [0x2066, 0x2067, 0x2068, 0x2069]],
    ['zero width', [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff]],
    ['invisible operators', [0x2061, 0x2062, 0x2063, 0x2064, 0x206a, 0x206f]],
    ['tags', [0xe0001, 0xe0020, 0xe0041, 0xe007f]],
    ['soft hyphen and joiners', [0x00ad, 0x034f, 0x180e]],
    ['unusual spaces', [0x00a0, 0x1680, 0x2000, 0x2003, 0x200a, 0x202f, 0x205f, 0x3000]],
    ['line and paragraph separators', [0x2028, 0x2029]],
    ['fillers and blanks', [0x115f, 0x1160, 0x3164, 0xffa0, 0x2800, 0x16fe4, 0x1d159, 0xfffc]],
    ['variation selectors', [0xfe00, 0xfe0e, 0xfe0f, 0xe0100, 0xe01ef, 0x180b]],
    ['control characters', [0x00, 0x07, 0x08, 0x0b, 0x0c, 0x0d, 0x1b, 0x7f, 0x85, 0x9b]],
    ['annotation marks', [0xfff9, 0xfffa, 0xfffb]],
    ['private use', [0xe000, 0xf8ff, 0xf0000, 0x10fffd]],
    ['not a character', [0xfffe, 0xffff, 0x10ffff, 0x378]],
    ['lone surrogates', [0xd800, 0xdbff, 0xdc00, 0xdfff]],
  ];
  for (const [kind, codes] of cases) {
    it(kind, () => {
      for (const code of codes) {
        const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
        expect(visibleText(`pay${character(code)}load`)).toBe(`pay⟨${name}⟩load`);
      }
    });
  }

  it('a swapped or trailing surrogate is a lone one', () => {
    expect(hiddenOf('a\uDE00\uD83D')).toEqual(['U+DE00', 'U+D83D']);
  });

  it('each of a run is named', () => {
    expect(hiddenOf('\u200B\u200B\u202E')).toEqual(['U+200B', 'U+200B', 'U+202E']);
  });
});

describe('what a reader sees anyway stays as it is', () => {
  const texts = [
    'plain text, with "punctuation" – and dashes…',
    'lines\nand\ttabs',
    'naïve Ελληνικά русский 日本語 한국어 עברית العربية ไทย हिन्दी',
    'e\u0301 and other combining marks',
    '😀 ☎ © ❤ 1⃣ ⟨U+202E⟩',
  ];
  for (const text of texts) it(text, () => expect(visiblePieces(text)).toEqual([{ isHidden: false, text }]));
});

describe('emoji stay whole', () => {
  const emoji = [
    ['joined', '👩‍💻 👨‍👩‍👧‍👦 ❤️‍🔥 🏳️‍🌈 🧑🏽‍🤝‍🧑🏿 🏃🏻‍♀️‍➡️'],
    ['with a selector', '❤️ ☎️ ☎︎ ✈️ 😀️'],
    ['flags', '🇩🇪 🇯🇵 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['skin tones', '👍🏿 🧑🏽'],
    ['keycaps', '1️⃣ #️⃣ *️⃣'],
  ] as const;
  for (const [kind, text] of emoji) it(kind, () => expect(hiddenOf(text)).toEqual([]));

  it('but nothing can hide behind them', () => {
    expect(hiddenOf('😀\u200D')).toEqual(['U+200D']);
    expect(hiddenOf('😀\u200D😀')).toEqual(['U+200D']);
    expect(hiddenOf('❤️\uFE0F\uFE0F')).toEqual(['U+FE0F', 'U+FE0F']);
    expect(hiddenOf('1\uFE0F2')).toEqual(['U+FE0F']);
    expect(hiddenOf('a\uFE0F')).toEqual(['U+FE0F']);
    expect(hiddenOf('🏴\u{E0068}\u{E0069}\u{E007F}')).toEqual(['U+E0068', 'U+E0069', 'U+E007F']);
    expect(hiddenOf('😀\u{E0068}')).toEqual(['U+E0068']);
  });
});

describe('for any text', () => {
  it('the pieces give back every visible character, in order, and no visible piece hides one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const pieces = visiblePieces(text);
        const restored = pieces
          .map((piece) => (piece.isHidden ? character(Number.parseInt(piece.text.slice(2), 16)) : piece.text))
          .join('');
        expect(restored).toBe(text);
        for (const piece of pieces) if (!piece.isHidden) expect(hiddenOf(piece.text)).toEqual([]);
      }),
    );
  });

  it('a line keeps to its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
        expect([...visibleLine(text, maxLength)].length).toBeLessThanOrEqual(maxLength);
        expect(visibleLine(text, maxLength)).not.toMatch(/[\r\n\t]/);
      }),
    );
  });
});

describe('one line', () => {
  it('folds plain white space and keeps a text that fits', () => {
    expect(visibleLine('  one\r\n two\t\tthree ', 40)).toBe('one two three');
    expect(visibleLine('12345', 5)).toBe('12345');
    expect(visibleLine('', 5)).toBe('');
  });

  it('does not swallow the unusual kinds of white space', () => {
    expect(visibleLine('\uFEFFrm\u00A0-rf\u2028', 60)).toBe('⟨U+FEFF⟩rm⟨U+00A0⟩-rf⟨U+2028⟩');
  });

  it('cuts between characters, never inside the name of a hidden one', () => {
    expect(visibleLine('123456', 5)).toBe('1234…');
    expect(visibleLine('😀😀😀😀', 3)).toBe('😀😀…');
    expect(visibleLine('ab\u202Ecdef', 10)).toBe('ab⟨U+202E⟩'.length === 10 ? 'ab…' : '');
    expect(visibleLine('ab\u202Ecdef', 12)).toBe('ab⟨U+202E⟩c…');
  });
});

describe('a text of 1 MiB is looked at once', () => {
  const size = 2 ** 20;
  const floods = [
    ['letters', 'a'.repeat(size)],
    ['digits', '1'.repeat(size)],
    ['joiners', '\u200D'.repeat(size)],
    ['selectors', '\uFE0F'.repeat(size)],
    ['unfinished emoji', '👩🏽\u200D'.repeat(size / 5)],
    ['unfinished flags', '🏴\u{E0067}\u{E0062}'.repeat(size / 6)],
  ] as const;
  for (const [kind, text] of floods) {
    it(kind, () => {
      // Ten to the twelfth steps, if it looked at all the rest for each character, which no test waits for.
      expect(visiblePieces(text).length).toBeGreaterThan(0);
      expect(visibleLine(text, 100)).toBe(visibleLine(text.slice(0, 4_080), 100));
    });
  }
});

it('whatever follows a text, it is shown as it is alone', () => {
  const units = Array.from({ length: 0x2100 }, (_, code) => character(code));
  // Behind a hidden character no text is known to be plain.
  const before = (text: string) => visiblePieces(`${text}\u202E`).slice(0, -1);
  for (const unit of units) expect(visiblePieces(unit)).toEqual(before(unit));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...units) }), (text) => {
      expect(visiblePieces(text)).toEqual(before(text));
    }),
  );
});
