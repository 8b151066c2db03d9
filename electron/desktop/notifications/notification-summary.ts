import type { NotificationKind } from '../../../shared/contract/notifications';
import { namesOf, strings } from '../strings';
import type { Notice } from './notice';
import type { DesktopNotification } from './notification-ports';

/** The key of the one notification that stands for several. */
export const SUMMARY_KEY = 'summary';

/** What a summary needs to know besides what it stands for. */
export type SummaryFacts = {
  readonly waitingCount: number;
  /** Whether it tells of what came while it was quiet. */
  readonly isDigest: boolean;
};

const countedKinds = [
  'spend_warning',
  'hard_stop',
  'agent_stopped',
  'api_trouble',
] as const satisfies NotificationKind[];

/**
 * One notification for several, none of them settled; undefined when nothing of it is left. It counts the requests that wait now,
 * whoever asked.
 */
export function summaryNotification(
  notices: readonly Notice[],
  { waitingCount, isDigest }: SummaryFacts,
): DesktopNotification | undefined {
  const requests = notices.filter(({ approvalId }) => approvalId !== undefined);
  const isAnyWaiting = requests.length > 0 && waitingCount > 0;
  const others = notices.filter(({ approvalId }) => approvalId === undefined);
  if (!isAnyWaiting && others.length === 0) return undefined;
  const waiting = strings.waiting(waitingCount);
  const from = namesIn(requests);
  const lines = [
    ...(isAnyWaiting ? [from === '' ? `${waiting}.` : strings.waitingFrom(waiting, from)] : []),
    ...countedKinds.flatMap((kind) => {
      const ofKind = others.filter((notice) => notice.kind === kind);
      return ofKind.length === 0 ? [] : [strings.summaryOf[kind](ofKind.length, namesIn(ofKind))];
    }),
  ];
  const isOnlyRequests = others.length === 0;
  return {
    key: SUMMARY_KEY,
    title: isDigest ? strings.digestTitle : isOnlyRequests ? waiting : strings.summaryTitle,
    body: isOnlyRequests && !isDigest ? strings.summaryBody(from) : lines.join('\n'),
    actions: [{ action: 'open', label: strings.open }],
    urgency: 'normal',
    staysUntilWithdrawn: true,
  };
}

function namesIn(notices: readonly Notice[]): string {
  return namesOf([...new Set(notices.flatMap(({ who }) => who ?? []))]);
}
