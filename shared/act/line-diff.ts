import { diffArrays } from 'diff';

/** A line of a change: it stays, goes or comes; with its number in the text before and in the text after, from 1. */
export type LineOfChange = {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
};

/** Edits beyond which two texts are shown as wholly different, so that no text makes it long. */
const MOST_EDITS = 1_000;

/** What becomes of each line, in order. The same for every surface: the title counts what the card draws. */
export function linesOfChange(before: string, after: string): readonly LineOfChange[] {
  const [old, young] = linesOf(before, after);
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, young.length) - start;
  while (end < most && old[old.length - 1 - end] === young[young.length - 1 - end]) end += 1;
  const middle = [old.slice(start, old.length - end), young.slice(start, young.length - end)] as const;
  return numbered([
    ...old.slice(0, start).map(same),
    ...changesOf(...middle),
    ...old.slice(old.length - end).map(same),
  ]);
}

/** How many lines come and go. */
export function countChange(before: string, after: string): { readonly added: number; readonly removed: number } {
  const lines = linesOfChange(before, after);
  const count = (wanted: LineOfChange['kind']) => lines.filter(({ kind }) => kind === wanted).length;
  return { added: count('added'), removed: count('removed') };
}

/** How many lines a text has. */
export function countLines(text: string): number {
  return linesOf(text, '')[0].length;
}

type Marked = Pick<LineOfChange, 'kind' | 'text'>;

const same = (text: string): Marked => ({ kind: 'same', text });

function changesOf(old: readonly string[], young: readonly string[]): readonly Marked[] {
  const all = [
    ...old.map((text): Marked => ({ kind: 'removed', text })),
    ...young.map((text): Marked => ({ kind: 'added', text })),
  ];
  if (old.length === 0 || young.length === 0) return all;
  const parts = diffArrays([...old], [...young], { maxEditLength: MOST_EDITS });
  if (parts === undefined) return all;
  return parts.flatMap(({ added, removed, value }) =>
    value.map((text): Marked => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text })),
  );
}

function numbered(lines: readonly Marked[]): readonly LineOfChange[] {
  let before = 0;
  let after = 0;
  return lines.map(({ kind, text }) => {
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') after += 1;
    return { kind, text, ...(kind !== 'added' && { before }), ...(kind !== 'removed' && { after }) };
  });
}

/** The lines of two texts. A break that ends both ends their last lines; one that ends only one of them is a line of its own. */
function linesOf(before: string, after: string): readonly [readonly string[], readonly string[]] {
  const doBothEnd = [before, after].every((text) => text === '' || text.endsWith('\n'));
  const lines = [before, after].map((text) => {
    if (text === '') return [];
    return (doBothEnd ? text.slice(0, -1) : text).split('\n');
  });
  const [old = [], young = []] = lines;
  // Where every line ends so, it tells nothing; where only some do, it is shown.
  const isDos = [...old, ...young].every((line) => line.endsWith('\r'));
  const cleaned = (all: readonly string[]) => (isDos ? all.map((line) => line.slice(0, -1)) : all);
  return [cleaned(old), cleaned(young)];
}
