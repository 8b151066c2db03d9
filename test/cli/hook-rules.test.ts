import { describe, expect, test } from 'vitest';
import { askingAgent, questionOf } from '../../electron/cli/hook/question';
import { type Outcome, verdictOf } from '../../electron/cli/hook/verdict';
import { unavailableAnswers } from '../../electron/connect/connection-file';
import { claude } from '../../electron/engines/claude';
import { codex } from '../../electron/engines/codex';
import { gemini } from '../../electron/engines/gemini';
import { subAgentParents } from '../../shared/contract/sub-agent';

describe('the name of who asks', () => {
  const name = (agent_id: unknown, agent_type: unknown = 'reviewer') =>
    askingAgent('claude-code', { agent_id, agent_type });

  test.each([
    ['a1b2', 'reviewer', 'claude-code/reviewer-a1b2'],
    ['a1b2', undefined, 'claude-code/agent-a1b2'],
    ['a1b2', '///', 'claude-code/agent-a1b2'],
    ['a1b2', 'My Plugin:Code Reviewer', 'claude-code/My-Plugin:Code-Reviewer-a1b2'],
    [undefined, 'reviewer', 'claude-code'],
    ['', 'reviewer', 'claude-code'],
    [7, 'reviewer', 'claude-code'],
  ])('of the sub-agent %j of the kind %j is %s', (id, type, expected) => {
    expect(askingAgent('claude-code', { agent_id: id, agent_type: type })).toBe(expected);
  });

  test.each(['../../other', 'a/b', 'a,b', 'ä', ' ', '\u202e', 'x'.repeat(10_000), '-', '..'])(
    'of a sub-agent that calls itself %j is one that the API takes, and its own',
    (id) => {
      expect(subAgentParents('claude-code', name(id))).toEqual(['claude-code']);
      expect(name(id)).not.toBe(name(`${id}x`));
      expect(name(id).length).toBeLessThanOrEqual(200);
    },
  );

  test('is that of the agent itself where there is no room for more', () => {
    const long = 'x'.repeat(190);
    expect(askingAgent(long, { agent_id: 'a1b2', agent_type: 'reviewer' })).toBe(long);
  });
});

const outcomes: readonly Outcome[] = [
  { kind: 'denied', sentence: 'No.' },
  { kind: 'held', sentence: 'Nobody came.' },
  { kind: 'undecided', sentence: 'Expired.' },
  { kind: 'interrupted' },
  { kind: 'unavailable', sentence: 'Away.' },
];

describe('what is made of an outcome', () => {
  test('only an approval, or Gatehouse being away where the operator chose so, is an allow', () => {
    for (const isResumable of [true, false]) {
      for (const chosen of unavailableAnswers) {
        expect(verdictOf({ kind: 'approved' }, chosen, isResumable).kind).toBe('allow');
        const allowed = outcomes.filter((outcome) => verdictOf(outcome, chosen, isResumable).kind === 'allow');
        expect(allowed.map(({ kind }) => kind)).toEqual(chosen === 'allow' ? ['unavailable'] : []);
      }
    }
  });

  test('only a denial is a denial, and a block says that nobody has refused', () => {
    for (const outcome of outcomes) {
      for (const chosen of unavailableAnswers) {
        const verdict = verdictOf(outcome, chosen, false);
        expect(verdict.kind === 'deny').toBe(outcome.kind === 'denied');
        if (verdict.kind === 'block') expect(verdict.sentence).toContain('Nobody has refused this.');
      }
    }
  });

  test('with block nothing passes that was not approved, but an engine that can wait may', () => {
    const kinds = (isResumable: boolean) => outcomes.map((outcome) => verdictOf(outcome, 'block', isResumable).kind);
    expect(kinds(false)).toEqual(['deny', 'block', 'block', 'block', 'block']);
    expect(kinds(true)).toEqual(['deny', 'later', 'block', 'block', 'block']);
  });
});

test('no answer to any event edits an input or stops an engine', () => {
  const events = ['PermissionRequest', 'PreToolUse', 'BeforeTool', 'Stop', 'SomethingElse'];
  for (const hooks of [claude, codex, gemini]) {
    for (const hook_event_name of events) {
      for (const kind of ['allow', 'deny', 'block', 'pass', 'later'] as const) {
        const answer = hooks.answer(
          { hook_event_name, permission_mode: 'bypassPermissions' },
          { kind, sentence: 'So.' },
        );
        expect(JSON.stringify(answer)).not.toMatch(/updatedInput|updatedPermissions|interrupt|continue|stopReason/);
        expect(answer.exitCode).toBe(hooks === gemini && hook_event_name === 'BeforeTool' && kind === 'block' ? 2 : 0);
      }
    }
  }
});

test('the same tool call has the same key however its fields are ordered, and no other has', () => {
  const keyOf = (input: object, agentId = 'a') =>
    questionOf('claude', agentId, { session_id: 's', tool_name: 'Bash', ...input })?.key;
  const call = { tool_input: { command: 'ls', nested: { a: 1, b: [2, { c: 3 }] } } };
  const sameCall = { tool_input: { nested: { b: [2, { c: 3 }], a: 1 }, command: 'ls' } };
  expect(keyOf(call)).toBe(keyOf(sameCall));
  const others = [
    keyOf({ tool_input: { command: 'ls -l' } }),
    keyOf({ ...call, session_id: 't' }),
    keyOf({ ...call, tool_name: 'Sh' }),
    keyOf(call, 'a/b'),
    keyOf({}),
  ];
  expect(new Set([keyOf(call), ...others]).size).toBe(6);
});
