import {
  IconBan,
  IconBarrierBlock,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconClockPause,
  type Icon as IconComponent,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react';
import type { RunStatus } from '../../shared/contract/run';
import { Mark, type Tone } from '../ui/mark';
import { runStrings } from './strings-runs';

const statuses: Readonly<Record<RunStatus, readonly [IconComponent, Tone]>> = {
  queued: [IconClock, 'plain'],
  running: [IconPlayerPlay, 'waiting'],
  pausing: [IconPlayerPause, 'waiting'],
  paused: [IconPlayerPause, 'waiting'],
  awaiting_approval: [IconClockPause, 'waiting'],
  completed: [IconCircleCheck, 'yes'],
  blocked: [IconBarrierBlock, 'no'],
  failed: [IconCircleX, 'no'],
  cancelled: [IconBan, 'plain'],
};

/** Where a run stands, or how it ended. */
export function RunMark({ status }: { readonly status: RunStatus }) {
  const [icon, tone] = statuses[status];
  return <Mark icon={icon} tone={tone} words={runStrings.status[status]} />;
}
