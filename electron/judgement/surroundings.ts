import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { JsonObject } from '../../shared/kernel/fields';
import { type IndexedFile, readGitIndex } from './git-index';
import { atOnce, isThere as isSomethingThere, kindOf, realPath, statOf } from './looks';
import type { Surroundings, Workspace } from './place';

// What is read of a project is written by those who are judged: none of it may take long.
/** An index larger than this is not read, and what git does not say it has is lost: in bytes, some 40,000 files. */
const LARGEST_INDEX = 4 * 1_048_576;
const LARGEST_PACKAGE = 1_048_576;
const LARGEST_RULES = 100_000;
const LARGEST_POINTER = 10_000;

/** Files that lie deeper than this count as kept by nobody. */
const DEEPEST = 40;

/** What builds, tests and installations usually make. */
const usualOutput =
  /^(?:dist|build|out|target|coverage|node_modules|bower_components|vendor\/bundle|\.next|\.nuxt|\.output|\.turbo|\.cache|\.parcel-cache|\.svelte-kit|\.angular|\.gradle|\.vite|\.nyc_output|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.venv|venv|tmp|logs|playwright-report|test-results|storybook-static|\.eslintcache|\.DS_Store|.*\.(?:pyc|pyo|class|o|obj|tsbuildinfo|log|tmp|swp))$/;

/** Folders of other tools in which they keep worktrees of their own. */
const hiddenWorktree = /\/\.(?:claude|worktrees|codex)(?:\/worktrees)?\//;

/** The machine as it is when it is asked, with this home; what was read of a file is kept until the file changes. */
export function surroundingsOf(home: string): Surroundings {
  const rulesOf = keptByFile(LARGEST_RULES, (path) => {
    const lines = simpleRules(readFileSync(path, 'utf8'));
    return { matcher: ignore().add(lines), hasExceptions: lines.some((line) => line.startsWith('!')) };
  });
  const indexOf = keptByFile(LARGEST_INDEX, (path) => {
    const files = readGitIndex(readFileSync(path)) ?? new Map<string, IndexedFile>();
    return { files, rules: [...files.keys()].filter((name) => name.endsWith('/.gitignore')) };
  });

  const { gitFolder, hasRef } = gitFolders();
  const namesOf = keptByFile(LARGEST_PACKAGE, (path) => dependenciesOf(readFileSync(path, 'utf8')));

  /** What may leave out a path: the rules of everywhere, and those of each folder above it. */
  function rulesAbove({ root }: Workspace, parts: readonly string[]) {
    const everywhere = [join(home, '.config', 'git', 'ignore'), join(gitFolder(root), 'info', 'exclude')];
    return [
      ...everywhere.map((file) => ({ depth: 0, rules: rulesOf(file) })),
      ...parts.map((_, depth) => ({ depth, rules: rulesOf(join(root, ...parts.slice(0, depth), '.gitignore')) })),
    ];
  }

  function isIgnored(workspace: Workspace, path: string): boolean {
    const parts = relative(workspace.root, path).split(sep);
    if (parts[0] === '..' || parts[0] === '' || parts.length > DEEPEST) return false;
    if (!workspace.isGit) return parts.some((part) => usualOutput.test(part));
    const above = rulesAbove(workspace, parts);
    const isFolder = path.endsWith(sep) || kindOf(path) === 'folder';
    // A folder that is left out takes all below with it.
    return parts.some((_, index) => {
      let answer = false;
      for (const { depth, rules } of above) {
        if (depth <= index) {
          answer = told(rules?.matcher, parts.slice(depth, index + 1), index < parts.length - 1 || isFolder, answer);
        }
      }
      return answer;
    });
  }

  return {
    home,
    atOnce,
    kindOf,
    realPath,
    isIgnored,
    hasExceptions(workspace, path) {
      const parts = relative(workspace.root, path).split(sep);
      return workspace.isGit && rulesAbove(workspace, parts).some(({ rules }) => rules?.hasExceptions === true);
    },
    hasExceptionsBelow({ root, isGit }, folder) {
      const index = join(gitFolder(root), 'index');
      const known = indexOf(index);
      // An index that is not read may have any.
      if (!isGit || known === undefined) return isGit && kindOf(index) !== 'none';
      const files = known.rules.map((name) => join(root, name)).filter((path) => path.startsWith(`${folder}/`));
      return files.some((path) => rulesOf(path)?.hasExceptions === true);
    },
    workspaceOf: (cwd) => workspaceOf(cwd, home),
    isKept(workspace, path) {
      if (!workspace.isGit) return false;
      const entry = indexOf(join(gitFolder(workspace.root), 'index'))?.files.get(relative(workspace.root, path));
      const now = statOf(path);
      if (entry === undefined || now === undefined) return false;
      return entry.size === now.size && entry.mtimeSeconds === Math.floor(now.mtimeMs / 1_000);
    },
    hasRef: ({ root }, name) => hasRef(root, name),
    hasProgram({ root }, name) {
      if (!/^[\w.@/-]+$/.test(name)) return false;
      return (
        existsSync(join(root, 'node_modules', '.bin', name)) || namesOf(join(root, 'package.json'))?.has(name) === true
      );
    },
  };
}

