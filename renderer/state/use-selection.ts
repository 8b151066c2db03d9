import { useEffect, useRef, useState } from 'react';
import { KeyGuard } from './key-guard';
import { keptSelection } from './selection';

/** A list with one entry that the operator's keys act on. */
type Selection = {
  readonly selected: string | undefined;
  /** The place of the selected entry; -1 where there is none. */
  readonly place: number;
  readonly select: (key: string) => void;
  /** Whether a key of that time (`event.timeStamp`) was pressed with the selected entry in sight: not just after it took another's place. */
  readonly lets: (eventAtMs: number) => boolean;
};

type Kept = {
  readonly list: string;
  readonly keys: readonly string[];
  readonly selected: string | undefined;
  /** How often the selected entry has left, and another took its place. */
  readonly moves: number;
};

type Options = {
  /** Another one is another list, which begins anew. */
  readonly list: string;
  /** Selected where nothing is yet. */
  readonly initial: string | undefined;
  /** Gives the focus to an entry, where the entries have it: it goes with the one that leaves. */
  readonly focus?: (key: string, options?: FocusOptions) => void;
};

/** Keeps one of these entries selected while others come and go. */
export function useSelection(keys: readonly string[], { list, initial, focus }: Options): Selection {
  const [kept, setKept] = useState<Kept>({ list, keys, selected: initial, moves: 0 });
  const next = following(kept, { list, keys, initial });
  if (next !== kept) setKept(next);
  const { selected, moves } = next;
  const guard = useRef(new KeyGuard());
  useEffect(() => {
    if (moves === 0) return;
    guard.current.swapped();
    // The list stays where it is: the neighbour may be far below what the operator reads.
    if (selected !== undefined && document.activeElement === document.body) focus?.(selected, { preventScroll: true });
    // oxlint-disable-next-line react/exhaustive-deps -- once for each entry that has left
  }, [moves]);
  return {
    selected,
    place: selected === undefined ? -1 : keys.indexOf(selected),
    select: (key) => setKept((before) => (before.selected === key ? before : { ...before, selected: key })),
    lets: (eventAtMs) => guard.current.lets(eventAtMs),
  };
}

function following(kept: Kept, now: Pick<Kept, 'list' | 'keys'> & { readonly initial: string | undefined }): Kept {
  const { list, keys, initial } = now;
  if (kept.list !== list) return { list, keys, selected: initial, moves: 0 };
  const isSame =
    kept.keys === keys || (kept.keys.length === keys.length && keys.every((key, at) => key === kept.keys[at]));
  if (isSame) return kept;
  const selected = keptSelection(kept.keys, keys, kept.selected);
  const isMoved = selected !== kept.selected;
  return { list, keys, selected: selected ?? initial, moves: isMoved ? kept.moves + 1 : kept.moves };
}

/** The places of a list that are drawn, with the selected one wherever it is: it may have the focus, which would be lost. */
export function withSelected(drawn: readonly number[], place: number): number[] {
  return place === -1 || drawn.includes(place) ? [...drawn] : [...drawn, place].sort((one, other) => one - other);
}
