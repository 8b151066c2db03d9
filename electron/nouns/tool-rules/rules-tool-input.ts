import type { JsonObject } from '../../../shared/kernel/fields';
import { visibleLine } from '../../../shared/kernel/visible-text';

/** Longest command that a rule is held against, in characters. */
const LONGEST_COMMAND = 1_000;

// Letters that no shell of any system reads as anything but themselves; words of them, one space between two.
const plainCommand = /^[A-Za-z0-9_@+=:,./-]+(?: [A-Za-z0-9_@+=:,./-]+)*$/;

// A path from the root behind a letter or sign, where no look at paths finds it: `-C/etc`, `@/etc/x`.
const gluedPath = /(^| )-[A-Za-z]\/|[@+]\//;

// Programs that run what their arguments say: a rule for them would be one for everything.
const runners = new Set(
  [
    'sh bash zsh dash ksh fish csh tcsh cmd powershell pwsh busybox env xargs eval exec source nohup time nice timeout',
    'setsid stdbuf watch sudo doas su ssh parallel command builtin ash toybox flock strace ltrace ionice taskset chrt',
    'chroot unshare nsenter script screen tmux runuser pkexec dotenv cross-env caffeinate',
  ].flatMap((line) => line.split(' ')),
);

// These run a program that their next word names (after `-m`, a module), unless that is an option that brings the program itself.
const interpreters =
  /^(python|pypy|node|deno|bun|bunx|tsx|ts-node|ruby|perl|php|lua|rscript|osascript|npx|uvx|pipx|[gmn]?awk)[\d.]*$/;

// With one of these words these run what the word after it names, wherever that comes from.
const launchers = /^(npm|pnpm|yarn|bun|deno|uv|poetry|pipenv|bundle|cargo|go|conda)$/;
const containers = /^(docker|podman|nerdctl|kubectl)$/;
const launching = new Set(['run', 'run-script', 'exec', 'x', 'dlx']);

// Fields of a command besides itself that change nothing of what it does.
const harmlessFields = new Set(['command', 'description', 'timeout', 'run_in_background']);

const pathFields = new Set([
  'file_path',
  'filePath',
  'path',
  'absolute_path',
  'notebook_path',
  'notebookPath',
  'file',
  'filename',
]);

// Where else something may happen, by names that only some tool knows.
const otherPlaceField =
  /(^|_)(path|paths|file|files|dir|dirs|directory|directories|folder|folders|cwd|root|dest|destination|filename|filenames|workdir|url|urls|uri)$/;

/** The words of a command of nothing but words; undefined for any other: operators, quotes, variables, lines, hidden characters. */
export function plainWords(command: string): readonly string[] | undefined {
  const isPlain = command.length <= LONGEST_COMMAND && plainCommand.test(command) && !gluedPath.test(command);
  return isPlain ? command.split(' ') : undefined;
}

/** Whether these words begin with a program that does what it says itself, and not with an assignment or an option. */
export function isOwnProgram(words: readonly string[]): boolean {
  const [first = '', second, third] = words;
  const program = first
    .slice(first.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/\.exe$/, '');
  if (!/[a-z]/i.test(program) || first.includes('=') || first.startsWith('-') || runners.has(program)) return false;
  const isLaunching = launching.has(second ?? '');
  if (containers.test(program) && isLaunching) return false;
  if (launchers.test(program) && isLaunching) return third !== undefined && !third.startsWith('-');
  if (!interpreters.test(program)) return true;
  const named = second === '-m' ? third : second;
  return named !== undefined && !named.startsWith('-');
}

/** Whether a tool's input is a command and nothing that changes what it does: no environment, shell, folder or permission of its own. */
export function isCommandAlone(action: unknown): boolean {
  const fields = fieldsOf(action);
  return fields !== undefined && hasCommand(action) && Object.keys(fields).every((name) => harmlessFields.has(name));
}

/** Whether a tool's input has a command, in whatever form. */
export function hasCommand(action: unknown): boolean {
  return Object.hasOwn(fieldsOf(action) ?? {}, 'command');
}

/** The paths that a tool's input names; undefined where it may name more than these. */
export function pathsOf(action: unknown): readonly string[] | undefined {
  const fields = fieldsOf(action);
  if (fields === undefined) return undefined;
  const paths: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (pathFields.has(name)) {
      if (typeof value !== 'string') return undefined;
      paths.push(value);
    } else if (namesPlace(name) || hasPlace(value)) return undefined;
  }
  return paths;
}

/** One line of a tool's input, for people. */
export function inputSummary(action: unknown): string {
  const fields = fieldsOf(action) ?? {};
  const line = fields['command'] ?? pathsOf(action)?.[0];
  return visibleLine(typeof line === 'string' ? line : (JSON.stringify(action) ?? ''), 200);
}

function namesPlace(name: string): boolean {
  return otherPlaceField.test(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase());
}

function hasPlace(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasPlace);
  return Object.entries(value).some(([name, child]) => namesPlace(name) || hasPlace(child));
}

function fieldsOf(action: unknown): JsonObject | undefined {
  if (typeof action !== 'object' || action === null || Array.isArray(action)) return undefined;
  return action as JsonObject;
}
