import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { every } from '../../kernel/every';

/** A folder whose files are watched, also in the folders below it, so many deep. */
export type WatchedFolder = { readonly root: string; readonly depth: number };

/** Folders that are watched below one root: the ones that were changed last, because a system gives only so many watches. */
const MOST_FOLDERS = 500;

/** How often it is looked for folders that no watch told of, in milliseconds. */
const LOOK_MS = 30_000;

/** How long after a change it is looked for new folders, in milliseconds: several are made one in another. */
const SOON_MS = 200;

/** Watches folders until it is closed. */
export interface FolderWatch {
  /** Looks at once: other folders may be wanted. */
  look(): void;
  close(): void;
}

/**
 * Tells of each file that is changed, by its path, in the deepest of the folders. Where nothing happens it costs nothing but a look
 * every half minute. A folder that is not there yet is found by that look.
 */
export function watchFolders(
  folders: () => readonly WatchedFolder[],
  onChange: (path: string, folder: WatchedFolder) => void,
): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let soon: NodeJS.Timeout | undefined;
  let isFirst = true;

  function follow(path: string, isDeepest: boolean, folder: WatchedFolder): void {
    if (watchers.has(path)) return;
    try {
      const watcher = watch(path, { persistent: false }, (_kind, name) => {
        if (name === null) return;
        if (isDeepest) onChange(join(path, name), folder);
        else lookSoon();
      });
      const forget = () => {
        watcher.close();
        watchers.delete(path);
      };
      watcher.on('error', forget);
      watchers.set(path, watcher);
      // What was written into a new folder before it was watched.
      if (isDeepest && !isFirst) for (const name of filesIn(path)) onChange(join(path, name), folder);
    } catch {
      // It is gone again, or there are no more watches; the next look tries anew.
    }
  }

  function look(): void {
    const wanted = new Map<string, { readonly isDeepest: boolean; readonly folder: WatchedFolder }>();
    for (const folder of folders()) {
      for (const [path, depth] of newestBelow(folder)) wanted.set(path, { isDeepest: depth === folder.depth, folder });
    }
    for (const [path, watcher] of watchers) {
      if (wanted.has(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const [path, { isDeepest, folder }] of wanted) follow(path, isDeepest, folder);
    isFirst = false;
  }

  function lookSoon(): void {
    if (soon !== undefined) return;
    soon = setTimeout(() => {
      soon = undefined;
      look();
    }, SOON_MS);
    soon.unref();
  }

  const stopLooking = every(LOOK_MS, look);
  look();
  return {
    look,
    close() {
      stopLooking();
      clearTimeout(soon);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

/** The folders from a root down to its depth, each with how deep it is, the newest ones. */
function newestBelow({ root, depth }: WatchedFolder): readonly (readonly [path: string, depth: number])[] {
  const found: { readonly path: string; readonly depth: number; readonly changedMs: number }[] = [];
  const visit = (path: string, at: number): void => {
    const changedMs = changedAt(path);
    if (changedMs === undefined) return;
    found.push({ path, depth: at, changedMs });
    if (at < depth) for (const name of foldersIn(path)) visit(join(path, name), at + 1);
  };
  visit(root, 0);
  return found
    .toSorted((one, other) => one.depth - other.depth || other.changedMs - one.changedMs)
    .slice(0, MOST_FOLDERS)
    .map((each) => [each.path, each.depth] as const);
}

function changedAt(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function filesIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
