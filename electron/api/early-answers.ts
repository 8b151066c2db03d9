import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { finished, Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { refusal } from '../../shared/errors';
import { refusalBody } from './refusals';

/** What is taken of a request after its answer, in bytes; a client that still sends then is cut off (spec/api.md section 1). */
const MOST_THROWN_AWAY_BYTES = 8 * 1024 * 1024;

/** How long a connection stays open on which nothing comes after an answer to what was no HTTP, in milliseconds. */
const LONGEST_LINGER_MS = 10_000;

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
    answered.add(raw.socket);
    done(null, Readable.from(withRest(payload, raw)));
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function* withRest(answer: string | Buffer, request: IncomingMessage): AsyncGenerator<string | Buffer> {
  yield answer;
  await restOf(request);
  answered.delete(request.socket);
}

/** Takes what is left of a request; cuts the client off when that is too much. */
function restOf(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let takenBytes = 0;
    request.on('data', ({ length }: Buffer) => {
      takenBytes += length;
      if (takenBytes > MOST_THROWN_AWAY_BYTES) request.socket.destroy();
    });
    finished(request, { writable: false }, () => resolve());
    request.resume();
  });
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
  setTimeout(() => socket.destroy(), LONGEST_LINGER_MS).unref();
}
