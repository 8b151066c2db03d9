import type { MenuItemConstructorOptions } from 'electron';
import { placedTitle } from '../../../shared/act/approval-title';
import type { Approval } from '../../../shared/contract/approval';
import type { Risk } from '../../../shared/judgement';
import { visibleLine } from '../../../shared/kernel/visible-text';
import { gateOf } from '../gate';
import { whatText } from '../notifications/request';
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
    ...state.waiting.map((approval) => requestItem(approval, state.riskOf(approval), choices)),
    ...(rest > 0 ? [{ label: strings.more(rest), click: choices.openApp }] : []),
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

function requestItem(approval: Approval, risk: Risk, choices: TrayChoices): MenuItemConstructorOptions {
  const { approvalId, revision } = approval;
  const warning = risk.reasons.map(({ what }) => what).join(', ');
  const { lines, isCut } = whatLines(approval);
  const { mayApprove, mayDeny } = gateOf(approval, risk, !isCut);
  const id = `${approvalId} ${revision}`;
  return {
    label: plain(placedTitle(approval, 60)),
    submenu: [
      ...lines.map((label) => ({ label: plain(label), enabled: false })),
      ...(warning === '' ? [] : [{ label: strings.highRisk(warning), enabled: false }]),
      { type: 'separator' },
      ...(mayApprove
        ? [{ id: `approve ${id}`, label: strings.approve, click: () => choices.decide(approval, 'approve') }]
        : []),
      ...(mayDeny ? [{ id: `deny ${id}`, label: strings.deny, click: () => choices.decide(approval, 'deny') }] : []),
      { id: `open ${approvalId}`, label: strings.open, click: () => choices.openRequest(approvalId) },
    ],
  };
}

/** What would be approved, in lines that a menu can show; what is cut off says so. */
function whatLines(approval: Approval): { readonly lines: readonly string[]; readonly isCut: boolean } {
  const lines = whatText(approval)
    .split('\n')
    .flatMap((line) => chunksOf([...line]));
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
