import type { Refusal } from '../../shared/kernel/errors';
import { strings } from '../strings';
import classes from './notice.module.css';

/** What a refusal says, and where Gatehouse's log has more, the id under which it has it. */
export function RefusalWords({ refusal }: { readonly refusal: Refusal }) {
  const { issues, sentence, correlationId } = refusal;
  return (
    <>
      {issues?.[0]?.message ?? sentence}
      {correlationId !== undefined && (
        <span className={classes['log']}>
          {strings.answer.correlationId} <code>{correlationId}</code>
        </span>
      )}
    </>
  );
}
