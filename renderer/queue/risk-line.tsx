import { IconAlertTriangle } from '@tabler/icons-react';
import { useAnswer } from '../state/use-answer';
import classes from './risk-line.module.css';
import { queueStrings } from './strings-queue';

const words = queueStrings.risk;
const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** How dangerous a request is and why, as Gatehouse judges it; keeps its place while that is on its way. */
export function RiskLine({ approvalId }: { readonly approvalId: string }) {
  const { value } = useAnswer('approvals.facts', { approvalId }, []);
  const risk = value?.risk;
  return (
    <p className={classes['risk']} data-level={risk?.level}>
      {risk?.level === 'high' && (
        <>
          <IconAlertTriangle size={15} stroke={1.9} aria-hidden />
          <span>
            <b>{words.high}</b> {list.format(risk.reasons.map((reason) => words.reasons[reason]))}
          </span>
        </>
      )}
      {risk?.level === 'normal' && words.normal}
    </p>
  );
}
