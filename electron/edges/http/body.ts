import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Issue } from '../../../shared/kernel/errors';
import { issuePath } from '../../../shared/kernel/errors';
import { type JsonFault, readJson, requestBounds } from '../../../shared/kernel/json-text';
import { InvalidInput } from './refusals';

/** The largest body, in bytes, unless a route says otherwise (spec/api.md section 1). */
export const MAX_BODY_BYTES = 1024 * 1024;

/** A body of more bytes is read, and answered, in turns of the event loop of its own. */
export const LARGE_BODY_BYTES = 64 * 1024;

/** Reads the bodies of all routes, MCP's too: JSON that means the same to every reader, or 400 (spec/api.md section 1). */
export function addJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  let lastTurn: Promise<void> = Promise.resolve();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const read = () => readBody(body as Buffer, done);
    if (body.length <= LARGE_BODY_BYTES) return read();
    // One after the other: those of many connections may have come at once.
    lastTurn = lastTurn.then(() => nextTurn());
    void lastTurn.then(read);
  });
}

function readBody(body: Buffer, done: (error: Error | null, body?: unknown) => void): void {
  // Clients that send the header with every request have no body to send with some; that is the same as none.
  if (body.length === 0) return done(null, {});
  // Bytes that are no characters would all be read as one and the same.
  if (!isUtf8(body)) return done(new InvalidInput([notJson]), undefined);
  const reading = readJson(body.toString('utf8'), requestBounds);
  if (reading.ok) done(null, reading.value);
  else done(new InvalidInput([issueOf(reading.fault)]), undefined);
}

const notJson: Issue = { path: '', message: 'the body is not valid JSON' };

function issueOf({ kind, path, message }: JsonFault): Issue {
  if (kind === 'syntax') return notJson;
  return { path: issuePath(path), message: path.length === 0 ? `the body ${message}` : message };
}
