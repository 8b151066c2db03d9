import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findUrl } from '../../electron/cli/connection';
import { sendKept } from '../../electron/cli/run/outbox';
import { sha256 } from '../../electron/connect/config-file';
import { connect, disconnect, type Places } from '../../electron/connect/connect';
import {
  connectionPath,
  type Engine,
  type HookSettings,
  readConnection,
  writeConnection,
} from '../../electron/connect/connection-file';
import { inspect } from '../../electron/connect/inspect';
import { launcherPath, writeLauncher } from '../../electron/connect/launcher';
import { statusOf } from '../../electron/desktop/engine-status';
import { createLeftoversFile } from '../../electron/desktop/linux/leftovers-file';
import { createPreferences, type WindowBounds } from '../../electron/desktop/preferences';
import { openSigningKey } from '../../electron/nouns/audit/signing-key';
import type { JsonObject } from '../../shared/kernel/fields';
import { trustCodexHooks } from '../engines/codex-trust';
import { createWorld, ENGINE_TOKEN, operator, START, temporaryHome } from '../support/world';
import { ASKED_AT_MS } from './asked-at';
import { differencesOf } from './differences';
import { leftText, previousWorld, withForeignBeside } from './left';

/** What is below a folder, by its path there. */
type Tree = Readonly<Record<string, { readonly link: string } | { readonly mode: number; readonly text: string }>>;

type LeftConnection = {
  readonly engine: Engine;
  /** How the engine's configuration was found. */
  readonly state: string;
  /** The name of the data folder. */
  readonly home: string;
  readonly before: Tree;
  readonly after: Tree;
  readonly connection: string;
};

/** The files that 0.1.0 writes, and what it read from them itself. */
type LeftFiles = {
  readonly connections: readonly LeftConnection[];
  readonly settings: readonly { readonly engine: Engine; readonly hook: HookSettings; readonly text: string }[];
  readonly preferences: string;
  readonly preferencesRead: object;
  readonly windowBounds: WindowBounds;
  readonly endpoint: string;
  readonly outbox: Readonly<Record<string, string>>;
  readonly key: string;
  readonly publicKey: string;
  readonly leftovers: string;
  readonly launcher: string;
};

const files = JSON.parse(leftText('files.json')) as LeftFiles;

const TOKEN = 'gth_token-of-the-tests';
const wanted = (engine: Engine) => ({ engine, agentId: 'scout', token: TOKEN, url: 'http://127.0.0.1:4780' });

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A data folder and a person's folder as connecting left them, with the places and sums of this run. */
function connected({ engine, home: name, after, before, connection }: LeftConnection) {
  const root = temporaryHome();
  const [home, user] = [join(root, name), join(root, 'user')];
  const filled = (text: string) => text.replaceAll('{home}', home).replaceAll('{user}', user);
  const filledTree = (tree: Tree): Tree =>
    Object.fromEntries(
      Object.entries(tree).map(([path, file]) => [
        path,
        'link' in file ? { link: filled(file.link) } : { ...file, text: filled(file.text) },
      ]),
    );
  for (const [path, file] of Object.entries(filledTree(after))) {
    mkdirSync(dirname(join(user, path)), { recursive: true });
    if ('link' in file) symlinkSync(file.link, join(user, path));
    else writeFileSync(join(user, path), file.text);
    if (!('link' in file)) chmodSync(join(user, path), file.mode);
  }
  const sums = (text: string) =>
    text.replaceAll(/\{sha256 of (?<path>[^}]+)\}/g, (_, path: string) => sha256(readFileSync(path)));
  put(connectionPath(home, engine), sums(filled(connection)));
  return { places: { home, environment: { HOME: user } }, user, before: filledTree(before), after: filledTree(after) };
}

function treeIn(folder: string): Tree {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return Object.fromEntries(
    found.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const status = lstatSync(path);
      const isLink = status.isSymbolicLink();
      const mode = status.mode & 0o777;
      const file = isLink ? { link: readlinkSync(path) } : { mode, text: readFileSync(path, 'utf8') };
      return [path.slice(folder.length + 1), file];
    }),
  );
}

/** What is wrong with an engine's connection. */
function kindsOf(places: Places, engine: Engine): readonly string[] {
  const known = readConnection(places.home, engine)!;
  return inspect(places, known, { url: 'http://127.0.0.1:4780' }).map(({ kind }) => kind);
}

/** What is wrong with a connection, but for Codex's trust, which only its person gives. */
function problemsOf(places: Places, engine: Engine): readonly string[] {
  return kindsOf(places, engine).filter((kind) => kind !== 'untrusted');
}

