import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type AnnouncedMoments, watchTranscripts } from '../../../electron/desktop/watch/transcript-watch';
import type { Engine } from '../../../shared/contract/engine';

const ID = '019f2ca1-1111-7000-8000-00000000000a';
const OTHER = ID.replace('019f2ca1', '029f2ca1');

/** Where an engine writes the transcript of this session, and its lines: the first, one of a tool call, one that announces nothing. */
const written: Readonly<
  Record<Exclude<Engine, 'opencode'>, { path: string; first: object; call: object; other: object }>
> = {
  claude: {
    path: `.claude/projects/-home-me-project/${ID}.jsonl`,
    first: {
      type: 'user',
      cwd: '/home/me/project',
      message: { role: 'user', content: '<command-name>/clear</command-name>' },
    },
    call: { type: 'assistant', message: { content: [{ type: 'text' }, { type: 'tool_use', name: 'Bash' }] } },
    other: { type: 'assistant', message: { content: [{ type: 'text', text: 'Done.' }] } },
  },
  codex: {
    path: `.codex/sessions/2026/11/29/rollout-2026-11-29T10-00-00-${ID}.jsonl`,
    first: { type: 'session_meta', payload: { id: ID, cwd: '/home/me/project', source: 'exec' } },
    call: { type: 'response_item', payload: { type: 'function_call', name: 'exec_command' } },
    other: { type: 'response_item', payload: { type: 'function_call', name: 'write_stdin' } },
  },
  gemini: {
    path: `.gemini/tmp/project/chats/session-2026-11-29T10-00-${ID.slice(0, 8)}.jsonl`,
    first: { sessionId: ID, kind: 'main' },
    call: { type: 'gemini', toolCalls: [{ name: 'run_shell_command' }] },
    other: { type: 'gemini', content: 'Done.' },
  },
};

function watching() {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-transcripts-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const moments: AnnouncedMoments[] = [];
  const line = (fields: object, atMs = Date.now()) =>
    `${JSON.stringify({ ...fields, timestamp: new Date(atMs).toISOString() })}\n`;
  return {
    home,
    moments,
    line,
    make(path: string, text: string) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    },
    append: (path: string, text: string) => appendFileSync(join(home, path), text),
    watch(engine: Engine) {
      const clock = { now: () => Date.now() };
      const parts = { environment: { HOME: home }, clock, engines: () => [engine] };
      const watch = watchTranscripts({ ...parts, onMoments: (more) => moments.push(more) });
      onTestFinished(() => watch.close());
    },
  };
}

test.each(['claude', 'codex', 'gemini'] as const)(
  'a transcript of %s that grows by a tool call says so, whose it is, and where',
  async (engine) => {
    const { path, first, call, other } = written[engine];
    const { moments, line, make, append, watch } = watching();
    const beside = path.replaceAll(ID.slice(0, 8), OTHER.slice(0, 8));
    const workspace = engine === 'gemini' ? {} : { workspace: '/home/me/project' };
    const moment = (sessionId: string) => ({
      ...{ engine, sessionId, atMs: [expect.any(Number) as number], ...workspace },
      areCalls: engine === 'codex',
    });
    // A call of long ago, as in a session that is resumed.
    make(path, line(first, 1_000) + line(call, 2_000));
    make(beside, line(engine === 'gemini' ? { ...first, sessionId: OTHER } : first, 1_000));
    watch(engine);
    append(path, line(other));
    append(path, line(call).slice(0, 30));
    append(beside, line(call));
    // That of the first session was read before it.
    await vi.waitFor(() => expect(moments).toEqual([moment(OTHER)]), 5_000);
    append(path, `"}\n${line(call)}`);
    await vi.waitFor(() => expect(moments).toEqual([moment(OTHER), moment(ID)]), 5_000);
  },
);

test('a transcript in a folder that was not there is found when the folders above it were', async () => {
  const { path, first, call } = written.codex;
  const { moments, line, make, watch, home } = watching();
  mkdirSync(join(home, '.codex/sessions/2026/11'), { recursive: true });
  watch('codex');
  make(path, line(first) + line(call));
  await vi.waitFor(() => expect(moments).toHaveLength(1), 5_000);
});

test('a sub-agent of Codex has no session of its own, and other files are no transcripts', async () => {
  const { path, first, call } = written.codex;
  const { moments, line, make, append, watch } = watching();
  // With what the engine was told, which is long.
  const meta = { ...first, payload: { id: ID, cwd: '/home/me/project', source: { subagent: { depth: 1 } } } };
  const [notes, beside] = [path.replace('rollout-', 'notes-'), path.replaceAll(ID, OTHER)];
  make(path, line(meta));
  make(notes, line(first));
  make(beside, line(first));
  watch('codex');
  for (const each of [path, notes, beside]) append(each, line(call));
  await vi.waitFor(() => expect(moments).toMatchObject([{ sessionId: OTHER }]), 5_000);
});
