import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fieldsOf } from '../../shared/kernel/fields';
import { type Environment, type HookInput, textOf } from './engine';

/**
 * What is looked through for the files of one skill, at most; whoever has more than that has its commands run unread, as a skill's that
 * is given on the command line.
 */
const MOST = { folders: 64, entries: 5_000, depth: 8, bytes: 256 * 1024 } as const;

// As Claude Code 2.1.197 finds them.
const inBlocks = /```!([\s\S]*?)```/g;
const inLines = /(?<=^|\s)!`([^`]+)`/gm;

/**
 * An event about a skill or a slash command with the shell commands in its file: Claude Code runs them while it reads the skill, and
 * calls no hook for them. One that the person typed becomes the call of its commands; the model's own call of a skill has them too.
 */
export function withShellCommands(input: HookInput, environment: Environment, configFolder: string): HookInput {
  const isTyped = input['hook_event_name'] === 'UserPromptExpansion';
  const call = fieldsOf(input['tool_input']);
  const [given, args] = isTyped
    ? [textOf(input, 'command_name'), textOf(input, 'command_args')]
    : [textOf(call, 'skill'), textOf(call, 'args')];
  const name = given.replace(/^\//, '');
  if (name === '') return input;
  const starts = [textOf(input, 'cwd'), environment['CLAUDE_PROJECT_DIR'] ?? ''];
  const commands = [...placesFrom(starts, configFolder)]
    .flatMap((folder) => filesOf(folder, name.split(':').at(-1) ?? name))
    .flatMap((path) => commandsIn(textOfFile(path)))
    .map((command) => command.replaceAll('$ARGUMENTS', args));
  const command = [...new Set(commands)].join('\n');
  if (command === '') return input;
  if (!isTyped) return { ...input, tool_input: { ...call, command } };
  const description = `Claude Code runs this while it reads the slash command ${name}.`;
  return { ...input, tool_name: 'Bash', tool_input: { command, description } };
}

/** The shell commands in the text of a skill, in their order. */
export function commandsIn(text: string): readonly string[] {
  return [inBlocks, inLines].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, command = '']) => command.trim()).filter((command) => command !== ''),
  );
}

/** The folders that may hold skills: of the project, from where the session is upwards, the person's own, and those of plugins. */
function placesFrom(starts: readonly string[], configFolder: string): ReadonlySet<string> {
  const folders = new Set([configFolder]);
  for (const start of starts) {
    for (let at = start, count = 0; at !== '' && count < MOST.folders; at = dirname(at), count += 1) {
      folders.add(join(at, '.claude'));
      if (dirname(at) === at) break;
    }
  }
  return new Set([...folders].flatMap((folder) => ['skills', 'commands', 'plugins'].map((name) => join(folder, name))));
}

/** The files below a folder that are called by this name: `NAME/SKILL.md`, `NAME.md`. */
function filesOf(folder: string, name: string): readonly string[] {
  const found: string[] = [];
  let left: number = MOST.entries;
  const look = (at: string, depth: number) => {
    for (const entry of entriesOf(at)) {
      if ((left -= 1) < 0) return;
      const path = join(at, entry.name);
      const isOfSkill = entry.name === 'SKILL.md' && basename(at) === name;
      if (entry.name === `${name}.md` || isOfSkill) found.push(path);
      // A link may be a skill that is kept elsewhere.
      else if (
        (entry.isDirectory() || entry.isSymbolicLink()) &&
        depth < MOST.depth &&
        !/^(\.git|node_modules)$/.test(entry.name)
      )
        look(path, depth + 1);
    }
  };
  look(folder, 0);
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** How a file begins; nothing where it cannot be read. */
function textOfFile(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(MOST.bytes);
      return buffer.toString('utf8', 0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
