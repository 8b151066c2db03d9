import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { finished, Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { refusal } from '../../../shared/kernel/errors';
import { MAX_BODY_BYTES } from './body';
import { refusalBody } from './refusals';

/** What is taken of a request after its answer, in bytes; a client that still sends then is cut off (spec/api.md section 1). */
const MOST_THROWN_AWAY_BYTES = 8 * 1024 * 1024;

/** How long a client that was cut off, or sent what is no HTTP, may take to read its answer, in milliseconds. */
const LONGEST_LINGER_MS = 2_000;

/** Connections on which an answer was sent whole, although their request is not over. */
const answered = new WeakSet<Duplex>();

/**
 * Makes every answer that comes before its request is over one that can be read: it is sent whole at once, but ends only when the
 * rest of the request has been taken and thrown away. To end earlier would close the connection under a client that still sends,
 * which never reads what was answered.
 */
export function addReadableRefusals(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const { raw } = request;
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (raw.complete || !hasBody(raw) || !isWhole) return done(null, payload);
    void reply.header('content-length', Buffer.byteLength(payload));
    // An ordinary body is taken in a moment, and its connection goes on; any other one may be too long for that.
    if (!isOrdinary(raw)) void reply.header('connection', 'close');
    answered.add(raw.socket);
    done(null, Readable.from(withRest(payload, raw)));
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isOrdinary({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length']) <= MAX_BODY_BYTES;
}

async function* withRest(answer: string | Buffer, request: IncomingMessage): AsyncGenerator<string | Buffer> {
  yield answer;
  await restOf(request);
  answered.delete(request.socket);
}

/** Takes what is left of a request. Of one that is too long no more is taken, and after a while its connection is closed. */
function restOf(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let takenBytes = 0;
    const take = ({ length }: Buffer) => {
      takenBytes += length;
      if (takenBytes <= MOST_THROWN_AWAY_BYTES) return;
      request.off('data', take).pause();
      linger(request.socket);
    };
    finished(request, { writable: false }, () => resolve());
    request.on('data', take);
  });
}

/** Closes a connection after a while: to close it under a client that still sends would take its answer away from it. */
function linger(socket: Duplex): void {
  const closing = setTimeout(() => socket.destroy(), LONGEST_LINGER_MS);
  socket.once('close', () => clearTimeout(closing));
}

/** Where a connection was when it sent what is no HTTP, in bytes read. */
const malformedAt = new WeakMap<Duplex, number>();

/** Answers what is no HTTP, or comes too slowly, and closes the connection in a way that lets the answer be read. */
export function refuseMalformed(socket: Duplex & { readonly bytesRead?: number }): void {
  const { bytesRead = 0 } = socket;
  const since = malformedAt.get(socket);
  if (since !== undefined) {
    // Each further part of it is no HTTP again.
    if (bytesRead - since > MOST_THROWN_AWAY_BYTES) socket.destroy();
    return;
  }
  if (!socket.writable) return;
  // A second answer would be taken for that to another request.
  if (answered.has(socket)) return void socket.destroy();
  malformedAt.set(socket, bytesRead);
  const issues = [{ path: '', message: 'the request is not valid HTTP' }];
  const body = JSON.stringify(refusalBody(refusal('VALIDATION_FAILED', { issues })));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  linger(socket);
}
