import { memo, type ReactNode } from 'react';
import type { RiskReason } from '../../shared/judgement';
import { strings } from '../strings';
import { VisibleCharacters } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';
import { CutNote, cutPoint, type ShownPart } from './exact-text';
import { actStrings } from './strings-act';

type Props = { readonly command: string; readonly reasons: readonly RiskReason[]; readonly more: ShownPart };

/** A command to the letter, laid out in the order in which it will run; what is dangerous in it is marked where it stands. */
export const CommandView = memo(function CommandView({ command, reasons, more }: Props) {
  const shown = command.slice(0, cutPoint(command, more.shownLength));
  return (
    <div className={ui['block']}>
      <pre className={classes['command']} aria-label={strings.card.command} role="group" dir="ltr">
        {marked(shown, reasons)}
      </pre>
      <CutNote shown={shown.length} all={command.length} {...more} />
    </div>
  );
});

function marked(text: string, reasons: readonly RiskReason[]): ReactNode {
  const spans = reasons
    .flatMap(({ span, what }) =>
      span === undefined || span.end > text.length || span.start >= span.end ? [] : [{ ...span, what }],
    )
    .sort((one, other) => one.start - other.start);
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end, what } of spans) {
    // What lies in one that is marked already is in its mark.
    if (start < at) continue;
    if (start > at) parts.push(<VisibleCharacters key={at} text={text.slice(at, start)} />);
    parts.push(
      <mark key={start} className={classes['danger']} title={`${actStrings.danger}: ${what}`}>
        <VisibleCharacters text={text.slice(start, end)} />
      </mark>,
    );
    at = end;
  }
  return [...parts, <VisibleCharacters key={at} text={text.slice(at)} />];
}
