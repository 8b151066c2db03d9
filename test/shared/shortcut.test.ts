import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SHORTCUT,
  type PressedKey,
  recordedShortcut,
  shortcutSchema,
  shortcutWords,
} from '../../shared/shortcut';

const pressed = (key: string, code: string, ...down: readonly ('ctrl' | 'alt' | 'shift' | 'meta')[]): PressedKey => ({
  ...{ key, code },
  ctrlKey: down.includes('ctrl'),
  altKey: down.includes('alt'),
  shiftKey: down.includes('shift'),
  metaKey: down.includes('meta'),
});

const isFit = (text: string) => shortcutSchema.safeParse(text).success;

describe('a shortcut', () => {
  it.each(['', DEFAULT_SHORTCUT, 'Alt+Space', 'Super+F9', 'CommandOrControl+Shift+9', 'Control+Super+PageUp'])(
    'can be “%s”',
    (text) => {
      expect(isFit(text)).toBe(true);
    },
  );

  it.each([
    ['a letter alone', 'G'],
    ['what copies in every program', 'CommandOrControl+C'],
    ['a capital letter', 'Shift+G'],
    ['a key that selects', 'Shift+F3'],
    ['modifiers alone', 'CommandOrControl+Alt'],
    ['the same modifier twice', 'Alt+Alt+G'],
    ['modifiers in another order', 'Shift+Alt+G'],
    ['a key that there is not', 'CommandOrControl+Alt+F25'],
    ['a key that writes a sign', 'CommandOrControl+Alt++'],
    ['no modifier', '+Space'],
  ])('is never %s', (_what, text) => {
    expect(isFit(text)).toBe(false);
  });

  it('is recorded as what can be stored, or not at all, whatever is pressed', () => {
    const key = fc.record({
      key: fc.oneof(fc.constantFrom('a', 'Z', '1', '!', ' ', 'Enter', 'F5', 'é', 'ж', '+', 'Tab'), fc.string()),
      code: fc.oneof(fc.constantFrom('KeyA', 'Digit1', 'Space', 'F5', 'ArrowUp', 'Numpad1', 'Equal'), fc.string()),
      ...{ ctrlKey: fc.boolean(), altKey: fc.boolean(), shiftKey: fc.boolean(), metaKey: fc.boolean() },
    });
    fc.assert(
      fc.property(key, fc.boolean(), (each, isMac) => {
        const recorded = recordedShortcut(each, isMac);
        if (typeof recorded === 'object') expect(isFit(recorded.shortcut)).toBe(true);
      }),
    );
  });

  it.each<[string, PressedKey, boolean, unknown]>([
    ['by its letter', pressed('G', 'KeyG', 'ctrl', 'alt', 'shift'), false, { shortcut: DEFAULT_SHORTCUT }],
    ['the same with ⌘', pressed('g', 'KeyG', 'meta', 'alt', 'shift'), true, { shortcut: DEFAULT_SHORTCUT }],
    ['where AZERTY writes it', pressed('a', 'KeyQ', 'ctrl', 'alt'), false, { shortcut: 'CommandOrControl+Alt+A' }],
    ['by its place in Cyrillic', pressed('п', 'KeyG', 'ctrl', 'alt'), false, { shortcut: 'CommandOrControl+Alt+G' }],
    [
      'a digit with its Shift',
      pressed('!', 'Digit1', 'ctrl', 'shift'),
      false,
      { shortcut: 'CommandOrControl+Shift+1' },
    ],
    ['Space', pressed(' ', 'Space', 'alt'), false, { shortcut: 'Alt+Space' }],
    ['an arrow', pressed('ArrowUp', 'ArrowUp', 'ctrl', 'alt'), false, { shortcut: 'CommandOrControl+Alt+Up' }],
    ['a modifier that waits for its key', pressed('Alt', 'AltLeft', 'ctrl', 'alt'), false, 'wait'],
    ['copying', pressed('c', 'KeyC', 'ctrl'), false, 'unfit'],
    ['Enter', pressed('Enter', 'Enter', 'ctrl', 'alt'), false, 'unfit'],
  ])('is recorded: %s', (_what, key, isMac, recorded) => {
    expect(recordedShortcut(key, isMac)).toEqual(recorded);
  });

  it('is shown as it stands on the keyboard', () => {
    expect(shortcutWords(DEFAULT_SHORTCUT, false)).toBe('Ctrl+Alt+Shift+G');
    expect(shortcutWords(DEFAULT_SHORTCUT, true)).toBe('⌘⌥⇧G');
  });
});
