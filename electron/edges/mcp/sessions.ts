/** Sessions of one owner at a time; the one that was used longest ago makes way for a new one. */
export const MAX_SESSIONS_PER_OWNER = 16;

/** Sessions of all owners together. */
export const MAX_SESSIONS = 256;

/** How long a session may be idle, in milliseconds; a client that comes back later initializes anew. */
export const SESSION_IDLE_MS = 24 * 60 * 60 * 1_000;

/** Whoever opened a session: a token, and the agent that it acted as. Nobody else can use it. */
export type Owner = { readonly tokenKey: string; readonly agentId: string | undefined };

/** Sessions by id, of a bounded number. What a session holds is let go of with it, so it must need no closing. */
export interface Sessions<T> {
  open(id: string, owner: Owner, value: T, now: number): void;
  /** What the session holds; undefined when there is none, it has been idle too long, or it is another owner's. */
  use(id: string, owner: Owner, now: number): T | undefined;
  end(id: string): void;
  /** How many there are. */
  count(): number;
}

type Session<T> = { readonly owner: Owner; readonly value: T; readonly usedAtMs: number };

/** No sessions yet. */
export function createSessions<T>(): Sessions<T> {
  // In the order of their last use, the oldest first.
  const sessions = new Map<string, Session<T>>();

  function put(id: string, session: Session<T>): void {
    sessions.delete(id);
    sessions.set(id, session);
  }

  function endOldest(isCandidate: (session: Session<T>) => boolean): void {
    for (const [id, session] of sessions) {
      if (!isCandidate(session)) continue;
      sessions.delete(id);
      return;
    }
  }

  function busiestToken(): string | undefined {
    const counts = new Map<string, number>();
    for (const { owner } of sessions.values()) counts.set(owner.tokenKey, (counts.get(owner.tokenKey) ?? 0) + 1);
    return [...counts].reduce<[string | undefined, number]>(
      (most, each) => (each[1] > most[1] ? each : most),
      [undefined, 0],
    )[0];
  }

  return {
    open(id, owner, value, now) {
      for (const [idle, { usedAtMs }] of sessions) if (now - usedAtMs > SESSION_IDLE_MS) sessions.delete(idle);
      const isOwners = (session: Session<T>) => isSame(session.owner, owner);
      if ([...sessions.values()].filter(isOwners).length >= MAX_SESSIONS_PER_OWNER) endOldest(isOwners);
      // A token may name any number of agents, each an owner: what is too much comes from the token that has the most.
      if (sessions.size >= MAX_SESSIONS) {
        const most = busiestToken();
        endOldest((session) => session.owner.tokenKey === most);
      }
      put(id, { owner, value, usedAtMs: now });
    },
    use(id, owner, now) {
      const session = sessions.get(id);
      if (session === undefined || !isSame(session.owner, owner)) return undefined;
      if (now - session.usedAtMs > SESSION_IDLE_MS) {
        sessions.delete(id);
        return undefined;
      }
      put(id, { ...session, usedAtMs: now });
      return session.value;
    },
    end: (id) => void sessions.delete(id),
    count: () => sessions.size,
  };
}

function isSame(one: Owner, other: Owner): boolean {
  return one.tokenKey === other.tokenKey && one.agentId === other.agentId;
}
