import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refusal } from '../../shared/errors';
import { type AuditEvent, auditEventSchema, eventNameOf } from '../../shared/events';
import { encodeWire } from '../../shared/wire';
import type { Feed } from '../app/feed';
import type { StoreHolder } from '../app/store-holder';
import { publishedAnswers } from './document';
import type { Identity } from './guard';
import { sendRefusal } from './refusals';

/** How often a comment keeps an idle stream alive, in milliseconds. */
const COMMENT_INTERVAL_MS = 15_000;

/** Rows that are sent at a time to a client that catches up; between two of them others have their turn. */
const PAGE_SIZE = 50;

/** A client that is this many bytes behind is cut off; it resumes from the last id that it got. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

/** Streams that one token may hold open. */
const MAX_STREAMS_PER_TOKEN = 32;

type Stream = {
  readonly response: ServerResponse;
  readonly tokenKey: string;
  readonly agentId: string | undefined;
  lastSeq: number;
  /** Whether the next page follows in the next turn. */
  isNextSoon: boolean;
};

/** Rows as they are sent. */
type Page = { readonly text: string; readonly lastSeq: number; readonly isFull: boolean };

/** What follows at each place in the log, as far as it has been read; undefined where nothing does. */
type Pages = Map<string, Page | undefined>;

/** What the event stream needs. */
export type EventStreamParts = { readonly feed: Feed; readonly holder: StoreHolder };

/**
 * Adds GET /governance/events: the audit log as server-sent events, resumed from Last-Event-ID without a gap (spec/api.md
 * section 2). An agent gets what it may see. Answers the function that ends every stream.
 */
export function addEventStream(server: FastifyInstance, { feed, holder }: EventStreamParts): () => void {
  const streams = new Set<Stream>();
  const unsubscribe = feed.subscribe((commit) => {
    // Most streams are at the same place: what follows there is read and made into text once.
    const pages: Pages = new Map();
    for (const stream of [...streams]) catchUp(stream, pages);
    for (const { name, payload } of commit) {
      if (name === 'agent.token_revoked') endStreamsOf(String(payload['token_id']));
    }
  });
  const comments = setInterval(() => {
    for (const { response } of streams) response.write(': still here\n\n');
  }, COMMENT_INTERVAL_MS);
  comments.unref();

  server.route({
    method: 'GET',
    url: '/governance/events',
    schema: {
      operationId: 'events.stream',
      summary: 'Server-sent events: id = audit seq, event = name, data = the audit row. Resumes from Last-Event-ID.',
      headers: z.object({
        'last-event-id': z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: publishedAnswers({
        description: 'The stream.',
        content: { 'text/event-stream': { schema: z.string() } },
      }),
    },
    handler(request, reply) {
      const state = holder.state();
      if (!state.isOpen) return sendRefusal(reply, refusal('STORE_UNAVAILABLE'));
      const { tokenKey, agentId, caller } = identityOf(request);
      if (caller.ownerId !== undefined) return sendRefusal(reply, refusal('AGENT_IDENTITY_MISMATCH'));
      if ([...streams].filter((stream) => stream.tokenKey === tokenKey).length >= MAX_STREAMS_PER_TOKEN) {
        void reply.header('retry-after', 1);
        return sendRefusal(reply, refusal('RATE_LIMITED', { sentence: 'This token has too many open event streams.' }));
      }
      const lastEventId = request.headers['last-event-id'];
      const lastSeq = typeof lastEventId === 'string' ? Number(lastEventId) : state.store.read.audit.headSeq();
      reply.hijack();
      const stream: Stream = { response: reply.raw, tokenKey, agentId, lastSeq, isNextSoon: false };
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      reply.raw.write(': connected\n\n');
      streams.add(stream);
      reply.raw.on('close', () => streams.delete(stream));
      reply.raw.on('error', () => streams.delete(stream));
      reply.raw.on('drain', () => catchUpSoon(stream));
      catchUp(stream);
      return reply;
    },
  });

  /** Sends a page of what the client has not got yet; the next one follows when the connection takes it. */
  function catchUp(stream: Stream, pages: Pages = new Map()): void {
    const { response, lastSeq, agentId } = stream;
    const state = holder.state();
    if (!state.isOpen || stream.isNextSoon || response.writableEnded) return;
    try {
      const place = JSON.stringify([lastSeq, agentId]);
      if (!pages.has(place)) pages.set(place, pageOf(state.store.read.audit.after(lastSeq, PAGE_SIZE, agentId)));
      const page = pages.get(place);
      if (page === undefined) return;
      response.write(page.text);
      stream.lastSeq = page.lastSeq;
      if (page.isFull && !response.writableNeedDrain) catchUpSoon(stream);
    } catch (error) {
      if (!holder.failed(error)) throw error;
    } finally {
      if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
    }
  }

  /** Others have their turn first: a connection that takes everything at once would keep them waiting to the end. */
  function catchUpSoon(stream: Stream): void {
    if (stream.isNextSoon) return;
    stream.isNextSoon = true;
    setImmediate(() => {
      stream.isNextSoon = false;
      if (streams.has(stream)) catchUp(stream);
    });
  }

  function endStreamsOf(tokenKey: string): void {
    for (const stream of [...streams]) if (stream.tokenKey === tokenKey) stream.response.end();
  }

  return () => {
    unsubscribe();
    clearInterval(comments);
    for (const { response } of [...streams]) response.end();
    streams.clear();
  };
}

function pageOf(rows: readonly AuditEvent[]): Page | undefined {
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  return { text: rows.map(frameOf).join(''), lastSeq: last.seq, isFull: rows.length === PAGE_SIZE };
}

/** One server-sent event; JSON has no raw line breaks, so one data line holds it. */
function frameOf(row: AuditEvent): string {
  const data = JSON.stringify(encodeWire(auditEventSchema, row));
  return `id: ${row.seq}\nevent: ${eventNameOf(row.eventType)}\ndata: ${data}\n\n`;
}

function identityOf(request: FastifyRequest): Identity {
  if (request.identity === undefined) throw new Error('the guard let a request through without an identity');
  return request.identity;
}