/** Where git keeps what it knows of a worktree, and which references it has there. */
function gitFolders() {
  /** Where a worktree says that git keeps what it knows of it. */
  const pointerOf = keptByFile(
    LARGEST_POINTER,
    (path) => /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '',
  );
  /** The folder in which git keeps what it knows of this worktree. */
  const gitFolder = (root: string) => {
    const entry = join(root, '.git');
    const said = pointerOf(entry) ?? '';
    return said === '' ? entry : join(said.startsWith('/') ? '' : root, said);
  };
  const refsOf = keptByFile(LARGEST_INDEX, (path) => packedRefs(readFileSync(path, 'utf8')));

  /** The folder in which git keeps what all worktrees of a repository have in common. */
  const commonFolder = (root: string) => {
    const folder = gitFolder(root);
    const said = commonOf(join(folder, 'commondir'));
    return said === undefined || said === '' ? folder : resolve(folder, said);
  };
  const commonOf = keptByFile(LARGEST_POINTER, (path) => readFileSync(path, 'utf8').trim());

  function hasRef(root: string, name: string): boolean {
    const folder = commonFolder(root);
    const isPlain = /^refs\/\w[\w./-]*$/.test(name) && !name.includes('..');
    // Where git keeps its references in tables, nobody looks.
    if (!isPlain || kindOf(join(folder, 'HEAD')) !== 'file' || kindOf(join(folder, 'reftable')) !== 'none') return true;
    const packed = join(folder, 'packed-refs');
    if (kindOf(join(folder, name)) !== 'none') return true;
    return kindOf(packed) !== 'none' && refsOf(packed)?.has(name) !== false;
  }
  return { gitFolder, hasRef };
}

/** The references that git keeps in one file. */
function packedRefs(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^[\da-f]+ (refs\/\S+)$/gm)].map(([, name = '']) => name));
}

/** The packages that a project names as its own. */
function dependenciesOf(text: string): ReadonlySet<string> {
  const fields = JSON.parse(text) as JsonObject;
  return new Set(
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((name) => Object.keys(fields[name] ?? {})),
  );
}

/**
 * The rules of a file that take no time to try. Where one of many wildcards takes something out of the rest, nothing is left out
 * at all.
 */
function simpleRules(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const isSimple = (line: string) =>
    line.length <= 500 && line.replaceAll('**', '').split('*').length <= 4 && line.split('**').length <= 4;
  if (lines.some((line) => line.startsWith('!') && !isSimple(line))) return [];
  return lines.filter(isSimple);
}

function told(rules: Ignore | undefined, parts: readonly string[], isFolder: boolean, before: boolean): boolean {
  if (rules === undefined) return before;
  const { ignored, unignored } = rules.test(parts.join('/') + (isFolder ? '/' : ''));
  return ignored || (before && !unignored);
}

function workspaceOf(cwd: string, home: string): Workspace | undefined {
  const isThere = kindOf(cwd) === 'folder';
  const start = isThere ? realPath(cwd) : cwd;
  if (!cwd.startsWith('/') || !canBeWorkspace(start, home)) return undefined;
  if (!isThere) return { root: start, isGit: false, isThere };
  for (let folder = start; ; folder = dirname(folder)) {
    if (isSomethingThere(join(folder, '.git'))) {
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

/** What was made of a file, made anew when the file's size or time has changed; undefined where there is none, or one too large. */
function keptByFile<Made>(largestBytes: number, make: (path: string) => Made): (path: string) => Made | undefined {
  const kept = new Map<string, { readonly stamp: string; readonly made: Made | undefined }>();
  return (path) => {
    const stat = statOf(path);
    if (stat === undefined || stat.size > largestBytes || !stat.isFile()) return undefined;
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
