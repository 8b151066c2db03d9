import { networking } from './built-in';
import { Unreachable } from './failure';

/** One request, whole. */
export type SentRequest = {
  readonly url: URL;
  readonly method: string;
  /** Nothing in them may be a line break. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** How long nothing may arrive, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
};

/** One answer, whole. */
export type Answered = { readonly status: number; readonly body: Buffer };

/** The largest answer that is read, in bytes: a list of 500 requests with 1 MiB each is no answer to a command line. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** Longest head of an answer, in bytes. */
const LONGEST_HEAD = 64 * 1024;

/**
 * Sends one request on a connection of its own and resolves to the answer. Rejects with Unreachable where there is none or not all of it,
 * and with the signal's reason when it aborts. Without node:http, which takes a hook longer to load and to run for the first time than all
 * else that it does; HTTP/1.0 has the same requests, and an answer that is one piece.
 */
export function exchange(sent: SentRequest): Promise<Answered> {
  const { url, timeoutMs, signal } = sent;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const host = url.hostname.replaceAll(/^\[|\]$/g, '');
    const socket = networking().connect({ host, port: Number(url.port || 80), noDelay: true });
    const answer = readAnswer();
    const stop = () => socket.destroy();
    let isSettled = false;
    const settle = (tell: () => void) => {
      isSettled = true;
      signal?.removeEventListener('abort', stop);
      socket.destroy();
      tell();
    };
    const fail = (sentence: string) =>
      settle(() => reject(signal?.aborted === true ? (signal.reason as Error) : new Unreachable(sentence)));
    const look = (isOver: boolean) => {
      if (isSettled) return;
      const whole = answer.whole(isOver);
      if (whole === 'not HTTP') fail(`What answers at ${url.origin} is not Gatehouse.`);
      else if (whole !== undefined) settle(() => resolve(whole));
      else if (isOver && answer.size() === 0) fail(`Gatehouse does not answer at ${url.origin}. Is it running?`);
      else if (isOver || answer.size() > MOST_BYTES) {
        fail(`Gatehouse at ${url.origin} stopped in the middle of its answer.`);
      }
    };
    signal?.addEventListener('abort', stop, { once: true });
    socket.setTimeout(timeoutMs, stop);
    socket.on('data', (part: Buffer) => {
      answer.add(part);
      look(false);
    });
    // Whoever is asked something too long may answer and hang up before it was sent; `close` follows.
    socket.on('error', () => {});
    socket.on('end', () => look(true));
    socket.on('close', () => look(true));
    socket.write(bytesOf(sent));
  });
}

function bytesOf({ url, method, headers, body }: SentRequest): Buffer {
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.0`,
    `host: ${url.host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body ?? '', 'utf8')]);
}

/** An answer as it comes in. */
function readAnswer() {
  let parts: Buffer[] = [];
  let size = 0;
  let head: { readonly status: number; readonly bodyAt: number; readonly length: number | undefined } | undefined;

  return {
    add(part: Buffer): void {
      parts.push(part);
      size += part.length;
    },
    size: () => size,
    /** The answer once all of it is there; of one that does not say how long it is that is known when the connection `isOver`. */
    whole(isOver: boolean): Answered | 'not HTTP' | undefined {
      if (head === undefined) {
        parts = [Buffer.concat(parts)];
        const text = parts[0]?.toString('latin1') ?? '';
        const end = text.indexOf('\r\n\r\n');
        if (end === -1) return text.length > LONGEST_HEAD ? 'not HTTP' : undefined;
        const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(text)?.[1];
        if (status === undefined) return 'not HTTP';
        const length = /^content-length: *(\d+) *$/im.exec(text.slice(0, end))?.[1];
        head = { status: Number(status), bodyAt: end + 4, length: length === undefined ? undefined : Number(length) };
      }
      const { status, bodyAt, length } = head;
      const isWhole = length === undefined ? isOver : size >= bodyAt + length;
      if (!isWhole) return undefined;
      return { status, body: Buffer.concat(parts).subarray(bodyAt, length === undefined ? size : bodyAt + length) };
    },
  };
}
