import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askingAgent } from '../../electron/cli/hook/question';
import { subAgentsAbove } from '../../electron/engines/sub-agents';
import { agentOf, hookInput, startHookWorld } from '../support/hook-world';
import { temporaryHome } from '../support/world';

/** A session of Claude Code with files about its sub-agents, each made by the call that another one's transcript has. */
function claudeSession() {
  const folder = temporaryHome();
  const subAgents = join(folder, 's1', 'subagents');
  mkdirSync(subAgents, { recursive: true });
  const write = (id: string, depth: number, callId: string, calls: readonly string[] = []) => {
    const about = { agentType: `kind-${id}`, toolUseId: callId, spawnDepth: depth };
    writeFileSync(join(subAgents, `agent-${id}.meta.json`), JSON.stringify(about));
    const content = calls.map((call) => ({ type: 'tool_use', id: call, name: 'Agent' }));
    writeFileSync(join(subAgents, `agent-${id}.jsonl`), `${JSON.stringify({ message: { content } })}\n`);
  };
  const input = (id: string) => ({
    session_id: 's1',
    transcript_path: join(folder, 's1.jsonl'),
    agent_id: id,
    agent_type: `kind-${id}`,
  });
  return { write, input };
}

describe('the sub-agents above one of Claude Code', () => {
  test('are those that made each other by their calls [sessions-1.sub-agents]', () => {
    const { write, input } = claudeSession();
    write('a', 1, 'call-1', ['call-2', 'call-3']);
    write('b', 2, 'call-3', ['call-4']);
    write('c', 3, 'call-4');
    expect(subAgentsAbove('claude', input('a'))).toEqual([]);
    expect(subAgentsAbove('claude', input('b'))).toEqual([{ id: 'a', kind: 'kind-a' }]);
    const above = subAgentsAbove('claude', input('c'));
    expect(askingAgent('claude-code', input('c'), above)).toBe('claude-code/kind-a-a/kind-b-b/kind-c-c');
  });

  test('are not known where no file says so, and never end in a circle', () => {
    const { write, input } = claudeSession();
    // Only the first one of a session is known to have no other above it.
    expect(subAgentsAbove('claude', input('a'))).toEqual([]);
    write('b', 1, 'call-0');
    expect(subAgentsAbove('claude', input('a'))).toBe(undefined);
    write('a', 2, 'call-1');
    expect(subAgentsAbove('claude', input('a'))).toBe(undefined);
    write('a', 2, 'call-1', ['call-2']);
    write('b', 2, 'call-2', ['call-1']);
    expect(subAgentsAbove('claude', input('a'))).toBe(undefined);
    expect(subAgentsAbove('claude', input('../a'))).toBe(undefined);
    expect(askingAgent('claude-code', input('a'))).toBe('claude-code/kind-a-a');
  });
});

test('those above one of Codex are named by the first lines of their threads [sessions-1.sub-agents]', () => {
  const folder = temporaryHome();
  const write = (id: string, parent: string, role: string | null) => {
    const source = { subagent: { thread_spawn: { parent_thread_id: parent, agent_role: role } } };
    const first = { type: 'session_meta', payload: { id, parent_thread_id: parent, source } };
    writeFileSync(join(folder, `rollout-2026-11-29T10-00-00-${id}.jsonl`), `${JSON.stringify(first)}\n{}\n`);
  };
  write('x1', 's1', 'reviewer');
  write('y2', 'x1', null);
  write('z3', 'y2', null);
  const input = { session_id: 's1', transcript_path: join(folder, 'rollout-any.jsonl'), agent_id: 'z3' };
  expect(subAgentsAbove('codex', { ...input, agent_id: 'x1' })).toEqual([]);
  const above = subAgentsAbove('codex', input);
  expect(above).toEqual([
    { id: 'x1', kind: 'reviewer' },
    { id: 'y2', kind: 'default' },
  ]);
  expect(subAgentsAbove('codex', { ...input, agent_id: 'unknown' })).toBe(undefined);
});

test('those above one of opencode are said by its plugin, and Gemini CLI has none that can be told', () => {
  const agents_above = [{ agent_id: 'ses_1', agent_type: 'general' }];
  expect(subAgentsAbove('opencode', { agent_id: 'ses_2', agents_above })).toEqual([{ id: 'ses_1', kind: 'general' }]);
  expect(subAgentsAbove('opencode', { agent_id: 'ses_1' })).toEqual([]);
  expect(subAgentsAbove('gemini', { agent_id: 'x' })).toEqual([]);
});

test('where there is no room for all names, a sub-agent has its own alone', () => {
  const above = Array.from({ length: 6 }, (_, index) => ({ id: `${index}${'x'.repeat(30)}`, kind: 'general-purpose' }));
  expect(askingAgent('codex', { agent_id: 'a1', agent_type: 'reviewer' }, above)).toBe('codex/reviewer-a1');
});

test('a sub-agent that a sub-agent made is known below that one by its first call, and under no other name [sessions-1.sub-agents]', async () => {
  const { run, world } = await startHookWorld('claude');
  const { write, input } = claudeSession();
  const own = agentOf('claude');
  write('a', 1, 'call-1', ['call-2']);
  await run('claude', [], hookInput('claude', 'subagent-start', input('b')));
  write('b', 2, 'call-2');
  await run('claude', [], hookInput('claude', 'pre-tool-use', { ...input('b'), tool_name: 'Read' }));
  expect(world.store.read.agents.find(`${own}/kind-b-b`)).toBe(undefined);
  await expect
    .poll(() => world.store.read.agents.find(`${own}/kind-a-a/kind-b-b`)?.ancestorIds)
    .toEqual([own, `${own}/kind-a-a`]);
});
