import { mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createJudge } from '../../electron/judgement/judge';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { surroundingsOf } from '../../electron/judgement/surroundings';
import { removeFolder } from '../support/remove-folder';

beforeAll(loadShellGrammar);

/** A home with a project in it that git looks after, two of whose files are committed as they are. */
function makeProject() {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-judged-'));
  onTestFinished(() => removeFolder(home));
  const root = join(home, 'dev', 'shop');
  for (const folder of ['src', 'dist', '.git', 'packages/a/out']) mkdirSync(join(root, folder), { recursive: true });
  const put = (path: string, text: string) => writeFileSync(join(root, path), text);
  put('.gitignore', 'dist\n*.tmp\n!keep.tmp\n');
  put('packages/a/.gitignore', 'out/\n');
  put('package.json', JSON.stringify({ devDependencies: { vitest: '1' } }));
  for (const path of ['src/a.ts', 'src/b.ts', 'src/new.ts', 'keep.tmp', 'dist/a.js', 'packages/a/out/x'])
    put(path, path);
  put('.git/index', '');
  writeFileSync(join(root, '.git', 'index'), indexOf(root, ['src/a.ts', 'src/b.ts']));
  put('src/b.ts', 'changed since');
  const judge = createJudge(surroundingsOf(home));
  return {
    home,
    root,
    level: (command: string, cwd = root) => judge.call({ toolName: 'Bash', action: { command }, cwd }).level,
    write: (path: string, cwd = root) =>
      judge.call({ toolName: 'Write', action: { file_path: path, content: '' }, cwd }).level,
    workspace: (cwd: string) => judge.call({ toolName: 'Read', action: { file_path: 'a' }, cwd }).workspace,
  };
}

/** An index of git, in its second format, that has these files as they are. */
function indexOf(root: string, paths: readonly string[]): Buffer {
  const header = Buffer.alloc(12);
  header.write('DIRC');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(paths.length, 8);
  const entries = paths.map((path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    const entry = Buffer.alloc(Math.ceil((62 + path.length + 1) / 8) * 8);
    entry.writeUInt32BE(Math.floor(mtimeMs / 1_000), 8);
    entry.writeUInt32BE(size, 36);
    entry.writeUInt16BE(path.length, 60);
    entry.write(path, 62);
    return entry;
  });
  return Buffer.concat([header, ...entries]);
}

test('what git has as it is, or leaves out, can be deleted; all else is lost [judgement-1.destroys]', () => {
  const { level } = makeProject();
  expect([level('rm src/a.ts'), level('rm src/b.ts'), level('rm src/new.ts'), level('rm none.ts')]).toEqual([
    'normal',
    'high',
    'high',
    'normal',
  ]);
  expect([
    level('rm -rf dist'),
    level('rm -rf src'),
    level('rm -rf packages/a/out'),
    level('rm -rf packages/a'),
  ]).toEqual(['normal', 'high', 'normal', 'high']);
  expect([level('rm x.tmp'), level('rm keep.tmp')]).toEqual(['normal', 'high']);
});

test('a pattern of what git leaves out also finds what is taken out of that again [judgement-1.destroys]', () => {
  const { root, level } = makeProject();
  const commands = ['rm *.tmp', "find . -name '*.tmp' -delete", "find src -name '*.tmp' -exec rm {} +"];
  expect(commands.map((command) => level(command))).toEqual(['high', 'high', 'high']);
  writeFileSync(join(root, '.gitignore'), 'dist\n*.tmp\n');
  expect(commands.map((command) => level(command))).toEqual(['normal', 'normal', 'normal']);
  writeFileSync(join(root, 'src', '.gitignore'), '!*.tmp\n');
  expect(level("find src -name '*.tmp' -delete")).toBe('high');
  // Of a folder that is left out as a whole nothing can be taken out.
  expect(level('rm -rf dist/*')).toBe('normal');
});

