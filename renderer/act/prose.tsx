import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { Contained } from '../ui/contained';
import { AgentParagraphs } from '../ui/names';
import { onDemand } from '../ui/on-demand';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';
import { CutNote, cutPoint, type ShownPart, useShownPart } from './exact-text';
import { FIRST_LINES } from './file-view';
import { actStrings } from './strings-act';

/** Up to how much a text is laid out as Markdown, which takes far longer than its length when it is made for that. */
const LONGEST_MARKDOWN = 12_000;
const MOST_LINES = 400;
const MOST_MARKS_IN_A_PARAGRAPH = 300;
const MOST_NESTED = 8;
const DEEPEST_LINE = 80;

/** What Markdown would not show: the targets of links by reference, and words beside the language of a code block. */
const hidesSomething = /^ {0,3}\[[^\]]+\]:|^ {0,3}(?:```|~~~)[^\n]*\S[^\S\n]+\S/m;

/** Whether people write such Markdown, and not somebody who wants the page to stand still: quotes in quotes, marks without end. */
function isForReading(text: string): boolean {
  const lines = text.split('\n');
  if (text.length > LONGEST_MARKDOWN || lines.length > MOST_LINES) return false;
  let marks = 0;
  for (const line of lines) {
    const start = /^[\s>*+\-\d.)]*/.exec(line)?.[0] ?? '';
    const nested = start.match(/>|[*+-](?=\s)|\d[.)]/g)?.length ?? 0;
    marks = line.trim() === '' ? 0 : marks + (line.match(/[*_`~[\]<&!]/g)?.length ?? 0);
    const depth = start.length - start.trimStart().length;
    if (nested > MOST_NESTED || depth > DEEPEST_LINE || marks > MOST_MARKS_IN_A_PARAGRAPH) return false;
  }
  return true;
}

/** The text as its Markdown means it; until that is known, to the letter. */
export const MarkdownText = onDemand(
  () => import('./markdown-text').then((script) => script.MarkdownText),
  ({ text }) => <AgentParagraphs text={text} />,
);

type Props = {
  readonly text: string;
  readonly label: string;
  /** Whether all of its lines are shown. */
  readonly isWhole: boolean;
  readonly onShowWhole: () => void;
  /** Where what is shown of those lines matters to more than itself. */
  readonly more?: ShownPart;
};

/** How many lines of a text are not shown at first. */
export function hiddenLines(text: string): number {
  return Math.max(0, text.split('\n').length - FIRST_LINES);
}

/** A prompt or a plan as its Markdown means it: without HTML, with nothing that is fetched or leads anywhere. */
export function Prose({ text, label, isWhole, onShowWhole, more }: Props) {
  const own = useShownPart();
  const { shownLength, onShowMore } = more ?? own;
  const hidden = useMemo(() => hiddenLines(text), [text]);
  const lines = useMemo(
    () => (isWhole || hidden === 0 ? text : text.split('\n', FIRST_LINES).join('\n')),
    [text, isWhole, hidden],
  );
  const shown = lines.slice(0, cutPoint(lines, shownLength));
  const isPlain = useMemo(() => !isForReading(shown) || hidesSomething.test(shown), [shown]);
  const plain = <AgentParagraphs text={shown} />;
  return (
    <div className={`${ui['block']} ${classes['prose']}`} role="group" aria-label={label}>
      {isPlain ? (
        plain
      ) : (
        <Contained resetKeys={[shown]} instead={plain}>
          <MarkdownText text={shown} />
        </Contained>
      )}
      <CutNote shown={shown.length} all={lines.length} shownLength={shownLength} onShowMore={onShowMore} />
      {shown === lines && lines !== text && (
        <Button size="compact-xs" onClick={onShowWhole}>
          {actStrings.more(hidden)}
        </Button>
      )}
    </div>
  );
}
