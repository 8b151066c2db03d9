import { statSync } from 'node:fs';

/** Which files are meant by their paths: another file that comes to the same path later is not the same. */
export type FilePlace = readonly { readonly path: string; readonly device: bigint; readonly inode: bigint }[];

/** The files that are at these paths now; a path without a file is left out. */
export function placeOf(paths: readonly string[]): FilePlace {
  return paths.flatMap((path) => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? [] : [{ path, device: found.dev, inode: found.ino }];
  });
}

/** The first path of a place that no longer has its file, and whether another one is there instead; undefined while all is well. */
export function lostFrom(place: FilePlace): { readonly path: string; readonly isReplaced: boolean } | undefined {
  for (const { path, device, inode } of place) {
    const found = lookAt(path);
    if (found?.dev !== device || found.ino !== inode) return { path, isReplaced: found !== undefined };
  }
  return undefined;
}

/** A path that can no longer be walked (a folder on it became a file, or may not be entered) leads to no file either. */
function lookAt(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
