/** How many colours of projects there are: those of charts, without the two that stand for nobody. */
export const PROJECT_COLOURS = 8;

/** Projects whose colours are kept; those that were met first are forgotten first. */
const MOST_KEPT = 200;

const PLACE = 'project-colours';

/** Those that were asked for in this page. */
const colours = new Map<string, number>();

/** The folders with their colours, in the order in which they were met; the windows of the app share what is kept. */
type Kept = readonly (readonly [folder: string, colour: number])[];

/**
 * The colour of a project by its folder, from 0 on: the same whenever it is asked for, in every window. A project that is met for
 * the first time gets one that none of those has which were met last, so that those which are worked on look different.
 */
export function projectColour(folder: string): number {
  const known = colours.get(folder);
  if (known !== undefined) return known;
  const colour = keptColour(folder);
  colours.set(folder, colour);
  return colour;
}

function keptColour(folder: string): number {
  const kept = read();
  const known = kept.find(([each]) => each === folder);
  if (known !== undefined) return known[1];
  const taken = new Set(kept.slice(1 - PROJECT_COLOURS).map(([, colour]) => colour));
  const first = hashOf(folder) % PROJECT_COLOURS;
  let colour = first;
  while (taken.has(colour)) colour = (colour + 1) % PROJECT_COLOURS;
  try {
    localStorage.setItem(PLACE, JSON.stringify([...kept.slice(1 - MOST_KEPT), [folder, colour]]));
  } catch {
    // It has its colour until the page is closed.
  }
  return colour;
}

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Kept[number] {
  return Array.isArray(value) && typeof value[0] === 'string' && Number.isInteger(value[1]);
}

function hashOf(folder: string): number {
  let hash = 0;
  for (const character of folder) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return hash;
}
