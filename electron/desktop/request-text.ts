import { type FileChange, readAct } from '../../shared/act/act';
import { approvalTitle, placedTitle, placeOf } from '../../shared/act/approval-title';
import { restOfContext } from '../../shared/act/engine-facts';
import { isHugeChange, linesOfRuns, mostEditsIn, runsOfChange } from '../../shared/act/line-diff';
import type { Approval } from '../../shared/contract/approval';
import type { Risk } from '../../shared/judgement';
import { fieldsOf } from '../../shared/kernel/fields';
import { nanosOfUsd } from '../../shared/kernel/money';
import { isGatehouse } from '../../shared/kernel/own-source';
import { DAY_MS } from '../../shared/kernel/time';
import { visibleLine, visibleText } from '../../shared/kernel/visible-text';
import { strings } from './strings';

/** Characters of a name in a title. */
const LONGEST_NAME = 40;

/** Characters of a title that every server was seen to show. */
const LONGEST_SURE_TITLE = 40;

/** Characters of what is asked in a title. */
const LONGEST_TITLE_TEXT = 60;

/** Whether every server shows all of a title; of a longer one it may cut what the notification is about. */
export function isTitleSure(title: string): boolean {
  return title.length <= LONGEST_SURE_TITLE;
}

/** What a request was judged to be when it was looked up for the operator; one of which that is not known is as good as dangerous. */
export function riskOf({ risk }: Approval): Risk {
  return risk ?? { level: 'high', reasons: [] };
}

/** Looks up what automations are called, and whether their time is over. */
export type Names = {
  readonly automationName: (automationId: string) => string | undefined;
  readonly isExpired: (automationId: string) => boolean;
};

/** A request in words, for surfaces that show plain text only; hidden characters are shown. */
export type RequestText = {
  /** What is asked, and where or of whom. */
  readonly title: string;
  /** All that would be decided on beside the title, in lines. */
  readonly what: string;
  /** Whether the two together leave out nothing. */
  readonly isWhole: boolean;
};

/** A request in words: of Gatehouse itself what it found, of anybody else the act and what was sent along. */
export function requestText(approval: Approval, names: Names): RequestText {
  if (isGatehouse(approval.requestedBy)) return ownText(approval, names);
  const { requestType, targetResource } = approval;
  const title = placedTitle(approval, LONGEST_TITLE_TEXT);
  const about =
    requestType === 'tool_call' || isTitleSure(title) ? [] : [`${targetResource.type} ${targetResource.id}`];
  // Of a tool call the lines have the whole act; what only the title says must be whole there.
  const inTitle =
    requestType === 'tool_call'
      ? `${visibleText(placeOf(approval))}: `
      : approvalTitle(approval, LONGEST_TITLE_TEXT + 1);
  return {
    title,
    what: [...about.map(visibleText), whatText(approval)].join('\n'),
    isWhole: title.startsWith(inTitle),
  };
}

/** Characters of an act that are made ready for a surface of plain text: far more than any of them has room for, so that it is not shown whole. */
const LONGEST_WHAT = 4_000;

/** What would be approved, whole where it is short enough for such a surface, in lines with hidden characters shown: the act, and what of the context is no fact of the engine's. */
function whatText(approval: Approval): string {
  const lines: string[] = [];
  let length = 0;
  for (const line of linesOf(approval)) {
    lines.push(line);
    length += line.length + 1;
    if (length > LONGEST_WHAT) break;
  }
  return lines.length === 0 ? strings.noAct : visibleText(lines.join('\n').slice(0, LONGEST_WHAT));
}

function* linesOf(approval: Approval): Generator<string> {
  yield* actLines(approval);
  const rest = restOfContext(approval.context);
  if (rest !== undefined) yield JSON.stringify(rest);
}

/** The act as lines of plain text: nothing of it is left out but a description that is the reason. */
function* actLines({ requestType, targetResource, action, rationale }: Approval): Generator<string> {
  if (action === undefined) return;
  if (requestType !== 'tool_call') return yield JSON.stringify(action);
  const act = readAct({ toolName: targetResource.id, action });
  if (act.kind === 'value') return yield typeof act.value === 'string' ? act.value : JSON.stringify(act.value);
  // A tool that nobody knows says by its name what it does.
  if (act.use === undefined) yield act.toolName;
  if (act.kind === 'command') yield act.command;
  if (act.kind === 'text') yield act.text;
  if (act.kind === 'changes') yield* changeLines(act.files);
  for (const [name, value] of Object.entries(act.rest)) if (value !== rationale) yield fieldLine([name, value]);
}

