import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect, disconnect } from '../../electron/connect/connect';
import { engines, readConnection, writeConnection } from '../../electron/connect/connection-file';
import { createEngineConnections } from '../../electron/desktop/engine-connections';
import { operator, temporaryHome } from '../support/world';

const NOW = Date.UTC(2026, 10, 30, 3);
const logger = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

/** The connections of a person as the window sees them; `tell` is called whenever they have changed. */
function start() {
  const user = temporaryHome();
  const places = { home: join(user, 'gatehouse'), environment: { HOME: user } };
  const tell = vi.fn();
  const connections = createEngineConnections({
    ...places,
    operator,
    clock: { now: () => NOW },
    logger,
    send: () => new Promise(() => {}),
    reads: {
      lastSeenAtMs: () => undefined,
      tokenId: () => undefined,
      isNoToken: () => false,
      workspaces: () => [],
    },
    unguardedSessions: () => [],
    apiUrl: () => undefined,
    onChange: tell,
  });
  onTestFinished(connections.close);
  return { places, connections, tell };
}

test.each(engines)(
  'the command line connects %s, changes that and removes it: the window is told each time, whoever did it [sessions-5.unguarded]',
  async (engine) => {
    const { places, connections, tell } = start();
    const status = () => connections.status().find((each) => each.engine === engine);
    const isTold = async (change: () => void, isThere: () => boolean) => {
      expect(isThere()).toBe(false);
      tell.mockClear();
      change();
      await vi.waitFor(() => expect([isThere(), tell.mock.calls.length > 0]).toEqual([true, true]), 5_000);
    };
    const plan = { engine, agentId: 'scout', token: 'gth_tests', url: 'http://127.0.0.1:4780' };
    await isTold(
      () => connect(places, plan, NOW),
      () => status()?.agentId === 'scout',
    );
    const connection = readConnection(places.home, engine);
    if (connection === undefined) throw new Error('it is connected');
    await isTold(
      () => writeConnection(places.home, { ...connection, hook: { ...connection.hook, ifUnavailable: 'block' } }),
      () => status()?.hook?.ifUnavailable === 'block',
    );
    await isTold(
      () => void disconnect(places, engine),
      () => status()?.state === 'not_connected',
    );
  },
);
