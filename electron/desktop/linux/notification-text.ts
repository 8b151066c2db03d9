import { visibleLine, visibleText } from '../../../shared/kernel/visible-text';
import { isShownWhole, NOTIFICATION_LIMITS } from '../notifications/port';

/** One line, cut to what a title may hold; servers take it literally (dunst and xfce4-notifyd were tried). */
export function titleText(text: string): string {
  return visibleLine(text, NOTIFICATION_LIMITS.titleCharacters);
}

/** A body as it can be shown: its hidden characters visible, and `isWhole` false when something was cut off. */
export type BodyText = { readonly text: string; readonly isWhole: boolean };

/** Cuts a body so that a server has no reason to cut it itself, and the buttons under it stay on the screen. */
export function bodyText(body: string): BodyText {
  const { bodyCharacters, bodyLines, lineCharacters } = NOTIFICATION_LIMITS;
  // Cut first: an agent may send a megabyte, and what is hidden in it grows when it is shown.
  const start = body.slice(0, bodyCharacters * 4);
  const visible = visibleText(start.replaceAll('\r\n', '\n')).trim();
  if (start.length === body.length && isShownWhole(visible)) return { text: visible, isWhole: true };
  const lines = visible.split('\n').slice(0, bodyLines);
  const cut = [...lines.map((line) => cutLine(line, lineCharacters)).join('\n')].slice(0, bodyCharacters - 1).join('');
  return { text: cut.endsWith('…') ? cut : `${cut}…`, isWhole: false };
}

/** Makes a server that reads markup show the text as it is. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cutLine(line: string, limit: number): string {
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}
