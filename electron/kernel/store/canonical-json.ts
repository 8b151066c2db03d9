import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JsonObject } from '../../../shared/kernel/fields';

/** The canonical form of a JSON value (RFC 8785): equal values give equal text, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** Canonical forms of fields of an object that are known already, by their names, or of some fields of them: a large one is written once. */
export type KnownForms = { readonly [name: string]: string | KnownForms | undefined };

/** As canonicalJson, of an object; what is known of it is taken as it is. */
export function canonicalObject(object: JsonObject, known: KnownForms): string {
  const fields = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort()
    .map(
      (name) => `${JSON.stringify(name)}:${formOf(object[name], Object.hasOwn(known, name) ? known[name] : undefined)}`,
    );
  return `{${fields.join(',')}}`;
}

function formOf(value: unknown, known: KnownForms[string]): string {
  if (typeof known === 'string') return known;
  return known === undefined ? canonicalJson(value) : canonicalObject(value as JsonObject, known);
}

/** SHA-256 of a text, in hex. */
export function textHash(text: string): string {
  return hash('sha256', text, 'hex');
}

/** SHA-256 of the canonical form of a JSON value, in hex. */
export function canonicalHash(value: unknown): string {
  return textHash(canonicalJson(value));
}
