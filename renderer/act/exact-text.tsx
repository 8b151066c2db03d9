import { Button } from '@mantine/core';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { formatNumber } from '../format';
import { strings } from '../strings';
import { AgentParagraphs, VisibleCharacters } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';

/** Characters that are shown at first, and twice as many with each "show more": enough for nearly all, quick to draw. */
const FIRST_SHOWN_LENGTH = 20_000;

type Props = {
  readonly text: string;
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
 * JSON that must be read to the letter: each string in it is isolated, so that its letters cannot move the punctuation. What is not
 * shown is said, never dropped.
 */
export const ExactText = memo(function ExactText({ text, label, more }: Props) {
  const own = useShownPart();
  const { shownLength, onShowMore } = more ?? own;
  const shown = useMemo(() => text.slice(0, cutPoint(text, shownLength)), [text, shownLength]);
  return (
    <div className={ui['block']}>
      <pre className={classes['json']} aria-label={label} role="group" dir="ltr">
        {jsonTokens(shown)}
      </pre>
      <CutNote shown={shown.length} all={text.length} shownLength={shownLength} onShowMore={onShowMore} />
    </div>
  );
});

/** Paragraphs that an agent wrote, the first part of them at first. */
export function LongParagraphs({ text }: { readonly text: string }) {
  const { shownLength, onShowMore } = useShownPart();
  const shown = text.slice(0, cutPoint(text, shownLength));
  return (
    <>
      <AgentParagraphs text={shown} />
      <CutNote shown={shown.length} all={text.length} shownLength={shownLength} onShowMore={onShowMore} />
    </>
  );
}

type CutProps = ShownPart & { readonly shown: number; readonly all: number };

/** Says how much of a text is not shown, with the way to more of it; nothing where all of it is. */
export function CutNote({ shown, all, shownLength, onShowMore }: CutProps) {
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
export function cutPoint(text: string, length: number): number {
  const code = text.charCodeAt(length - 1);
  return code >= 0xd800 && code <= 0xdbff ? length + 1 : length;
}

const token = /("(?:[^"\\]|\\.)*"?)(:)?|([^"]+)/gs;

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
