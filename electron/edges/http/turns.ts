import type { Socket } from 'node:net';
import type { onRequestHookHandler } from 'fastify';

/** Requests that a connection may send ahead of its answers; one that sends more is cut off. */
const MOST_AHEAD = 100;

/**
 * Has each connection wait its turn: a request is begun when the answer before it has been handed to the system, and not in the
 * same turn of the event loop. So a client that sends many at once, or does not read, has one of them under way and keeps nobody
 * waiting but itself. HTTP answers in that order anyway.
 */
export function createTurns(): onRequestHookHandler {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (request, reply, done) => {
    const { socket } = request.raw;
    const begin = () => {
      reply.raw.once('close', () => {
        const next = waiting.get(socket)?.shift();
        if (next === undefined) waiting.delete(socket);
        else setImmediate(() => !socket.destroyed && next());
      });
      done();
    };
    const ahead = waiting.get(socket);
    if (ahead === undefined) {
      waiting.set(socket, []);
      begin();
    } else if (ahead.length < MOST_AHEAD) ahead.push(begin);
    else socket.destroy();
  };
}
