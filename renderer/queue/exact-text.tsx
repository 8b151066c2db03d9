import { Button } from '@mantine/core';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { formatNumber } from '../format';
import { strings } from '../strings';
import { VisibleCharacters } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './card.module.css';
import { queueStrings } from './strings-queue';

/** Characters that are shown at first, and twice as many with each "show more": enough for nearly all, quick to draw. */
const FIRST_SHOWN_LENGTH = 20_000;

/** More than any act that is listed whole has once it is made readable: each is at most 8 KiB as it is stored. */
export const LARGEST_LISTED_CHARACTERS = 1_000_000;

type Props = {
  readonly text: string;
  readonly kind: 'command' | 'json';
  readonly label: string;
  /** Where what is shown of it matters to more than itself. */
  readonly more?: ShownPart;
};

/** How much of a text is shown, in characters, and the way to more of it. */
export type ShownPart = { readonly shownLength: number; readonly onShowMore: () => void };

/** The first part of a text, and twice as much each time. */
export function useShownPart(): ShownPart {
  const [shownLength, setShownLength] = useState(FIRST_SHOWN_LENGTH);
  return { shownLength, onShowMore: () => setShownLength(2 * shownLength) };
}

/**
 * A text that must be read to the letter. A command is laid out in the order in which it will run, whatever its letters; in
 * JSON each string is isolated, so that its letters cannot move the punctuation. What is not shown is said, never dropped.
 */
export const ExactText = memo(function ExactText({ text, kind, label, more }: Props) {
  const own = useShownPart();
  const { shownLength, onShowMore } = more ?? own;
  const shown = useMemo(() => text.slice(0, cutPoint(text, shownLength)), [text, shownLength]);
  return (
    <div className={ui['block']}>
      <pre className={classes[kind]} aria-label={label} role="group" dir="ltr">
        {kind === 'json' ? jsonTokens(shown) : <VisibleCharacters text={shown} />}
      </pre>
      <CutNote shown={shown.length} all={text.length} shownLength={shownLength} onShowMore={onShowMore} />
    </div>
  );
});

type CutProps = ShownPart & { readonly shown: number; readonly all: number };

/** Says how much of a text is not shown, with the way to more of it; nothing where all of it is. */
function CutNote({ shown, all, shownLength, onShowMore }: CutProps) {
  if (shown >= all) return null;
  return (
    <div className={classes['cut']}>
      <span>{strings.card.cut(shown, all)}</span>
      <Button onClick={onShowMore}>
        {strings.card.showMore} ({formatNumber(Math.min(shownLength, all - shown))})
      </Button>
    </div>
  );
}

/** Where to cut a text of about this length so that no character is cut in half. */
function cutPoint(text: string, length: number): number {
  const code = text.charCodeAt(length - 1);
  return code >= 0xd800 && code <= 0xdbff ? length + 1 : length;
}

const token = /("(?:[^"\\]|\\.)*"?)(\s*:)?|([^"]+)/gs;

function jsonTokens(json: string): ReactNode[] {
  return Array.from(json.matchAll(token), ([whole, text, colon], index) => {
    if (text === undefined) return whole;
    return (
      <span key={index}>
        <bdi className={colon === undefined ? undefined : ui['dim']}>
          <VisibleCharacters text={text} />
        </bdi>
        {colon}
      </span>
    );
  });
}

type DiffProps = ShownPart & { readonly text: string; readonly label: string };

type LineKind = 'added' | 'removed' | 'place' | 'same';

/** What each line is. Within a change `--- x` is a line that goes, which begins with two dashes, and no file's name. */
function kindsOf(lines: readonly string[]): readonly LineKind[] {
  let isInChange = false;
  return lines.map((line, index) => {
    const isFileName = line.startsWith('--- ') && lines[index + 1]?.startsWith('+++ ') === true;
    if (line.startsWith('@@')) isInChange = true;
    else if (line.startsWith('diff ') || (isFileName && lines[index + 2]?.startsWith('@@') === true))
      isInChange = false;
    if (line.startsWith('@@')) return 'place';
    if (!isInChange && /^(diff |index |--- |\+\+\+ )/.test(line)) return 'place';
    if (line.startsWith('+')) return 'added';
    return line.startsWith('-') ? 'removed' : 'same';
  });
}

/** A unified diff to the letter, a line each: what goes and what comes by its mark as well as by its colour. */
export const DiffText = memo(function DiffText({ text, label, shownLength, onShowMore }: DiffProps) {
  const shown = useMemo(() => text.slice(0, cutPoint(text, shownLength)), [text, shownLength]);
  const lines = useMemo(() => shown.split('\n'), [shown]);
  const kinds = useMemo(() => kindsOf(lines), [lines]);
  const countOfKind = (wanted: LineKind) => kinds.filter((kind) => kind === wanted).length;
  return (
    <div className={ui['block']}>
      <div className={classes['counts']}>
        <span data-kind="added">+ {queueStrings.act.added(countOfKind('added'))}</span>
        <span data-kind="removed">− {queueStrings.act.removed(countOfKind('removed'))}</span>
      </div>
      <pre className={classes['lines']} aria-label={label} role="group" dir="ltr">
        {lines.map((line, index) => (
          <span key={index} className={classes['line']} data-kind={kinds[index]}>
            <VisibleCharacters text={line} />
            {'\n'}
          </span>
        ))}
      </pre>
      <CutNote shown={shown.length} all={text.length} shownLength={shownLength} onShowMore={onShowMore} />
    </div>
  );
});
