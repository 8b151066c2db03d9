import { mkdirSync } from 'node:fs';
import type { Caller } from '../../../shared/kernel/actor';
import { connectedEngines, connectionsFolder } from '../../connect/connection-file';
import type { Environment } from '../../engines/engine';
import type { Query, Send } from '../../kernel/door';
import type { Clock } from '../../kernel/ports';
import { endGoneSessions } from './ended-sessions';
import { watchFolders } from './folder-watch';
import type { HeardSessions } from './heard-sessions';
import { watchProcesses } from './process-watch';
import { watchTranscripts } from './transcript-watch';
import { createUnguardedSessions, type UnguardedSession } from './unguarded-sessions';

/** What watching sessions needs. */
export type SessionWatchParts = {
  readonly home: string;
  /** The variables that say where the engines' files are. */
  readonly environment: Environment;
  readonly clock: Clock;
  readonly heard: HeardSessions;
  readonly send: Send;
  readonly query: Query;
  readonly operator: Caller;
  /** Other sessions are unguarded than before. */
  readonly onChange: () => void;
};

/** The sessions of connected engines that work without their hooks. */
export interface SessionWatch {
  start(): void;
  /** Looks at once: an engine may have been connected. */
  look(): void;
  unguarded(): readonly UnguardedSession[];
  close(): void;
}

/** Sees sessions by their transcripts and by their processes, whatever their hooks tell (spec/sessions.md section 5). */
export function watchSessions(parts: SessionWatchParts): SessionWatch {
  const { home, environment, clock, heard, onChange } = parts;
  const sessions = createUnguardedSessions(heard, clock, onChange);
  const watched = { environment, clock, engines: () => connectedEngines(home) };
  const ends: (() => void)[] = [sessions.close];
  let processes: readonly UnguardedSession[] = [];
  let look = () => {};
  heard.onHeard(sessions.look);
  return {
    start() {
      const transcripts = watchTranscripts({ ...watched, onMoments: sessions.announced });
      const running = watchProcesses({
        ...{ ...watched, home },
        onChange(found) {
          processes = found;
          onChange();
        },
      });
      look = () => {
        transcripts.look();
        running.look();
      };
      makeFolder(connectionsFolder(home));
      const connections = watchFolders(
        () => [{ root: connectionsFolder(home), depth: 0 }],
        () => look(),
      );
      ends.push(transcripts.close, running.close, endGoneSessions(parts).close, connections.close);
    },
    look: () => look(),
    unguarded: () => [...processes, ...sessions.list()],
    close() {
      for (const end of ends) end();
    },
  };
}

/** Before the first engine is connected it is not there, and what is not there can't be watched. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    // Nothing can be connected in a data folder that takes nothing.
  }
}
