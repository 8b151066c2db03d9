import type { MenuItemConstructorOptions } from 'electron';
import type { Approval } from '../../shared/approval';
import { approvalTitle } from '../../shared/approval-title';
import { visibleLine } from '../../shared/visible-text';
import { whatText } from './request-text';
import { strings } from './strings';

/** Requests that the menu shows one by one; the window shows the rest. */
export const TRAY_REQUESTS = 5;

/** Lines of the act that the menu shows before Approve, and characters of each. */
const MENU_LINES = 8;
const MENU_LINE_LENGTH = 80;

/** What the tray shows. */
export type TrayState = {
  /** The most urgent ones first, at most `TRAY_REQUESTS`. */
  readonly waiting: readonly Approval[];
  readonly waitingCount: number;
  /** What is wrong, in one line. */
  readonly trouble: string | undefined;
};

/** What a person can choose in the menu. */
export type TrayChoices = {
  readonly decide: (approval: Approval, verdict: 'approve' | 'deny') => void;
  readonly openRequest: (approvalId: string) => void;
  readonly openApp: () => void;
  readonly quit: () => void;
};

/** The tray's menu. Agents' text is one short line of plain text in it, with hidden characters shown. */
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
    ...state.waiting.map(
      (approval): MenuItemConstructorOptions => ({
        label: plain(approvalTitle(approval, 40)),
        submenu: [
          ...whatLines(approval).map((label) => ({ label: plain(label), enabled: false })),
          { type: 'separator' },
          { label: strings.approve, click: () => choices.decide(approval, 'approve') },
          { label: strings.deny, click: () => choices.decide(approval, 'deny') },
          { label: strings.open, click: () => choices.openRequest(approval.approvalId) },
        ],
      }),
    ),
    ...(rest > 0 ? [{ label: strings.more(rest), click: choices.openApp }] : []),
    { type: 'separator' },
    { label: strings.openApp, click: choices.openApp },
    { label: strings.quit, click: choices.quit },
  ];
}

/** What would be approved, in lines that a menu can show; what is cut off says so. */
function whatLines(approval: Approval): readonly string[] {
  const lines = whatText(approval)
    .split('\n')
    .flatMap((line) => chunksOf([...line]));
  if (lines.length <= MENU_LINES) return lines;
  return [...lines.slice(0, MENU_LINES), strings.cutOff];
}

function chunksOf(characters: readonly string[]): readonly string[] {
  const chunks = [];
  for (let start = 0; start < characters.length; start += MENU_LINE_LENGTH) {
    chunks.push(visibleLine(characters.slice(start, start + MENU_LINE_LENGTH).join(''), MENU_LINE_LENGTH));
  }
  return chunks;
}

/** In a label `&` marks the key of an item; agents' text must not. */
function plain(label: string): string {
  return label.replaceAll('&', '&&');
}
