import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { AgentParagraphs } from '../ui/names';
import { onDemand } from '../ui/on-demand';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';
import { FIRST_LINES } from './file-view';
import { actStrings } from './strings-act';

/** Characters up to which a text is laid out as Markdown. */
const LONGEST_MARKDOWN = 30_000;

/** What Markdown would not show: the targets of links by reference, and words beside the language of a code block. */
const hidesSomething = /^ {0,3}\[[^\]]+\]:|^ {0,3}(?:```|~~~)[^\n]*\S[^\S\n]+\S/m;

/** The text as its Markdown means it; until that is known, to the letter. */
export const MarkdownText = onDemand(
  () => import('./markdown-text').then((script) => script.MarkdownText),
  ({ text }) => <AgentParagraphs text={text} />,
);

type Props = {
  readonly text: string;
  readonly label: string;
  readonly isWhole: boolean;
  readonly onShowWhole: () => void;
};

/** How many lines of a text are not shown at first. */
export function hiddenLines(text: string): number {
  return Math.max(0, text.split('\n').length - FIRST_LINES);
}

/** A prompt or a plan as its Markdown means it: without HTML, with nothing that is fetched or leads anywhere. */
export function Prose({ text, label, isWhole, onShowWhole }: Props) {
  const hidden = hiddenLines(text);
  const shown = isWhole || hidden === 0 ? text : text.split('\n').slice(0, FIRST_LINES).join('\n');
  const isPlain = useMemo(() => shown.length > LONGEST_MARKDOWN || hidesSomething.test(shown), [shown]);
  return (
    <div className={`${ui['block']} ${classes['prose']}`} role="group" aria-label={label}>
      {isPlain ? <AgentParagraphs text={shown} /> : <MarkdownText text={shown} />}
      {shown !== text && (
        <Button size="compact-xs" onClick={onShowWhole}>
          {actStrings.more(hidden)}
        </Button>
      )}
    </div>
  );
}
