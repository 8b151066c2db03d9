import { EventSourceParserStream } from 'eventsource-parser/stream';
import { onTestFinished } from 'vitest';

/** An event as it is streamed. */
export type StreamedEvent = { readonly id: number; readonly event: string; readonly data: Record<string, unknown> };

/** Listens to the stream of events until the test is over. */
export async function listen(url: string, token: string, headers: Readonly<Record<string, string>> = {}) {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await fetch(`${url}/governance/events`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: leaving.signal,
  });
  const events = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  /** Waits for the next event; what is none, a sign of life for one, is passed over. */
  async function next(): Promise<StreamedEvent> {
    for (;;) {
      const part = await events?.read();
      if (part === undefined || part.done) throw new Error('the stream ended');
      const { id, event = '', data } = part.value;
      if (id !== undefined) return { id: Number(id), event, data: JSON.parse(data) as Record<string, unknown> };
    }
  }
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    next,
    async take(count: number): Promise<readonly StreamedEvent[]> {
      const taken: StreamedEvent[] = [];
      while (taken.length < count) taken.push(await next());
      return taken;
    },
    /** Waits for the next event of this name. */
    async nextOf(name: string): Promise<StreamedEvent> {
      for (;;) {
        const heard = await next();
        if (heard.event === name) return heard;
      }
    },
  };
}
