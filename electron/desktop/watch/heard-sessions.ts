import type { ContractName, InputOf } from '../../../shared/contract/contract';
import type { Engine } from '../../../shared/contract/engine';
import type { Caller } from '../../../shared/kernel/actor';
import type { Send } from '../../kernel/door';
import type { Clock } from '../../kernel/ports';
import type { Walk } from '../../kernel/queries';

/** So many sessions are remembered by when they were heard. */
const MOST_REMEMBERED = 2_000;

/** When the hooks of each session were heard last, as far as this run of the app knows. */
export interface HeardSessions {
  lastHeardAtMs(engine: Engine, sessionId: string): number | undefined;
  /** When a session was last heard to ask what becomes of a call. */
  lastDecidedAtMs(engine: Engine, sessionId: string): number | undefined;
  /** Called after a session was heard. */
  onHeard(listener: () => void): void;
  /** The same door, which notes the sessions that are told through it. */
  listening(send: Send): Send;
}

/** Remembers in memory: after a start every session is heard anew by its next event. */
export function createHeardSessions(clock: Clock): HeardSessions {
  const heard = new Map<string, { readonly atMs: number; readonly decidedAtMs?: number | undefined }>();
  const listeners: (() => void)[] = [];
  const keyOf = (engine: Engine, sessionId: string) => `${engine} ${sessionId}`;

  function note(engine: Engine, sessionId: string, isDecision: boolean): void {
    const key = keyOf(engine, sessionId);
    const now = clock.now();
    const decidedAtMs = isDecision ? now : heard.get(key)?.decidedAtMs;
    heard.delete(key);
    heard.set(key, { atMs: now, decidedAtMs });
    const [oldest] = heard.keys();
    if (heard.size > MOST_REMEMBERED && oldest !== undefined) heard.delete(oldest);
    for (const listener of listeners) listener();
  }

  return {
    lastHeardAtMs: (engine, sessionId) => heard.get(keyOf(engine, sessionId))?.atMs,
    lastDecidedAtMs: (engine, sessionId) => heard.get(keyOf(engine, sessionId))?.decidedAtMs,
    onHeard: (listener) => void listeners.push(listener),
    listening:
      (send) =>
      async <N extends ContractName>(caller: Caller, name: N, input: InputOf<N>, walk?: Walk) => {
        const result = await send(caller, name, input, walk);
        if (result.ok && (name === 'session.decide' || name === 'session.tell' || name === 'session.tellCalls')) {
          const { session } = input as InputOf<'session.decide' | 'session.tell' | 'session.tellCalls'>;
          note(session.engine, session.sessionId, name === 'session.decide');
        }
        return result;
      },
  };
}
