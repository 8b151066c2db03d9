import { IconStack2 } from '@tabler/icons-react';
import { memo } from 'react';
import { approvalTitles, approvalTitleTexts, type ListedApproval } from '../../shared/contract/approval';
import { formatInstant } from '../format';
import { settledAtMs } from '../state/queue';
import { useNow } from '../state/use-now';
import { AgentText } from '../ui/agent-text';
import { TimeLeft } from '../ui/deadline';
import classes from './request-row.module.css';
import { RequestTypeMark } from './request-type';
import { Sentence } from './sentence';
import { gistOf } from './shown-act';
import { StatusMark } from './status-mark';
import { queueStrings } from './strings-queue';

/** A request in a list: its kind, its time or outcome, its title and what tells it from others like it. */
export const RequestRow = memo(function RequestRow({ approval }: { readonly approval: ListedApproval }) {
  const isWaiting = approval.status === 'pending';
  return (
    <>
      <span className={classes['top']}>
        <span className={classes['type']}>
          <RequestTypeMark type={approval.requestType} />
        </span>
        {isWaiting ? <TimeLeft atMs={approval.expiresAtMs} /> : <SettledTime approval={approval} />}
      </span>
      <span className={classes['title']} data-waiting={isWaiting}>
        <Sentence template={approvalTitles[approval.requestType]} slots={approvalTitleTexts(approval)} />
      </span>
      <span className={classes['gist']}>{gistOf(approval)}</span>
    </>
  );
});

/** How many things a group's row names. */
const MOST_ABOUTS = 4;

/** Several similar requests as one row: how many, the time of the most urgent, and a few of what they are about. */
export const GroupRow = memo(function GroupRow({ approvals }: { readonly approvals: readonly ListedApproval[] }) {
  const [first] = approvals;
  if (first === undefined) return null;
  const { who } = approvalTitleTexts(first);
  const abouts = aboutsOf(approvals);
  return (
    <>
      <span className={classes['top']}>
        <span className={classes['type']}>
          <RequestTypeMark type={first.requestType} />
        </span>
        <TimeLeft atMs={first.expiresAtMs} />
      </span>
      <span className={classes['groupTitle']}>
        <span className={classes['count']}>
          <IconStack2 size={14} stroke={1.9} aria-hidden />
          {queueStrings.list.groupCount(approvals.length)}
        </span>{' '}
        <b>
          <AgentText text={who} />
        </b>
      </span>
      <span className={classes['gist']}>
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

/** What tells the requests of a group apart: what they are about, or where that is the same for all, the acts. */
function aboutsOf(approvals: readonly ListedApproval[]): readonly string[] {
  const targets = new Set(approvals.map(({ targetResource }) => targetResource.id.slice(0, 60)));
  return [...(targets.size > 1 ? targets : new Set(approvals.map((approval) => gistOf(approval).slice(0, 60))))];
}

function SettledTime({ approval }: { readonly approval: ListedApproval }) {
  const now = useNow(60_000);
  return (
    <span className={classes['settled']}>
      <StatusMark status={approval.status} toolRuleId={approval.toolRuleId} />
      <span>{formatInstant(settledAtMs(approval), now)}</span>
    </span>
  );
}
