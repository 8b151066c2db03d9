/** A place in two answers that are not the same there. */
export type Difference = { readonly at: string; readonly before: unknown; readonly now: unknown };

/**
 * Where an answer is no longer what it was. A field that was added is none; one that is missing or has another value is, and so
 * is a list of another length.
 */
export function differencesOf(before: unknown, now: unknown, at = ''): readonly Difference[] {
  if (before === now) return [];
  if (typeof before === 'string' && typeof now === 'string') return ofTexts(before, now, at);
  if (!isObject(before) || !isObject(now) || Array.isArray(before) !== Array.isArray(now)) {
    return [{ at, before, now }];
  }
  const lengths =
    Array.isArray(before) && Array.isArray(now) ? differencesOf(before.length, now.length, `${at}/length`) : [];
  return [
    ...lengths,
    ...Object.entries(before).flatMap(([key, value]) => differencesOf(value, now[key], `${at}/${key}`)),
  ];
}

/** Of texts that end in JSON, as those that a model reads, the JSON is compared as such. */
function ofTexts(before: string, now: string, at: string): readonly Difference[] {
  const [sayBefore, jsonBefore] = withJson(before);
  const [sayNow, jsonNow] = withJson(now);
  if (jsonBefore === undefined || jsonNow === undefined) return [{ at, before, now }];
  return [...differencesOf(sayBefore, sayNow, `${at}/words`), ...differencesOf(jsonBefore, jsonNow, `${at}/json`)];
}

function withJson(text: string): readonly [string, unknown] {
  const start = /(?<=^|\n)[[{]/.exec(text)?.index;
  if (start === undefined) return [text, undefined];
  try {
    return [text.slice(0, start), JSON.parse(text.slice(start))];
  } catch {
    return [text, undefined];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Words that are others on purpose: what was said, what is said in its place, and why. */
export type NewWords = { readonly was: string | RegExp; readonly is: string; readonly because: string };

/** The answers of the version before in the words of now. Throws for words that it never said. */
export function inWordsOfNow<T>(answers: T, words: readonly NewWords[]): T {
  let text = JSON.stringify(answers);
  for (const { was, is } of words) {
    const said = text.replaceAll(was, is);
    if (said === text) throw new Error(`this was never said: ${String(was)}`);
    text = said;
  }
  return JSON.parse(text) as T;
}

/** Answers that are others on purpose: where, and why. */
export type NewAnswer = { readonly at: RegExp; readonly because: string };

/** The differences that nobody intended. Throws for an intention that makes no difference. */
export function unintended(found: readonly Difference[], intended: readonly NewAnswer[]): readonly Difference[] {
  for (const { at, because } of intended) {
    if (!found.some((one) => at.test(one.at))) throw new Error(`this makes no difference: ${because}`);
  }
  return found.filter((one) => !intended.some(({ at }) => at.test(one.at)));
}
