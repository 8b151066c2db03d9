import { reasonOf } from '../../../shared/act/approval-title';
import { engineFactsOf, folderOf } from '../../../shared/act/engine-facts';
import { actorName } from '../../../shared/contract/actor-name';
import type { Approval } from '../../../shared/contract/approval';
import { engineNames } from '../../../shared/contract/engine';
import type { Risk } from '../../../shared/judgement';
import { isGatehouse } from '../../../shared/kernel/own-source';
import { visibleLine, visibleText } from '../../../shared/kernel/visible-text';
import { verdictsOf } from '../gate';
import { type Names, nearDeadline, requestText } from '../request-text';
import { strings } from '../strings';
import { type DesktopNotification, isShownWhole, type NotificationButton } from './port';

/** Characters of the reason that a notification shows. */
const LONGEST_REASON = 110;

/**
 * A request as a notification: all that would be approved, and why. What may be decided there is said by `verdictsOf`; the reason alone may
 * be cut, and says so by its ellipsis.
 */
export function requestNotification(approval: Approval, risk: Risk, names: Names): DesktopNotification {
  const { title, what, isWhole } = requestText(approval, names);
  const isOwn = isGatehouse(approval.requestedBy);
  const who = approval.requestType === 'tool_call' ? whoAsks(approval) : [];
  // What Gatehouse found stands among what is asked already.
  const reason = isOwn ? undefined : reasonOf(approval);
  const lines = [
    what,
    // Of its own requests the kind says it, and the lines say why.
    ...(isOwn ? [] : riskLines(risk)),
    ...who,
    ...(reason === undefined ? [] : [`${strings.why}: ${visibleLine(reason, LONGEST_REASON)}`]),
  ];
  const deadlineMs = nearDeadline(approval, approval.createdAtMs);
  const timed = [...lines, ...(deadlineMs === undefined ? [] : [strings.waitsUntil(deadlineMs)])].join('\n');
  // The time is left out before anything of the act is.
  const body = isShownWhole(timed) ? timed : lines.join('\n');
  return {
    key: approval.approvalId,
    title,
    body,
    actions: buttonsOf(approval, risk, isWhole && isShownWhole(body)),
    urgency: 'normal',
    staysUntilWithdrawn: true,
  };
}

/** The buttons under what is shown of a request: what may be decided there, and the one that opens it. */
export function buttonsOf(approval: Approval, risk: Risk, isWhole: boolean): readonly NotificationButton[] {
  const verdicts = verdictsOf(approval, risk, isWhole);
  const isDecidedHere = verdicts.some((verdict) => verdict !== 'deny');
  // What is read in a hurry is not approved in a hurry: the desk shows why it is of high risk.
  const label = isDecidedHere ? strings.open : isWhole ? strings.reviewHighRisk : strings.review;
  return [...verdicts.map((action) => ({ action, label: strings.verdict[action] })), { action: 'open', label }];
}

function riskLines({ reasons, notes }: Risk): readonly string[] {
  const warning = reasons.map(({ what }) => what).join(', ');
  return [...(warning === '' ? [] : [strings.highRisk(warning)]), ...(notes ?? []).map(strings.note)];
}

/** Who asks in which folder; without one the title says who. */
function whoAsks({ requestedBy, context }: Approval): readonly string[] {
  const folder = folderOf(context);
  if (folder === undefined) return [];
  const engine = engineFactsOf(context)?.engine;
  const name = actorName(requestedBy);
  const who =
    engine === undefined ? name : name.includes('/') ? `${name} (${engineNames[engine]})` : engineNames[engine];
  return [visibleText(`${who} in ${folder}`)];
}
