import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { applyPatch } from 'diff';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect, diffOf, disconnect, type Places, planConnection } from '../../electron/connect/connect';
import { type Engine, engines, readConnection } from '../../electron/connect/connection-file';
import { usageTokenOf } from '../../electron/engines/usage-token';
import { type ConfigState, changeableStates, refusedStates } from './config-states';

const TOKEN = 'gth_token-of-the-tests';
const NOW = Date.UTC(2026, 10, 22, 12);

/** The files of each engine below the person's own folder. */
const filesOf: Readonly<Record<Engine, readonly string[]>> = {
  claude: ['.claude/settings.json', '.claude.json'],
  codex: ['.codex/config.toml'],
  gemini: ['.gemini/settings.json'],
  opencode: ['.config/opencode/opencode.json'],
};

type Folder = { readonly user: string; readonly places: Places; readonly paths: readonly string[] };

function folderWith(engine: Engine, state: ConfigState, name = 'a home'): Folder {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-connect-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const user = join(root, 'user');
  const paths = filesOf[engine].map((file) => join(user, file));
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    const text = path.endsWith('.toml') ? state.toml : state.json;
    if (text !== null) writeFileSync(path, text, { mode: 0o644 });
    state.arrange?.(path);
  }
  return { user, places: { home: join(root, name), environment: { HOME: user } }, paths };
}

const wanted = (engine: Engine, token = TOKEN, url = 'http://127.0.0.1:4780') => ({
  engine,
  agentId: 'scout',
  token,
  url,
});

/** Everything below a folder: what it is, its mode, and its bytes. */
function everythingIn(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const status = lstatSync(path);
    const bytes = status.isFile() ? readFileSync(path).toString('base64') : '';
    return [path, `${status.mode.toString(8)} ${bytes}`] as const;
  });
  return Object.fromEntries(entries);
}

type Values = Record<string, Record<string, unknown>>;

/** By other means than the code's: what a text says. */
function valuesOf(path: string): Values {
  const text = existsSync(path) ? readFileSync(path, 'utf8').replace('\uFEFF', '') : '';
  if (text.trim() === '') return {};
  return (path.endsWith('.toml') ? parseToml(text) : parseJson(text, [], { allowTrailingComma: true })) as Values;
}

