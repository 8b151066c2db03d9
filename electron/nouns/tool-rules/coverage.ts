import ignore from 'ignore';
import type { RuleBundle, ToolPattern } from '../../../shared/contract/tool-rule';
import type { Judgement, ShellPart } from '../../../shared/judgement';
import { fieldsOf } from '../../../shared/kernel/fields';
import { programOf } from '../../judgement/programs/programs';
import { kindOfTool } from '../../judgement/tools';
import { hasCommand, isCommandAlone, pathsOf } from './rules-tool-input';
import { isAbsolute, isFileBelow, isPlainPath } from './rules-tool-path';

/** A tool call with what it was judged to be. */
export type JudgedCall = {
  readonly toolName: string;
  readonly action: unknown;
  readonly actionHash: string | undefined;
  readonly cwd: string | undefined;
  readonly judgement: Judgement;
};

/** Options that only choose among what a command does anyway, or how it says it. */
const harmlessOption =
  /^(?:--|--?(?:run|silent|quiet|q|v{1,3}|verbose|coverage|watch=false|watchAll=false|no-watch|bail|ci|json|color|no-color|passWithNoTests|updateSnapshot|u|x|t|k|s|l|a|r|testNamePattern|grep|filter|project|only|release|all|all-features|workspace|w|count=\d+|race|short|maxfail=\d+|tb=\w+|noEmit|pretty|fix|check|stat|oneline|n|\d+|retries=\d+|workers=\d+|timeout=\d+|reporter=(?:verbose|dot|default|json|basic|line|list))(?:=[\w./:-]*)?)$/;

/** A variable that is set by a word of a command. */
const setting = /^[A-Za-z_]\w*[+:?!]?=/;

/** Commands that test, build or lint a project, by their first words. */
const checks = [
  'npm|pnpm|yarn|bun test|t|tst',
  'npm|pnpm|yarn|bun run|run-script test|tests|unit|e2e|build|lint|check|typecheck|type-check|tsc|format|fmt|verify|coverage|ci|bench|compile',
  'pnpm|yarn build|lint|check|typecheck|format',
  'vitest|jest|mocha|ava|tap|playwright|cypress|karma|c8|nyc',
  'tsc|eslint|oxlint|biome|prettier|stylelint|knip|rollup|esbuild|tsup|vite|webpack|turbo|nx',
  'pytest|ruff|mypy|pyright|black|isort|flake8|pylint|tox|nox|unittest',
  'python|python3 -m pytest|unittest|mypy|ruff|black',
  'uv|poetry run pytest|ruff|mypy|black',
  'cargo test|build|check|clippy|fmt|bench|nextest|doc',
  'go test|build|vet|fmt',
  'golangci-lint|gofmt|staticcheck|rustfmt|shellcheck|hadolint|actionlint|yamllint|markdownlint',
  'make|gmake|just|task test|tests|check|build|lint|all|fmt|format|typecheck|unit|verify',
  'mvn|mvnw test|verify|compile|package|check',
  'gradle|gradlew test|check|build|assemble|lint|compileJava|compileKotlin',
  'dotnet test|build|format',
  'rspec|rubocop|phpunit|phpstan|ctest',
  'mix|swift|zig|rake|bazel test|build|lint|format|compile',
  'rails|composer|deno|flutter|dart test|lint|check|fmt|analyze|format',
].map((line) => line.split(' ').map((words) => new Set(words.split('|'))));

