import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AuditEvent, auditEventSchema, eventNameOf } from '../../../shared/events';
import { refusal } from '../../../shared/kernel/errors';
import { encodeWire } from '../../../shared/kernel/wire';
import { every } from '../../kernel/every';
import type { Feed } from '../../kernel/feed';
import type { Logger } from '../../kernel/ports';
import type { StoreHolder } from '../../kernel/store-holder';
import { publishedAnswers } from './document';
import { identityOf } from './guard';
import { sendRefusal } from './refusals';

/** How often a comment keeps an idle stream alive, in milliseconds. */
const COMMENT_INTERVAL_MS = 15_000;

/** What is sent at a time; between two of them others have their turn. */
const PAGE_SIZE = { rows: 50, characters: 256 * 1024 };

/** Pages that are kept for other streams at the same place. */
const MOST_KEPT_PAGES = 16;

/** How long streams that are behind are served in one turn of the event loop, in milliseconds. */
const LONGEST_TURN_MS = 5;

/** Streams that one token may hold open. */
const MAX_STREAMS_PER_TOKEN = 32;

/** Streams of all tokens together. */
const MAX_STREAMS = 256;

type Stream = {
  readonly response: ServerResponse;
  readonly tokenKey: string;
  readonly agentId: string | undefined;
  lastSeq: number;
};

/** Rows as they are sent, and whether more may follow already. */
type Page = { readonly bytes: Buffer; readonly lastSeq: number; readonly isFull: boolean };

/** What the event stream needs. */
export type EventStreamParts = { readonly feed: Feed; readonly holder: StoreHolder; readonly logger: Logger };

/**
 * Adds GET /governance/events: the audit log as server-sent events, resumed from Last-Event-ID without a gap (spec/api.md
 * section 2). An agent gets what it may see. Answers the function that ends every stream.
 */
export function addEventStream(server: FastifyInstance, parts: EventStreamParts): () => void {
  const { feed, holder } = parts;
  const pages = createPages(parts);
  const streams = createStreams(pages);
  const unsubscribe = feed.subscribe((commit) => {
    pages.goOn();
    streams.serveAll();
    for (const { name, payload } of commit) if (name === 'agent.token_revoked') streams.endOf(payload.tokenId);
  });
  const endComments = every(COMMENT_INTERVAL_MS, streams.comment);

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
      const whose = streams.whoseAreTooMany(tokenKey);
      if (whose !== undefined) {
        void reply.header('retry-after', 1);
        return sendRefusal(reply, refusal('RATE_LIMITED', { sentence: `${whose} too many open event streams.` }));
      }
      const lastEventId = request.headers['last-event-id'];
      const lastSeq = typeof lastEventId === 'string' ? Number(lastEventId) : state.store.read.audit.headSeq();
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      reply.raw.write(': connected\n\n');
      streams.open({ response: reply.raw, tokenKey, agentId, lastSeq });
      return reply;
    },
  });

  return () => {
    unsubscribe();
    endComments();
    streams.endAll();
  };
}

/** What follows in the log where a stream is. */
interface Pages {
  /** The log has gone on: a full page stays as it is, where it ended there is more now. */
  goOn(): void;
  /** The next page for a stream; undefined where nothing follows. Ends a stream that cannot go on. */
  next(stream: Stream): Page | undefined;
}

/** Pages are kept for other streams at the same place, where most are. */
function createPages({ holder, logger }: EventStreamParts): Pages {
  const pages = new Map<string, Page | undefined>();
  return {
    goOn() {
      for (const [place, page] of pages) if (page?.isFull !== true) pages.delete(place);
    },
    next({ response, lastSeq, agentId }) {
      const state = holder.state();
      if (!state.isOpen) return undefined;
      const place = JSON.stringify([lastSeq, agentId]);
      if (pages.has(place)) return pages.get(place);
      try {
        const page = pageOf(state.store.read.audit.after(lastSeq, PAGE_SIZE.rows, agentId, PAGE_SIZE.characters));
        for (const oldest of [...pages.keys()].slice(0, Math.max(0, pages.size + 1 - MOST_KEPT_PAGES))) {
          pages.delete(oldest);
        }
        pages.set(place, page);
        return page;
      } catch (error) {
        // A row that cannot be read ends what would have to go past it; everything else goes on.
        if (!holder.failed(error)) {
          logger.error({ error }, 'an event stream could not go on');
          response.destroy();
        }
        return undefined;
      }
    },
  };
}

