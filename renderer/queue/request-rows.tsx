import { Flex, Text } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { memo, type ReactNode, useMemo } from 'react';
import { actTitle } from '../../shared/act/act-title';
import { approvalTitle, reasonOf } from '../../shared/act/approval-title';
import type { ListedApproval } from '../../shared/contract/approval';
import { visibleLine } from '../../shared/kernel/visible-text';
import { operatorStatus } from '../../shared/missed';
import { formatInstant } from '../format';
import { settledAtMs } from '../state/queue';
import { ActorShort, AgentText } from '../ui/names';
import { TimeLeft, useNow } from '../ui/times';
import ui from '../ui/ui.module.css';
import classes from './queue.module.css';
import { ApprovalTitle, RequestTypeMark, RiskChip, StatusMark, WhereMark } from './request-marks';
import { queueStrings } from './strings-queue';

type RowProps = { readonly approval: ListedApproval; readonly isInSection: boolean };

/** A request in a list: where it comes from, its time or outcome, its title, its risk, and what else tells it from others like it. */
export const RequestRow = memo(function RequestRow({ approval, isInSection }: RowProps) {
  const isWaiting = approval.status === 'pending';
  const reason = useMemo(() => lineOfReason(approval), [approval]);
  const time = isWaiting ? <TimeLeft atMs={approval.expiresAtMs} /> : <SettledTime approval={approval} />;
  const title = (
    <Text component="span" fz="sm" lh={1.4} lineClamp={2} c={isWaiting ? 'inherit' : 'dimmed'}>
      <ApprovalTitle approval={approval} />
    </Text>
  );
  return (
    <>
      {isInSection ? (
        <span className={classes['titleAndTime']}>
          {title}
          <span>{time}</span>
        </span>
      ) : (
        <>
          <RowTop approval={approval}>{time}</RowTop>
          {title}
        </>
      )}
      {isInSection && approval.requestedBy.actorId?.includes('/') === true && (
        <span className={gistClass}>
          <ActorShort actor={approval.requestedBy} />
        </span>
      )}
      {isWaiting && <RiskChip risk={approval.risk} />}
      {reason !== undefined && <span className={gistClass}>{reason}</span>}
    </>
  );
});

type RowTopProps = { readonly approval: ListedApproval; readonly children: ReactNode };

function RowTop({ approval, children }: RowTopProps) {
  return (
    <Flex
      component="span"
      gap="0 8px"
      align="center"
      justify="space-between"
      mb={3}
      fz="xs"
      className={classes['top'] ?? ''}
    >
      {approval.requestType === 'tool_call' ? (
        <WhereMark approval={approval} />
      ) : (
        <RequestTypeMark type={approval.requestType} />
      )}
      {children}
    </Flex>
  );
}

const gistClass = `${ui['cut']} ${ui['small']} ${classes['gist']}`;

/** What says more than the title does, in a line: the act of a request that has a sentence for one, else the reason. */
function lineOfReason(approval: ListedApproval): string | undefined {
  const { requestType, targetResource, action } = approval;
  if (requestType !== 'tool_call' && action !== undefined) return actTitle({ toolName: targetResource.type, action });
  const reason = reasonOf(approval);
  return reason === undefined ? undefined : visibleLine(reason, 140);
}

/** How many things a group's row names. */
const MOST_ABOUTS = 4;

type GroupRowProps = { readonly approvals: readonly ListedApproval[]; readonly isInSection: boolean };

/** Several similar requests as one row: how many, the time of the most urgent, and a few of what they are about. */
export const GroupRow = memo(function GroupRow({ approvals, isInSection }: GroupRowProps) {
  const [first] = approvals;
  if (first === undefined) return null;
  const abouts = aboutsOf(approvals);
  const time = <TimeLeft atMs={first.expiresAtMs} />;
  const count = (
    <span className={ui['badge']}>
      <IconStack2 size={14} stroke={1.9} aria-hidden />
      {queueStrings.list.groupCount(approvals.length)}
    </span>
  );
  return (
    <>
      {isInSection ? (
        <span className={classes['titleAndTime']}>
          <span>{count}</span>
          {time}
        </span>
      ) : (
        <>
          <RowTop approval={first}>{time}</RowTop>
          {count}
        </>
      )}{' '}
      <span className={gistClass}>
        {abouts.slice(0, MOST_ABOUTS).map((about, index) => (
          <span key={about}>
            {index > 0 && ', '}
            <AgentText text={about} />
          </span>
        ))}
        {abouts.length > MOST_ABOUTS && ', …'}
      </span>
    </>
  );
});

/** What tells the requests of a group apart. */
function aboutsOf(approvals: readonly ListedApproval[]): readonly string[] {
  return [
    ...new Set(
      approvals.map((approval) =>
        approval.requestType === 'tool_call'
          ? approvalTitle(approval, 60)
          : visibleLine(approval.targetResource.id, 60),
      ),
    ),
  ];
}

function SettledTime({ approval }: { readonly approval: ListedApproval }) {
  const now = useNow(60_000);
  return (
    <span className={classes['type']}>
      <StatusMark status={operatorStatus(approval)} toolRuleId={approval.toolRuleId} />
      <span>{formatInstant(settledAtMs(approval), now)}</span>
    </span>
  );
}
