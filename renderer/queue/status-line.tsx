import { UnstyledButton } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { useEffect } from 'react';
import { approvalTitles, approvalTitleTexts } from '../../shared/contract/approval';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { Sentence } from './sentence';
import classes from './status-line.module.css';
import { StatusMark } from './status-mark';

/** How long the last decision stays on the status line, in milliseconds. */
const SHOWN_MS = 12_000;

/** The foot of the list: what was decided last, for a moment, and the way to the keys. It never changes its height. */
export function StatusLine() {
  const { actions, store } = useDeskParts();
  const decided = useDesk((state) => state.lastDecided);
  useEffect(() => {
    if (decided === undefined) return undefined;
    const timer = setTimeout(() => store.setState({ lastDecided: undefined }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [decided, store]);
  return (
    <div className={classes['line']}>
      <div role="status" className={classes['said']}>
        {decided !== undefined && (
          <>
            <StatusMark status={decided.approval.status} />
            <span className={classes['title']}>
              <Sentence
                template={approvalTitles[decided.approval.requestType]}
                slots={approvalTitleTexts(decided.approval)}
              />
              {decided.isNoteLost && ` ${strings.decide.noteNotStored}`}
            </span>
          </>
        )}
      </div>
      <UnstyledButton className={classes['keys']} onClick={() => actions.showKeys(true)} aria-keyshortcuts="?">
        <IconKeyboard size={18} stroke={1.6} aria-hidden />
        {strings.keys.hint}
      </UnstyledButton>
    </div>
  );
}
