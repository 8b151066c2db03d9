import { describe, expect, test } from 'vitest';
import { askingAgent, questionKey, questionOf } from '../../electron/cli/hook/question';
import { isInTerminal } from '../../electron/cli/hook/terminal-of-engine';
import { type HookOutcome, verdictOf } from '../../electron/cli/hook/verdict';
import { unavailableAnswers } from '../../electron/connect/connection-file';
import { tools } from '../../electron/edges/mcp/tools';
import { claude } from '../../electron/engines/claude';
import { codex } from '../../electron/engines/codex';
import { gemini } from '../../electron/engines/gemini';
import { isOwnTool, ownTools } from '../../shared/asking';
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

const outcomes: readonly HookOutcome[] = [
  { kind: 'denied', sentence: 'No.' },
  { kind: 'held', sentence: 'Nobody came.' },
  { kind: 'deferred', sentence: 'Later.' },
  { kind: 'undecided', sentence: 'Expired.' },
  { kind: 'interrupted' },
  { kind: 'unavailable', sentence: 'Away.' },
];

const dialogs = ['follows', 'opened', 'none'] as const;

describe('what is made of an outcome', () => {
  test('only an approval, or Gatehouse being away where the operator chose so, is an allow', () => {
    for (const dialog of dialogs) {
      for (const ifUnavailable of unavailableAnswers) {
        const terms = { ifUnavailable, dialog };
        expect(verdictOf({ kind: 'approved' }, terms).kind).toBe('allow');
        const allowed = outcomes.filter((outcome) => verdictOf(outcome, terms).kind === 'allow');
        expect(allowed.map(({ kind }) => kind)).toEqual(ifUnavailable === 'allow' ? ['unavailable'] : []);
      }
    }
  });

  test('only a denial is a denial, and a block says that nobody has refused', () => {
    for (const outcome of outcomes) {
      for (const ifUnavailable of unavailableAnswers) {
        const verdict = verdictOf(outcome, { ifUnavailable, dialog: 'none' });
        expect(verdict.kind === 'deny').toBe(outcome.kind === 'denied');
        if (verdict.kind === 'block') expect(verdict.sentence).toContain('Nobody has refused this.');
      }
    }
  });

  test('with block nothing passes that was not approved, but an engine that can wait may', () => {
    for (const dialog of dialogs) {
      const kinds = outcomes.map((outcome) => verdictOf(outcome, { ifUnavailable: 'block', dialog }).kind);
      expect(kinds).toEqual(['deny', 'block', 'later', 'block', 'block', 'block']);
    }
  });

  test('what nobody decided is left to the dialog of the engine, and blocked where it has none [sessions-2.nobody-decides]', () => {
    const kindsOf = (dialog: (typeof dialogs)[number]) =>
      outcomes.map((outcome) => verdictOf(outcome, { ifUnavailable: 'prompt', dialog }).kind);
    expect(kindsOf('follows')).toEqual(['deny', 'pass', 'later', 'pass', 'pass', 'pass']);
    expect(kindsOf('opened')).toEqual(['deny', 'ask', 'later', 'ask', 'ask', 'ask']);
    expect(kindsOf('none')).toEqual(['deny', 'block', 'later', 'block', 'block', 'block']);
  });
});

test('no answer to any event edits an input or stops an engine', () => {
  const events = ['PermissionRequest', 'PreToolUse', 'UserPromptExpansion', 'BeforeTool', 'Stop', 'SomethingElse'];
  for (const hooks of [claude, codex, gemini]) {
    for (const hook_event_name of events) {
      for (const kind of ['allow', 'deny', 'block', 'ask', 'pass', 'later'] as const) {
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

/** Every event that any of the engines has. */
const allEvents = [
  ...['PermissionRequest', 'PermissionDenied', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'PostToolBatch'],
  ...[
    'UserPromptSubmit',
    'UserPromptExpansion',
    'Stop',
    'StopFailure',
    'SubagentStart',
    'SubagentStop',
    'SessionStart',
    'SessionEnd',
  ],
  ...['Notification', 'PreCompact', 'PostCompact', 'ConfigChange', 'CwdChanged', 'TaskCreated', 'TaskCompleted'],
  ...['BeforeTool', 'AfterTool', 'BeforeAgent', 'AfterAgent', 'BeforeModel', 'AfterModel', 'PreCompress'],
];

test.each([claude, codex, gemini])(
  '$name is connected with every event that asks or ends a question [sessions-3.ending-events]',
  (engine) => {
    const wanted = { hookCommand: 'gatehouse', url: 'http://127.0.0.1:1', token: 't', strength: 'user' } as const;
    const installed = engine
      .files({ HOME: '/home/olga' }, wanted)
      .flatMap(({ additions }) => (additions.format === 'whole' ? [] : additions.hooks.map(({ event }) => event)));
    const planned = allEvents.filter(
      (event) => Object.keys(engine.plan({ hook_event_name: event, tool_name: 'Bash' }, {})).length > 0,
    );
    expect(installed.toSorted()).toEqual(planned.toSorted());
    expect(planned.length).toBeGreaterThan(4);
  },
);

test('the same tool call has the same key however its fields are ordered, and no other has', () => {
  const keyOf = (input: object, agentId = 'a') =>
    questionKey(questionOf('claude', agentId, { session_id: 's', tool_name: 'Bash', ...input })!);
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

describe('whether somebody can be asked in the terminal of an engine', () => {
  const terminal = { input: '/dev/pts/3', output: '/dev/pts/3' };
  test.each([
    [['node', 'gemini'], terminal, {}, true],
    [['node', 'gemini', '--yolo', '-i', 'go on'], terminal, {}, true],
    [['node', 'gemini', 'go on'], { input: '/dev/tty1', output: '/dev/tty1' }, {}, true],
    [['node', 'gemini', '-p', 'go on'], terminal, {}, false],
    [['node', 'gemini', '-yp', 'go on'], terminal, {}, false],
    [['node', 'gemini', '--prompt', 'go on'], terminal, {}, false],
    [['node', 'gemini', '--prompt=go on'], terminal, {}, false],
    [['node', 'gemini'], terminal, { CI: 'true' }, false],
    [['node', 'gemini'], { ...terminal, input: 'pipe:[42]' }, {}, false],
    [['node', 'gemini'], { ...terminal, output: '/tmp/log' }, {}, false],
    [['node', 'gemini'], { ...terminal, input: '/dev/null' }, {}, false],
  ] as const)('%j, %j, %j: %s [sessions-2.nobody-decides]', (args, places, environment, expected) => {
    expect(isInTerminal({ args, ...places }, environment)).toBe(expected);
  });
});

test('the tools that are never asked about are those of the server of Gatehouse [judgement-5.own-tools]', () => {
  expect([...ownTools].toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
  for (const prefix of ['mcp__gatehouse__', 'mcp_gatehouse_', 'gatehouse_']) {
    expect(ownTools.every((tool) => isOwnTool(`${prefix}${tool}`))).toBe(true);
    expect(isOwnTool(`${prefix}push`)).toBe(false);
  }
  expect(isOwnTool('mcp__gatehouse-2__my_allowance')).toBe(false);
});
