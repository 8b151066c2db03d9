import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as Electron from 'electron';
import type { LoginStart } from '../../shared/contract/desk-contract';
import { messageOf } from '../../shared/kernel/message-of';
import { textAt } from '../engines/on-disk';

/** What starting at login needs. */
export type LoginStartParts = {
  readonly app: Pick<typeof Electron.app, 'getLoginItemSettings' | 'setLoginItemSettings' | 'getPath'>;
  readonly platform: NodeJS.Platform;
  /** The program and its arguments that start this Gatehouse. */
  readonly command: readonly string[];
};

/** Starts without a window: the operator did not ask for one. */
export const HIDDEN = '--hidden';

/** Shows the popover in the place of the window, of the Gatehouse that runs if one does. */
export const DECIDE = '--decide';

/** Whether this session starts Gatehouse when the operator logs in, and the way to change it. Off until it is turned on. */
export interface LoginStartSwitch {
  current(): LoginStart;
  set(isOn: boolean): LoginStart;
}

/** The switch of this system: its own setting on macOS and Windows, an autostart entry of freedesktop.org elsewhere. */
export function createLoginStart({ app, platform, command }: LoginStartParts): LoginStartSwitch {
  const [path = '', ...givenArgs] = command;
  const args = [...givenArgs, HIDDEN];
  if (platform === 'darwin' || platform === 'win32') {
    // macOS takes no arguments: begin.ts asks whether the login opened it.
    const item = platform === 'win32' ? { path, args } : {};
    const current = () => ({ isOn: app.getLoginItemSettings(item).openAtLogin });
    return {
      current,
      set(isOn) {
        app.setLoginItemSettings({ openAtLogin: isOn, ...item });
        return current();
      },
    };
  }
  const entryPath = join(app.getPath('appData'), 'autostart', 'gatehouse.desktop');
  const current = (): LoginStart => ({ isOn: isEnabled(textAt(entryPath)) });
  return {
    current,
    set(isOn) {
      try {
        if (isOn) {
          mkdirSync(dirname(entryPath), { recursive: true });
          writeFileSync(entryPath, desktopEntry([path, ...args]));
        } else {
          rmSync(entryPath, { force: true });
        }
        return current();
      } catch (error) {
        return { ...current(), problem: messageOf(error) };
      }
    },
  };
}

/** The program that a login should start: the AppImage itself and not what it is unpacked to; without a package, with the app's folder. */
export function loginCommand(
  app: Pick<typeof Electron.app, 'isPackaged' | 'getAppPath'>,
  execPath: string,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  if (!app.isPackaged) return [execPath, app.getAppPath()];
  return [environment['APPIMAGE'] ?? execPath];
}

/** A line for the desktop's own shortcuts that shows what waits in the popover. */
export function decideCommand(...place: Parameters<typeof loginCommand>): string {
  return [...loginCommand(...place), DECIDE].map(shellWord).join(' ');
}

function shellWord(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

function desktopEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Gatehouse',
    'Comment=Starts Gatehouse in the tray',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    '',
  ].join('\n');
}

/** An argument as the Exec key has it: quoted, then escaped once more as every string of the file; `%` begins a field code. */
function quoted(argument: string): string {
  if (/[\n\r]/.test(argument)) throw new Error('its path has a line break');
  const inQuotes = argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%');
  return `"${inQuotes.replaceAll('\\', '\\\\')}"`;
}

// A session's own settings turn an entry off in one of these ways, and leave the file.
function isEnabled(entry: string | undefined): boolean {
  return entry !== undefined && !/^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(entry);
}
