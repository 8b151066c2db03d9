/** Rows that are indexed at once, so that it is over in a few milliseconds. */
export const INDEXED_AT_ONCE = 64;

/** The texts in a JSON document, in SQL: of a large one its beginning as it is written, for what names an act stands there. */
export const textsIn = (
  json: string,
) => `iif(NOT json_valid(${json}) OR octet_length(${json}) > 65536, substr(${json}, 1, 4000),
  (SELECT group_concat(substr(value, 1, 500), ' ') FROM json_tree(${json}) WHERE type = 'text'))`;

/**
 * A text as a full-text index is asked for it: each word quoted, so that it means nothing but itself, and also as a beginning where it
 * is long enough for that to be quick. Undefined when there is no letter or digit in it.
 */
export function matchOf(text: string): string | undefined {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length === 0) return undefined;
  return words.map((word) => `"${word.replaceAll('"', '""')}"${word.length > 1 ? '*' : ''}`).join(' ');
}
