import { approvalTitles, approvalTitleTexts, type ListedApproval } from '../../shared/contract/approval';
import { termsKindOf } from '../state/terms';
import { MOST_AT_ONCE } from '../state/use-bulk';
import { Confirm } from '../ui/confirm';
import ui from '../ui/ui.module.css';
import { Act } from './act';
import classes from './bulk-confirm.module.css';
import { LARGEST_LISTED_CHARACTERS } from './exact-text';
import { Sentence } from './sentence';
import { type BulkVerdict, queueStrings } from './strings-queue';

const words = queueStrings.group;

type Props = {
  readonly verdict: BulkVerdict;
  readonly approvals: readonly ListedApproval[];
  readonly isInFlight: boolean;
  readonly onConfirm: (note: string) => void;
  readonly onClose: () => void;
};

/** Lists each request that would be decided with its act, whole, before any of them is. */
export function BulkConfirm({ verdict, approvals, ...props }: Props) {
  const listed = approvals.slice(0, MOST_AT_ONCE);
  const [first] = listed;
  const kind = first === undefined ? 'none' : termsKindOf(first);
  return (
    <Confirm
      {...props}
      size="lg"
      title={words.confirmTitle(verdict, listed.length)}
      label={words.confirm(verdict, listed.length)}
      reasonLabel={words.noteLabel}
      color={verdict === 'deny' || verdict === 'retire' ? 'red' : undefined}
    >
      {approvals.length > listed.length && <p className={ui['hint']}>{words.most(MOST_AT_ONCE)}</p>}
      {verdict === 'approve' && kind !== 'none' && <p className={ui['hint']}>{words.standing}</p>}
      {verdict === 'extend' && <p className={ui['hint']}>{words.extends}</p>}
      <ol className={classes['list']} aria-label={words.label}>
        {listed.map((approval) => (
          <li key={approval.approvalId}>
            <div>
              <Sentence template={approvalTitles[approval.requestType]} slots={approvalTitleTexts(approval)} />
            </div>
            <Act approval={approval} more={whole} />
          </li>
        ))}
      </ol>
    </Confirm>
  );
}

/** What is in a list is shown whole: what is larger cannot be ticked. */
const whole = { shownLength: LARGEST_LISTED_CHARACTERS, onShowMore: () => {} };
