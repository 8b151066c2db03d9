import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Engine } from '../../../shared/contract/engine';
import { engineAbove, versionOfProcess } from '../../connect/processes';
import { type Environment, type HookInput, textOf } from '../../engines/engine';

/** Characters of a title. */
const LONGEST_TITLE = 120;

/** A file of git that says where something is, in bytes. */
const LONGEST_POINTER = 4_096;

/**
 * What can be found out of a session besides what its engine says: the branch and the worktree that it works in, its version, and by its
 * prompt what it is about (spec/sessions.md section 1). It is looked for when a prompt is given and not at each tool call.
 */
export function sessionFacts(
  engine: Engine,
  input: HookInput,
  environment: Environment,
): Readonly<Record<string, unknown>> {
  const pid = engineAbove(engine);
  const version = versionIn(environment) ?? (pid === undefined ? undefined : versionOfProcess(pid));
  const title = titleOf(textOf(input, 'prompt'));
  return {
    ...gitFacts(textOf(input, 'cwd')),
    ...(version !== undefined && { version }),
    ...(title !== '' && { title }),
  };
}

/** The branch of the folder, and the folder of its worktree where that is a linked one; read from the files of git, which is not run. */
export function gitFacts(workspace: string): { readonly branch?: string; readonly worktree?: string } {
  for (let folder = resolve(workspace); ; folder = dirname(folder)) {
    const git = join(folder, '.git');
    const kind = kindOf(git);
    if (kind === 'folder') return branchIn(git);
    if (kind === 'file') {
      const own = /^gitdir: (.+)$/m.exec(pointerIn(git))?.[1];
      return own === undefined ? {} : { ...branchIn(resolve(folder, own)), worktree: folder };
    }
    if (dirname(folder) === folder) return {};
  }
}

function branchIn(git: string): { readonly branch?: string } {
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

/** Claude Code says its version in a variable: `claude-code_2-1-197_harness`. */
function versionIn(environment: Environment): string | undefined {
  return /^claude-code_(\d+(?:-\d+)+)/.exec(environment['AI_AGENT'] ?? '')?.[1]?.replaceAll('-', '.');
}

function titleOf(prompt: string): string {
  const [line = ''] = prompt.trim().split('\n');
  return line.slice(0, LONGEST_TITLE).trim();
}
