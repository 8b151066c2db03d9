import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, disconnect } from '../../electron/connect/connect';
import { type Engine, readConnection } from '../../electron/connect/connection-file';
import { checkSpend } from '../../electron/connect/spend-check';
import { temporaryHome } from '../support/world';

const NOW = Date.UTC(2026, 10, 22, 12);

/** A person with an engine that is connected, once or again. */
function personWith(engine: Engine, settings = '{}\n') {
  const root = temporaryHome();
  const [user, workspace] = [join(root, 'user'), join(root, 'project')];
  const own = engine === 'gemini' ? '.gemini' : '.claude';
  for (const folder of [join(user, own), join(workspace, own)]) mkdirSync(folder, { recursive: true });
  const path = join(user, own, 'settings.json');
  writeFileSync(path, settings);
  const places = { home: join(root, 'home'), environment: { HOME: user }, workspace };
  return {
    path,
    places,
    connect(more: { readonly isTelemetryDeclined?: boolean } = {}) {
      const wanted = { engine, agentId: 'scout', token: 'gth_t', url: 'http://127.0.0.1:4780', ...more };
      connect(places, wanted, NOW);
    },
    check() {
      const connection = readConnection(places.home, engine);
      if (connection === undefined) throw new Error('it is not connected');
      return checkSpend(places, connection);
    },
    project: (name: string, says: object) => writeFileSync(join(workspace, own, name), JSON.stringify(says)),
  };
}

describe('telemetry that the person declines', () => {
  test('is not switched on, stays off when connected again, and comes when it is wanted [sessions-4.telemetry]', () => {
    const { path, places, connect: connectAs } = personWith('claude');
    const hasOurs = () => readFileSync(path, 'utf8').includes('OTEL_');
    connectAs({ isTelemetryDeclined: true });
    expect(hasOurs()).toBe(false);
    expect(readFileSync(path, 'utf8')).toContain('PreToolUse');
    connectAs();
    expect(hasOurs()).toBe(false);
    connectAs({ isTelemetryDeclined: false });
    expect(hasOurs()).toBe(true);
    connectAs();
    expect(hasOurs()).toBe(true);
    connectAs({ isTelemetryDeclined: true });
    expect(hasOurs()).toBe(false);
    disconnect(places, 'claude');
    expect(readFileSync(path, 'utf8')).toBe('{}\n');
  });
});

describe('doctor says what the spend of an engine is read from [sessions-4.sources]', () => {
  test('its telemetry, or its transcripts alone where that is declined', () => {
    const { connect: connectAs, check } = personWith('claude');
    connectAs();
    expect(check()).toMatchObject({ isOk: true, says: expect.stringContaining('its telemetry, in its own dollars') });
    connectAs({ isTelemetryDeclined: true });
    expect(check()).toMatchObject({ isOk: true, says: expect.stringMatching(/its transcripts.*you declined/) });
  });

  test.each(['settings.json', 'settings.local.json'])('and which variables of a project win over ours: %s', (name) => {
    const { connect: connectAs, check, project } = personWith('claude');
    connectAs();
    project(name, { env: { EDITOR: 'vi' } });
    expect(check()).toMatchObject({ isOk: true });
    project(name, { env: { OTEL_METRICS_EXPORTER: 'none' } });
    const says = expect.stringContaining(`${name} are not Gatehouse’s`) as string;
    expect(check()).toMatchObject({ isOk: false, says, fix: expect.stringContaining('--no-telemetry') });
  });

  test('and that the person’s own stay, and that ours were taken out', () => {
    const own = personWith('claude', '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"mine"}}\n');
    own.connect();
    expect(own.check()).toMatchObject({ isOk: false, says: expect.stringContaining('are not Gatehouse’s') });
    const cleared = personWith('claude');
    cleared.connect();
    writeFileSync(cleared.path, '{}\n');
    expect(cleared.check()).toMatchObject({ isOk: false, says: expect.stringContaining('not switched on') });
  });

  test('of Gemini CLI, and which settings and variables win over ours', () => {
    const { path, places, connect: connectAs, check, project } = personWith('gemini');
    connectAs();
    expect(check()).toMatchObject({
      isOk: true,
      says: expect.stringContaining('from its telemetry what it asks beside'),
    });
    project('settings.json', { telemetry: { enabled: false } });
    expect(check()).toMatchObject({ isOk: false, says: expect.stringContaining('are not Gatehouse’s') });
    project('settings.json', {});
    for (const name of ['GEMINI_TELEMETRY_TARGET', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
      Object.assign(places.environment, { [name]: 'gcp' });
      expect(check()).toMatchObject({ isOk: false, says: expect.stringContaining(name) });
      Reflect.deleteProperty(places.environment, name);
    }
    writeFileSync(path, readFileSync(path, 'utf8').replace('"enabled": true', '"enabled": false'));
    expect(check()).toMatchObject({ isOk: false, says: expect.stringContaining('not switched on') });
    connectAs();
    expect(check()).toMatchObject({ isOk: true });
    connectAs({ isTelemetryDeclined: true });
    expect(readFileSync(path, 'utf8')).not.toContain('otlpEndpoint');
    expect(check()).toMatchObject({ isOk: true, says: expect.stringMatching(/its transcripts.*you declined/) });
  });

  test.each(['codex', 'opencode'] as const)('of %s, which sends none', (engine) => {
    const { connect: connectAs, check } = personWith(engine);
    connectAs();
    expect(check()).toMatchObject({ isOk: true, says: expect.stringMatching(/its (?:transcripts|plugin)/) });
  });
});
