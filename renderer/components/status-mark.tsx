import { IconArrowBackUp, IconCircleCheck, IconCircleX, IconClockPause, IconHourglassOff } from '@tabler/icons-react';
import type { ApprovalStatus } from '../../shared/approval';
import { strings } from '../strings';
import classes from './status-mark.module.css';

const icons = {
  pending: IconClockPause,
  approved: IconCircleCheck,
  denied: IconCircleX,
  expired: IconHourglassOff,
  cancelled: IconArrowBackUp,
} as const satisfies Record<ApprovalStatus, unknown>;

/** Where a request stands: a shape, a word and a colour. */
export function StatusMark({ status }: { readonly status: ApprovalStatus }) {
  const Icon = icons[status];
  return (
    <span className={classes['mark']} data-status={status}>
      <Icon size={15} stroke={1.9} aria-hidden />
      {strings.status[status]}
    </span>
  );
}
