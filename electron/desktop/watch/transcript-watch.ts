import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Engine } from '../../../shared/contract/engine';
import type { Environment } from '../../engines/engine';
import {
  momentTable,
  type TranscriptLine,
  type TranscriptMoments,
  type TranscriptSession,
} from '../../engines/transcripts/moments';
import type { Clock } from '../../kernel/ports';
import { type FolderWatch, type WatchedFolder, watchFolders } from './folder-watch';

/** Moments of a session, by its transcript, of which its hooks must have told; the oldest first. */
export type AnnouncedMoments = TranscriptSession & {
  readonly engine: Engine;
  readonly atMs: readonly number[];
  /** Whether all of them are calls, of which it must have asked what becomes. */
  readonly areCalls: boolean;
};

/** What watching transcripts needs. */
export type TranscriptWatchParts = {
  readonly environment: Environment;
  readonly clock: Clock;
  /** The engines that are connected now. */
  readonly engines: () => readonly Engine[];
  /** Called when a transcript has grown by such moments. */
  readonly onMoments: (moments: AnnouncedMoments) => void;
};

/** What is read of a transcript at once, in bytes: its end, where it has grown by more. */
const LONGEST_READ = 1024 * 1024;

/** A transcript is read this long after it has grown, in milliseconds: it grows line by line. */
const SETTLE_MS = 300;

/** The clock of a file system goes by ticks, so a file may seem to have been written this much before it was, in milliseconds. */
const TICK_MS = 20;

/** What is read of a transcript's beginning, in bytes: it says whose it is, and where. */
const LONGEST_HEAD = 256 * 1024;

/** So many transcripts are remembered; an older one is read anew when it grows. */
const MOST_REMEMBERED = 1_000;

/** Whose transcripts are below a folder, and how they are read. */
type Whose = { readonly engine: Engine; readonly transcripts: TranscriptMoments };

/** Follows the transcripts of connected engines as they grow; what was written before the start is no matter. */
export function watchTranscripts(parts: TranscriptWatchParts): FolderWatch {
  const { environment, clock } = parts;
  const startedAtMs = clock.now();
  const followed = new Map<string, { session: TranscriptSession | undefined; offset: number }>();
  const growing = new Map<string, NodeJS.Timeout>();
  const known = new Map<string, Whose>();

  const watched = watchFolders(
    () =>
      parts.engines().flatMap((engine): readonly WatchedFolder[] => {
        const transcripts = momentTable[engine];
        if (transcripts === undefined) return [];
        const root = transcripts.root(environment);
        known.set(root, { engine, transcripts });
        return [{ root, depth: transcripts.depth }];
      }),
    (path, { root }) => {
      const whose = known.get(root);
      if (whose === undefined || growing.has(path) || !whose.transcripts.isOne(basename(path))) return;
      const timer = setTimeout(() => {
        growing.delete(path);
        read(whose, path);
      }, SETTLE_MS);
      timer.unref();
      growing.set(path, timer);
    },
  );

  function read({ engine, transcripts: { sessionOf, isAnnounced, areCalls } }: Whose, path: string): void {
    const before = followed.get(path);
    const grown = readGrown(path, before?.offset ?? 0, startedAtMs);
    if (grown === undefined) return;
    const session = before === undefined ? sessionOf(path, linesOf(grown.head)) : before.session;
    followed.delete(path);
    followed.set(path, { session, offset: grown.offset });
    const [oldest] = followed.keys();
    if (followed.size > MOST_REMEMBERED && oldest !== undefined) followed.delete(oldest);
    if (session === undefined) return;
    const atMs = linesOf(grown.text)
      .filter(isAnnounced)
      .map(({ timestamp }) => Date.parse(String(timestamp)))
      // A clock that is ahead, and what was copied from an older session.
      .filter((instant) => instant >= startedAtMs && instant <= clock.now() + SETTLE_MS);
    if (atMs.length > 0) parts.onMoments({ ...session, engine, atMs, areCalls });
  }

  return {
    look: watched.look,
    close() {
      watched.close();
      for (const timer of growing.values()) clearTimeout(timer);
    },
  };
}

/** What a file has more than before: whole lines, and where the next one begins; undefined where it has nothing new since the start. */
function readGrown(
  path: string,
  before: number,
  startedAtMs: number,
): { readonly head: string; readonly text: string; readonly offset: number } | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const status = fstatSync(file);
    const isOld = status.mtimeMs < startedAtMs - TICK_MS;
    if (!status.isFile() || isOld || status.size <= before) return undefined;
    const from = Math.max(before, status.size - LONGEST_READ);
    const bytes = readAt(file, from, status.size - from);
    const end = bytes.lastIndexOf('\n') + 1;
    const start = from === before ? 0 : bytes.indexOf('\n') + 1;
    const head = before === 0 ? readAt(file, 0, Math.min(status.size, LONGEST_HEAD)).toString('utf8') : '';
    return { head, text: bytes.toString('utf8', start, end), offset: from + end };
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, from));
}

/** The lines of a text that are JSON objects. */
function linesOf(text: string): readonly TranscriptLine[] {
  return text.split('\n').flatMap((line): readonly TranscriptLine[] => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as TranscriptLine] : [];
    } catch {
      return [];
    }
  });
}
