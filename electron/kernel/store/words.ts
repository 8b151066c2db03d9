/**
 * A text as a full-text index is asked for it: each word quoted, so that it means nothing but itself, and also as a beginning where it
 * is long enough for that to be quick. Undefined when there is no letter or digit in it.
 */
export function matchOf(text: string): string | undefined {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length === 0) return undefined;
  return words.map((word) => `"${word.replaceAll('"', '""')}"${word.length > 1 ? '*' : ''}`).join(' ');
}
