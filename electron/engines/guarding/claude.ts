import { join } from 'node:path';
import { booleanOf, type Cause, type Guarding, hooksOf, inWorkspace, isSet, type Looked, lastWord } from './guarding';

/** The variables that start Claude Code as `--bare` and `--safe-mode` do: without hooks. */
const switches = ['CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'] as const;

/** Claude Code: managed settings, then the nearest of the local, the project's and the user's that says anything. */
export const claudeGuarding: Guarding = (looked) => {
  const { environment, files, read } = looked;
  const causes: Cause[] = switches
    .filter((name) => isSet(environment[name]))
    .map((name) => ({ kind: 'off', detail: `the variable ${name} turns all hooks off; unset it` }));
  for (const path of managedSettings(looked)) {
    const settings = read(path, 'json');
    const word = ['disableAllHooks', 'allowManagedHooksOnly'].find((name) => settings?.[name] === true);
    if (word !== undefined) {
      const detail = `${path} turns the hooks of users off for all of this machine ("${word}"); whoever manages it can change that`;
      causes.push({ kind: 'off', detail });
    }
  }
  const user = files.filter((file) => hooksOf(file).length > 0).map(({ path }) => path);
  const nearest = ['settings.json', 'settings.local.json'].flatMap((name) => inWorkspace(looked, '.claude', name));
  const said = [...user, ...nearest].map((path) => ({
    path,
    value: booleanOf(read(path, 'json')?.['disableAllHooks']),
  }));
  const word = lastWord(said);
  if (word?.value === true) {
    const detail = `${word.path} turns all hooks off ("disableAllHooks"); remove that`;
    causes.push({ kind: 'off', detail });
  }
  return causes;
};

/** What an administrator has set for everybody: one file, and a folder of further ones. */
function managedSettings({ platform, list }: Looked): readonly string[] {
  const folders: Partial<Record<NodeJS.Platform, string>> = {
    darwin: '/Library/Application Support/ClaudeCode',
    win32: 'C:\\Program Files\\ClaudeCode',
  };
  const folder = folders[platform] ?? '/etc/claude-code';
  const further = join(folder, 'managed-settings.d');
  const names = list(further).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  return [join(folder, 'managed-settings.json'), ...names.toSorted().map((name) => join(further, name))];
}
