import pino from 'pino';
import { createLogFile } from './log-file';
import type { Clock, Logger } from './ports';

/** Entries of one origin that a minute takes; what is more is counted. */
const MOST_ALIKE = 20;

const MINUTE_MS = 60_000;

/** What the log needs. */
export type LogParts = {
  readonly path: string;
  readonly clock: Clock;
  /** Whether the folder of the log is still the one that was opened: no other is written into. */
  readonly isInPlace: () => boolean;
  /** Bytes that the file may have; for tests. */
  readonly largest?: number;
};

/**
 * A log readable by its owner only. It holds no secrets: nothing logs a token or a request's text. Neither what is logged nor how
 * often makes it grow without bound: the file is put aside when it is full, and entries of one origin are limited.
 */
export function openLog({ path, clock, isInPlace, largest }: LogParts): Logger {
  const serializers = { error: pino.stdSerializers.err };
  const options = { base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, serializers };
  return limited(pino(options, createLogFile(path, isInPlace, largest)), clock);
}

type Origin = { readonly since: number; count: number };

/** An agent that provokes the same entry again and again must not push out what else happened. */
function limited(logger: Logger, clock: Clock): Logger {
  const origins = new Map<string, Origin>();

  function admit(level: keyof Logger, details: object, message: string): void {
    const now = clock.now();
    for (const [key, { since, count }] of origins) {
      if (Math.abs(now - since) < MINUTE_MS) continue;
      origins.delete(key);
      const leftOut = count - MOST_ALIKE;
      if (leftOut > 0) logger.warn({ origin: key, leftOut }, 'more entries like these were left out of the log');
    }
    const key = originOf(level, details, message);
    const origin = origins.get(key) ?? { since: now, count: 0 };
    origins.set(key, origin);
    origin.count += 1;
    if (origin.count <= MOST_ALIKE) logger[level](details, message);
  }

  return {
    info: (details, message) => admit('info', details, message),
    warn: (details, message) => admit('warn', details, message),
    error: (details, message) => admit('error', details, message),
  };
}

/** Messages and places in the code are ours, so there are only so many; the text of an error may be anybody's. */
function originOf(level: keyof Logger, details: object, message: string): string {
  const stack = 'error' in details && details.error instanceof Error ? (details.error.stack ?? '') : '';
  return `${level}: ${message}${/\n( +at [^\n]*)/.exec(stack)?.[1] ?? ''}`;
}
