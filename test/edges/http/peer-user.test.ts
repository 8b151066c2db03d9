import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { peerUserOf, userIdIn } from '../../../electron/edges/http/peer-user';

/** Rows as Linux prints them: both ends of one connection, one that is closed, and a mapped one of IPv6. */
const table = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  '   0: 0100007F:12AC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0 100 0 0 10 0',
  '   1: 0100007F:12AC 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 12 1 0 20 4 30 10 -1',
  '   2: 0100007F:D431 0100007F:12AC 01 00000000:00000000 02:000000A0 00000000 65534        0 13 2 0 20 4 0 10 -1',
  '   3: 0100007F:D432 0100007F:12AC 06 00000000:00000000 03:00000E3B 00000000     0        0 0 3 0',
  '   4: 0200007F:D433 0100007F:12AC 01 00000000:00000000 02:000000A0 00000000  1001        0 14 2 0 20 4 0 10 -1',
  '   5: 0000000000000000FFFF00000100007F:D434 0000000000000000FFFF00000100007F:12AC 01 00000000:00000000 02:0 0  1002 0 15 2',
].join('\n');

const peerPort = 0x12ac;

describe('whose program is at the other end', () => {
  test.each([
    ['127.0.0.1', 0xd431, 65_534],
    ['::ffff:127.0.0.1', 0xd431, 65_534],
    ['127.0.0.1', 0xd432, undefined],
    ['127.0.0.1', 0xd433, undefined],
    ['127.0.0.2', 0xd433, 1_001],
    ['127.0.0.1', 0xd434, 1_002],
    ['127.0.0.1', 0xd435, undefined],
  ])('is read from the row of its own end: %s:%i', (address, port, uid) => {
    expect(userIdIn(table, { address, port, peerPort })).toBe(uid);
  });

  test('is this user for a connection of this process, and nobody known once it is closed', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect(address.port, '127.0.0.1');
    const [peer] = await accepted;
    expect(peerUserOf(peer)).toBe(process.platform === 'linux' ? 'same' : 'unknown');
    client.destroy();
    await once(peer.resume(), 'close');
    expect(peerUserOf(peer)).not.toBe('same');
  });
});
