import { visibleLine, visibleText } from '../../../shared/visible-text';
import { NOTIFICATION_LIMITS } from '../notification-ports';

/** One line, cut to what a title may hold; servers take it literally (dunst and xfce4-notifyd were tried). */
export function titleText(text: string): string {
  return visibleLine(text, NOTIFICATION_LIMITS.titleCharacters);
}

/** Text with its hidden characters shown, short enough that the buttons under it stay on the screen. */
export function bodyText(text: string): string {
  const { bodyCharacters, bodyLines } = NOTIFICATION_LIMITS;
  // Cut first: an agent may send a megabyte, and what is hidden in it grows when it is shown.
  const start = text.slice(0, bodyCharacters * 4);
  const lines = visibleText(start.replaceAll('\r\n', '\n')).trim().split('\n');
  const characters = [...lines.slice(0, bodyLines).join('\n')];
  const isCut = start.length < text.length || lines.length > bodyLines || characters.length > bodyCharacters;
  return isCut ? `${characters.slice(0, bodyCharacters - 1).join('')}…` : characters.join('');
}

/** Makes a server that reads markup show the text as it is. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
