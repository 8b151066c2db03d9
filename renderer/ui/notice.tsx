import { Button, Group } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconRefreshAlert } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Refusal } from '../../shared/kernel/errors';
import { strings } from '../strings';
import ui from './ui.module.css';

type Props = {
  readonly tone: 'plain' | 'warning' | 'failure' | 'yes' | 'no';
  /** Where its tone's own says less. */
  readonly icon?: Icon;
  readonly children: ReactNode;
  /** Buttons, at the end of the line or below it. */
  readonly actions?: ReactNode;
  /** `alert` for what must be said at once, `status` for what may wait for a pause. */
  readonly role?: 'alert' | 'status';
};

const icons = {
  plain: IconInfoCircle,
  warning: IconAlertTriangle,
  failure: IconAlertTriangle,
  yes: IconCircleCheck,
  no: IconAlertTriangle,
} as const;

/** A sentence that should be noticed: its tone is in the icon and the words as well as in the colour. */
export function Notice({ tone, icon: NoticeIcon = icons[tone], children, actions, role }: Props) {
  return (
    <div className={ui['notice']} data-tone={tone} {...(role === undefined ? {} : { role })}>
      <NoticeIcon size={18} stroke={1.75} aria-hidden />
      <div className={ui['words']}>{children}</div>
      {actions !== undefined && <Group gap={8}>{actions}</Group>}
    </div>
  );
}

type OutcomeProps = { readonly tone: 'failure' | 'yes' | 'warning' | 'plain'; readonly children: ReactNode };

/** What came of something, said at once where it failed; nothing while there is nothing to say. */
export function Outcome({ tone, children }: OutcomeProps) {
  if (children === undefined || children === false) return null;
  return (
    <Notice tone={tone} role={tone === 'failure' ? 'alert' : 'status'}>
      {children}
    </Notice>
  );
}

/** What a refusal says, and where Gatehouse's log has more, the id under which it has it. */
export function RefusalWords({ refusal }: { readonly refusal: Refusal }) {
  const { issues, sentence, correlationId } = refusal;
  return (
    <>
      {issues?.[0]?.message ?? sentence}
      {correlationId !== undefined && (
        <span className={ui['log']}>
          {strings.answer.correlationId} <code>{correlationId}</code>
        </span>
      )}
    </>
  );
}

/** Why a command was not carried out, shown where its button is; nothing while all is well. */
export function CommandRefusal({ refusal }: { readonly refusal: Refusal | undefined }) {
  if (refusal === undefined) return null;
  return (
    <Outcome tone="failure">
      <b>{strings.answer.notDone}</b> <RefusalWords refusal={refusal} />
    </Outcome>
  );
}

type LoadRefusalProps = {
  readonly refusal: Refusal | undefined;
  readonly onTryAgain: () => void;
  /** What could not be loaded, where that is not plain from the place. */
  readonly title?: string;
};

/** Why something could not be loaded, where it would be, with the way to try again; nothing while all is well. */
export function LoadRefusal({ refusal, onTryAgain, title = strings.answer.failed }: LoadRefusalProps) {
  if (refusal === undefined) return null;
  return (
    <Notice
      tone="failure"
      icon={IconRefreshAlert}
      role="alert"
      actions={<Button onClick={onTryAgain}>{strings.answer.tryAgain}</Button>}
    >
      <b>{title}.</b> <RefusalWords refusal={refusal} />
    </Notice>
  );
}
