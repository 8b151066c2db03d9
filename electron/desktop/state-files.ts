import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type * as Electron from 'electron';
import type { DeskOutputOf, SavedFile } from '../../shared/contract/desk-contract';
import type { Result } from '../../shared/kernel/errors';
import { messageOf } from '../../shared/kernel/message-of';
import { strings } from './strings';

/** What saving and opening files of the state needs. */
export type StateFileParts = {
  readonly dialog: Pick<typeof Electron.dialog, 'showSaveDialog' | 'showOpenDialog'>;
  /** The day for the suggested names, `2026-11-22`. */
  readonly today: () => string;
  readonly exportState: () => Promise<Result<{ readonly text: string }>>;
  /** Writes a copy of the whole database; rejects with what the disk says. */
  readonly backUp: (path: string) => Promise<void>;
};

/** The largest state file that is opened, in bytes: it goes through the window. */
const LARGEST_STATE_FILE = 256 * 1024 * 1024;

/** The state and the database as files that the operator chooses. */
export interface StateFiles {
  exportState(): Promise<SavedFile>;
  backUp(): Promise<SavedFile>;
  open(): Promise<DeskOutputOf<'desk.openStateFile'>>;
}

/** The files of this state. */
export function createStateFiles({ dialog, today, exportState, backUp }: StateFileParts): StateFiles {
  async function save(
    title: string,
    suggestedName: string,
    write: (path: string) => Promise<void>,
  ): Promise<SavedFile> {
    const { canceled, filePath } = await dialog.showSaveDialog({ title, defaultPath: suggestedName });
    if (canceled || filePath === '') return { state: 'cancelled' };
    try {
      await write(filePath);
      return { state: 'saved', path: filePath };
    } catch (error) {
      return { state: 'failed', message: messageOf(error) };
    }
  }

  return {
    exportState: () =>
      save(strings.exportStateTitle, `gatehouse-state-${today()}.json`, async (path) => {
        const exported = await exportState();
        if (!exported.ok) throw new Error(exported.refusal.sentence);
        await writeWhole(path, exported.value.text);
      }),
    backUp: () => save(strings.backUpTitle, `gatehouse-backup-${today()}.db`, backUp),
    async open() {
      const { canceled, filePaths } = await dialog.showOpenDialog({
        title: strings.importTitle,
        properties: ['openFile'],
        filters: [{ name: 'JSON', extensions: ['json'] }],
      });
      const [path] = filePaths;
      if (canceled || path === undefined) return { state: 'cancelled' };
      try {
        if ((await stat(path)).size > LARGEST_STATE_FILE) throw new Error(strings.importTooLarge);
        return { state: 'opened', name: basename(path), text: await readFile(path, 'utf8') };
      } catch (error) {
        return { state: 'failed', message: messageOf(error) };
      }
    },
  };
}

/** Writes a file whole or not at all; the one that was there is replaced only by a whole one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
  try {
    await pipeline([text], createWriteStream(unfinished, { mode: 0o600, flush: true }));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
