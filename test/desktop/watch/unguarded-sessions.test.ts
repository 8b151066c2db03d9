import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createUnguardedSessions } from '../../../electron/desktop/watch/unguarded-sessions';
import { HOUR_MS } from '../../../shared/kernel/time';

const START = Date.UTC(2026, 10, 29, 10);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

function world() {
  const heard = new Map<string, number>();
  const decided = new Map<string, number>();
  const changes: number[] = [];
  const sessions = createUnguardedSessions(
    {
      lastHeardAtMs: (engine, sessionId) => heard.get(`${engine} ${sessionId}`),
      lastDecidedAtMs: (engine, sessionId) => decided.get(`${engine} ${sessionId}`),
    },
    { now: () => Date.now() },
    () => changes.push(Date.now() - START),
  );
  return {
    sessions,
    changes,
    hear(sessionId: string, isDecision = false) {
      heard.set(`claude ${sessionId}`, Date.now());
      if (isDecision) decided.set(`claude ${sessionId}`, Date.now());
      sessions.look();
    },
    announce: (sessionId: string, areCalls = false) =>
      sessions.announced({
        ...{ engine: 'claude', sessionId, workspace: '/home/me/project', areCalls },
        atMs: [Date.now()],
      }),
  };
}

test('a session that does something and is not heard is unguarded within ten seconds, and no longer once it is heard [sessions-5.unguarded]', () => {
  const { sessions, changes, hear, announce } = world();
  announce('s1');
  vi.advanceTimersByTime(5_000);
  expect(sessions.list()).toEqual([]);
  vi.advanceTimersByTime(2_000);
  const unguarded = { engine: 'claude', workspace: '/home/me/project', sinceMs: START };
  expect(sessions.list()).toEqual([unguarded]);
  expect(changes).toEqual([6_000]);
  vi.advanceTimersByTime(60_000);
  announce('s1');
  vi.advanceTimersByTime(7_000);
  expect(sessions.list()).toEqual([unguarded]);
  hear('s1');
  expect(sessions.list()).toEqual([]);
  expect(changes).toHaveLength(2);
});

test('a session that is heard a little before, or soon after, is not', () => {
  const { sessions, changes, hear, announce } = world();
  hear('s1');
  vi.advanceTimersByTime(2_000);
  announce('s1');
  announce('s2');
  vi.advanceTimersByTime(3_000);
  hear('s2');
  vi.advanceTimersByTime(60_000);
  expect([sessions.list(), changes]).toEqual([[], []]);
});

test('a session whose hooks are heard no more is unguarded from then on', () => {
  const { sessions, hear, announce } = world();
  hear('s1');
  announce('s1');
  vi.advanceTimersByTime(60_000);
  announce('s1');
  vi.advanceTimersByTime(10_000);
  // One call may be one that the engine could not read itself.
  expect(sessions.list()).toEqual([]);
  announce('s1');
  vi.advanceTimersByTime(6_000);
  expect(sessions.list()).toMatchObject([{ sinceMs: START + 60_000 }]);
});

test('a session that does nothing for an hour is not shown any more', () => {
  const { sessions, announce } = world();
  announce('s1');
  vi.advanceTimersByTime(HOUR_MS - 1_000);
  sessions.look();
  expect(sessions.list()).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  sessions.look();
  expect(sessions.list()).toEqual([]);
});

test('a session whose calls are not asked about is unguarded, however much else of it is heard [sessions-5.unguarded]', () => {
  const { sessions, hear, announce } = world();
  for (const isDecision of [true, false]) {
    const sessionId = isDecision ? 'asked' : 'told';
    for (let call = 0; call < 2; call += 1) {
      announce(sessionId, true);
      hear(sessionId, isDecision);
      vi.advanceTimersByTime(10_000);
      hear(sessionId);
    }
  }
  expect(sessions.list()).toMatchObject([{ sinceMs: START + 20_000 }]);
});
