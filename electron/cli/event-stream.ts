import { request as httpRequest } from 'node:http';
import { createParser } from 'eventsource-parser';
import type { Payload } from '../../shared/events';
import { type Caller, headersOf, readBody } from '../client/client';
import { Refusal, Unreachable } from '../client/failure';

/** An event of the stream: the audit row as it is streamed, with its name. */
export type StreamedEvent = {
  readonly seq: number;
  readonly name: string;
  readonly payload: Payload;
};

/** What is heard. */
export type StreamListener = { readonly onOpen: () => void; readonly onEvent: (event: StreamedEvent) => void };

/** Gatehouse comments every 15 s; a stream that is silent for this long is dead, in milliseconds. */
const SILENCE_MS = 40_000;

/**
 * Listens to GET /governance/events after a seq (from now on without one) until the stream ends: then it rejects with
 * Unreachable, or with Refusal when it was not let in, or with the signal's reason.
 */
export function listen(
  caller: Caller,
  afterSeq: number | undefined,
  { onOpen, onEvent }: StreamListener,
  signal: AbortSignal,
): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(signal.aborted ? (signal.reason as Error) : new Unreachable('The event stream ended.'));
    const sent = httpRequest(new URL('/governance/events', caller.url), {
      agent: false,
      timeout: SILENCE_MS,
      signal,
      headers: {
        ...headersOf(caller),
        accept: 'text/event-stream',
        ...(afterSeq !== undefined && { 'last-event-id': String(afterSeq) }),
      },
    });
    sent.on('timeout', () => sent.destroy(new Error('silence')));
    sent.on('error', end);
    sent.on('response', (response) => {
      response.on('error', end);
      if (response.statusCode !== 200) {
        readBody(response).then((body = {}) => reject(new Refusal(response.statusCode ?? 0, body)), end);
        return;
      }
      response.setEncoding('utf8');
      const take = frames(onEvent);
      response.on('data', take);
      response.on('end', end);
      onOpen();
    });
    sent.end();
  });
}

/** Hears what arrives, in parts of any size, and tells of each event. */
export function frames(onEvent: StreamListener['onEvent']): (text: string) => void {
  const parser = createParser({
    onEvent({ id, event: name, data }) {
      if (id === undefined || name === undefined) return;
      const payload = payloadIn(data);
      if (payload !== undefined) onEvent({ seq: Number(id), name, payload });
    },
  });
  return (text) => parser.feed(text);
}

function payloadIn(data: string): Payload | undefined {
  try {
    const { payload } = JSON.parse(data) as { payload: Payload };
    return payload;
  } catch {
    // Not from Gatehouse; the run is asked for every few seconds anyway.
    return undefined;
  }
}
