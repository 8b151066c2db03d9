import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusalOfSettings } from '../../electron/connect/config-change';
import { connect, disconnect, type Places } from '../../electron/connect/connect';
import { type Engine, readConnection } from '../../electron/connect/connection-file';
import { inspect } from '../../electron/connect/inspect';
import { codexTrustOf } from '../../electron/engines/guarding/codex-trust';
import type { Looked } from '../../electron/engines/guarding/guarding';
import { guardingTable } from '../../electron/engines/guarding/table';
import type { JsonObject } from '../../shared/kernel/fields';
import { trustCodexHooks } from '../engines/codex-trust';

const NOW = Date.UTC(2026, 10, 22, 12);

type Person = {
  readonly places: Places;
  readonly workspace: string;
  /** Writes a file below the person's folder. */
  readonly write: (path: string, text: string) => string;
  readonly read: (path: string) => string;
  /** What keeps the engine from calling its hooks in the workspace. */
  readonly kinds: () => readonly string[];
  readonly details: () => string;
};

/** A person whose engine is connected, as far as files say it. */
function connected(engine: Engine, variables: Readonly<Record<string, string>> = {}, before = ''): Person {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-guarding-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return join(root, path);
  };
  const workspace = join(root, 'project');
  mkdirSync(workspace);
  if (before !== '') write('.codex/config.toml', before);
  const places = { home: join(root, 'home'), environment: { HOME: root, ...variables } };
  connect(
    { ...places, environment: { HOME: root } },
    { engine, agentId: 'scout', token: 'gth_tests', url: 'http://127.0.0.1:4780' },
    NOW,
  );
  if (engine === 'codex') trustCodexHooks(join(root, '.codex', 'config.toml'));
  const found = () => {
    const connection = readConnection(places.home, engine);
    if (connection === undefined) throw new Error('not connected');
    return inspect(places, connection, { workspaces: [workspace] });
  };
  return {
    places,
    workspace,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    kinds: () => found().map(({ kind }) => kind),
    details: () =>
      found()
        .map(({ detail }) => detail)
        .join('\n'),
  };
}

const change = (person: Person, path: string, edit: (text: string) => string) =>
  person.write(path, edit(person.read(path)));

describe('what is there as it was connected is guarded [sessions-5.doctor]', () => {
  test.each(['claude', 'codex', 'gemini', 'opencode'] as const)('%s', (engine) => {
    expect(connected(engine).kinds()).toEqual([]);
  });
});

test('opencode is unguarded by the variable that starts it without plugins [sessions-5.doctor]', () => {
  for (const [value, kinds] of [
    ['1', ['off']],
    ['true', ['off']],
    ['0', []],
  ] as const) {
    expect(connected('opencode', { OPENCODE_PURE: value }).kinds()).toEqual(kinds);
  }
});

describe('Claude Code is unguarded [sessions-5.doctor]', () => {
  const off = '{ "disableAllHooks": true }';

  test.each(['project/.claude/settings.json', 'project/.claude/settings.local.json'])('by %s', (path) => {
    const person = connected('claude');
    const written = person.write(path, off);
    expect(person.kinds()).toEqual(['off']);
    expect(person.details()).toBe(`${written} turns all hooks off ("disableAllHooks"); remove that`);
  });

  test('by the user’s own settings, unless the local settings say otherwise', () => {
    const person = connected('claude');
    change(person, '.claude/settings.json', (text) => text.replace('{', '{ "disableAllHooks": true,'));
    // Without a workspace and with one it is the same cause.
    expect(person.kinds()).toEqual(['off']);
    person.write('project/.claude/settings.json', '{ "disableAllHooks": false }');
    person.write('project/.claude/settings.local.json', off);
    expect(person.kinds()).toEqual(['off', 'off']);
  });

  test('by a variable that starts it bare, or safe', () => {
    expect(connected('claude', { CLAUDE_CODE_SIMPLE: '1' }).details()).toContain('CLAUDE_CODE_SIMPLE');
    expect(connected('claude', { CLAUDE_CODE_SAFE_MODE: 'true' }).kinds()).toEqual(['off']);
    expect(connected('claude', { CLAUDE_CODE_SIMPLE: '0' }).kinds()).toEqual([]);
  });

  test('in another configuration folder, and the sentence says in which it was connected', () => {
    const person = connected('claude', { CLAUDE_CONFIG_DIR: '/nowhere/at/all' });
    expect(person.kinds()).toEqual(['hook_removed']);
    expect(person.details()).toContain('the hook is not in /nowhere/at/all/settings.json; it was connected in ');
  });

  test.each(['disableAllHooks', 'allowManagedHooksOnly'])('by %s in managed settings', (name) => {
    const config: Readonly<Record<string, JsonObject>> = {
      '/etc/claude-code/managed-settings.d/10.json': { [name]: true },
    };
    const looked: Looked = {
      environment: {},
      files: [],
      platform: 'linux',
      list: (folder) => (folder.endsWith('managed-settings.d') ? ['10.json', '.hidden.json', 'readme'] : []),
      read: (path) => config[path],
    };
    expect(guardingTable.claude(looked)).toMatchObject([
      {
        kind: 'off',
        detail: expect.stringMatching(/^\/etc\/claude-code\/managed-settings.d\/10.json turns /) as unknown,
      },
    ]);
    expect(guardingTable.claude({ ...looked, platform: 'darwin' })).toEqual([]);
  });

  test('a file that is broken, or leads nowhere, turns nothing off', () => {
    const person = connected('claude');
    person.write('project/.claude/settings.json', '{ "disableAllHooks": tr');
    symlinkSync('/dev/zero', join(person.workspace, '.claude', 'settings.local.json'));
    expect(person.kinds()).toEqual([]);
  });
});