/** Whether an allowing rule's pattern covers this call, whose risk must not be high (spec/judgement.md section 6). */
export function fitsPattern(pattern: ToolPattern, call: JudgedCall): boolean {
  const { action, actionHash, judgement, toolName } = call;
  switch (pattern.kind) {
    case 'exact':
      return actionHash === pattern.hash;
    case 'command_prefix': {
      const wanted = pattern.prefix.split(' ');
      return isCommandAlone(action) && everyCommand(judgement, (part, whole) => isBegunBy(part, whole, wanted));
    }
    case 'bundle':
      return fitsBundle(pattern.bundle, call);
    case 'path': {
      const paths = hasCommand(action) ? undefined : pathsOf(action);
      return paths !== undefined && paths.length > 0 && paths.every((path) => isFileBelow(path, pattern.folder));
    }
    case 'files':
      return kindOfTool(toolName) !== 'shell' && everyFile(call, (path) => isNamedBy(pattern.glob, path));
    case 'host':
      return kindOfTool(toolName) === 'fetches' && hostsOf(action).every((host) => host === pattern.host);
    case 'any':
      // What a command does is in its words: a rule for any would be one for everything.
      return !hasCommand(action) && (pathsOf(action)?.every(isPlainPath) ?? false);
  }
}

/**
 * Whether a denying rule's pattern covers this call. It is read as widely as it can be meant: options between the words, a branch behind a
 * colon, and any file that a command names count.
 */
export function isMeantBy(pattern: ToolPattern, call: JudgedCall): boolean {
  const { action, actionHash, judgement, cwd } = call;
  switch (pattern.kind) {
    case 'exact':
      return actionHash === pattern.hash;
    case 'command_prefix': {
      const wanted = pattern.prefix.split(' ');
      return judgement.parts.some(({ words }) => hasInOrder(words, wanted));
    }
    case 'bundle':
      return false;
    case 'path': {
      const folder = isAbsolute(pattern.folder)
        ? pattern.folder
        : `${judgement.workspace ?? cwd ?? ''}/${pattern.folder}`;
      return judgement.files.some((path) => path === folder || path.startsWith(`${folder}/`));
    }
    case 'files':
      return judgement.files.some((path) => isNamedBy(pattern.glob, relativeTo(judgement.workspace ?? cwd, path)));
    case 'host':
      return [...hostsOf(action), ...judgement.parts.flatMap(({ words }) => words.flatMap(hostsIn))].includes(
        pattern.host,
      );
    case 'any':
      return true;
  }
}

/** Whether a pattern of files can be read, and names files instead of leaving some out. */
export function isReadableGlob(glob: string): boolean {
  try {
    ignore().add(glob).ignores('a/b');
    return !glob.startsWith('!') && !glob.startsWith('#');
  } catch {
    return false;
  }
}

/** Whether a program of this name is one that Gatehouse knows; of one that it does not know, a rule needs two words. */
export function isKnownProgram(name: string): boolean {
  return programOf(name.toLowerCase()) !== undefined;
}

function fitsBundle(bundle: RuleBundle, { toolName, judgement, action }: JudgedCall): boolean {
  const kind = kindOfTool(toolName);
  switch (bundle) {
    case 'looks':
      return (kind === 'looks' || (kind === 'shell' && isCommandAlone(action))) && judgement.level === 'low';
    case 'edits':
      return kind === 'edits' || (kind === 'looks' && judgement.level === 'low');
    case 'checks':
      return kind === 'shell' && isCommandAlone(action) && everyCommand(judgement, isCheck);
  }
}

/** Whether there are commands, and each is covered or only looks; each stands with all of them, since one may run another. */
function everyCommand(
  { parts, isCut }: Judgement,
  isCovered: (part: ShellPart, all: readonly ShellPart[]) => boolean,
): boolean {
  if (isCut || parts.length === 0) return false;
  const covered = parts.filter((part) => isCovered(part, parts));
  return covered.length > 0 && parts.every((part) => onlyLooks(part) || covered.includes(part));
}

/** These change what runs after them, or in them, although they change nothing else. */
const preparing =
  /^(?:env|export|declare|typeset|readonly|set|shopt|alias|source|\.|eval|hash|enable|ulimit|umask|trap)$/;

const onlyLooks = ({ level, words }: ShellPart) => level === 'low' && !preparing.test(nameOf(words[0] ?? ''));

