import type { Engine } from '../../../shared/contract/engine';
import { HOUR_MS } from '../../../shared/kernel/time';
import type { Clock } from '../../kernel/ports';
import type { HeardSessions } from './heard-sessions';
import type { AnnouncedMoments } from './transcript-watch';

/** A session that works without its hooks: nothing of what it does comes to the desk. */
export type UnguardedSession = {
  readonly engine: Engine;
  /** The folder that it works in, where that is known. */
  readonly workspace?: string;
  /** Why, where that is known; the end of a sentence. */
  readonly cause?: string;
  readonly sinceMs: number;
};

/** How long after a moment its hook may still be on its way here, in milliseconds: it is a program that has to start. */
const GRACE_MS = 6_000;

/** How long before a moment its hook may have been heard, in milliseconds: an engine writes down a prompt after its hook. */
const EARLY_MS = 5_000;

/** How long a session that does nothing more is still shown, in milliseconds. */
const SHOWN_MS = HOUR_MS;

/** Which sessions work without being heard. */
export interface UnguardedSessions {
  list(): readonly UnguardedSession[];
  /** A session did something, by its transcript, of which its hooks must have told. */
  announced(moments: AnnouncedMoments): void;
  /** Looks again: something was heard, or time went by. */
  look(): void;
  close(): void;
}

/** Judges each session some seconds after it did something (spec/sessions.md section 5). */
export function createUnguardedSessions(
  heard: Pick<HeardSessions, 'lastHeardAtMs' | 'lastDecidedAtMs'>,
  clock: Clock,
  onChange: () => void,
): UnguardedSessions {
  const watched = new Map<string, AnnouncedMoments>();
  const timers = new Set<NodeJS.Timeout>();
  let shown = '[]';

  /** The moments of a session of which nobody was told. */
  function unheard({ engine, sessionId, atMs, areCalls }: AnnouncedMoments): readonly number[] {
    // Where the hook before a call is not run, the others may be.
    const last = areCalls ? heard.lastDecidedAtMs(engine, sessionId) : heard.lastHeardAtMs(engine, sessionId);
    return atMs.filter((instant) => instant > (last ?? 0) + EARLY_MS && clock.now() - instant < SHOWN_MS);
  }

  function list(): readonly UnguardedSession[] {
    return [...watched.values()].flatMap((moments) => {
      const { engine, sessionId, workspace } = moments;
      const late = unheard(moments).filter((instant) => clock.now() - instant >= GRACE_MS);
      const [sinceMs] = late;
      // An engine calls no hook about a call that it cannot read itself: one such moment may be that, where hooks are heard else.
      const isEnough = late.length > (heard.lastHeardAtMs(engine, sessionId) === undefined ? 0 : 1);
      if (!isEnough || sinceMs === undefined) return [];
      return [{ engine, sinceMs, ...(workspace !== undefined && { workspace }) }];
    });
  }

  function look(): void {
    for (const [key, moments] of watched) {
      const atMs = unheard(moments);
      if (atMs.length === 0) watched.delete(key);
      else watched.set(key, { ...moments, atMs });
    }
    const now = JSON.stringify(list());
    if (now === shown) return;
    shown = now;
    onChange();
  }

  return {
    list,
    look,
    announced(moments) {
      const key = `${moments.engine} ${moments.sessionId}`;
      watched.set(key, { ...moments, atMs: [...(watched.get(key)?.atMs ?? []), ...moments.atMs] });
      look();
      const timer = setTimeout(() => {
        timers.delete(timer);
        look();
      }, GRACE_MS);
      timer.unref();
      timers.add(timer);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
