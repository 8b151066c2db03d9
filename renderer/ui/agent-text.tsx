import { memo } from 'react';
import { visiblePieces } from '../../shared/kernel/visible-text';
import { strings } from '../strings';
import classes from './agent-text.module.css';

type Run = { readonly isHidden: boolean; readonly text: string; readonly count: number };

/** The pieces of a text, with hidden characters that repeat put into one, so that a flood of them stays readable. */
function runsOf(text: string): readonly Run[] {
  const runs: Run[] = [];
  for (const piece of visiblePieces(text)) {
    const last = runs.at(-1);
    if (piece.isHidden && last?.isHidden && last.text === piece.text) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else runs.push({ ...piece, count: 1 });
  }
  return runs;
}

/** A text's visible and hidden characters, without an element of its own: for inside something that isolates it. */
export function VisibleCharacters({ text }: { readonly text: string }) {
  return runsOf(text).map((run, index) =>
    run.isHidden ? (
      <span
        key={index}
        className={classes['chip']}
        role="img"
        aria-label={strings.hidden.label(run.text, run.count)}
        title={strings.hidden.label(run.text, run.count)}
      >
        {strings.hidden.chip(run.text, run.count)}
      </span>
    ) : (
      run.text
    ),
  );
}

/**
 * Text that an agent wrote, inside a line of ours: plain, hidden characters shown, and isolated, so that right-to-left
 * letters in it cannot move our words.
 */
export const AgentText = memo(function AgentText({ text }: { readonly text: string }) {
  return (
    <bdi className={classes['inline']}>
      <VisibleCharacters text={text} />
    </bdi>
  );
});

/** Paragraphs that an agent wrote: as above, with its line breaks, each paragraph in its own direction. */
export const AgentParagraphs = memo(function AgentParagraphs({ text }: { readonly text: string }) {
  return (
    <p className={classes['paragraphs']}>
      <VisibleCharacters text={text} />
    </p>
  );
});
