import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { jsonIn } from '../../shared/kernel/fields';

/** A transcript that is open for reading, and what it is called as long as it is the same file. */
export type OpenTranscript = { readonly handle: FileHandle; readonly size: number; readonly file: string };

/**
 * Opens a file for reading if it is an ordinary one below a folder, wherever links lead; undefined for whatever is not. An agent names
 * the path, so nothing else is opened, and nothing that would wait.
 */
export async function openBelow(folder: string, path: string): Promise<OpenTranscript | undefined> {
  if (!isAbsolute(path)) return undefined;
  let handle: FileHandle | undefined;
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(path)]);
    if (!real.startsWith(root + sep)) return undefined;
    handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const [opened, there] = [await handle.stat(), await lstat(real)];
    // A folder on the way may have been exchanged meanwhile.
    const isSame = (await realpath(path)) === real && there.ino === opened.ino && there.dev === opened.dev;
    if (isSame && opened.isFile()) {
      return { handle, size: opened.size, file: `${opened.dev}:${opened.ino}:${Math.floor(opened.birthtimeMs)}` };
    }
  } catch {
    // It is gone, or not for us.
  }
  await handle?.close();
  return undefined;
}

/** Files of a folder that are looked at. */
const MOST_FILES = 2_000;

/** The paths of the transcripts in a folder, by name; none where there is no such folder. */
export async function transcriptsIn(folder: string, from = ''): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const wanted = names.filter((name) => name.endsWith('.jsonl') && name >= from).sort();
  return wanted.slice(-MOST_FILES).map((name) => join(folder, name));
}

/** The longest first line that is looked at, in bytes: Codex has its instructions in it. */
const LONGEST_FIRST_LINE = 1024 * 1024;

/** The first line as JSON; undefined where there is none yet, or it is none. */
export async function firstLineOf({ handle }: OpenTranscript): Promise<unknown> {
  const buffer = Buffer.alloc(LONGEST_FIRST_LINE);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  const end = buffer.subarray(0, bytesRead).indexOf(10);
  return end < 0 ? undefined : jsonIn(buffer.toString('utf8', 0, end));
}
