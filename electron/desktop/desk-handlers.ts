import type * as Electron from 'electron';
import type { DeskStatus } from '../../shared/desk-contract';
import type { Place } from '../../shared/place';
import type { StoreHolder } from '../app/store-holder';
import type { DeskHandlers } from './ipc';
import type { DeskPreferences } from './preferences';

/** What the desk's own requests need. */
export type DeskHandlerParts = {
  readonly electron: Pick<typeof Electron, 'app' | 'clipboard' | 'shell'>;
  readonly dataFolder: string;
  readonly preferences: DeskPreferences;
  readonly holder: StoreHolder;
  readonly status: () => DeskStatus;
  readonly restartApi: () => Promise<void>;
  /** Hears where the operator looks. */
  readonly noteShowing: (place: Place) => void;
};

/** What the window can ask of the app itself (shared/desk-contract.ts). */
export function createDeskHandlers(parts: DeskHandlerParts): DeskHandlers {
  const { electron, preferences, holder, status } = parts;
  return {
    'desk.status': status,
    'desk.preferences': preferences.current,
    'desk.setPreferences': (change) => preferences.change(change),
    'desk.showing'({ place }) {
      parts.noteShowing(place);
      return {};
    },
    'desk.retryStore'() {
      holder.open();
      return status();
    },
    async 'desk.retryApi'() {
      await parts.restartApi();
      return status();
    },
    async 'desk.openDataFolder'() {
      await electron.shell.openPath(parts.dataFolder);
      return {};
    },
    async 'desk.copyText'({ text }) {
      // A promise since Electron 45, nothing to wait for before.
      await electron.clipboard.writeText(text);
      return {};
    },
    'desk.quit'() {
      electron.app.quit();
      return {};
    },
  };
}
