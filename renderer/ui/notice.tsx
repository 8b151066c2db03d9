import { Group } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

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
    <div className={classes['notice']} data-tone={tone} {...(role === undefined ? {} : { role })}>
      <NoticeIcon size={18} stroke={1.75} aria-hidden />
      <div className={classes['words']}>{children}</div>
      {actions !== undefined && <Group gap={8}>{actions}</Group>}
    </div>
  );
}
