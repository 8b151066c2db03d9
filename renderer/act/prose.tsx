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
const LONGEST_MARKDOWN = 20_000;
const MOST_LINES = 400;
const MOST_MARKS_IN_A_PARAGRAPH = 300;
/** Marks are none in code; but what looks like code here need not be any to Markdown, so there may not be any number of them. */
const MOST_MARKS_IN_CODE = 2_000;
const MOST_NESTED = 8;
const DEEPEST_LINE = 80;

/** What Markdown would not show: the targets of links by reference, and words beside the language of a code block. */
const hidesSomething = /^ {0,3}\[[^\]]+\]:|^ {0,3}(?:```|~~~)[^\n]*\S[^\S\n]+\S/m;

/** Whether people write such Markdown, and not somebody who wants the page to stand still: quotes in quotes, marks without end. */
function isForReading(text: string): boolean {
  const lines = text.split('\n');
  if (text.length > LONGEST_MARKDOWN || lines.length > MOST_LINES) return false;
  let isCode = false;
  let [marks, marksInCode] = [0, 0];
  for (const line of lines) {
    if (/^ {0,3}(?:`{3}|~{3})/.test(line)) isCode = !isCode;
    const start = /^[\s>*+\-\d.)]*/.exec(line)?.[0] ?? '';
    const quotes = start.match(/>/g)?.length ?? 0;
    const items = start.match(/[*+-](?=\s)|\d[.)]/g)?.length ?? 0;
    const depth = start.length - start.trimStart().length;
    // A paragraph ends where nothing stands, and before an item and a heading.
    if (items > 0 || /^\s*(?:#|$)/.test(line)) marks = 0;
    const own = line.match(/[*_`~[\]<&!]/g)?.length ?? 0;
    if (isCode) marksInCode += own;
    else marks += own;
    if (quotes + items > MOST_NESTED || depth > DEEPEST_LINE) return false;
    if (marks > MOST_MARKS_IN_A_PARAGRAPH || marksInCode > MOST_MARKS_IN_CODE) return false;
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
