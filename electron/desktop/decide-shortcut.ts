import type { GlobalShortcut } from 'electron';
import type { DecideShortcutStatus } from '../../shared/contract/desk-contract';

/** What the shortcut needs. */
export type DecideShortcutParts = {
  readonly globalShortcut: Pick<GlobalShortcut, 'register' | 'unregister'>;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly preferred: () => string;
  readonly onPressed: () => void;
};

/** The keys that open the popover from every program. */
export interface DecideShortcut {
  /** Takes the preferred keys, and gives back those that it had; tries again where it did not get them. */
  follow(): void;
  state(): DecideShortcutStatus['state'];
  /** Gives the keys back. */
  close(): void;
}

/** A shortcut that has no keys yet. */
export function createDecideShortcut(parts: DecideShortcutParts): DecideShortcut {
  const { globalShortcut, preferred, onPressed } = parts;
  const isPossible = !isWayland(parts.platform, parts.environment);
  let held: string | undefined;

  function giveBack(): void {
    if (held !== undefined) globalShortcut.unregister(held);
    held = undefined;
  }

  return {
    follow() {
      const wanted = preferred();
      if (wanted === held || !isPossible) return;
      giveBack();
      if (wanted !== '' && take(wanted)) held = wanted;
    },
    state() {
      if (!isPossible) return 'impossible';
      if (preferred() === '') return 'off';
      return held === preferred() ? 'on' : 'taken';
    },
    close: giveBack,
  };

  function take(keys: string): boolean {
    try {
      return globalShortcut.register(keys, onPressed);
    } catch {
      // Keys that this keyboard does not have.
      return false;
    }
  }
}

/** Whether the desktop keeps the keys of other programs from us: under Wayland a shortcut would only work in our own windows. */
export function isWayland(platform: NodeJS.Platform, environment: DecideShortcutParts['environment']): boolean {
  if (platform !== 'linux') return false;
  return environment['XDG_SESSION_TYPE'] === 'wayland' || (environment['WAYLAND_DISPLAY'] ?? '') !== '';
}
