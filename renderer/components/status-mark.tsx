import {
  IconArrowBackUp,
  IconCircleCheck,
  IconCircleX,
  IconClockPause,
  IconHourglassOff,
  IconShieldCheck,
} from '@tabler/icons-react';
import type { ApprovalStatus } from '../../shared/approval';
import { strings } from '../strings';
import { ruleStrings } from '../strings-rules';
import classes from './status-mark.module.css';

const icons = {
  pending: IconClockPause,
  approved: IconCircleCheck,
  denied: IconCircleX,
  expired: IconHourglassOff,
  cancelled: IconArrowBackUp,
} as const satisfies Record<ApprovalStatus, unknown>;

type Props = {
  readonly status: ApprovalStatus;
  /** The standing rule that approved it, if one did. */
  readonly toolRuleId?: string | undefined;
};

/** Where a request stands: a shape, a word and a colour. */
export function StatusMark({ status, toolRuleId }: Props) {
  const isByRule = status === 'approved' && toolRuleId !== undefined;
  const Icon = isByRule ? IconShieldCheck : icons[status];
  return (
    <span className={classes['mark']} data-status={status}>
      <Icon size={15} stroke={1.9} aria-hidden />
      {isByRule ? ruleStrings.byRule : strings.status[status]}
    </span>
  );
}
