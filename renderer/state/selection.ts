/**
 * What is selected in a list that has changed: the entry that was, wherever it stands now; once that has left, its neighbour, which is
 * the nearest after it that is still there, else the nearest before it. An entry that was never in the list stays selected until it comes.
 */
export function keptSelection(
  before: readonly string[],
  after: readonly string[],
  selected: string | undefined,
): string | undefined {
  if (selected === undefined) return undefined;
  const still = new Set(after);
  const place = before.indexOf(selected);
  if (still.has(selected) || place === -1) return selected;
  const isThere = (key: string) => still.has(key);
  return before.slice(place + 1).find(isThere) ?? before.slice(0, place).findLast(isThere);
}
