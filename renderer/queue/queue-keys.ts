import { EXACT_ID } from '../act/act';
import { RULE_BUTTON_ID } from '../rules/rule-offer';
import type { DeskParts } from '../state/desk-context';
import { isReadyTo } from '../state/desk-store';
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
    case 'a':
      return armBy(event, parts, 'approve');
    case 'd':
      return armBy(event, parts, 'deny');
    case 'r':
      return openRule(event, parts);
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

function armBy(event: KeyboardEvent, { actions, guard, store }: DeskParts, verdict: Verdict): void {
  if (store.getState().openGroup !== undefined) return askAboutGroup(event, verdict);
  if (event.repeat || !guard.lets(event.timeStamp) || !isReadyTo(store.getState(), verdict, Date.now())) return;
  event.preventDefault();
  actions.arm(verdict);
  focus(verdict === 'deny' ? NOTE_ID : buttonId('approve'));
}

/** Opens the question about those of a group that are ticked, or all: it lists each and is answered by a key of its own. */
function askAboutGroup(event: KeyboardEvent, verdict: Verdict): void {
  event.preventDefault();
  if (!event.repeat) document.getElementById(groupButtonId(verdict))?.click();
}

/** Opens the question for a standing rule, where the card has one: it is answered by a key of its own there. */
function openRule(event: KeyboardEvent, { guard }: DeskParts): void {
  if (event.repeat || !guard.lets(event.timeStamp)) return;
  event.preventDefault();
  document.getElementById(RULE_BUTTON_ID)?.click();
}

function carryOut(event: KeyboardEvent, { actions, guard, store }: DeskParts): void {
  event.preventDefault();
  const { armed } = store.getState();
  if (armed !== undefined && !event.repeat && guard.lets(event.timeStamp)) void actions.decide(armed);
}

function handleEnter(event: KeyboardEvent, target: HTMLElement, parts: DeskParts): void {
  if (parts.store.getState().armed !== undefined) return carryOut(event, parts);
  // INVARIANT: Enter that was meant for the card before never presses a button of this one.
  const isLet = !event.repeat && parts.guard.lets(event.timeStamp);
  if (!isLet) return event.preventDefault();
  if (target !== document.body && target.closest(`#${LIST_ID}`) === null) return;
  event.preventDefault();
  focus(CARD_ID);
}

function goBack(event: KeyboardEvent, { actions, store }: DeskParts): void {
  event.preventDefault();
  if (store.getState().armed === undefined) return focus(LIST_ID);
  actions.disarm();
  focus(CARD_ID);
}
