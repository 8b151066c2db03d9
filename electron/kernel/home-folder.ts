import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  watch,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { lostFrom, placeOf } from './store/file-place';
import { type DatabaseSync, openDatabase } from './store/sqlite';

/** Thrown when the app cannot run with this home folder; the message is for whoever started it. */
export class HomeError extends Error {}

/** The folder of all that the app keeps, held by this process alone. */
export interface HomeFolder {
  /** Whether the folder at its path is still the one that was opened: nothing may be written into one that took its place. */
  isInPlace(): boolean;
  /** Calls the listener when a file in it comes or goes, or the folder itself; not for what is written into files. */
  watch(onChange: () => void): void;
  /** Lets the next process have it. */
  close(): void;
}

/**
 * Makes the folder if there is none, and looks whether it can be written: Chromium would take one that cannot for one that another
 * process holds. Throws HomeError when it cannot.
 */
export function prepareHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
    closeToOthers(home);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const why = {
      EROFS: 'it is on a read-only disk',
      EACCES: 'this user may not write it',
      EPERM: 'it may not be written',
    };
    const reason = code in why ? why[code as keyof typeof why] : code;
    throw new HomeError(
      `the data folder ${home} cannot be used: ${reason}. Make it writable, or set GATEHOUSE_HOME to another folder.`,
      { cause: error },
    );
  }
}

/** A folder that others can look into is closed to them, if it is this user's and Gatehouse's alone. */
function closeToOthers(home: string): void {
  if (process.getuid === undefined) return;
  const { mode, uid } = statSync(home);
  const isOpenToOthers = (mode & 0o077) !== 0;
  // One that was there before may be meant for more than Gatehouse: it is left as it is.
  const isOurs = uid === process.getuid() && (existsSync(join(home, 'gatehouse.db.exists')) || isEmpty(home));
  if (isOpenToOthers && isOurs && (mode & 0o1000) === 0) chmodSync(home, 0o700);
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).length === 0;
}

/**
 * Takes a folder that `prepareHome` has prepared for this process alone, by a lock that the system lets go of when the process
 * ends, however it ends. Throws HomeError while another process has it.
 */
export function openHome(home: string): HomeFolder {
  const lock = takeLock(home);
  const place = placeOf([home]);
  let watcher: FSWatcher | undefined;
  return {
    isInPlace: () => lostFrom(place) === undefined,
    watch(onChange) {
      watcher?.close();
      try {
        watcher = watch(home, { persistent: false }, (event) => {
          if (event === 'rename') onChange();
        });
        // Without it the next commit, or whoever asks for the health, notices instead.
        watcher.on('error', () => watcher?.close());
      } catch {
        watcher = undefined;
      }
    },
    close() {
      watcher?.close();
      lock?.close();
    },
  };
}

/** Undefined where the disk knows no locks: Chromium's own guard is left then. */
function takeLock(home: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = openDatabase(join(home, 'gatehouse.lock'), 0);
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    try {
      lock?.close();
    } catch {
      // What matters is why it could not be taken.
    }
    const { errcode } = error as { readonly errcode?: unknown };
    if (typeof errcode !== 'number' || (errcode & 0xff) !== SQLITE_BUSY) return undefined;
    throw new HomeError(`another Gatehouse uses the data folder ${home}. Quit it first.`, { cause: error });
  }
}

const SQLITE_BUSY = 5;

/** Where Chromium's guard against a second instance listens: a link in the home folder to a socket in a folder of its own. */
function singletonFolder(home: string): string | undefined {
  try {
    return dirname(readlinkSync(join(home, 'SingletonSocket')));
  } catch {
    return undefined;
  }
}

/**
 * Notes the folder of Chromium's guard, and answers the function that removes it once the guard has a new one: a process that was
 * killed leaves it behind among the temporary files.
 */
export function noteSingleton(home: string): () => void {
  const before = singletonFolder(home);
  return () => {
    if (before === undefined || before === singletonFolder(home) || !/[/\\]scoped_dir\w+$/.test(before)) return;
    rmSync(before, { recursive: true, force: true });
  };
}
