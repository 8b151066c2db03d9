import { realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { valueAt } from '../engine';
import { booleanOf, type Cause, type Guarding, inWorkspace, type Looked, lastWord } from './guarding';

/** The name of our hook, by which Gemini CLI switches it off. */
export const GEMINI_HOOK = 'gatehouse';

/** Gemini CLI: whether its hooks are on, ours is not in a list of disabled ones, and the folder is trusted. */
export const geminiGuarding: Guarding = (looked) => {
  const { files, read } = looked;
  const system = systemSettings(looked);
  const trust = trustOf(looked, system);
  const project = trust.isTrusted === true ? inWorkspace(looked, '.gemini', 'settings.json') : [];
  // What holds over what: the last wins, and a list of disabled hooks is that of all of them together.
  const order = [join(dirname(system), 'system-defaults.json'), ...files.map(({ path }) => path), ...project, system];
  const settings = order.map((path) => ({ path, config: read(path, 'json') }));
  const causes: Cause[] = [];
  for (const name of [
    ['hooksConfig', 'enabled'],
    ['tools', 'enableHooks'],
  ] as const) {
    const said = settings.map(({ path, config }) => ({ path, value: booleanOf(valueAt(config, ...name)) }));
    const word = lastWord(said);
    if (word?.value !== false) continue;
    const detail = `${word.path} turns all hooks off ("${name.join('.')}"); turn them on`;
    causes.push({ kind: 'off', detail });
  }
  for (const { path, config } of settings) {
    const names = [valueAt(config, 'hooksConfig', 'disabled'), valueAt(config, 'hooks', 'disabled')].flat();
    if (!names.includes(GEMINI_HOOK)) continue;
    const detail = `${path} switches the hook "${GEMINI_HOOK}" off ("hooksConfig.disabled"); type /hooks enable ${GEMINI_HOOK} in Gemini CLI`;
    causes.push({ kind: 'off', detail });
  }
  // In a folder that is not trusted it runs no hook at all, also none of the user's.
  if (trust.isTrusted === false) causes.push({ kind: 'untrusted', detail: trust.detail });
  return causes;
};

type Trust =
  | { readonly isTrusted: false; readonly detail: string }
  /** Undefined where nobody has said anything yet: it asks, and reads no settings of the project until then. */
  | { readonly isTrusted: true | undefined };

function trustOf({ environment, workspace, files, read, platform }: Looked, system: string): Trust {
  const variable = environment['GEMINI_CLI_TRUST_WORKSPACE'];
  if (environment['GEMINI_RESTRICTED_MODE'] === 'true' || variable === 'false') {
    const by = variable === 'false' ? 'GEMINI_CLI_TRUST_WORKSPACE' : 'GEMINI_RESTRICTED_MODE';
    const detail = `the variable ${by} says that no folder is trusted, so Gemini CLI runs no hook; unset it`;
    return { isTrusted: false, detail };
  }
  const [own] = files;
  if (own === undefined || workspace === undefined) return { isTrusted: undefined };
  const said = [own.path, system].map((path) => ({
    path,
    value: booleanOf(valueAt(read(path, 'json'), 'security', 'folderTrust', 'enabled')),
  }));
  if (variable === 'true' || lastWord(said)?.value === false) return { isTrusted: true };
  const trustedFolders =
    environment['GEMINI_CLI_TRUSTED_FOLDERS_PATH'] ?? join(dirname(own.path), 'trustedFolders.json');
  // The longest rule holds, as it is written and not as it is meant.
  const [, level] = Object.entries(read(trustedFolders, 'json') ?? {})
    .filter(([folder, each]) => {
      const meant = each === 'TRUST_PARENT' ? dirname(folder) : folder;
      return isWithin(resolved(workspace), resolved(meant), platform);
    })
    .reduce<readonly [string, unknown]>(
      (one, other) => (other[0].length > one[0].length ? other : one),
      ['', undefined],
    );
  if (level !== 'DO_NOT_TRUST') return { isTrusted: level === undefined ? undefined : true };
  const detail = `${workspace} is a folder that you told Gemini CLI not to trust, so it runs no hook there; type /permissions in it`;
  return { isTrusted: false, detail };
}

function systemSettings({ environment, platform }: Looked): string {
  const folders: Partial<Record<NodeJS.Platform, string>> = {
    darwin: '/Library/Application Support/GeminiCli',
    win32: 'C:\\ProgramData\\gemini-cli',
  };
  const given = environment['GEMINI_CLI_SYSTEM_SETTINGS_PATH'];
  return given || join(folders[platform] ?? '/etc/gemini-cli', 'settings.json');
}

function isWithin(path: string, folder: string, platform: NodeJS.Platform): boolean {
  const [from, to] = platform === 'win32' ? [folder.toLowerCase(), path.toLowerCase()] : [folder, path];
  const way = relative(from, to);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`));
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