/** Whether a command begins with these words and has nothing after them that could do more, by itself or in the one that runs it. */
function isBegunBy(part: ShellPart, all: readonly ShellPart[], wanted: readonly string[]): boolean {
  if (beginsWith(part, wanted)) return true;
  // `npx vitest run` is told with `vitest run`: who allows `npx vitest` has named what it runs.
  return all.some(
    (outer) =>
      beginsWith(outer, wanted) &&
      outer.words.length > part.words.length &&
      wanted.length > outer.words.length - part.words.length &&
      part.words.every((word, index) => word === outer.words[outer.words.length - part.words.length + index]),
  );
}

function beginsWith({ words, isPlain }: ShellPart, wanted: readonly string[]): boolean {
  return isPlain && wanted.every((word, index) => words[index] === word) && isHarmless(words.slice(wanted.length));
}

/** What another shell than the one that was read for could take for more than a letter, and a path from the root behind a sign. */
const ambiguous = /[%^&|;<>$`"{}!\\\p{C}]|[^\P{Z} ]|[@+]\//u;

const isHarmless = (words: readonly string[]) =>
  words.every((word) =>
    word.startsWith('-') ? harmlessOption.test(word) : !setting.test(word) && !ambiguous.test(word),
  );

function isCheck({ words, isPlain }: ShellPart): boolean {
  if (!isPlain) return false;
  const [program = '', ...rest] = words;
  const name = program.replace(/^(?:\.\/)?(?:node_modules\/\.bin\/)?/, '');
  const plain = [name, ...rest];
  return checks.some(
    (wanted) =>
      wanted.every((choices, index) => choices.has(plain[index] ?? '')) && isHarmless(plain.slice(wanted.length)),
  );
}

/** Whether the wanted words stand among these in this order, the program first. */
function hasInOrder([program = '', ...words]: readonly string[], [first = '', ...wanted]: readonly string[]): boolean {
  if (nameOf(program) !== nameOf(first)) return false;
  let at = 0;
  for (const word of words) {
    const next = wanted[at];
    if (next !== undefined && isSameWord(word, next)) at++;
  }
  return at === wanted.length;
}

const nameOf = (program: string) => program.slice(program.lastIndexOf('/') + 1).toLowerCase();

/** `main` is meant by `HEAD:main`, `+main` and `refs/heads/main` too. */
function isSameWord(word: string, wanted: string): boolean {
  if (word === wanted) return true;
  const target = word.slice(word.lastIndexOf(':') + 1).replace(/^\+/, '');
  return target === wanted || target === `refs/heads/${wanted}`;
}

function everyFile({ action, cwd, judgement }: JudgedCall, is: (relative: string) => boolean): boolean {
  const paths = hasCommand(action) ? undefined : pathsOf(action);
  if (paths === undefined || paths.length === 0 || !paths.every((path) => isPlainPath(path))) return false;
  const root = judgement.workspace ?? cwd;
  const relatives = paths.map((path) => (isAbsolute(path) ? inside(root, path) : path));
  return relatives.every((path) => path !== undefined && is(path));
}

/** A path as it lies in the workspace; from the root, where it does not. */
const relativeTo = (root: string | undefined, path: string) => inside(root, path) ?? path.slice(1);

function inside(root: string | undefined, path: string): string | undefined {
  return root !== undefined && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}

/** Whether a pattern as those of git's ignore rules names this path. */
function isNamedBy(glob: string, path: string): boolean {
  return ignore.isPathValid(path) && path !== '' && ignore().add(glob).ignores(path);
}

/** The hosts of the addresses that a fetching tool is given; an empty one where there is none that can be read. */
export function hostsOf(action: unknown): readonly string[] {
  const { url, urls, prompt } = fieldsOf(action);
  const addresses = [url, urls, url === undefined && urls === undefined ? prompt : undefined].flat();
  const texts = addresses.filter((each) => typeof each === 'string');
  const hosts = texts.flatMap(hostsIn);
  // An address that cannot be read is of no host, and none must be overlooked.
  return hosts.length > 0 ? hosts : [''];
}

function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bhttps?:\/\/[^\s'"<>]+/gi)].map(([address]) => {
    try {
      return new URL(address).hostname.toLowerCase();
    } catch {
      return '';
    }
  });
}
