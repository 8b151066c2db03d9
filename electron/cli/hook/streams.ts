import { readSync, writeSync } from 'node:fs';
import type { Terminal } from '../terminal';

/** The longest input that is read, in bytes; what is longer is no tool call that anybody could decide about. */
const LONGEST = 32 * 1024 * 1024;

/** What the engine wrote: whole, or only how it begins. */
export type Text = { readonly head: string; readonly isWhole: boolean };

/** Stdin: read into a buffer at once, and as a stream. */
export type StreamInput = {
  /** Answers how many bytes there were; 0 at the end. Throws EAGAIN where it would have to wait. */
  readonly read: (into: Buffer) => number;
  readonly stream: () => AsyncIterable<Buffer>;
};

const standardInput: StreamInput = { read: (into) => readSync(0, into), stream: () => process.stdin };

/** What the engine wrote to stdin, to its end. Read at once: a stream takes a hook longer to make than to read its event. */
export async function readInput(input: StreamInput = standardInput): Promise<Text> {
  const parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer) => {
    size += part.length;
    if (size <= LONGEST || parts.length === 0) parts.push(part);
  };
  if (!readAtOnce(input.read, take)) for await (const part of input.stream()) take(part);
  return { head: Buffer.concat(parts).toString('utf8'), isWhole: size <= LONGEST };
}

/** Bytes that are read at once; a pipe of Linux holds as many. */
const PART = 64 * 1024;

/** Reads to the end; answers false where the engine has left stdin so that it cannot be waited for in this way. */
function readAtOnce(read: StreamInput['read'], take: (part: Buffer) => void): boolean {
  const buffer = Buffer.allocUnsafe(PART);
  try {
    for (;;) {
      const count = read(buffer);
      if (count === 0) return true;
      take(Buffer.from(buffer.subarray(0, count)));
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EAGAIN') return false;
    // So says Windows that a pipe has ended.
    if (code === 'EOF') return true;
    throw error;
  }
}

/** The terminal of a hook: what it says is written when this returns. What cannot be written changes nothing about how the hook ends. */
export function hookTerminal(): Terminal {
  return {
    environment: process.env,
    say: (line) => write(1, line),
    tell: (line) => write(2, line),
    hasColours: false,
  };
}

function write(stream: 1 | 2, line: string): void {
  let rest = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(stream, rest));
    } catch (error) {
      // A reader that has had enough, a full disk.
      if (codeOf(error) !== 'EAGAIN') return;
      pause();
    }
  }
}

/** Until the engine has read what it was sent, a millisecond at a time. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
