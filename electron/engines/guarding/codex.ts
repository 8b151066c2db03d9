import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fieldsOf, type JsonObject } from '../../../shared/kernel/fields';
import { valueAt } from '../engine';
import { codexHooksIn, codexTrustOf } from './codex-trust';
import { booleanOf, type Cause, type Guarding, hooksOf, type Looked, lastWord } from './guarding';

/** What an administrator has set for everybody. */
const REQUIREMENTS = '/etc/codex/requirements.toml';
const MANAGED = '/etc/codex/managed_config.toml';

/** Codex: whether its hooks are on at all, and whether ours are trusted at the place where they stand. */
export const codexGuarding: Guarding = (looked) => {
  const { files, read, platform } = looked;
  const own = files.map(({ path }) => path).find((path) => path.endsWith('.toml')) ?? '';
  const causes: Cause[] = [];
  if (platform !== 'win32' && read(REQUIREMENTS, 'toml')?.['allow_managed_hooks_only'] === true) {
    const detail = `${REQUIREMENTS} turns the hooks of users off for all of this machine ("allow_managed_hooks_only"); whoever manages it can change that`;
    causes.push({ kind: 'off', detail });
  }
  const managed = platform === 'win32' ? [] : [MANAGED];
  const said = [own, ...projectFiles(looked, own), ...managed].flatMap((path) =>
    ['hooks', 'codex_hooks'].map((name) => ({
      path,
      value: booleanOf(valueAt(read(path, 'toml'), 'features', name)),
    })),
  );
  const word = lastWord(said);
  if (word?.value === false) {
    const detail = `${word.path} turns all hooks off ("features.hooks"); remove that`;
    causes.push({ kind: 'off', detail });
  }
  return [...causes, ...trustCauses(looked, own)];
};

/** The configuration files of the project, the nearest last; Codex reads them only of one that its person trusts. */
function projectFiles({ workspace, list, read }: Looked, own: string): readonly string[] {
  if (workspace === undefined) return [];
  const folders = [workspace];
  for (let folder = workspace; !list(folder).includes('.git'); ) {
    const above = dirname(folder);
    // In no repository it is the folder itself.
    if (above === folder) {
      folders.splice(1);
      break;
    }
    folders.push((folder = above));
  }
  const trusted = [workspace, folders.at(-1) ?? workspace].some(
    (folder) => valueAt(read(own, 'toml'), 'projects', folder, 'trust_level') === 'trusted',
  );
  return trusted ? folders.toReversed().map((folder) => join(folder, '.codex', 'config.toml')) : [];
}

/** Whether our hooks are switched on and trusted, as config.toml says it; each cause once, however many hooks it is about. */
function trustCauses({ files, read }: Looked, own: string): readonly Cause[] {
  const state = valueAt(read(own, 'toml'), 'hooks', 'state');
  const causes = new Map<string, Cause>();
  const add = (kind: Cause['kind'], detail: string) => causes.set(detail, { kind, detail });
  const commands = new Set(files.flatMap((file) => hooksOf(file).map(({ group }) => commandOf(group))));
  for (const { path, additions } of files) {
    for (const hook of codexHooksIn(additions.format === 'whole' ? undefined : read(path, additions.format))) {
      if (!commands.has(hook.command)) continue;
      const trusts = [path, resolved(path)].map((file) => codexTrustOf(file, hook));
      const entries = trusts.map(({ key, hash }) => ({ hash, entry: valueAt(state, key) }));
      const isTrusted = entries.some(({ hash, entry }) => valueAt(entry, 'trusted_hash') === hash);
      if (entries.some(({ entry }) => valueAt(entry, 'enabled') === false)) {
        add('off', 'the hook is switched off in Codex; start codex, type /hooks, and switch it on');
      } else if (!isTrusted) {
        const hashes = Object.values(fieldsOf(state)).map((entry) => valueAt(entry, 'trusted_hash'));
        const isKnown = entries.some(({ hash, entry }) => entry !== undefined || hashes.includes(hash));
        const why = isKnown
          ? 'was changed since you trusted it, or another hook was put before it'
          : 'is not trusted yet';
        add('untrusted', `the hook ${why}, so Codex does not run it; start codex, type /hooks, and trust it`);
      }
    }
  }
  return [...causes.values()];
}

/** The command of the one hook in a group that `connect` writes. */
function commandOf({ hooks }: JsonObject): unknown {
  return Array.isArray(hooks) ? valueAt(hooks[0], 'command') : undefined;
}

/** The path without symbolic links in its folder: Codex resolves CODEX_HOME. */
function resolved(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
