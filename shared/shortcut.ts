import { z } from 'zod';

/** Keys that take another key with them, in the order in which they are written. `CommandOrControl` is Ctrl, on a Mac ⌘. */
const modifiers = ['CommandOrControl', 'Control', 'Super', 'Alt', 'Shift'] as const;

type Modifier = (typeof modifiers)[number];

/** Keys that few programs have a meaning for: one modifier is enough. */
const LONE_KEY = /^(F([1-9]|1\d|2[0-4])|Space)$/;

const COMMON_KEY = /^([A-Z]|\d|Up|Down|Left|Right|Home|End|PageUp|PageDown|Insert|Delete)$/;

/** The shortcut that opens the popover until the operator sets another. */
export const DEFAULT_SHORTCUT = 'CommandOrControl+Alt+Shift+G';

/**
 * A shortcut as Electron reads it, or none. It works in every program, so one that has a meaning in many of them (Ctrl+C, Shift+A)
 * is none: a letter takes two modifiers, and Shift alone is never enough.
 */
export const shortcutSchema = z
  .string()
  .max(60)
  .refine((text) => text === '' || isShortcut(text), 'no combination of keys that can work everywhere');

function isShortcut(text: string): boolean {
  const keys = text.split('+');
  const key = keys.pop() ?? '';
  const down = modifiers.filter((each) => keys.includes(each));
  const isInOrder = keys.length === down.length && keys.every((each, index) => each === down[index]);
  const isShiftAlone = keys.every((each) => each === 'Shift');
  return isInOrder && !isShiftAlone && (LONE_KEY.test(key) || (COMMON_KEY.test(key) && keys.length >= 2));
}

/** A key that went down, as a page hears it. */
export type PressedKey = {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
};

/** What was pressed: a shortcut; `wait` while only modifiers are down; `unfit` for what can be none. */
export type Recorded = { readonly shortcut: string } | 'wait' | 'unfit';

/** The shortcut that was pressed. */
export function recordedShortcut(pressed: PressedKey, isMac: boolean): Recorded {
  if (/^(Control|Alt|AltGraph|Shift|Meta|OS|Dead|CapsLock|Fn)/.test(pressed.key)) return 'wait';
  const isDown: Readonly<Record<Modifier, boolean>> = {
    CommandOrControl: isMac ? pressed.metaKey : pressed.ctrlKey,
    Control: isMac && pressed.ctrlKey,
    Super: !isMac && pressed.metaKey,
    Alt: pressed.altKey,
    Shift: pressed.shiftKey,
  };
  const shortcut = [...modifiers.filter((each) => isDown[each]), keyOf(pressed)].join('+');
  return isShortcut(shortcut) ? { shortcut } : 'unfit';
}

/** The key by what it writes where that is a Latin letter, as the system looks for it; else by its place. */
function keyOf({ key, code }: PressedKey): string {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  if (key === ' ' || code === 'Space') return 'Space';
  return code.replace(/^(Key|Digit|Arrow)/, '');
}

const macSigns: Readonly<Record<string, string>> = {
  CommandOrControl: '⌘',
  Control: '⌃',
  Alt: '⌥',
  Shift: '⇧',
};

/** A shortcut as it stands on the keyboard. */
export function shortcutWords(shortcut: string, isMac: boolean): string {
  const keys = shortcut.split('+');
  if (isMac) return keys.map((key) => macSigns[key] ?? key).join('');
  return keys.map((key) => (key === 'CommandOrControl' ? 'Ctrl' : key)).join('+');
}
