import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Where Gatehouse listens and which token to show it. */
export type Connection = { readonly url: string; readonly token: string };

/** Thrown with a sentence for the person at the terminal. */
export class ConnectionError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'ConnectionError';
  }
}

const endpointSchema = z.object({ url: z.string(), pid: z.int() });

type Environment = Readonly<Record<string, string | undefined>>;

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

/** Finds a running Gatehouse: GATEHOUSE_URL, else its endpoint.json; a stale file counts as not running. Throws ConnectionError. */
export function findConnection(environment: Environment): Connection {
  const token = environment['GATEHOUSE_TOKEN'] ?? '';
  if (token === '') {
    throw new ConnectionError(
      'No token. Set GATEHOUSE_TOKEN: `npm start` prints one for trying out, or make one in Gatehouse under Settings.',
    );
  }
  const url = environment['GATEHOUSE_URL'];
  return { url: url === undefined || url === '' ? readEndpoint(environment) : url, token };
}

function readEndpoint(environment: Environment): string {
  const path = join(homeFolder(environment), 'endpoint.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConnectionError('Gatehouse is not running. Start it with `npm start`, then try again.');
  }
  const endpoint = endpointSchema.safeParse(JSON.parse(text));
  if (!endpoint.success || !isAlive(endpoint.data.pid)) {
    throw new ConnectionError('Gatehouse is not running: it ended without saying so. Start it with `npm start`.');
  }
  return endpoint.data.url;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
