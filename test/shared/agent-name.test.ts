import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentName, subAgentName } from '../../shared/contract/sub-agent';

test.each([
  ['scout', 'scout'],
  ['claude-code', 'claude-code'],
  ['claude-code/code-reviewer-a8a5aea3b68767861', 'code-reviewer of Claude Code'],
  ['claude-code/planner-a1/code-reviewer-b2', 'code-reviewer of planner of Claude Code'],
  ['codex/explorer-0199a213-81c0-7800-8aa1-bbab2a035a53', 'explorer of Codex'],
  ['opencode/general-ses_ddd00b209ffevll4KlIoUCqUgF', 'general of opencode'],
  ['planner/reader', 'reader of planner'],
  ['my-claude/code-reviewer-a1', 'code-reviewer of my-claude'],
  ['a/../b', 'a/../b'],
  ['/x', '/x'],
  // Nobody is called as a sub-agent is who is none.
  ['code-reviewer of Claude Code', '“code-reviewer of Claude Code”'],
  ['reader OF\u00A0planner', '“reader OF\u00A0planner”'],
])('%s is called %s', (agentId, name) => {
  expect(agentName(agentId)).toBe(name);
});

test('a sub-agent is called by its kind, and by as much of its id as tells it from others of that kind', () => {
  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).map((id) => `a${id}1`);
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,9}(-[a-z]{1,9})?$/), hex(15), (kind, id) => {
      expect(subAgentName(`claude-code/${kind}-${id}`)).toBe(`${kind} ${id.slice(0, 8)}`);
      expect(subAgentName(`claude-code/${kind}`)).toBe(kind);
    }),
  );
});

test('a name is never empty, and that of who is no sub-agent is the id', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (agentId) => {
      const name = agentName(agentId);
      expect(name.length).toBeGreaterThan(0);
      if (!agentId.includes('/')) expect([agentId, `“${agentId}”`]).toContain(name);
      if (!agentId.includes('/')) expect(/^[^“].*\sof\s/u.test(name)).toBe(false);
    }),
  );
});
