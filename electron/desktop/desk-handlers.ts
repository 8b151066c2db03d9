import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type * as Electron from 'electron';
import type { DeskStatus } from '../../shared/desk-contract';
import type { Place } from '../../shared/place';
import type { AuditExport } from '../app/audit-export';
import type { StoreHolder } from '../app/store-holder';
import type { AuditWalks } from './audit-walks';
import type { DeskHandlers } from './ipc';
import type { DeskPreferences } from './preferences';
import { saveAudit } from './save-audit';
import { strings } from './strings';

/** What the desk's own requests need. */
export type DeskHandlerParts = {
  readonly electron: Pick<typeof Electron, 'app' | 'clipboard' | 'dialog' | 'shell'>;
  readonly appFolder: string;
  readonly dataFolder: string;
  readonly preferences: DeskPreferences;
  readonly holder: StoreHolder;
  readonly status: () => DeskStatus;
  readonly restartApi: () => Promise<void>;
  /** Hears where the operator looks. */
  readonly noteShowing: (place: Place) => void;
  readonly exportAudit: AuditExport;
  readonly auditWalks: AuditWalks;
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
    async 'desk.saveText'({ suggestedName, text }) {
      const extension = extname(suggestedName).slice(1);
      const { canceled, filePath } = await electron.dialog.showSaveDialog({
        defaultPath: join(electron.app.getPath('downloads'), suggestedName),
        ...(extension !== '' && { filters: [{ name: extension.toUpperCase(), extensions: [extension] }] }),
      });
      if (canceled || filePath === '') return { isSaved: false };
      try {
        await writeFile(filePath, text, { mode: 0o600 });
        return { isSaved: true };
      } catch (error) {
        return { isSaved: false, problem: error instanceof Error ? error.message : String(error) };
      }
    },
    'desk.exportAudit': () =>
      saveAudit(
        {
          ...parts,
          askWhere: async (defaultPath) =>
            (await electron.dialog.showSaveDialog({ title: strings.exportTitle, defaultPath })).filePath || undefined,
          scriptPath: join(parts.appFolder, 'build', 'audit', 'verify-audit.mjs'),
          today: () => new Date().toISOString().slice(0, 10),
        },
        parts.auditWalks.start('export'),
      ),
    'desk.cancelAudit'() {
      parts.auditWalks.cancel();
      return {};
    },
    'desk.quit'() {
      electron.app.quit();
      return {};
    },
  };
}