describe('Codex is unguarded [sessions-5.doctor]', () => {
  const config = '.codex/config.toml';

  test('while nobody has trusted its hooks', () => {
    const person = connected('codex');
    change(person, config, (text) => text.replaceAll(/\n\[hooks\.state.*\n.*\n/g, ''));
    expect(person.kinds()).toEqual(['untrusted']);
    expect(person.details()).toContain('the hook is not trusted yet');
  });

  test('when another hook is put before ours: it is trusted by its place', () => {
    const person = connected('codex');
    const other = '[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "true"\ntimeout = 5\n';
    change(person, config, (text) => `${other}${text}`);
    expect(person.kinds()).toEqual(['untrusted']);
    expect(person.details()).toContain('another hook was put before it');
  });

  test('when a hook is switched off, or its command is not the one that was trusted', () => {
    const person = connected('codex');
    change(person, config, (text) => text.replace('trusted_hash =', 'enabled = false\ntrusted_hash ='));
    expect(person.kinds()).toEqual(['off']);
    const other = connected('codex');
    change(other, config, (text) => text.replace(/trusted_hash = "sha256:../, 'trusted_hash = "sha256:zz'));
    expect(other.kinds()).toEqual(['untrusted']);
  });

  test('a hook of the end of a session is trusted by the three seconds that Codex lets it run', () => {
    const text = '{"event_name":"session_end","hooks":[{"async":false,"command":"c","timeout":3,"type":"command"}]}';
    const hook = { event: 'SessionEnd', group: 0, index: 0, command: 'c', timeout: 600 };
    const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    expect(codexTrustOf('/x/config.toml', hook)).toEqual({ key: '/x/config.toml:session_end:0:0', hash });
    expect(codexTrustOf('/x/config.toml', { ...hook, timeout: 2 }).hash).not.toBe(hash);
  });

  const off = '[features]\nhooks = false\n';

  test('when its own configuration turns hooks off', () => {
    const person = connected('codex');
    change(person, config, (text) => `${off}${text}`);
    expect(person.kinds()).toEqual(['off']);
  });

  test('when the project turns hooks off, or the repository that it is in, and the person trusts that', () => {
    const person = connected('codex');
    person.write(`project/${config}`, off);
    expect(person.kinds()).toEqual([]);
    trust(person, person.workspace);
    expect(person.kinds()).toEqual(['off']);

    const other = connected('codex');
    const repository = dirname(other.workspace);
    trust(other, repository);
    other.write('.git/HEAD', '');
    other.write('project/.codex/config.toml', off);
    expect(other.kinds()).toEqual(['off']);
  });

  const trust = (person: Person, folder: string) =>
    change(person, config, (text) => `${text}\n[projects."${folder}"]\ntrust_level = "trusted"\n`);
});

describe('Gemini CLI is unguarded [sessions-5.doctor]', () => {
  const settings = '.gemini/settings.json';
  const disabled = '"hooksConfig": { "disabled": ["gatehouse"] }';
  const trust = (person: Person, level: string) =>
    person.write('.gemini/trustedFolders.json', JSON.stringify({ [person.workspace]: level }));

  test('when its hook is in the list of disabled ones, of the user or of the project', () => {
    const person = connected('gemini');
    change(person, settings, (text) => text.replace('{', `{ ${disabled},`));
    expect(person.kinds()).toEqual(['off']);
    const other = connected('gemini');
    other.write(`project/${settings}`, `{ ${disabled} }`);
    // It reads no settings of a folder that it does not trust yet.
    expect(other.kinds()).toEqual([]);
    trust(other, 'TRUST_FOLDER');
    expect(other.details()).toContain('/hooks enable gatehouse');
  });

  test.each(['"hooksConfig": { "enabled": false }', '"tools": { "enableHooks": false }'])('by %s', (said) => {
    const person = connected('gemini');
    trust(person, 'TRUST_PARENT');
    person.write(`project/${settings}`, `{ ${said} }`);
    expect(person.kinds()).toEqual(['off']);
  });

  test('in a folder that it was told not to trust, by the longest rule, unless trust is no matter', () => {
    const person = connected('gemini');
    const rules = (more: object) =>
      person.write(
        '.gemini/trustedFolders.json',
        JSON.stringify({ [dirname(person.workspace)]: 'TRUST_FOLDER', ...more }),
      );
    rules({ [person.workspace]: 'DO_NOT_TRUST' });
    expect(person.kinds()).toEqual(['untrusted']);
    rules({ [join(person.workspace, 'within')]: 'DO_NOT_TRUST' });
    expect(person.kinds()).toEqual([]);
    rules({ [person.workspace]: 'DO_NOT_TRUST' });
    change(person, settings, (text) => text.replace('{', '{ "security": { "folderTrust": { "enabled": false } },'));
    expect(person.kinds()).toEqual([]);
    expect(connected('gemini', { GEMINI_CLI_TRUST_WORKSPACE: 'false' }).kinds()).toEqual(['untrusted']);
  });
});

describe('settings that Claude Code is about to take over', () => {
  const refusal = ({ places, workspace }: Person) =>
    refusalOfSettings(places.home, places.environment, 'claude', workspace);

  test('are refused when they would end the hooks, also where another file than the changed one does', () => {
    const person = connected('claude');
    expect(refusal(person)).toBeUndefined();
    person.write('project/.claude/settings.local.json', '{ "disableAllHooks": true }');
    expect(refusal(person)).toContain('settings.local.json turns all hooks off');
    person.write('project/.claude/settings.local.json', '{ "permissions": { "allow": ["Bash(git push:*)"] } }');
    expect(refusal(person)).toBeUndefined();
    change(person, '.claude/settings.json', (text) => text.replace('"PreToolUse"', '"PostToolBatch"'));
    expect(refusal(person)).toContain('the hook for PreToolUse was removed');
    person.write('.claude/settings.json', '{}');
    expect(refusal(person)).toContain('the hook is not in');
  });

  test('are taken over when only what tells is missing, as after an update of Gatehouse, and when the operator has disconnected', () => {
    const person = connected('claude');
    change(person, '.claude/settings.json', (text) => text.replace('"SubagentStop"', '"PostToolBatch"'));
    expect(person.kinds()).toEqual(['hook_changed']);
    expect(refusal(person)).toBeUndefined();
    disconnect(person.places, 'claude');
    expect(refusal(person)).toBeUndefined();
  });
});

describe('disconnecting Codex after its hooks were trusted', () => {
  const before = 'model = "gpt-5.5"\n\n[tui]\nstatus = true\n';

  test('gives every byte back: the trust goes with the hooks, also as Codex writes it', () => {
    const person = connected('codex', {}, before);
    change(person, '.codex/config.toml', (text) => text.replace('\n[hooks.state.', '\n[hooks.state]\n\n[hooks.state.'));
    expect(disconnect(person.places, 'codex')).toMatchObject([{ outcome: 'restored' }]);
    expect(person.read('.codex/config.toml')).toBe(before);
  });

  test('keeps the trust in other hooks', () => {
    const person = connected('codex', {}, before);
    const other = '\n[hooks.state."/x/config.toml:stop:0:0"]\ntrusted_hash = "sha256:1"\n';
    change(person, '.codex/config.toml', (text) => `${text}${other}`);
    expect(disconnect(person.places, 'codex')).toMatchObject([{ outcome: 'edited' }]);
    const left = person.read('.codex/config.toml');
    expect(left).toContain(other.trim());
    expect(left).not.toContain('atehouse');
    expect(left.match(/trusted_hash/g)).toHaveLength(1);
  });
});