/** What connecting adds, said here once more by hand. */
function withOurs(engine: Engine, path: string, before: Values, home: string): unknown {
  const command = `"${home}/bin/gatehouse" hook ${engine}`;
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const add = (events: Readonly<Record<string, object>>) => {
    const all: Record<string, unknown> = { ...before['hooks'] };
    for (const [event, group] of Object.entries(events)) all[event] = [...((all[event] as []) ?? []), group];
    return all;
  };
  const url = 'http://127.0.0.1:4780/mcp';
  const hook = (timeout: number) => [{ type: 'command', command, timeout }];
  if (engine === 'codex') {
    return {
      ...before,
      hooks: add(
        Object.fromEntries(
          [
            ...['PermissionRequest', 'PreToolUse', 'PostToolUse', 'UserPromptSubmit'],
            ...['SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd'],
          ].map((event) => [event, { hooks: hook(600) }]),
        ),
      ),
      mcp_servers: { ...before['mcp_servers'], gatehouse: { url, http_headers: headers } },
    };
  }
  if (engine === 'gemini') {
    const mine = { hooks: [{ name: 'gatehouse', ...hook(86_460_000)[0] }] };
    const ofTools = { matcher: '.*', ...mine };
    return {
      ...before,
      hooks: add({ BeforeTool: ofTools, AfterTool: ofTools, BeforeAgent: mine, AfterAgent: mine, SessionEnd: mine }),
      mcpServers: { ...before['mcpServers'], gatehouse: { httpUrl: url, headers } },
      telemetry: {
        ...{ enabled: true, target: 'local', otlpProtocol: 'http', logPrompts: false },
        otlpEndpoint: `http://usage:${usageTokenOf(TOKEN)}@127.0.0.1:4780`,
      },
    };
  }
  if (engine === 'opencode') {
    return { ...before, mcp: { ...before['mcp'], gatehouse: { type: 'remote', url, headers, enabled: true } } };
  }
  if (path.endsWith('.claude.json')) {
    return { ...before, mcpServers: { ...before['mcpServers'], gatehouse: { type: 'http', url, headers } } };
  }
  const asks = { matcher: '*', hooks: hook(86_460) };
  const tells = { hooks: hook(30) };
  return {
    ...before,
    hooks: add({
      PermissionRequest: asks,
      PreToolUse: asks,
      UserPromptExpansion: asks,
      PostToolUse: { matcher: '*', hooks: hook(30) },
      PostToolUseFailure: { matcher: '*', hooks: hook(30) },
      PermissionDenied: { matcher: '*', hooks: hook(30) },
      UserPromptSubmit: tells,
      SubagentStart: tells,
      SubagentStop: tells,
      Stop: tells,
      SessionEnd: tells,
      ConfigChange: tells,
    }),
    env: {
      ...before['env'],
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:4780/v1/metrics',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: `Authorization=Bearer ${TOKEN}`,
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
    },
  };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each(engines)('%s', (engine) => {
  test.each(changeableStates)('from $name: exactly our additions, and removing gives every byte back', (state) => {
    const { user, places, paths } = folderWith(engine, state);
    const before = everythingIn(user);
    const said = paths.map(valuesOf);
    connect(places, wanted(engine), NOW);
    for (const [index, path] of paths.entries()) {
      expect(plain(valuesOf(path))).toEqual(plain(withOurs(engine, path, said[index] ?? {}, places.home)));
      // It holds the token.
      expect(statSync(path).mode & 0o077).toBe(0);
    }
    expect(readConnection(places.home, engine)).toMatchObject({ agentId: 'scout', token: TOKEN });

    const connected = everythingIn(user);
    connect(places, wanted(engine), NOW + 60_000);
    expect(everythingIn(user)).toEqual(connected);

    disconnect(places, engine);
    expect(everythingIn(user)).toEqual(before);
    expect(readConnection(places.home, engine)).toBeUndefined();
    disconnect(places, engine);
    expect(everythingIn(user)).toEqual(before);
  });

  // opencode's hooks stand in a file of their own.
  const refused = refusedStates.filter(({ name }) => engine !== 'opencode' || name !== 'hooks of an unknown form');
  test.each(refused)('$name is refused with a sentence, and nothing is changed anywhere', (state) => {
    const { user, places } = folderWith(engine, state);
    const before = everythingIn(user);
    expect(() => connect(places, wanted(engine), NOW)).toThrowError(/user\/.*[.]$/s);
    expect(everythingIn(user)).toEqual(before);
    expect(readConnection(places.home, engine)).toBeUndefined();
  });

  test.each(changeableStates)('edited since, from $name: only ours goes, and what was written since stays', (state) => {
    const { places, paths } = folderWith(engine, state);
    const said = paths.map(valuesOf);
    connect(places, wanted(engine), NOW);
    for (const path of paths) {
      const text = readFileSync(path, 'utf8');
      const own = path.endsWith('.toml')
        ? `${text}\n[later]\nadded = true\n`
        : text.replace('{', '{ "later": { "added": true },');
      writeFileSync(path, own);
    }
    connect(places, wanted(engine), NOW + 60_000);
    const removed = disconnect(places, engine);
    const shared = removed.filter(({ path }) => paths.includes(path));
    expect(shared.map(({ outcome }) => outcome)).toEqual(paths.map(() => 'edited'));
    for (const [index, path] of paths.entries()) {
      const { later, ...rest } = valuesOf(path);
      expect(later).toEqual({ added: true });
      const husks = { hooks: {}, mcpServers: {}, mcp_servers: {}, mcp: {} };
      const given: Values = { ...husks, ...said[index] };
      // An empty list that was there before may go with ours.
      const events = Object.entries(given['hooks'] ?? {}).filter(([, groups]) => (groups as []).length !== 0);
      expect(plain({ ...husks, ...rest })).toMatchObject({
        ...(plain(given) as object),
        hooks: plain(Object.fromEntries(events)) as object,
      });
      expect(readFileSync(path, 'utf8')).not.toContain('atehouse');
    }
  });

  test('another token and another port replace ours, and the first bytes still come back', () => {
    const [state] = changeableStates.filter(({ name }) => name.startsWith('comments'));
    if (state === undefined) throw new Error('no such state');
    const { user, places, paths } = folderWith(engine, state);
    const before = everythingIn(user);
    connect(places, wanted(engine), NOW);
    connect(places, wanted(engine, 'gth_another', 'http://127.0.0.1:5000'), NOW + 60_000);
    const text = paths.map((path) => readFileSync(path, 'utf8')).join('');
    expect(text).toContain('http://127.0.0.1:5000/mcp');
    expect(text).not.toContain(TOKEN);
    // In its server's entry; Claude Code's telemetry shows it as well.
    expect(text.split('gth_another')).toHaveLength(engine === 'claude' ? 3 : 2);
    disconnect(places, engine);
    expect(everythingIn(user)).toEqual(before);
  });

  test('a plan changes nothing, and its diff is what connecting then does', () => {
    const [state] = changeableStates.filter(({ name }) => name.startsWith('comments'));
    if (state === undefined) throw new Error('no such state');
    const { user, places, paths } = folderWith(engine, state);
    const before = everythingIn(user);
    const texts = paths.map((path) => readFileSync(path, 'utf8'));
    const diffs = planConnection(places, wanted(engine)).map(diffOf);
    expect(everythingIn(user)).toEqual(before);
    connect(places, wanted(engine), NOW);
    const patched = texts.map((text, index) => applyPatch(text, diffs[index] ?? ''));
    expect(patched).toEqual(paths.map((path) => readFileSync(path, 'utf8')));
    expect(planConnection(places, wanted(engine)).map(diffOf).join('')).toBe('');
  });
});

const own = `{
  "env": { "EDITOR": "vi" }
}
`;

test.each([
  ['settings of their own', { enabled: true, target: 'gcp' }],
  ['no telemetry', { enabled: false }],
])('of Gemini CLI stays as it is where the person wants %s [sessions-4.telemetry]', (_, telemetry) => {
  const json = `${JSON.stringify({ telemetry }, null, 2)}\n`;
  const { user, places } = folderWith('gemini', { name: 'telemetry', json, toml: '' });
  const settings = join(user, '.gemini', 'settings.json');
  connect(places, wanted('gemini'), NOW);
  expect(valuesOf(settings)['telemetry']).toEqual(telemetry);
  disconnect(places, 'gemini');
  expect(readFileSync(settings, 'utf8')).toBe(json);
});

test('of Gemini CLI goes without what the person has added to it since [sessions-4.telemetry]', () => {
  const { user, places } = folderWith('gemini', { name: 'nothing', json: '{}\n', toml: '' });
  const settings = join(user, '.gemini', 'settings.json');
  connect(places, wanted('gemini'), NOW);
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('"enabled": true', '"traces": true, "enabled": true'));
  disconnect(places, 'gemini');
  expect(valuesOf(settings)).toEqual({ telemetry: { traces: true } });
});

