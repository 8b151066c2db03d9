import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Whose program is at the other end: the user that Gatehouse runs as, another, or nobody can tell. */
export type PeerUser = 'same' | 'other' | 'unknown';

/** Which user a connection over loopback comes from. Only Linux tells; a connection that is over already is not the same user's. */
export function peerUserOf(socket: Socket): PeerUser {
  const { remoteAddress, remotePort, localPort } = socket;
  if (process.platform !== 'linux' || process.getuid === undefined) return 'unknown';
  if (remoteAddress === undefined || remotePort === undefined || localPort === undefined) return 'other';
  const ends = { address: remoteAddress, port: remotePort, peerPort: localPort };
  const uid = userIdIn(readTable('tcp'), ends) ?? userIdIn(readTable('tcp6'), ends);
  return uid === process.getuid() ? 'same' : 'other';
}

function readTable(name: string): string {
  try {
    return readFileSync(`/proc/net/${name}`, 'latin1');
  } catch {
    // No IPv6, for one.
    return '';
  }
}

/** The IPv4 end of a connection whose owner is looked for, and the port that it is connected to. */
export type ConnectionEnd = { readonly address: string; readonly port: number; readonly peerPort: number };

const ESTABLISHED = '01';

/** The user id of that end in the text of Linux's table of TCP connections; undefined when it is not there. */
export function userIdIn(table: string, { address, port, peerPort }: ConnectionEnd): number | undefined {
  const local = `${hexAddress(address)}:${hexPort(port)}`;
  for (const line of table.split('\n')) {
    const [, own = '', peer = '', state, , , , uid] = line.trim().split(/\s+/);
    // What was closed is listed as root's.
    if (state === ESTABLISHED && own.endsWith(local) && peer.endsWith(`:${hexPort(peerPort)}`)) return Number(uid);
  }
  return undefined;
}

/** As the kernel prints it: the bytes backwards. An IPv6 table ends with the same for a mapped one. */
function hexAddress(address: string): string {
  const bytes = address
    .replace(/^::ffff:/i, '')
    .split('.')
    .map(Number);
  return Buffer.from(bytes.reverse()).toString('hex').toUpperCase();
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