const fieldLine = ([name, value]: readonly [string, unknown]) =>
  `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;

const marks = { same: ' ', removed: '−', added: '+' } as const;

function* changeLines(files: readonly FileChange[]): Generator<string> {
  const all = files.flatMap(({ pieces }) => pieces);
  const mostEdits = mostEditsIn(all);
  // Of so much only the beginning has room, which then is all that is compared.
  const longest = isHugeChange(all) ? LONGEST_WHAT : Number.POSITIVE_INFINITY;
  for (const { path, toPath, how, pieces } of files) {
    yield `${strings.fileChange[how]} ${path}${toPath === undefined ? '' : ` → ${toPath}`}`;
    for (const piece of pieces) {
      if (piece.isEverywhere === true) yield strings.everywhere;
      const start = { before: piece.before.slice(0, longest), after: piece.after.slice(0, longest) };
      const runs = runsOfChange(start, mostEdits);
      for (const { kind, text } of linesOfRuns(runs)) yield `${marks[kind]} ${text}`;
    }
  }
}

/** What Gatehouse writes into the context of its own requests for programs, and says in words besides. */
const ownFields: ReadonlySet<string> = new Set([
  ...['trigger', 'reviewKind', 'automationID', 'agentID', 'runID', 'expiresAtMs', 'reason'],
  ...['createdSinceReview', 'creationReviewThreshold', 'runCountSinceReview', 'findingCount'],
  ...['weeklyCostUsd', 'weeklySpendCapUsd'],
]);

/** A request that Gatehouse opened: its title names the agent or the automation, the lines say what it found. */
function ownText(approval: Approval, names: Names): RequestText {
  const { requestType, targetResource, rationale, context, expiresAtMs } = approval;
  const fields = fieldsOf(context);
  const name = nameOf(targetResource, names, Number.POSITIVE_INFINITY);
  // What is asked before the end of an automation is not asked anew at it.
  const isOver = requestType === 'retirement_action' && names.isExpired(targetResource.id);
  const title = ownTitle(approval, nameOf(targetResource, names), isOver);
  const { weeklyCostUsd: cost, weeklySpendCapUsd: cap, expiresAtMs: endsAtMs } = fields;
  const isOverCap = requestType === 'quota_override' && typeof cost === 'number' && typeof cap === 'number';
  const lines = [
    ...(isTitleSure(title) && title === ownTitle(approval, name, isOver) ? [] : [name]),
    isOverCap ? strings.atCap(nanosOfUsd(cost), nanosOfUsd(cap)) : isOver ? strings.isOver : visibleText(rationale),
    ...(requestType === 'quota_override' ? [strings.liftsUntil(expiresAtMs)] : []),
    ...(requestType === 'retirement_action' && typeof endsAtMs === 'number' ? [strings.endsAt(endsAtMs)] : []),
    ...Object.entries(fields)
      .filter(([field, value]) => !ownFields.has(field) && value !== null && JSON.stringify(value) !== '[]')
      .map((field) => visibleText(fieldLine(field))),
  ];
  return { title, what: lines.join('\n'), isWhole: true };
}

function ownTitle({ requestType, targetResource }: Approval, name: string, isOver: boolean): string {
  switch (requestType) {
    case 'quota_override':
      return strings.overrideTitle(name);
    case 'retirement_action':
      return isOver ? strings.expiredTitle(name) : strings.expiresTitle(name);
    default:
      return strings.reviewTitle(targetResource.type === 'agent' ? strings.agentCalled(name) : name);
  }
}

/** What an agent or an automation is called, as one line with hidden characters shown. */
export function nameOf(
  { type, id }: Approval['targetResource'],
  { automationName }: Pick<Names, 'automationName'>,
  longest = LONGEST_NAME,
): string {
  return visibleLine((type === 'automation' ? automationName(id) : undefined) ?? id, longest);
}

/** Until when a decision is of use, where that is within a day of `nowMs`: an end that is days away hurries nobody. */
export function nearDeadline(
  { waitingUntilMs = Number.POSITIVE_INFINITY, expiresAtMs }: Approval,
  nowMs: number,
): number | undefined {
  const deadlineMs = Math.min(waitingUntilMs, expiresAtMs);
  return deadlineMs - nowMs < DAY_MS ? deadlineMs : undefined;
}
