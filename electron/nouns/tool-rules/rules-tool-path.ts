import { visiblePieces } from '../../../shared/kernel/visible-text';

/** Longest path that is compared, in characters. */
const LONGEST_PATH = 2_000;

// What a shell, another system or a reader could take for something else: other separators and their look-alikes, drives,
// streams and addresses (`:`), home and variables, wildcards, quotes.
const ambiguous = /[\\:~$%*?"'`<>|\u2044\u2215\u29F5\u29F8]/;

// Folders of the system: where a path is another one by another name, and where programs and their settings are.
const systemFolder = /^\/(proc|dev|sys|etc|boot|(usr\/)?(local\/)?s?bin)(\/|$)/;

const homeFolder = /^\/(home|Users)\/[^/]+$/;

/** The parts of a path that can be read in one way only; undefined for any other. A first part that is empty is the root. */
function partsOf(path: string): readonly string[] | undefined {
  if (path.length > LONGEST_PATH || path !== path.normalize('NFKC') || ambiguous.test(path)) return undefined;
  if (visiblePieces(path).some(({ isHidden }) => isHidden) || /[\n\t]/.test(path)) return undefined;
  const parts = path.split('/');
  const named = parts[0] === '' ? parts.slice(1) : parts;
  // A dot or space at the end of a name means nothing to some systems, and `.` and `..` lead elsewhere.
  if (named.some((part) => part === '' || /[. ]$/.test(part) || part.startsWith(' '))) return undefined;
  return parts;
}

const isHiddenPart = (part: string) => part.startsWith('.');

/**
 * Whether the operator can trust this folder by a rule: a plain one, not hidden, and neither the whole disk, nor a folder directly
 * below it, nor somebody's home. A relative one is a folder of where the agent works.
 */
export function canTrustFolder(folder: string): boolean {
  const parts = partsOf(folder);
  if (parts === undefined || parts.some(isHiddenPart)) return false;
  if (parts[0] !== '') return true;
  return parts.length > 2 && !homeFolder.test(folder) && !systemFolder.test(folder);
}

/** Whether this folder is given from the root. */
export function isAbsolute(folder: string): boolean {
  return folder.startsWith('/');
}

/** Whether a path is the folder or lies below it, by its letters alone. */
export function isInFolder(path: string, folder: string): boolean {
  return partsOf(path) !== undefined && (path === folder || path.startsWith(`${folder}/`));
}

/**
 * Whether a path lies below the folder, and nothing on the way from there is hidden: what is (`.git/hooks`, `.env`) says how other
 * programs work. Links are not followed here, for that would be the disk's word of that moment.
 */
export function isFileBelow(path: string, folder: string): boolean {
  if (partsOf(path) === undefined || !path.startsWith(`${folder}/`)) return false;
  return !path
    .slice(folder.length + 1)
    .split('/')
    .some(isHiddenPart);
}

/** Whether a path can be read in one way only and no part of it is hidden. */
export function isPlainPath(path: string): boolean {
  const parts = partsOf(path);
  return parts !== undefined && !parts.some(isHiddenPart);
}

/** The folders that a file lies in, the nearest first, down from those that can be trusted. */
export function foldersAbove(path: string): readonly string[] {
  const parts = partsOf(path) ?? [];
  const folders: string[] = [];
  for (let length = parts.length - 1; length > 0; length--) folders.push(parts.slice(0, length).join('/'));
  return folders.filter(canTrustFolder);
}
