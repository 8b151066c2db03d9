/** What a patch does to a file. */
export type PatchedFile = { readonly path: string; readonly does: 'writes' | 'deletes' };

/** The files that a patch of Codex, or one of git, changes; undefined for a text that is none. */
export function filesOfPatch(text: string): readonly PatchedFile[] | undefined {
  const found = [
    ...text.matchAll(
      /^\*\*\* (Add|Update|Delete) File: (.+)$|^\*\*\* Move to: (.+)$|^(?:---|\+\+\+) (?:[ab]\/)?(\S+)/gm,
    ),
  ];
  if (found.length === 0) return undefined;
  return found.flatMap(([, verb, path, moved, unified]) => {
    const named = (path ?? moved ?? unified ?? '').trim();
    return named === '/dev/null' ? [] : [{ path: named, does: verb === 'Delete' ? 'deletes' : 'writes' } as const];
  });
}
