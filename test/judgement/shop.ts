import { createJudge } from '../../electron/judgement/judge';
import type { Surroundings } from '../../electron/judgement/place';

/** Where the project of the cases is. */
export const SHOP = '/work/shop';

const kept = new Set(['src/a.ts', 'src/index.ts', 'package.json', 'file.txt', 'file1.txt', 'file2.txt', '.gitignore']);
const changed = new Set(['src/b.ts', 'untracked.txt', 'foo', 'file', 'Makefile', '7', '123']);
const folders = new Set(['', 'src', 'lib', 'dist', 'node_modules', 'subdir', 'test', 'build', 'test-dir', 'escape']);
const ignored = /^(?:dist|build|node_modules|\.venv)(?:\/|$)|\.log$/;
const branches = new Set(['main', 'dev', 'feature']);
const installed = new Set(
  'tsc vitest jest eslint prettier prisma vite next webpack rimraf turbo nx cross-env'.split(' '),
);

/**
 * A project that git looks after, as a table: some files are committed as they are, some are not, what builds make is left out.
 * `known` are programs that it has installed.
 */
export const shop: Surroundings = {
  home: '/home/dev',
  atOnce: (judge) => judge(),
  workspaceOf(cwd) {
    if (cwd === SHOP || cwd.startsWith(`${SHOP}/`)) return { root: SHOP, isGit: true, isThere: true };
    return undefined;
  },
  realPath: (path) => path,
  kindOf(path) {
    const name = relative(path);
    if (folders.has(name)) return 'folder';
    return kept.has(name) || changed.has(name) ? 'file' : 'none';
  },
  isIgnored: (_workspace, path) => ignored.test(relative(path)),
  hasExceptions: () => false,
  hasExceptionsBelow: () => false,
  isKept: (_workspace, path) => kept.has(relative(path)),
  hasRef: (_workspace, name) => name === 'HEAD' || branches.has(name.replace('refs/heads/', '')),
  hasProgram: (_workspace, name) => installed.has(name),
};

function relative(path: string): string {
  return path === SHOP ? '' : path.startsWith(`${SHOP}/`) ? path.slice(SHOP.length + 1) : path;
}

const judge = createJudge(shop);

/** How dangerous a command is that is run in the shop. */
export function ofCommand(command: string) {
  return judge.call({ toolName: 'Bash', action: { command }, cwd: SHOP });
}

/** How dangerous a call of a tool is that is made in the shop. */
export function ofTool(toolName: string, action: unknown, annotations?: object) {
  return judge.call({ toolName, action, cwd: SHOP, ...(annotations !== undefined && { annotations }) });
}

/** How dangerous a request is. */
export const ofRequest = judge.request;
