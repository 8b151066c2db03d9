import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The canonical form of a JSON value (RFC 8785): equal values give equal text, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** SHA-256 of the canonical form of a JSON value, in hex. */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
