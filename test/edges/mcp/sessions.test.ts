import { expect, test } from 'vitest';
import {
  createSessions,
  MAX_SESSIONS,
  MAX_SESSIONS_PER_OWNER,
  SESSION_IDLE_MS,
} from '../../../electron/edges/mcp/sessions';

const scout = { tokenKey: 'engine', agentId: 'scout' };

test('a session is for the token and the agent that opened it alone', () => {
  const sessions = createSessions<string>();
  sessions.open('s', scout, 'value', 0);
  expect(sessions.use('s', scout, 1)).toBe('value');
  expect(sessions.use('s', { ...scout, tokenKey: 'other' }, 1)).toBeUndefined();
  expect(sessions.use('s', { ...scout, agentId: 'other' }, 1)).toBeUndefined();
  expect(sessions.use('s', { ...scout, agentId: undefined }, 1)).toBeUndefined();
  sessions.end('s');
  expect(sessions.use('s', scout, 1)).toBeUndefined();
});

test('a session that is used lives on, one that is idle is gone', () => {
  const sessions = createSessions<string>();
  sessions.open('used', scout, 'u', 0);
  sessions.open('idle', scout, 'i', 0);
  expect(sessions.use('used', scout, SESSION_IDLE_MS)).toBe('u');
  expect(sessions.use('used', scout, 2 * SESSION_IDLE_MS)).toBe('u');
  sessions.open('new', scout, 'n', 2 * SESSION_IDLE_MS);
  expect(sessions.count()).toBe(2);
  expect(sessions.use('idle', scout, 0)).toBeUndefined();
  expect(sessions.use('new', scout, 3 * SESSION_IDLE_MS + 1)).toBeUndefined();
});

test('an owner that opens without end loses its own oldest sessions, and nobody else’s', () => {
  const sessions = createSessions<number>();
  sessions.open('other', { tokenKey: 'other', agentId: undefined }, -1, 0);
  for (let number = 0; number < MAX_SESSIONS_PER_OWNER; number++) sessions.open(`s${number}`, scout, number, 0);
  expect(sessions.use('s0', scout, 0)).toBe(0);
  sessions.open('more', scout, 99, 0);
  expect(sessions.count()).toBe(MAX_SESSIONS_PER_OWNER + 1);
  expect(sessions.use('s0', scout, 0)).toBe(0);
  expect(sessions.use('s1', scout, 0)).toBeUndefined();
  expect(sessions.use('other', { tokenKey: 'other', agentId: undefined }, 0)).toBe(-1);
});

test('there are never more than the most, however many owners there are', () => {
  const sessions = createSessions<number>();
  for (let number = 0; number <= MAX_SESSIONS; number++) {
    sessions.open(`s${number}`, { tokenKey: `t${number}`, agentId: undefined }, number, 0);
  }
  expect(sessions.count()).toBe(MAX_SESSIONS);
  expect(sessions.use('s0', { tokenKey: 't0', agentId: undefined }, 0)).toBeUndefined();
});

test('a token that opens without end in the names of its sub-agents takes nobody else’s sessions', () => {
  const sessions = createSessions<number>();
  const other = { tokenKey: 'other', agentId: 'planner' };
  sessions.open('other', other, -1, 0);
  for (let number = 0; number <= MAX_SESSIONS; number++) {
    sessions.open(`s${number}`, { tokenKey: 't', agentId: `scout/${number}` }, number, 0);
  }
  expect(sessions.count()).toBe(MAX_SESSIONS);
  expect(sessions.use('other', other, 0)).toBe(-1);
  expect(sessions.use('s0', { tokenKey: 't', agentId: 'scout/0' }, 0)).toBeUndefined();
});
