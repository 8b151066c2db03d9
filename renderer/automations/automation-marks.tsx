import { Box } from '@mantine/core';
import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconArchive,
  IconBan,
  IconBarrierBlock,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconClockPause,
  type Icon as IconComponent,
  IconEyeExclamation,
  IconHourglassLow,
  IconHourglassOff,
  IconInfoCircle,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconShieldPause,
  IconTrash,
} from '@tabler/icons-react';
import type { AutomationOverview, AutomationStatus, LifecycleMark } from '../../shared/contract/automation';
import type { Finding } from '../../shared/contract/governance';
import type { RunStatus, RunSummary } from '../../shared/contract/run';
import { formatUsd } from '../format';
import { UnknownCost } from '../spend/amounts';
import { Mark, Marks, type Tone } from '../ui/mark';
import { AgentText } from '../ui/names';
import { useNowNear } from '../ui/times';
import ui from '../ui/ui.module.css';
import { automationStrings, runStrings, spanWords } from './strings-automations';

const statuses: Readonly<Record<AutomationStatus, readonly [IconComponent, Tone]>> = {
  draft: [IconPencil, 'plain'],
  active: [IconPlayerPlay, 'yes'],
  paused: [IconPlayerPause, 'plain'],
};

const marks: Readonly<Record<LifecycleMark, readonly [IconComponent, Tone]>> = {
  deleted: [IconTrash, 'plain'],
  retired: [IconArchive, 'plain'],
  expired: [IconHourglassOff, 'no'],
  lifecycle_paused: [IconShieldPause, 'no'],
  review_required: [IconEyeExclamation, 'waiting'],
  expires_soon: [IconHourglassLow, 'waiting'],
};

const severities: Readonly<Record<Finding['severity'], readonly [IconComponent, Tone]>> = {
  critical: [IconAlertOctagon, 'no'],
  warning: [IconAlertTriangle, 'waiting'],
  info: [IconInfoCircle, 'plain'],
};

/** Where an automation stands: its status, and what is to be said of its life. */
export function AutomationMarks({ status, marks: given }: Pick<AutomationOverview, 'status' | 'marks'>) {
  const [icon, tone] = statuses[status];
  return (
    <Marks>
      <Mark icon={icon} tone={tone} words={automationStrings.status[status]} />
      {given.map((mark) => (
        <Mark key={mark} icon={marks[mark][0]} tone={marks[mark][1]} words={automationStrings.marks[mark]} />
      ))}
    </Marks>
  );
}

/** How severe a finding is. */
export function SeverityMark({ severity }: { readonly severity: Finding['severity'] }) {
  const [icon, tone] = severities[severity];
  return <Mark icon={icon} tone={tone} words={automationStrings.severity[severity]} />;
}

/** How many findings of each severity there are; says so where there are none. */
export function HealthMarks({ findingCounts }: Pick<AutomationOverview, 'findingCounts'>) {
  const found = (['critical', 'warning', 'info'] as const).filter((severity) => findingCounts[severity] > 0);
  if (found.length === 0) return <Mark icon={IconCircleCheck} tone="plain" words={automationStrings.noFindings} />;
  return (
    <Marks>
      {found.map((severity) => (
        <Mark
          key={severity}
          icon={severities[severity][0]}
          tone={severities[severity][1]}
          words={automationStrings.findingCount(findingCounts[severity], severity)}
        />
      ))}
    </Marks>
  );
}

const runStatuses: Readonly<Record<RunStatus, readonly [IconComponent, Tone]>> = {
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
  const [icon, tone] = runStatuses[status];
  return <Mark icon={icon} tone={tone} words={runStrings.status[status]} />;
}

/** What a run has cost; “unknown” where nobody has reported it, for that is not nothing. */
export function Cost({ costNanos }: { readonly costNanos: number | null }) {
  return costNanos === null ? <UnknownCost /> : formatUsd(costNanos);
}

/** How long a run took, or takes so far. */
export function Took({ run }: { readonly run: Pick<RunSummary, 'startedAtMs' | 'finishedAtMs'> }) {
  const { startedAtMs, finishedAtMs } = run;
  const now = useNowNear(finishedAtMs === undefined ? (startedAtMs ?? 0) : 0);
  if (startedAtMs === undefined) return <span className={ui['dim']}>{runStrings.notBegun}</span>;
  return spanWords((finishedAtMs ?? Math.max(now, startedAtMs)) - startedAtMs);
}

/** An automation's name over its id, for a row. */
export function AutomationName({ name, automationId }: Pick<AutomationOverview, 'name' | 'automationId'>) {
  return (
    <span className={ui['two']}>
      <Box component="span" fw={600} className={ui['cut'] ?? ''}>
        <AgentText text={name} />
      </Box>
      {name !== automationId && (
        <span className={`${ui['cut']} ${ui['mono']} ${ui['dim']}`}>
          <AgentText text={automationId} />
        </span>
      )}
    </span>
  );
}
