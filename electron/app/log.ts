import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from './ports';

/** A log that has grown over this many bytes is put aside at the next start; the one put aside before goes. */
const LARGEST_LOG = 5 * 1024 * 1024;

/** A log in the home folder, readable by its owner only. It holds no secrets: nothing logs a token or a request's text. */
export function openLog(home: string): Logger {
  const path = join(home, 'gatehouse.log');
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_LOG) renameSync(path, `${path}.old`);
    const destination = pino.destination({ dest: path, append: true, mode: 0o600, sync: true });
    // A disk that is full must not end the app for want of a log line.
    destination.on('error', () => {});
    const serializers = { error: pino.stdSerializers.err };
    return pino({ base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, serializers }, destination);
  } catch {
    return { info() {}, warn() {}, error() {} };
  }
}