test('telemetry stands beside the person’s own variables, and goes without them [sessions-4.telemetry]', () => {
  const { user, places } = folderWith('claude', { name: 'variables', json: own, toml: '' });
  const settings = join(user, '.claude', 'settings.json');
  connect(places, wanted('claude'), NOW);
  expect(valuesOf(settings)['env']).toMatchObject({ EDITOR: 'vi', OTEL_METRICS_EXPORTER: 'otlp' });
  // Another port, another token: written anew.
  connect(places, wanted('claude', 'gth_another', 'http://127.0.0.1:5000'), NOW);
  expect(valuesOf(settings)['env']).toMatchObject({
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:5000/v1/metrics',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'Authorization=Bearer gth_another',
  });
  // Edited since, so that ours alone is taken out.
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('"vi"', '"ed"'));
  disconnect(places, 'claude');
  expect(valuesOf(settings)['env']).toEqual({ EDITOR: 'ed' });
});

test.each(['OTEL_EXPORTER_OTLP_ENDPOINT', 'CLAUDE_CODE_ENABLE_TELEMETRY', 'OTEL_METRICS_EXPORTER'])(
  'where the person sends telemetry of their own, as %s says, it stays theirs [sessions-4.telemetry]',
  (name) => {
    const { user, places } = folderWith('claude', {
      name: 'telemetry',
      json: JSON.stringify({ env: { [name]: 'mine' } }),
      toml: '',
    });
    const settings = join(user, '.claude', 'settings.json');
    const before = everythingIn(user);
    connect(places, wanted('claude'), NOW);
    expect(valuesOf(settings)['env']).toEqual({ [name]: 'mine' });
    disconnect(places, 'claude');
    expect(everythingIn(user)).toEqual(before);
  },
);