/** A tree without the backups, whose names say when they were made. */
const withoutBackups = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !path.includes('.before-gatehouse-')));

describe.each(files.connections)('$engine, connected by the version before from $state', (left) => {
  const { engine } = left;

  test('is known as ours, and removing it gives every byte back [sessions-5.older]', () => {
    const { places, user, before, after } = connected(left);
    expect(treeIn(user)).toEqual(after);
    const known = readConnection(places.home, engine)!;
    const createdAtMs = Date.UTC(2026, 10, 22, 12);
    expect(known).toMatchObject({ engine, agentId: 'scout', token: TOKEN, createdAtMs, strength: 'user' });
    // Its hooks stand as they were written. What that version did not write yet decides about skills in Claude Code, and else only tells.
    expect(problemsOf(places, engine)).toEqual([engine === 'claude' ? 'older' : 'untold']);
    disconnect(places, engine);
    expect(treeIn(user)).toEqual(before);
    expect(readConnection(places.home, engine)).toBeUndefined();
  });

  test('can be connected anew as if it were for the first time, and then be removed as well', () => {
    const { places, user, before } = connected(left);
    connect(places, wanted(engine), START);
    const renewed = withoutBackups(treeIn(user));
    expect(inspect(places, readConnection(places.home, engine)!).filter(({ kind }) => kind !== 'untrusted')).toEqual(
      [],
    );
    disconnect(places, engine);
    expect(treeIn(user)).toEqual(before);
    connect(places, wanted(engine), START);
    expect(renewed).toEqual(withoutBackups(treeIn(user)));
    disconnect(places, engine);
    expect(treeIn(user)).toEqual(before);
  });

  test('edited since, loses only what is ours', () => {
    const { places, user, after } = connected(left);
    const edited = Object.keys(after).filter((path) => /\.(json|toml)$/.test(path) && !('link' in after[path]!));
    for (const path of edited) {
      const text = readFileSync(join(user, path), 'utf8');
      const more = path.endsWith('.toml') ? `${text}\n[later]\nadded = true\n` : text.replace('{', '{ "later": 1,');
      writeFileSync(join(user, path), more);
    }
    disconnect(places, engine);
    for (const path of edited) {
      const text = readFileSync(join(user, path), 'utf8');
      expect(text).toContain('later');
      expect(text).not.toContain('atehouse');
    }
  });
});

test.each([
  ['claude', 'unguarded', 'older'],
  ['codex', 'connected', undefined],
  ['gemini', 'connected', undefined],
] as const)('%s of its is %s for the desk, which says what to do [sessions-5.older]', (engine, state, cause) => {
  const left = files.connections.find((one) => one.engine === engine && one.state.startsWith('comments'))!;
  const { places } = connected(left);
  put(launcherPath(places.home), files.launcher);
  if (engine === 'codex') trustCodexHooks(join(places.environment.HOME, '.codex', 'config.toml'));
  const status = statusOf(engine, {
    ...places,
    environment: { ...places.environment, GATEHOUSE_NODE: process.execPath },
    reads: { lastSeenAtMs: () => undefined, isNoToken: () => false, workspaces: () => [] },
    unguardedSessions: () => [],
    apiUrl: () => 'http://127.0.0.1:4780',
  });
  expect(status).toMatchObject({ state, findings: [expect.stringMatching(/older Gatehouse.*connect it anew\.$/)] });
  expect(status.cause).toBe(cause);
});

test('hooks that it did write and that were taken out since leave the engine unguarded [sessions-5.older]', () => {
  const left = files.connections.find(({ engine, state }) => engine === 'claude' && state.startsWith('comments'))!;
  const { places, user } = connected(left);
  const settings = join(user, '.claude', 'settings.json');
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('"PermissionRequest"', '"Other"'));
  expect(problemsOf(places, 'claude')).toEqual(['hook_changed']);
});

test('a connection of its is known as one after its settings were changed, until it is connected anew', () => {
  const { places } = connected(files.connections[0]!);
  const known = readConnection(places.home, 'claude')!;
  writeConnection(places.home, { ...known, hook: { ...known.hook, holdSeconds: 10 } });
  expect(problemsOf(places, 'claude')).toEqual(['older']);
  connect(places, wanted('claude'), START);
  expect(readConnection(places.home, 'claude')).not.toHaveProperty('isOfOlderVersion');
});

