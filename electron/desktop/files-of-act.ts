import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { type FileChange, readAct } from '../../shared/act/act';
import { folderOf } from '../../shared/act/engine-facts';
import type { Approval } from '../../shared/contract/approval';
import type { FileOfAct } from '../../shared/contract/desk-contract';
import { judge } from '../judgement/here';

/** Files of one act that are read at most, and bytes of each. */
const MOST_FILES = 20;
const LARGEST_BYTES = 512 * 1024;

/** Characters that one act has files looked through at most: each of its pieces looks through its whole file. */
const MOST_SEARCHED = 16_000_000;

type Search = { charactersLeft: number };

/**
 * What the disk says of the files that an act would change, in their order; null where nothing is said. A file is read only where it
 * lies, links followed, in the workspace that Gatehouse itself found, and is a text of bounded size.
 */
export async function filesOfAct(approval: Approval): Promise<readonly (FileOfAct | null)[]> {
  const { requestType, status, targetResource, action, context } = approval;
  if (requestType !== 'tool_call' || status !== 'pending') return [];
  const act = readAct({ toolName: targetResource.id, action });
  if (act.kind !== 'changes') return [];
  const workspace = judge.request(approval).workspace;
  const cwd = folderOf(context);
  if (workspace === undefined || cwd === undefined) return [];
  const root = await realpath(workspace).catch(() => undefined);
  if (root === undefined) return [];
  const search: Search = { charactersLeft: MOST_SEARCHED };
  const look = async (change: FileChange) =>
    fileOf(change, isAbsolute(change.path) ? change.path : join(cwd, change.path), root, search);
  return Promise.all(act.files.slice(0, MOST_FILES).map(look));
}

async function fileOf(change: FileChange, path: string, root: string, search: Search): Promise<FileOfAct | null> {
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    // Whether a file is there is said of the workspace alone.
    const folder = isGone ? await realpath(join(path, '..')).catch(() => undefined) : undefined;
    return folder !== undefined && isBelow(folder, root) ? { isThere: false, starts: [] } : null;
  }
  if (!isBelow(real, root)) return null;
  const text = await textOf(real);
  if (text === undefined) return null;
  if (change.how === 'write') return { isThere: true, content: text, starts: [] };
  return { isThere: true, starts: startsIn(text, change.pieces, search) };
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The text of a file; undefined for one that is too large, no file, or no text. */
async function textOf(path: string): Promise<string | undefined> {
  // A pipe that nobody writes to would not open otherwise.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > LARGEST_BYTES) return undefined;
    const { size } = stat;
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return text.includes('\0') || text.includes('\uFFFD') ? undefined : text;
  } finally {
    await file.close();
  }
}

/**
 * In which lines each piece begins, before and after; only where its text is there exactly once, as the pieces before have left it, and
 * as far as is looked.
 */
function startsIn(original: string, pieces: FileChange['pieces'], search: Search): FileOfAct['starts'] {
  let text = original;
  return pieces.map(({ before, after }) => {
    search.charactersLeft -= text.length;
    if (search.charactersLeft < 0) return null;
    const [inOriginal, at] = [onlyPlace(original, before), onlyPlace(text, before)];
    if (inOriginal === undefined || at === undefined) return null;
    const start = { before: lineAt(original, inOriginal), after: lineAt(text, at) };
    text = text.slice(0, at) + after + text.slice(at + before.length);
    return start;
  });
}

function onlyPlace(text: string, part: string): number | undefined {
  const at = part === '' ? -1 : text.indexOf(part);
  return at === -1 || text.includes(part, at + 1) ? undefined : at;
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
