import { cryptography } from '../client/built-in';

// An engine whose telemetry has no headers shows what stands in its endpoint's address, in plain configuration and in whatever it writes
// about that. So it is not the agent's token but one that follows from it, from which nobody comes back to that, and with which nothing can
// be done but to tell what sessions used.

/** Bytes of the hash of the agent's token by which that is found. */
const START_BYTES = 8;

const form = /^gtu_([0-9a-f]{16})[\w-]{43}$/;

/** The token for telling usage that belongs to an agent's token; as long as there is none yet, what is shown in its place. */
export function usageTokenOf(secret: string): string {
  return secret.endsWith('…')
    ? 'gtu_…'
    : usageTokenOfHash(cryptography().createHash('sha256').update(secret, 'utf8').digest());
}

/** The same, of the hash with which an agent's token is stored. */
export function usageTokenOfHash(hash: Uint8Array): string {
  const proof = cryptography().createHmac('sha256', hash).update('what sessions used').digest('base64url');
  return `gtu_${Buffer.from(hash.subarray(0, START_BYTES)).toString('hex')}${proof}`;
}

/** The first and the last hash that the agent's token can have of which this one is; undefined for what is no such token. */
export function hashesOf(usageToken: string): readonly [first: Uint8Array, last: Uint8Array] | undefined {
  const start = form.exec(usageToken)?.[1];
  if (start === undefined) return undefined;
  const filled = (byte: number) => Buffer.alloc(32, byte).fill(start, 0, START_BYTES, 'hex');
  return [filled(0), filled(255)];
}