/** The streams that are open, each sent what follows as fast as it reads. */
function createStreams(pages: Pages) {
  const streams = new Set<Stream>();
  /** Those that have something to get, in their turn. */
  const behind = new Set<Stream>();
  let isServedSoon = false;

  function serveSoon(stream: Stream): void {
    behind.add(stream);
    serveBehindSoon();
  }

  /** Others have their turn first: connections that take everything at once would keep them waiting to the end. */
  function serveBehindSoon(): void {
    if (isServedSoon || behind.size === 0) return;
    isServedSoon = true;
    setImmediate(() => {
      isServedSoon = false;
      serveBehind();
    });
  }

  /** Sends a page to each that is behind, as many as fit into one turn. */
  function serveBehind(): void {
    const startedAt = performance.now();
    for (const stream of [...behind]) {
      if (performance.now() - startedAt > LONGEST_TURN_MS) break;
      behind.delete(stream);
      if (sendNext(stream)) behind.add(stream);
    }
    serveBehindSoon();
  }

  /** Sends what comes next to a stream; answers whether more follows. One that has not read what it got is left until it has. */
  function sendNext(stream: Stream): boolean {
    const { response } = stream;
    if (response.writableNeedDrain || response.writableEnded || response.destroyed) return false;
    const page = pages.next(stream);
    if (page === undefined) return false;
    stream.lastSeq = page.lastSeq;
    return response.write(page.bytes) && page.isFull;
  }

  return {
    /** Whose limit one more stream of this token would be over; undefined while there is room. */
    whoseAreTooMany(tokenKey: string): string | undefined {
      const ofToken = [...streams].filter((stream) => stream.tokenKey === tokenKey).length;
      if (ofToken >= MAX_STREAMS_PER_TOKEN) return 'This token has';
      return streams.size >= MAX_STREAMS ? 'All tokens together have' : undefined;
    },
    open(stream: Stream): void {
      streams.add(stream);
      const forget = () => {
        streams.delete(stream);
        behind.delete(stream);
      };
      stream.response.on('close', forget);
      stream.response.on('error', forget);
      stream.response.on('drain', () => serveSoon(stream));
      serveSoon(stream);
    },
    serveAll(): void {
      for (const stream of streams) behind.add(stream);
      serveBehind();
    },
    comment(): void {
      for (const { response } of streams) if (!response.writableNeedDrain) response.write(': still here\n\n');
    },
    endOf(tokenKey: string): void {
      for (const stream of [...streams]) if (stream.tokenKey === tokenKey) stream.response.end();
    },
    endAll(): void {
      for (const { response } of [...streams]) response.end();
      streams.clear();
      behind.clear();
    },
  };
}

function pageOf(rows: readonly AuditEvent[]): Page | undefined {
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  const text = rows.map(frameOf).join('');
  const isFull = rows.length === PAGE_SIZE.rows || text.length >= PAGE_SIZE.characters;
  return { bytes: Buffer.from(text), lastSeq: last.seq, isFull };
}

/** One server-sent event; JSON has no raw line breaks, so one data line holds it. */
function frameOf(row: AuditEvent): string {
  const data = JSON.stringify(encodeWire(auditEventSchema, row));
  return `id: ${row.seq}\nevent: ${eventNameOf(row.eventType)}\ndata: ${data}\n\n`;
}
