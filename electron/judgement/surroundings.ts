import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { type IndexedFile, readGitIndex } from './git-index';
import type { Surroundings, Workspace } from './place';

/** An index larger than this is not read: in bytes, some 150,000 files. */
const LARGEST_INDEX = 16 * 1_048_576;

/** What builds, tests and installations usually make. */
const usualOutput =
  /^(?:dist|build|out|target|coverage|node_modules|bower_components|vendor\/bundle|\.next|\.nuxt|\.output|\.turbo|\.cache|\.parcel-cache|\.svelte-kit|\.angular|\.gradle|\.vite|\.nyc_output|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.venv|venv|tmp|logs|playwright-report|test-results|storybook-static|\.eslintcache|\.DS_Store|.*\.(?:pyc|pyo|class|o|obj|tsbuildinfo|log|tmp|swp))$/;

/** Folders of other tools in which they keep worktrees of their own. */
const hiddenWorktree = /\/\.(?:claude|worktrees|codex)(?:\/worktrees)?\//;

/** The machine as it is when it is asked, with this home; what was read of a file is kept until the file changes. */
export function surroundingsOf(home: string): Surroundings {
  const rulesOf = keptByFile((path) => ignore().add(readFileSync(path, 'utf8')));
  const indexOf = keptByFile((path) => readGitIndex(readFileSync(path)) ?? new Map<string, IndexedFile>());

  const namesOf = keptByFile((path) => dependenciesOf(readFileSync(path, 'utf8')));

  function isIgnored(workspace: Workspace, path: string): boolean {
    const parts = relative(workspace.root, path).split(sep);
    if (parts[0] === '..' || parts[0] === '') return false;
    if (!workspace.isGit) return parts.some((part) => usualOutput.test(part));
    const ruleFiles = [join(home, '.config', 'git', 'ignore'), join(gitFolder(workspace.root), 'info', 'exclude')];
    // A folder that is left out takes all below with it.
    return parts.some((_, index) => {
      const ancestor = parts.slice(0, index + 1);
      const isFolder = index < parts.length - 1 || kindOf(path) === 'folder' || path.endsWith(sep);
      let answer = false;
      for (const file of ruleFiles) answer = told(rulesOf(file), ancestor, isFolder, answer);
      for (let depth = 0; depth <= index; depth++) {
        const rules = rulesOf(join(workspace.root, ...parts.slice(0, depth), '.gitignore'));
        answer = told(rules, ancestor.slice(depth), isFolder, answer);
      }
      return answer;
    });
  }

  return {
    home,
    kindOf,
    realPath,
    isIgnored,
    workspaceOf: (cwd) => workspaceOf(cwd, home),
    isKept(workspace, path) {
      if (!workspace.isGit) return false;
      const entry = indexOf(join(gitFolder(workspace.root), 'index'))?.get(relative(workspace.root, path));
      const now = statOf(path);
      if (entry === undefined || now === undefined) return false;
      return entry.size === now.size && entry.mtimeSeconds === Math.floor(now.mtimeMs / 1_000);
    },
    hasProgram({ root }, name) {
      if (!/^[\w.@/-]+$/.test(name)) return false;
      return (
        existsSync(join(root, 'node_modules', '.bin', name)) || namesOf(join(root, 'package.json'))?.has(name) === true
      );
    },
  };
}

/** The packages that a project names as its own. */
function dependenciesOf(text: string): ReadonlySet<string> {
  const fields = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return new Set(
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((name) => Object.keys(fields[name] ?? {})),
  );
}

function told(rules: Ignore | undefined, parts: readonly string[], isFolder: boolean, before: boolean): boolean {
  if (rules === undefined) return before;
  const { ignored, unignored } = rules.test(parts.join('/') + (isFolder ? '/' : ''));
  return ignored || (before && !unignored);
}

function kindOf(path: string): 'none' | 'file' | 'folder' {
  const stat = statOf(path);
  if (stat === undefined) return 'none';
  return stat.isDirectory() ? 'folder' : 'file';
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Follows the links of the deepest part that exists, and adds the rest as it is written. */
function realPath(path: string): string {
  let there = path;
  const rest: string[] = [];
  for (let depth = 0; depth < 200; depth++) {
    try {
      return join(realpathSync.native(there), ...rest);
    } catch {
      if (dirname(there) === there) return path;
      // A link to what is not there leads there all the same, for what is written through it.
      const target = linkTarget(there);
      if (target !== undefined) {
        there = resolve(dirname(there), target);
        continue;
      }
      rest.unshift(there.slice(dirname(there).length).replace(/^[/\\]/, ''));
      there = dirname(there);
    }
  }
  return path;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function workspaceOf(cwd: string, home: string): Workspace | undefined {
  const isThere = kindOf(cwd) === 'folder';
  const start = isThere ? realPath(cwd) : cwd;
  if (!cwd.startsWith('/') || !canBeWorkspace(start, home)) return undefined;
  if (!isThere) return { root: start, isGit: false, isThere };
  for (let folder = start; ; folder = dirname(folder)) {
    if (lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined) {
      if (canBeWorkspace(folder, home)) return { root: folder, isGit: true, isThere };
      break;
    }
    if (dirname(folder) === folder) break;
  }
  return { root: start, isGit: false, isThere };
}

/** A home, the root, what is directly below it and hidden folders are none, nor are those of the system. */
function canBeWorkspace(folder: string, home: string): boolean {
  if (folder === home || /^\/(?:home|Users)\/[^/]+\/?$/.test(folder) || home.startsWith(`${folder}/`)) return false;
  if (/^\/[^/]*\/?$/.test(folder)) return false;
  if (/^\/(?:proc|dev|sys|etc|boot|lib|lib64|usr|bin|sbin|var\/(?:spool|lib|log))(?:\/|$)/.test(folder)) return false;
  const hidden = /\/\.[^/]+/.exec(folder.replace(hiddenWorktree, '/'));
  return hidden === null;
}

/** The folder in which git keeps what it knows of this worktree. */
function gitFolder(root: string): string {
  const entry = join(root, '.git');
  if (kindOf(entry) !== 'file') return entry;
  const said = /^gitdir: (.+)$/m.exec(readFileSync(entry, 'utf8'))?.[1];
  return said === undefined ? entry : join(said.startsWith('/') ? '' : root, said);
}

/** What was made of a file, made anew when the file's size or time has changed; undefined where there is none. */
function keptByFile<Made>(make: (path: string) => Made): (path: string) => Made | undefined {
  const kept = new Map<string, { readonly stamp: string; readonly made: Made | undefined }>();
  return (path) => {
    const stat = statOf(path);
    if (stat === undefined || stat.size > LARGEST_INDEX) return undefined;
    const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    const known = kept.get(path);
    if (known?.stamp === stamp) return known.made;
    if (kept.size > 500) kept.clear();
    let made: Made | undefined;
    try {
      made = make(path);
    } catch {
      made = undefined;
    }
    kept.set(path, { stamp, made });
    return made;
  };
}
