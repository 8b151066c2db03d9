import { Button } from '@mantine/core';
import { IconRefreshAlert } from '@tabler/icons-react';
import type { Refusal } from '../../shared/kernel/errors';
import { strings } from '../strings';
import { Notice } from './notice';
import { RefusalWords } from './refusal-words';

type Props = {
  readonly refusal: Refusal | undefined;
  readonly onTryAgain: () => void;
  /** What could not be loaded, where that is not plain from the place. */
  readonly title?: string;
};

/** Why something could not be loaded, where it would be, with the way to try again; nothing while all is well. */
export function LoadRefusal({ refusal, onTryAgain, title = strings.answer.failed }: Props) {
  if (refusal === undefined) return null;
  return (
    <Notice
      tone="failure"
      icon={IconRefreshAlert}
      role="alert"
      actions={
        <Button size="compact-sm" variant="default" onClick={onTryAgain}>
          {strings.answer.tryAgain}
        </Button>
      }
    >
      <b>{title}.</b> <RefusalWords refusal={refusal} />
    </Notice>
  );
}
