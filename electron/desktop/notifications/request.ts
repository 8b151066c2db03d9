import { type FileChange, readAct } from '../../../shared/act/act';
import { approvalTitle, placedTitle, placeOf, reasonOf } from '../../../shared/act/approval-title';
import { engineFactsOf, folderOf, restOfContext } from '../../../shared/act/engine-facts';
import { linesOfChange } from '../../../shared/act/line-diff';
import { type Approval, actorName } from '../../../shared/contract/approval';
import { engineNames } from '../../../shared/contract/engine';
import type { Risk } from '../../../shared/judgement';
import { visibleLine, visibleText } from '../../../shared/kernel/visible-text';
import { gateOf } from '../gate';
import { strings } from '../strings';
import { type DesktopNotification, isShownWhole } from './port';

/** Characters of the reason that a notification shows. */
const LONGEST_REASON = 110;

/** Characters of a title that every server was seen to show. */
const LONGEST_SURE_TITLE = 40;

/** Characters of what is asked in the title that a notification shows. */
const LONGEST_TITLE_TEXT = 60;

/**
 * A request as a notification: all that would be approved, and why. What may be decided there is said by `gateOf`; the reason alone may be cut, and says so by its ellipsis.
 */
export function requestNotification(approval: Approval, risk: Risk): DesktopNotification {
  const { requestType, targetResource } = approval;
  const title = placedTitle(approval, LONGEST_TITLE_TEXT);
  // A server may cut a longer title, and with it what the request is about.
  const isTitleSure = title.length <= LONGEST_SURE_TITLE;
  const about = requestType === 'tool_call' || isTitleSure ? [] : [`${targetResource.type} ${targetResource.id}`];
  const warning = risk.reasons.map(({ what }) => what).join(', ');
  const who = requestType === 'tool_call' ? whoAsks(approval) : [];
  const reason = reasonOf(approval);
  const body = [
    ...about.map(visibleText),
    whatText(approval),
    ...(warning === '' ? [] : [strings.highRisk(warning)]),
    ...(risk.notes ?? []).map(strings.note),
    ...who,
    ...(reason === undefined ? [] : [`${strings.why}: ${visibleLine(reason, LONGEST_REASON)}`]),
  ].join('\n');
  // Of a tool call the body has the whole act; what only the title says must be whole there.
  const whole =
    requestType === 'tool_call'
      ? `${visibleText(placeOf(approval))}: `
      : approvalTitle(approval, Number.POSITIVE_INFINITY);
  const isWhole = isShownWhole(body) && title.startsWith(whole);
  // What is read in a hurry is not approved in a hurry: the desk shows why it is of high risk.
  const { mayApprove, mayDeny } = gateOf(approval, risk, isWhole);
  const open = {
    action: 'open',
    label: mayApprove ? strings.open : isWhole ? strings.reviewHighRisk : strings.review,
  } as const;
  return {
    key: approval.approvalId,
    title,
    body,
    actions: [
      ...(mayApprove ? [{ action: 'approve', label: strings.approve } as const] : []),
      ...(mayDeny ? [{ action: 'deny', label: strings.deny } as const] : []),
      open,
    ],
    urgency: 'normal',
    staysUntilWithdrawn: true,
  };
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

/** What would be approved, whole, in lines with hidden characters shown: the act, and what of the context is no fact of the engine's. */
export function whatText(approval: Approval): string {
  const rest = restOfContext(approval.context);
  const lines = [...actLines(approval), ...(rest === undefined ? [] : [JSON.stringify(rest)])];
  return lines.length === 0 ? strings.noAct : lines.map(visibleText).join('\n');
}

/** The act as lines of plain text: nothing of it is left out but a description that is the reason. */
function actLines({ requestType, targetResource, action, rationale }: Approval): readonly string[] {
  if (action === undefined) return [];
  if (requestType !== 'tool_call') return [JSON.stringify(action)];
  const act = readAct({ toolName: targetResource.id, action });
  if (act.kind === 'value') return [typeof act.value === 'string' ? act.value : JSON.stringify(act.value)];
  const rest = Object.entries(act.rest).filter(([, value]) => value !== rationale);
  return [
    // A tool that nobody knows says by its name what it does.
    ...(act.use === undefined ? [act.toolName] : []),
    ...(act.kind === 'command' ? [act.command] : []),
    ...(act.kind === 'text' ? [act.text] : []),
    ...(act.kind === 'changes' ? act.files.flatMap(fileLines) : []),
    ...rest.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ];
}

const marks = { same: ' ', removed: '−', added: '+' } as const;

function fileLines({ path, toPath, how, pieces }: FileChange): readonly string[] {
  return [
    `${strings.fileChange[how]} ${path}${toPath === undefined ? '' : ` → ${toPath}`}`,
    ...pieces.flatMap(({ before, after, isEverywhere }) => [
      ...(isEverywhere === true ? [strings.everywhere] : []),
      ...linesOfChange(before, after).map(({ kind, text }) => `${marks[kind]} ${text}`),
    ]),
  ];
}
