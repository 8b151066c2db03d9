import type { MenuItemConstructorOptions } from 'electron';
import type { Approval } from '../../../shared/contract/approval';
import { isGatehouse } from '../../../shared/kernel/own-source';
import { timeLeft } from '../../../shared/kernel/time-left';
import { visibleLine } from '../../../shared/kernel/visible-text';
import { verdictsOf } from '../gate';
import { nearDeadline, requestText, riskOf } from '../request-text';
import { strings } from '../strings';
import { agentItems, muteItem, plain, spendItems } from './tray-sections';
import type { TrayChoices, TrayState } from './tray-state';

/** Lines of the act that the menu shows before Approve, and characters of each. */
const MENU_LINES = 8;
const MENU_LINE_LENGTH = 80;

/**
 * The tray's menu. Agents' text is one short line of plain text in it, with hidden characters shown. An id says what a click
 * does, so that two menus with the same ids, words and marks do the same.
 */
export function trayMenu(state: TrayState, choices: TrayChoices): MenuItemConstructorOptions[] {
  const rest = state.waitingCount - state.waiting.length;
  return [
    ...(state.trouble === undefined
      ? []
      : ([{ label: plain(state.trouble), click: choices.openApp }, { type: 'separator' }] as const)),
    {
      label: state.waitingCount === 0 ? strings.nothingWaiting : strings.waiting(state.waitingCount),
      enabled: false,
    },
    ...state.waiting.map((approval) => requestItem(approval, state, choices)),
    ...(rest > 0 ? [{ label: strings.more(rest), click: choices.openApp }] : []),
    { label: strings.decideNow, enabled: state.waitingCount > 0, click: choices.decideNow },
    { type: 'separator' },
    ...(state.facts === undefined
      ? []
      : [...agentItems(state.facts, choices), ...spendItems(state.facts), { type: 'separator' } as const]),
    muteItem(state, choices),
    { type: 'separator' },
    { label: strings.openApp, click: choices.openApp },
    { label: strings.settings, click: choices.openSettings },
    { label: strings.quit, click: choices.quit },
  ];
}

function requestItem(approval: Approval, state: TrayState, choices: TrayChoices): MenuItemConstructorOptions {
  const { approvalId, revision } = approval;
  const risk = riskOf(approval);
  const { title, what, isWhole } = requestText(approval, state.names);
  const warning = isGatehouse(approval.requestedBy) ? '' : risk.reasons.map((reason) => reason.what).join(', ');
  const { lines, isCut } = whatLines(what);
  const deadlineMs = nearDeadline(approval, state.nowMs);
  const id = `${approvalId} ${revision}`;
  return {
    label: plain(deadlineMs === undefined ? title : strings.left(title, timeLeft(deadlineMs, state.nowMs))),
    submenu: [
      ...lines.map((label) => ({ label: plain(label), enabled: false })),
      ...(warning === '' ? [] : [{ label: strings.highRisk(warning), enabled: false }]),
      { type: 'separator' },
      ...verdictsOf(approval, risk, isWhole && !isCut).map((verdict) => ({
        id: `${verdict} ${id}`,
        label: strings.verdict[verdict],
        click: () => choices.decide(approval, verdict),
      })),
      { id: `open ${approvalId}`, label: strings.open, click: () => choices.openRequest(approvalId) },
    ],
  };
}

/** What would be approved, in lines that a menu can show; what is cut off says so. */
function whatLines(what: string): { readonly lines: readonly string[]; readonly isCut: boolean } {
  const lines = what.split('\n').flatMap((line) => chunksOf([...line]));
  if (lines.length <= MENU_LINES) return { lines, isCut: false };
  return { lines: [...lines.slice(0, MENU_LINES), strings.cutOff], isCut: true };
}

function chunksOf(characters: readonly string[]): readonly string[] {
  const chunks = [];
  for (let start = 0; start < characters.length; start += MENU_LINE_LENGTH) {
    chunks.push(visibleLine(characters.slice(start, start + MENU_LINE_LENGTH).join(''), MENU_LINE_LENGTH));
  }
  return chunks;
}
