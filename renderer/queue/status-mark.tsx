import {
  type Icon,
  IconArrowBackUp,
  IconCircleCheck,
  IconCircleX,
  IconClockPause,
  IconHourglassOff,
  IconShieldCheck,
} from '@tabler/icons-react';
import type { ApprovalStatus } from '../../shared/contract/approval';
import { ruleStrings } from '../rules/strings-rules';
import { strings } from '../strings';
import { Mark, type Tone } from '../ui/mark';

const statuses: Readonly<Record<ApprovalStatus, readonly [Icon, Tone]>> = {
  pending: [IconClockPause, 'waiting'],
  approved: [IconCircleCheck, 'yes'],
  denied: [IconCircleX, 'no'],
  expired: [IconHourglassOff, 'plain'],
  cancelled: [IconArrowBackUp, 'plain'],
};

type Props = {
  readonly status: ApprovalStatus;
  /** The standing rule that approved it, if one did. */
  readonly toolRuleId?: string | undefined;
};

/** Where a request stands. */
export function StatusMark({ status, toolRuleId }: Props) {
  const [icon, tone] = statuses[status];
  if (status !== 'approved' || toolRuleId === undefined) {
    return <Mark icon={icon} tone={tone} words={strings.status[status]} />;
  }
  return <Mark icon={IconShieldCheck} tone={tone} words={ruleStrings.byRule} />;
}
