import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../client/client';
import { NoToken, Unreachable, UsageFailure } from '../client/failure';
import {
  ConnectionFileError,
  connectedEngines,
  type Engine,
  type EngineConnection,
  engines,
  readConnection,
} from '../connect/connection-file';
import { fieldsIn } from '../connect/kept-file';
import { isAlive } from '../connect/processes';
import type { Environment } from '../engines/engine';

/** The data folder of the desktop app, as Electron chooses it on this platform. */
export function homeFolder(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  const given = environment['GATEHOUSE_HOME'];
  if (given !== undefined && given !== '') return given;
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Gatehouse');
    case 'win32':
      return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Gatehouse');
    default:
      return join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Gatehouse');
  }
}

/** Finds Gatehouse and a token for it, each the first there is; throws Unreachable with what to do. */
export function findConnection(environment: Environment, engine?: string): Connection {
  const token = findToken(environment, engine);
  return { url: findUrl(environment), token };
}

/** GATEHOUSE_URL, else what a running Gatehouse has written to its endpoint.json; a stale file counts as not running. */
export function findUrl(environment: Environment): string {
  const given = environment['GATEHOUSE_URL'];
  if (given !== undefined && given !== '') {
    if (!URL.canParse(given) || new URL(given).protocol !== 'http:') {
      throw new UsageFailure(`GATEHOUSE_URL is not an address such as http://127.0.0.1:4780: ${given}`);
    }
    return given;
  }
  let text: string;
  try {
    text = readFileSync(join(homeFolder(environment), 'endpoint.json'), 'utf8');
  } catch {
    throw new Unreachable('Gatehouse is not running. Start it, then try again.');
  }
  const { url, pid } = fieldsIn(text);
  if (typeof url !== 'string' || !URL.canParse(url) || typeof pid !== 'number' || !isAlive(pid)) {
    throw new Unreachable('Gatehouse is not running: it ended without saying so. Start it, then try again.');
  }
  return url;
}

/** GATEHOUSE_TOKEN, else the token of the engine that is named, else of the only one that is connected. */
export function findToken(environment: Environment, named?: string): string {
  const given = environment['GATEHOUSE_TOKEN'];
  if (named === undefined && given !== undefined && given !== '') return given;
  const home = homeFolder(environment);
  const engine = named === undefined ? onlyEngine(home) : engineNamed(named);
  const connection = engine === undefined ? undefined : connectionOf(home, engine);
  if (connection !== undefined) return connection.token;
  throw new NoToken(
    engine === undefined
      ? 'No token. Connect an engine with `gatehouse connect`, or set GATEHOUSE_TOKEN to one from Gatehouse, Settings.'
      : `${engine} is not connected. Connect it: gatehouse connect ${engine}`,
  );
}

function onlyEngine(home: string): Engine | undefined {
  const connected = connectedEngines(home);
  if (connected.length < 2) return connected[0];
  throw new UsageFailure(`Several engines are connected. Name one: --engine ${connected.join(' or --engine ')}`);
}

function engineNamed(name: string): Engine {
  const engine = engines.find((known) => known === name);
  if (engine !== undefined) return engine;
  throw new UsageFailure(`No such engine: ${name}. There are ${engines.join(', ')}.`);
}

function connectionOf(home: string, engine: Engine): EngineConnection | undefined {
  try {
    return readConnection(home, engine);
  } catch (error) {
    if (error instanceof ConnectionFileError) throw new NoToken(error.message);
    throw error;
  }
}
