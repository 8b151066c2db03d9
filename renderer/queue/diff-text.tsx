import { memo, useMemo } from 'react';
import { VisibleCharacters } from '../ui/agent-text';
import ui from '../ui/ui.module.css';
import classes from './diff-text.module.css';
import { CutNote, cutPoint, type ShownPart } from './exact-text';
import { queueStrings } from './strings-queue';

type Props = ShownPart & { readonly text: string; readonly label: string };

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
export const DiffText = memo(function DiffText({ text, label, shownLength, onShowMore }: Props) {
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
