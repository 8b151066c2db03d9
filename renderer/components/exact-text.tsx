import { Button } from '@mantine/core';
import { memo, type ReactNode, useMemo } from 'react';
import { formatNumber } from '../format';
import { strings } from '../strings';
import { VisibleCharacters } from './agent-text';
import classes from './exact-text.module.css';

/** Characters that are shown at first, and twice as many with each "show more": enough for nearly all, quick to draw. */
export const FIRST_SHOWN_LENGTH = 20_000;

type Props = {
  readonly text: string;
  readonly kind: 'command' | 'json';
  readonly label: string;
  readonly shownLength: number;
  readonly onShowMore: () => void;
};

/**
 * A text that must be read to the letter. A command is laid out in the order in which it will run, whatever its letters; in
 * JSON each string is isolated, so that its letters cannot move the punctuation. What is not shown is said, never dropped.
 */
export const ExactText = memo(function ExactText({ text, kind, label, shownLength, onShowMore }: Props) {
  const shown = useMemo(() => text.slice(0, cutPoint(text, shownLength)), [text, shownLength]);
  const isCut = shown.length < text.length;
  return (
    <div className={classes['block']}>
      <pre className={classes[kind]} aria-label={label} role="group" dir="ltr">
        {kind === 'json' ? jsonTokens(shown) : <VisibleCharacters text={shown} />}
      </pre>
      {isCut && (
        <div className={classes['cut']}>
          <span>{strings.card.cut(shown.length, text.length)}</span>
          <Button size="compact-sm" variant="default" onClick={onShowMore}>
            {strings.card.showMore} ({formatNumber(Math.min(shownLength, text.length - shown.length))})
          </Button>
        </div>
      )}
    </div>
  );
});

/** Where to cut so that no character is cut in half. */
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
        <bdi className={colon === undefined ? classes['string'] : classes['key']}>
          <VisibleCharacters text={text} />
        </bdi>
        {colon}
      </span>
    );
  });
}
