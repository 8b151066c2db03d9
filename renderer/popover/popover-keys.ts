import { NOTE_ID } from '../queue/decision-bar';
import { handleQueueKey } from '../queue/queue-keys';
import { CARD_ID } from '../queue/request-card';
import type { DeskParts } from '../state/desk-context';

const modifiers: ReadonlySet<string> = new Set(['Alt', 'AltGraph', 'Control', 'Meta', 'Shift']);

/** The keys that mean something here, in lower case. */
const own: ReadonlySet<string> = new Set([
  ...['1', '2', '3', 'a', 'd', 'r', 'x', 'j', 'k'],
  ...['enter', 'escape', 'tab', 'arrowup', 'arrowdown', 'pageup', 'pagedown', ' '],
]);

/** The keys of the popover: those of the queue; Enter opens the request in the window, and Esc closes where it takes nothing back. */
export function handlePopoverKey(event: KeyboardEvent, parts: DeskParts): void {
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  if (event.key === 'Tab') goneThroughByTab(true);
  const isQueueKey =
    event.defaultPrevented ||
    event.isComposing ||
    parts.store.getState().armed !== undefined ||
    target.id === NOTE_ID ||
    target.closest('[role="dialog"]') !== null;
  if (isQueueKey) return handleQueueKey(event, parts);
  if (!event.repeat && !modifiers.has(event.key)) {
    parts.guard.pressed(event.timeStamp, own.has(event.key.toLowerCase()));
  }
  if (event.key === 'Escape') {
    event.preventDefault();
    if (!parts.actions.undo()) hide(parts);
  } else if (event.key === 'Enter' && (target === document.body || target.id === CARD_ID)) {
    event.preventDefault();
    if (!event.repeat && parts.guard.lets(event.timeStamp)) openInWindow(parts);
  } else {
    handleQueueKey(event, parts);
  }
}

/** Says to the style sheet whether the operator goes from one part to the next: only then it matters which one has the focus. */
export function goneThroughByTab(isIt: boolean): void {
  document.documentElement.toggleAttribute('data-tabbed', isIt);
}

/** Takes the popover away. */
export function hide({ desk }: DeskParts): void {
  void desk.request('desk.hidePopover', {});
}

/** Goes on with the shown request in the window. */
export function openInWindow({ desk, store }: DeskParts): void {
  const { selectedId } = store.getState();
  void desk.request('desk.openWindow', selectedId === undefined ? {} : { approvalId: selectedId });
}