test('what a folder below takes out of what is left out is found, too, where git has its rules [judgement-1.destroys]', () => {
  const { root, level } = makeProject();
  writeFileSync(join(root, '.gitignore'), 'dist\n*.tmp\n');
  writeFileSync(join(root, 'packages/a/.gitignore'), 'out/\n!keep.tmp\n');
  const commands = ["find . -name '*.tmp' -delete", "find packages -name '*.tmp' -exec rm {} +", 'rm packages/*/*.tmp'];
  expect(commands.map((command) => level(command))).toEqual(['normal', 'normal', 'normal']);
  writeFileSync(join(root, '.git', 'index'), indexOf(root, ['src/a.ts', 'packages/a/.gitignore']));
  expect(commands.map((command) => level(command))).toEqual(['high', 'high', 'high']);
  expect(level("find src -name '*.tmp' -delete")).toBe('normal');
  expect(level('rm *.tmp')).toBe('normal');
});

test('the workspace is the worktree that holds the folder; a home, the root and hidden folders are none [judgement-4.workspace]', () => {
  const { home, root, workspace, write } = makeProject();
  expect(workspace(join(root, 'src'))).toBe(root);
  expect(workspace(home)).toBeUndefined();
  expect(workspace('/')).toBeUndefined();
  expect(workspace('/etc')).toBeUndefined();
  mkdirSync(join(home, '.config', 'x'), { recursive: true });
  expect(workspace(join(home, '.config', 'x'))).toBeUndefined();
  expect(write(join(root, 'src', 'a.ts'), join(root, 'src'))).toBe('normal');
  expect(write(join(root, '..', 'other.ts'))).toBe('high');
  expect(write('a.txt', home)).toBe('high');
});

test('a link leads where it leads at the time of judgement [judgement-3.resolved]', () => {
  const { home, root, level, write } = makeProject();
  symlinkSync(home, join(root, 'away'));
  expect(write('away/x.ts')).toBe('high');
  expect(write('away/dev/shop/src/a.ts')).toBe('normal');
  symlinkSync(join(root, '.git', 'config'), join(root, 'harmless.txt'));
  expect(write('harmless.txt')).toBe('high');
  expect(level('echo x > harmless.txt')).toBe('high');
});

test('a program counts as the project’s where it is installed, or named as needed', () => {
  const { level } = makeProject();
  expect([level('npx vitest run'), level('npx evil')]).toEqual(['normal', 'high']);
});

test('a branch that is not there cannot be moved away from its commits; where git keeps it elsewhere, nobody knows', () => {
  const { root, level } = makeProject();
  const levels = (name: string) => [level(`git switch -C ${name}`), level(`git checkout -B ${name}`)];
  expect(levels('new')).toEqual(['high', 'high']);
  mkdirSync(join(root, '.git', 'refs', 'heads', 'a'), { recursive: true });
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(root, '.git', 'refs', 'heads', 'main'), `${'0'.repeat(40)}\n`);
  writeFileSync(join(root, '.git', 'packed-refs'), `# pack-refs\n${'0'.repeat(40)} refs/heads/old\n`);
  expect([levels('new'), levels('main'), levels('old'), levels('a')]).toEqual([
    ['normal', 'normal'],
    ['high', 'high'],
    ['high', 'high'],
    ['high', 'high'],
  ]);
  expect([level('git -C . switch -C new'), level('cd /work; git switch -C new'), level('git switch -C ../x')]).toEqual([
    'high',
    'high',
    'high',
  ]);
  mkdirSync(join(root, '.git', 'reftable'));
  expect(levels('new')).toEqual(['high', 'high']);
});

test('the branches of a worktree are those of its repository', () => {
  const { root } = makeProject();
  const tree = join(root, 'tree');
  const kept = join(root, '.git', 'worktrees', 'tree');
  for (const folder of [tree, kept, join(root, '.git', 'refs', 'heads')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(tree, '.git'), `gitdir: ${kept}\n`);
  writeFileSync(join(kept, 'commondir'), '../..\n');
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(root, '.git', 'refs', 'heads', 'main'), `${'0'.repeat(40)}\n`);
  const judge = createJudge(surroundingsOf(join(root, '..', '..')));
  const level = (command: string) => judge.call({ toolName: 'Bash', action: { command }, cwd: tree }).level;
  expect([level('git switch -C main'), level('git switch -C new')]).toEqual(['high', 'normal']);
});
