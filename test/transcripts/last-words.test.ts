import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastWordsBefore } from '../../electron/transcripts/last-words';
import type { Engine } from '../../shared/contract/engine';
import { approvalRecord } from '../support/approvals';
import { agent, createWorld, START, temporaryHome } from '../support/world';

const timestamp = new Date(START).toISOString();

const claude = {
  user: (text: unknown, more: object = {}) => ({
    type: 'user',
    timestamp,
    message: { role: 'user', content: text },
    ...more,
  }),
  agent: (...content: readonly object[]) => ({ type: 'assistant', timestamp, message: { id: 'm', content } }),
};
const codexMessage = (role: string, type: string, text: string) => ({
  timestamp,
  type: 'response_item',
  payload: { type: 'message', role, content: [{ type, text }] },
});
const text = (said: string) => ({ type: 'text', text: said });

/** A person's home folder, and a session of an engine that has told where its transcript is. */
async function sessionOf(engine: Engine, path: string, lines: readonly unknown[], person = temporaryHome()) {
  const world = createWorld();
  const whole = join(person, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await world.execute(agent(`my-${engine}`), 'session.decide', {
    session: { engine, sessionId: 's1', workspace: '/home/me/project', transcriptPath: whole },
    call: { toolName: 'Bash', action: { command: 'ls' }, engineAsks: 'never' },
  });
  const ask = (asker = `my-${engine}`, sessionId = 's1') =>
    lastWordsBefore(
      { holder: world.holder, environment: { HOME: person } },
      {
        ...approvalRecord({ context: { engine, session_id: sessionId } }),
        requestedBy: { kind: 'agent', actorId: asker },
        guidance: { canAskAgain: false, sentence: '' },
      },
    );
  return { ask, runId: `${engine}-s1` };
}

const claudePath = '.claude/projects/p/s1.jsonl';
const words = (said: string) => ({ text: said, isCut: false, atMs: START });

describe('what was said last in a session', () => {
  test.each<[Engine, string, readonly unknown[]]>([
    [
      'claude',
      claudePath,
      [
        claude.user('An earlier task'),
        claude.agent(text('Done.')),
        claude.user([text('Make the cart survive a reload')]),
        claude.user('<command-name>/clear</command-name>'),
        claude.user('Caveat: the messages below', { isMeta: true }),
        claude.agent(text('First I look.'), { type: 'tool_use', name: 'Read', input: {} }),
        claude.user([{ type: 'tool_result', content: 'You asked nothing' }]),
        claude.agent(text('I will keep it in the store.')),
        claude.user('Of a sub-agent', { isSidechain: true }),
        claude.agent({ type: 'tool_use', name: 'Edit', input: {} }),
      ],
    ],
    [
      'codex',
      '.codex/sessions/2026/11/22/rollout-s1.jsonl',
      [
        codexMessage('user', 'input_text', '<environment_context>\n</environment_context>'),
        codexMessage('user', 'input_text', 'Make the cart survive a reload'),
        codexMessage('developer', 'input_text', 'Nobody said this.'),
        codexMessage('assistant', 'output_text', 'I will keep it in the store.'),
        { timestamp, type: 'response_item', payload: { type: 'function_call', name: 'shell', arguments: '{}' } },
      ],
    ],
    [
      'gemini',
      '.gemini/tmp/project/chats/session-1.jsonl',
      [
        { id: 'a', timestamp, type: 'user', content: [{ text: 'Make the cart survive a reload' }] },
        { id: 'b', timestamp, type: 'gemini', content: 'I will keep it in the store.', tokens: null },
        { $set: { lastUpdated: timestamp } },
      ],
    ],
  ])(
    'of %s is what the operator asked and what the agent said since [sessions-7.words]',
    async (engine, path, lines) => {
      const { ask, runId } = await sessionOf(engine, path, lines);
      expect(await ask()).toEqual({
        runId,
        operator: words('Make the cart survive a reload'),
        agent: words('I will keep it in the store.'),
      });
      expect(await ask(`my-${engine}/reviewer-1`)).toMatchObject({ runId });
    },
  );

  test('is not what the agent said before the operator asked', async () => {
    const { ask, runId } = await sessionOf('claude', claudePath, [claude.agent(text('Old.')), claude.user('New?')]);
    expect(await ask()).toEqual({ runId, operator: words('New?') });
  });

  test('is told to nobody else who names the session, and not of one that is unknown [sessions-7.words-bounds]', async () => {
    const { ask } = await sessionOf('claude', claudePath, [claude.user('Hello')]);
    expect([await ask('other'), await ask('my-claude-2'), await ask('my-claude', 's2')]).toEqual([{}, {}, {}]);
  });

  test('is read of no file outside of the engine’s own folder, wherever links lead [sessions-7.words-bounds]', async () => {
    const outside = await sessionOf('claude', 'notes/s1.jsonl', [claude.user('A secret')]);
    expect(await outside.ask()).toEqual({ runId: outside.runId });
    const person = temporaryHome();
    mkdirSync(join(person, '.claude', 'projects'), { recursive: true });
    mkdirSync(join(person, 'elsewhere'));
    symlinkSync(join(person, 'elsewhere'), join(person, '.claude', 'projects', 'p'));
    const linked = await sessionOf('claude', claudePath, [claude.user('A secret')], person);
    expect(await linked.ask()).toEqual({ runId: linked.runId });
  });

  test('is looked for in the end of a long transcript, and cut where it is long [sessions-7.words-bounds]', async () => {
    const noise = Array.from({ length: 40 }, () => claude.user([{ type: 'tool_result', content: 'x'.repeat(20_000) }]));
    const near = await sessionOf('claude', claudePath, [claude.user('y'.repeat(9_000)), ...noise]);
    expect(await near.ask()).toEqual({
      runId: near.runId,
      operator: { text: 'y'.repeat(8_000), isCut: true, atMs: START },
    });
    const far = Array.from({ length: 6 }, () => noise).flat();
    const lost = await sessionOf('claude', claudePath, [claude.user('Too far'), ...far, claude.agent(text('Here.'))]);
    expect(await lost.ask()).toEqual({ runId: lost.runId, agent: words('Here.') });
  });

  test('of a transcript that is damaged is what can be read of it', async () => {
    const { ask, runId } = await sessionOf('claude', claudePath, [
      '"',
      null,
      [1],
      claude.user('Hello'),
      { type: 'user' },
    ]);
    expect(await ask()).toEqual({ runId, operator: words('Hello') });
  });
});
