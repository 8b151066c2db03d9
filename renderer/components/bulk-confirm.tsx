import { Button, Modal, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ListedApproval } from '../../shared/approval';
import { approvalTitles, approvalTitleTexts } from '../../shared/approval-title';
import { termsKindOf } from '../state/terms';
import { MOST_AT_ONCE } from '../state/use-bulk';
import { useFocusBack } from '../state/use-focus-back';
import { strings } from '../strings';
import { type BulkVerdict, queueStrings } from '../strings-queue';
import { Act } from './act';
import classes from './bulk-confirm.module.css';
import { LARGEST_LISTED_CHARACTERS } from './exact-text';
import { Sentence } from './sentence';

const words = queueStrings.group;

type Props = {
  readonly verdict: BulkVerdict;
  readonly approvals: readonly ListedApproval[];
  readonly isInFlight: boolean;
  readonly onConfirm: (note: string) => void;
  readonly onClose: () => void;
};

/** Lists each request that would be decided with its act, whole, before any of them is. */
export function BulkConfirm({ verdict, approvals, isInFlight, onConfirm, onClose }: Props) {
  useFocusBack();
  const [note, setNote] = useState('');
  const listed = approvals.slice(0, MOST_AT_ONCE);
  const [first] = listed;
  const kind = first === undefined ? 'none' : termsKindOf(first);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(note.trim());
  };
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={words.confirmTitle(verdict, listed.length)}
      closeButtonProps={{ 'aria-label': strings.answer.cancel }}
      // The lock writes a style element that the page's policy would refuse.
      lockScroll={false}
    >
      <form className={classes['form']} onSubmit={submit}>
        {approvals.length > listed.length && <p>{words.most(MOST_AT_ONCE)}</p>}
        {verdict === 'approve' && kind !== 'none' && <p>{words.standing}</p>}
        {verdict === 'extend' && <p>{words.extends}</p>}
        <ol className={classes['list']} aria-label={words.label}>
          {listed.map((approval) => (
            <li key={approval.approvalId}>
              <div>
                <Sentence template={approvalTitles[approval.requestType]} slots={approvalTitleTexts(approval)} />
              </div>
              <Act approval={approval} shownLength={LARGEST_LISTED_CHARACTERS} onShowMore={noMore} />
            </li>
          ))}
        </ol>
        <Textarea
          label={words.noteLabel}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={10_000}
          dir="auto"
          rows={2}
        />
        <div className={classes['buttons']}>
          <Button variant="default" onClick={onClose} disabled={isInFlight}>
            {strings.answer.cancel}
          </Button>
          <Button
            type="submit"
            loading={isInFlight}
            {...(verdict !== 'approve' && verdict !== 'extend' && { color: 'red' })}
          >
            {words.confirm(verdict, listed.length)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What is in a list is shown whole: what is larger cannot be ticked. */
function noMore(): void {}
