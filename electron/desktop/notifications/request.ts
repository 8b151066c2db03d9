import { type Approval, approvalTitle } from '../../../shared/contract/approval';
import { visibleLine, visibleText } from '../../../shared/kernel/visible-text';
import { judge } from '../../judgement/here';
import { strings } from '../strings';
import { type DesktopNotification, isShownWhole } from './port';

/** Characters of the reason that a notification shows. */
const LONGEST_REASON = 110;

/** Characters of a title that every server was seen to show. */
const LONGEST_SURE_TITLE = 40;

/** Characters of each text in the title that a notification shows. */
const LONGEST_TITLE_TEXT = 60;

/**
 * A request as a notification: all that would be approved, and why. Approve is there only where all of it, and who asks, is
 * shown whole and is of no high risk; the reason alone may be cut, and says so by its ellipsis.
 */
export function requestNotification(approval: Approval): DesktopNotification {
  const what = whatText(approval);
  const why = `${strings.why}: ${visibleLine(approval.rationale, LONGEST_REASON)}`;
  const title = approvalTitle(approval, LONGEST_TITLE_TEXT);
  // A server may cut a longer title, and with it what the request is about.
  const about =
    title.length > LONGEST_SURE_TITLE ? [`${approval.targetResource.type} ${approval.targetResource.id}`] : [];
  const risk = judge.request(approval);
  const warning = risk.reasons.map(({ what }) => what).join(', ');
  const body = [...about.map(visibleText), what, ...(warning === '' ? [] : [strings.highRisk(warning)]), why].join(
    '\n',
  );
  const isWhole = isShownWhole(body) && title === approvalTitle(approval, Number.POSITIVE_INFINITY);
  // What is read in a hurry is not approved in a hurry: the desk shows why it is of high risk.
  const canDecide = isWhole && risk.level !== 'high';
  const open = {
    action: 'open',
    label: canDecide ? strings.open : isWhole ? strings.reviewHighRisk : strings.review,
  } as const;
  return {
    key: approval.approvalId,
    title,
    body,
    actions: canDecide
      ? [{ action: 'approve', label: strings.approve }, { action: 'deny', label: strings.deny }, open]
      : [open],
    urgency: 'normal',
    staysUntilWithdrawn: true,
  };
}

/** What would be approved, hidden characters shown: the act and the context, a line each; a command as it is, else JSON. */
export function whatText({ action, context }: Approval): string {
  const hasContext = typeof context !== 'object' || context === null || Object.keys(context).length > 0;
  const lines = [
    ...(action === undefined ? [] : [commandOf(action) ?? JSON.stringify(action)]),
    ...(hasContext ? [JSON.stringify(context)] : []),
  ];
  return lines.length === 0 ? strings.noAct : lines.map(visibleText).join('\n');
}

/** The command of an act that is nothing but a command. */
function commandOf(action: unknown): string | undefined {
  if (typeof action !== 'object' || action === null) return undefined;
  const entries = Object.entries(action);
  const [first] = entries;
  const isCommand = entries.length === 1 && first?.[0] === 'command' && typeof first[1] === 'string';
  return isCommand ? (first[1] as string) : undefined;
}
