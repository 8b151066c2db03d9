import { diffArrays } from 'diff';

/** A line of a change: it stays, goes or comes; with its number in the text before and in the text after, from 1. */
export type LineOfChange = {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
};

/** A text as it was and as it will be. */
export type Replacement = { readonly before: string; readonly after: string };

/** Edits beyond which two texts are shown as wholly different. */
const MOST_EDITS = 500;

/** Lines that are compared at most while such edits are looked for. */
const MOST_COMPARED = 4_000_000;

/**
 * Edits up to which each of these is compared line by line, so that no act makes it long: twice as many edits take four times as long,
 * and each of them may walk all the lines. The same for every surface that shows the act, or the title would count what the card
 * does not draw.
 */
export function mostEditsIn(replacements: readonly Replacement[]): number {
  const lines = replacements.reduce((sum, { before, after }) => sum + breaksIn(before) + breaksIn(after), 1);
  return Math.floor(Math.min(MOST_EDITS / Math.sqrt(Math.max(1, replacements.length)), MOST_COMPARED / lines));
}

/** Lines in a row of which the same becomes, and the numbers of the first of them in both texts. */
export type RunOfLines = {
  readonly kind: LineOfChange['kind'];
  readonly texts: readonly string[];
  readonly before: number;
  readonly after: number;
};

/** Characters from which on a change is no text for reading any more: no model writes as much in one call. */
const HUGE_CHANGE = 400_000;

/** Whether so much is replaced that only the card, where people read, takes the time to compare it. */
export function isHugeChange(replacements: readonly Replacement[]): boolean {
  return replacements.reduce((sum, { before, after }) => sum + before.length + after.length, 0) > HUGE_CHANGE;
}

/** What becomes of the lines, in order. */
export function runsOfChange(replacement: Replacement, mostEdits: number): readonly RunOfLines[] {
  let [before, after] = [1, 1];
  const runs = runsOf(replacement, mostEdits).filter(({ texts }) => texts.length > 0);
  return runs.map(({ kind, texts }) => {
    const run = { kind, texts, before, after };
    if (kind !== 'added') before += texts.length;
    if (kind !== 'removed') after += texts.length;
    return run;
  });
}

/** Each line of such runs, as far as whoever asks goes. */
export function* linesOfRuns(runs: Iterable<RunOfLines>): Generator<LineOfChange> {
  for (const { kind, texts, before, after } of runs) {
    for (const [index, text] of texts.entries()) {
      yield {
        ...{ kind, text },
        ...(kind !== 'added' && { before: before + index }),
        ...(kind !== 'removed' && { after: after + index }),
      };
    }
  }
}

/** How many lines come and go. */
export function countChange(
  replacement: Replacement,
  mostEdits: number,
): { readonly added: number; readonly removed: number } {
  const runs = runsOf(replacement, mostEdits);
  const count = (wanted: Run['kind']) =>
    runs.reduce((sum, { kind, texts }) => sum + (kind === wanted ? texts.length : 0), 0);
  return { added: count('added'), removed: count('removed') };
}

/** How many lines a text has. */
export function countLines(text: string): number {
  if (text === '') return 0;
  return breaksIn(text) + (text.endsWith('\n') ? 0 : 1);
}

function breaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

type Run = Pick<RunOfLines, 'kind' | 'texts'>;

function runsOf({ before, after }: Replacement, mostEdits: number): readonly Run[] {
  const [old, young] = linesOf(before, after);
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, young.length) - start;
  while (end < most && old[old.length - 1 - end] === young[young.length - 1 - end]) end += 1;
  return [
    { kind: 'same', texts: old.slice(0, start) },
    ...changesOf(old.slice(start, old.length - end), young.slice(start, young.length - end), mostEdits),
    { kind: 'same', texts: old.slice(old.length - end) },
  ];
}

function changesOf(old: string[], young: string[], mostEdits: number): readonly Run[] {
  const all: readonly Run[] = [
    { kind: 'removed', texts: old },
    { kind: 'added', texts: young },
  ];
  // Of one line that becomes another nothing is left to compare, as both differ at their ends.
  if (old.length === 0 || young.length === 0 || (old.length === 1 && young.length === 1)) return all;
  const parts = diffArrays(old, young, { maxEditLength: mostEdits });
  return (
    parts?.map(({ added, removed, value }) => ({
      kind: added ? 'added' : removed ? 'removed' : 'same',
      texts: value,
    })) ?? all
  );
}

/** The lines of two texts. A break that ends both ends their last lines; one that ends only one of them is a line of its own. */
function linesOf(before: string, after: string): readonly [string[], string[]] {
  const doBothEnd = [before, after].every((text) => text === '' || text.endsWith('\n'));
  const split = (text: string) => (text === '' ? [] : (doBothEnd ? text.slice(0, -1) : text).split('\n'));
  const [old, young] = [split(before), split(after)];
  // Where every line ends so, it tells nothing; where only some do, it is shown.
  const isDos = [old, young].every((lines) => lines.every((line) => line.endsWith('\r')));
  const cleaned = (lines: string[]) => (isDos ? lines.map((line) => line.slice(0, -1)) : lines);
  return [cleaned(old), cleaned(young)];
}
