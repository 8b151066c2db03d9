import { z } from 'zod';

/**
 * What an audit row says beside its actor. Inside, its names are in snake_case; in the log and on the wire they are spelt as the
 * reference spells them: `automationID`, `pausedRunIDs`, `expiresAtMs` (spec/governance.md section 13). What is nested is a record
 * in its wire form, and stays as it is.
 */
export const payloadSchema = z.record(z.string(), z.unknown());

/** What an audit row says beside its actor. */
export type Payload = Readonly<z.infer<typeof payloadSchema>>;

/** A payload as the log and the wire have it. */
export function payloadOnLog(payload: Payload): Payload {
  return renamed(payload, (name) =>
    name
      .replace(/_ids$/, 'IDs')
      .replace(/_id$/, 'ID')
      .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** A payload as it is used inside; also one of a row that was written before the names were the reference's. */
export function payloadInside(payload: Payload): Payload {
  return renamed(payload, (name) =>
    name
      .replace(/IDs$/, '_ids')
      .replace(/ID$/, '_id')
      .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
}

function renamed(payload: Payload, rename: (name: string) => string): Payload {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [rename(name), value]));
}
