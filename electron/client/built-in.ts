import type Cryptography from 'node:crypto';
import type Networking from 'node:net';

// A hook runs at every tool call of an agent: what of Node.js it does not need this time is not loaded. node:module, which could do it
// for every version alike, takes longer to load than these do.

/** node:crypto, which takes 3 ms to load. */
export const cryptography = () => load('node:crypto') as typeof Cryptography;

/** node:net, which takes 1 ms to load. */
export const networking = () => load('node:net') as typeof Networking;

function load(name: string): unknown {
  // Before 20.16 there is only that of the program that Node.js was started with.
  return process.getBuiltinModule?.(name) ?? process.mainModule?.require(name);
}
