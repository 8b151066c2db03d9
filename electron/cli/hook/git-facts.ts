import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A file of git that says where something is, in bytes. */
const LONGEST_POINTER = 4_096;

/** What the files of git say of a folder; git is not run. */
export type GitFacts = { readonly branch?: string; readonly worktree?: string };

/**
 * The branch of a folder, and the folder of its worktree where that is another one or a linked one. What a whole home folder is kept in
 * is no project.
 */
export function gitFacts(workspace: string): GitFacts {
  const start = resolve(workspace);
  for (let folder = start; folder !== homedir(); folder = dirname(folder)) {
    const git = join(folder, '.git');
    const kind = kindOf(git);
    if (kind === 'folder') return { ...branchIn(git), ...(folder !== start && { worktree: folder }) };
    if (kind === 'file') {
      const own = /^gitdir: (.+)$/m.exec(pointerIn(git))?.[1];
      return own === undefined ? {} : { ...branchIn(resolve(folder, own)), worktree: folder };
    }
    if (dirname(folder) === folder) break;
  }
  return {};
}

function branchIn(git: string): Pick<GitFacts, 'branch'> {
  const branch = /^ref: refs\/heads\/(.+)$/m.exec(pointerIn(join(git, 'HEAD')))?.[1];
  return branch === undefined ? {} : { branch };
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isDirectory() === true ? 'folder' : status?.isFile() === true ? 'file' : undefined;
}

function pointerIn(path: string): string {
  try {
    return statSync(path).size > LONGEST_POINTER ? '' : readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