test.each(files.connections.filter(({ engine, state }) => engine === 'codex' && state !== 'with a hooks.json'))(
  'the trust that its hooks have in Codex holds from $state, and goes with them',
  (left) => {
    const { places, user, before } = connected(left);
    trustCodexHooks(join(user, '.codex', 'config.toml'));
    expect(kindsOf(places, 'codex')).toEqual(['untold']);
    disconnect(places, 'codex');
    expect(treeIn(user)).toEqual(before);
  },
);

test.each(files.settings)('what was set for $engine holds: $hook.ifUnavailable, $hook.holdSeconds s', (left) => {
  const home = temporaryHome();
  put(connectionPath(home, left.engine), left.text);
  // Codex stops a hook before the 540 seconds that could be set for it; nothing longer than it waits out counts.
  const holdSeconds = left.engine === 'codex' ? Math.min(left.hook.holdSeconds, 90) : left.hook.holdSeconds;
  expect(readConnection(home, left.engine)).toEqual({
    engine: left.engine,
    agentId: `${left.engine} of Olga`,
    token: TOKEN,
    createdAtMs: Date.UTC(2026, 10, 22, 12),
    strength: 'user',
    isOfOlderVersion: true,
    hook: { ...left.hook, holdSeconds, askMode: 'engine' },
    files: [],
  });
});

test('preferences are read as they were set, and what the app has noted beside them', () => {
  const store = JSON.parse(files.preferences) as Record<string, unknown>;
  const preferences = createPreferences({ store, set: (key, value) => (store[key] = value) });
  expect(differencesOf(files.preferencesRead, preferences.current())).toEqual([]);
  expect(preferences.windowBounds()).toEqual(files.windowBounds);
  expect(preferences.takeMinimiseNote()).toBe(false);
  preferences.change({ theme: 'dark' });
  expect(differencesOf({ ...files.preferencesRead, theme: 'dark' }, preferences.current())).toEqual([]);
});

test('a running app of the version before is found', () => {
  const home = temporaryHome();
  put(join(home, 'endpoint.json'), files.endpoint.replace('{pid}', String(process.pid)));
  expect(findUrl({ GATEHOUSE_HOME: home })).toBe('http://127.0.0.1:4780');
});

test('the launcher that it left is written anew where configurations name it', () => {
  const home = temporaryHome();
  put(launcherPath(home), files.launcher.replaceAll('{home}', home));
  const path = writeLauncher({ home, appFolder: '/opt/gatehouse', isPassing: false, nodes: [process.execPath] });
  expect(path).toBe(launcherPath(home));
  expect(readFileSync(path, 'utf8')).toContain('unset NODE_OPTIONS');
});

test('notifications that it left on the screen are known', () => {
  const path = join(temporaryHome(), 'leftovers.json');
  put(path, files.leftovers);
  expect(createLeftoversFile(path, () => true).load()).toEqual(JSON.parse(files.leftovers));
});

test('runs whose end it could not tell are told, with what they cost', async () => {
  const world = previousWorld();
  const { url } = await world.startApi();
  for (const [path, text] of Object.entries(files.outbox)) put(join(world.home, path), text);
  const told: string[] = [];
  await sendKept(
    world.home,
    () => ({ url, token: ENGINE_TOKEN }),
    (line) => told.push(line),
  );
  expect(told).toEqual([]);
  expect(readdirSync(join(world.home, 'outbox'))).toEqual([]);
  const { runs } = world.told(operator, 'runs.list', { automationId: 'link-check' });
  expect(runs).toContainEqual(
    expect.objectContaining({ status: 'failed', detail: 'exit code 3 after 0.2 s', costNanos: 250_000_000 }),
  );
});

test('the key that its keychain sealed goes on signing', () => {
  const home = temporaryHome();
  put(join(home, 'audit-key.json'), files.key);
  const keychain = {
    seal: (text: string) => Buffer.from(text).reverse(),
    open: (bytes: Buffer) => Buffer.from(bytes).reverse().toString(),
  };
  const key = openSigningKey(home, keychain, { isRetired: () => false, has: () => false });
  expect(key).toMatchObject({ keptBy: 'keychain', publicKey: files.publicKey, isNew: false });
  expect(readFileSync(join(home, 'audit-key.json'), 'utf8')).toBe(files.key);
});

test('a state that it exported comes in whole, and goes out the same', async () => {
  const text = leftText('state.json');
  const world = createWorld();
  world.clock.at = ASKED_AT_MS;
  await world.done(operator, 'state.import', { text });
  const { text: again } = await world.done(operator, 'state.export', {});
  expect(differencesOf(stateIn(text), stateIn(again))).toEqual([]);
});

/** What a state says, wherever what the reference would refuse stands in it. */
const stateIn = (text: string) => withForeignBeside(JSON.parse(text) as JsonObject);
