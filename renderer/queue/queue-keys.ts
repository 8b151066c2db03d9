import { EXACT_ID } from '../act/act';
import { RULE_BUTTON_ID, SESSION_BUTTON_ID } from '../rules/rule-offer';
import type { DeskParts } from '../state/desk-context';
import { isReadyTo, selectedApproval } from '../state/desk-store';
import { termsKindOf } from '../state/terms';
import type { Verdict } from '../strings';
import { buttonId, NOTE_ID } from './decision-bar';
import { CARD_ID } from './request-card';
import { groupButtonId } from './request-group';
import { LIST_ID } from './virtual-list';

const focus = (id: string) => document.getElementById(id)?.focus();

/** The keys of the queue, for as long as it is shown. They never act twice for one press, nor while something is typed. */
export function handleQueueKey(event: KeyboardEvent, parts: DeskParts): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  if (parts.store.getState().areKeysShown) return;
  if (target.id === NOTE_ID) return handleNoteKey(event, parts);
  if (target.closest('input, textarea, select, [contenteditable="true"]') !== null) return;
  // A dialog over the card has keys of its own.
  if (event.shiftKey || target.closest('[role="dialog"]') !== null) return;
  switch (event.key.length === 1 ? event.key.toLowerCase() : event.key) {
    case 'j':
      return parts.actions.move(1);
    case 'k':
      return parts.actions.move(-1);
    case 'ArrowDown':
      return moveByArrow(event, target, parts, 1);
    case 'ArrowUp':
      return moveByArrow(event, target, parts, -1);
    case '1':
      return approveBy(event, parts);
    case '2':
      return pressBy(event, parts, SESSION_BUTTON_ID);
    case 'a':
      return armBy(event, parts, 'approve');
    case '3':
    case 'd':
      return armBy(event, parts, 'deny');
    case 'r':
      return pressBy(event, parts, RULE_BUTTON_ID);
    case 'x':
      return document.getElementById(EXACT_ID)?.click();
    case 'Enter':
      return handleEnter(event, target, parts);
    case 'Escape':
      return goBack(event, parts);
  }
}

/** In the note Enter carries out what is armed; with nothing armed it makes a new line, as it does with Shift. */
function handleNoteKey(event: KeyboardEvent, parts: DeskParts): void {
  if (event.key === 'Escape') {
    event.preventDefault();
    parts.actions.disarm();
    focus(CARD_ID);
  } else if (event.key === 'Enter' && !event.shiftKey && parts.store.getState().armed !== undefined) {
    carryOut(event, parts);
  }
}

/** Inside the card the arrows scroll it, as a reader expects; everywhere else they move in the list. */
function moveByArrow(event: KeyboardEvent, target: HTMLElement, parts: DeskParts, step: 1 | -1): void {
  if (target.closest(`#${CARD_ID}`) !== null) return;
  event.preventDefault();
  parts.actions.move(step);
}

/** Whether a key may act on the card; one that came too early for it is said to be ignored, and never acts on it later. */
function isLet(event: KeyboardEvent, { guard, store }: DeskParts): boolean {
  if (event.repeat) return false;
  const isTaken = guard.lets(event.timeStamp);
  if (!isTaken && selectedApproval(store.getState()) !== undefined) store.setState({ isKeyIgnored: true });
  return isTaken;
}

/** Approves with one key what is shown whole and can be taken back; what is of high risk or has terms is armed, and takes Enter. */
function approveBy(event: KeyboardEvent, parts: DeskParts): void {
  const { actions, guard, store } = parts;
  const approval = selectedApproval(store.getState());
  const isPlain = approval?.risk !== undefined && approval.risk.level !== 'high' && termsKindOf(approval) === 'none';
  if (!isPlain) return armBy(event, parts, 'approve');
  if (!isCardDrawn() || !isLet(event, parts)) return;
  event.preventDefault();
  actions.decideSoon('approve', guard);
}

/** Whether there is a card to read: where it cannot be drawn, nothing is approved by a key. */
const isCardDrawn = () => document.getElementById(buttonId('approve')) !== null;

function armBy(event: KeyboardEvent, parts: DeskParts, verdict: Verdict): void {
  const { actions, store } = parts;
  if (store.getState().openGroup !== undefined) return askAboutGroup(event, verdict);
  if (verdict === 'approve' && !isCardDrawn()) return;
  if (!isLet(event, parts) || !isReadyTo(store.getState(), verdict, Date.now())) return;
  event.preventDefault();
  actions.arm(verdict);
  focus(verdict === 'deny' ? NOTE_ID : buttonId('approve'));
}

/** Opens the question about those of a group that are ticked, or all: it lists each and is answered by a key of its own. */
function askAboutGroup(event: KeyboardEvent, verdict: Verdict): void {
  event.preventDefault();
  if (!event.repeat) document.getElementById(groupButtonId(verdict))?.click();
}

/** Presses a button of the card, where it has it. */
function pressBy(event: KeyboardEvent, parts: DeskParts, id: string): void {
  const button = document.getElementById(id);
  if (button === null || !isLet(event, parts)) return;
  event.preventDefault();
  button.click();
}

function carryOut(event: KeyboardEvent, { actions, guard, store }: DeskParts): void {
  event.preventDefault();
  const { armed } = store.getState();
  if (armed !== undefined && !event.repeat && guard.lets(event.timeStamp)) void actions.decide(armed);
}

function handleEnter(event: KeyboardEvent, target: HTMLElement, parts: DeskParts): void {
  if (parts.store.getState().armed !== undefined) return carryOut(event, parts);
  // INVARIANT: Enter that was meant for the card before never presses a button of this one.
  if (!isLet(event, parts)) return event.preventDefault();
  if (target !== document.body && target.closest(`#${LIST_ID}`) === null) return;
  event.preventDefault();
  focus(CARD_ID);
}

function goBack(event: KeyboardEvent, { actions, store }: DeskParts): void {
  event.preventDefault();
  if (actions.undo()) return;
  if (store.getState().armed === undefined) return focus(LIST_ID);
  actions.disarm();
  focus(CARD_ID);
}
