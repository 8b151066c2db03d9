import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claude } from '../../electron/engines/claude';
import { commandsIn } from '../../electron/engines/claude-skills';
import { hookInput, startHookWorld } from '../support/hook-world';
import { temporaryHome } from '../support/world';

/** A person with a project, and files in it and in the home folder. */
function personWith(files: Readonly<Record<string, string>>) {
  const home = temporaryHome();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  return { HOME: home, cwd: join(home, 'shop', 'src') };
}

const typed = (cwd: string, name: string, args = '') => ({
  hook_event_name: 'UserPromptExpansion',
  expansion_type: 'slash_command',
  command_name: name,
  command_args: args,
  cwd,
});

const completed = async (environment: { readonly HOME: string }, input: Readonly<Record<string, unknown>>) =>
  claude.complete?.(input, environment);

test('the commands of a skill are found as Claude Code finds them', () => {
  const text = 'a !`git status` b\n!`git log`\nnot!`this`\n```!\nrm -rf out\nmake\n```\n```\n!not this\n```\n';
  expect(commandsIn(text)).toEqual(['rm -rf out\nmake', 'git status', 'git log']);
  expect(commandsIn('Say `hello` and !hello')).toEqual([]);
});

describe('a slash command that the person types', () => {
  test.each([
    ['of the project, from a folder below', 'shop/.claude/commands/mk.md', 'mk'],
    ['in a folder of the project', 'shop/.claude/commands/tools/mk.md', 'tools:mk'],
    ['of the person', '.claude/commands/mk.md', 'mk'],
    ['that is a skill', '.claude/skills/mk/SKILL.md', 'mk'],
    ['of a plugin', '.claude/plugins/cache/market/tools/1.0.0/commands/mk.md', 'tools:mk'],
  ])('%s is the call of its commands', async (_name, path, command) => {
    const person = personWith({ [path]: 'Say\n!`touch $ARGUMENTS`\n', 'shop/.claude/commands/other.md': '!`rm x`' });
    const input = await completed(person, typed(person.cwd, command, 'one two'));
    expect(input).toMatchObject({ tool_name: 'Bash', tool_input: { command: 'touch one two' } });
    expect(claude.plan(input ?? {}, {})).toMatchObject({ call: { isLook: false }, ask: { dialog: 'none' } });
  });

  test('without commands, or unknown, is nothing to Gatehouse', async () => {
    const person = personWith({ 'shop/.claude/commands/mk.md': 'Say hello.' });
    for (const name of ['mk', 'unknown', '../../mk']) {
      const input = await completed(person, typed(person.cwd, name));
      expect(claude.plan(input ?? {}, {})).toEqual({});
    }
  });
});

test('a skill that the model calls is judged with its commands, in every event about the call', async () => {
  const person = personWith({ 'shop/.claude/skills/mk/SKILL.md': '!`git push --force`' });
  for (const hook_event_name of ['PreToolUse', 'PermissionRequest', 'PostToolUse']) {
    const call = { hook_event_name, cwd: person.cwd, tool_name: 'Skill', tool_input: { skill: 'mk', args: 'now' } };
    expect(await completed(person, call)).toMatchObject({
      tool_name: 'Skill',
      tool_input: { skill: 'mk', args: 'now', command: 'git push --force' },
    });
  }
});

test.each([
  ['approve', {}],
  ['deny', { decision: 'block' }],
] as const)('what may do harm in it is asked about: %s', async (verdict, answer) => {
  const hooks = await startHookWorld('claude');
  const person = personWith({ 'shop/.claude/commands/mk.md': '!`git push --force`' });
  const input = hookInput('claude', 'user-prompt-submit', typed(person.cwd, 'mk'));
  const { ended } = await hooks.start('claude', [], input, { HOME: person.HOME });
  const { approvalId, action } = await hooks.question();
  expect(action).toMatchObject({ command: 'git push --force' });
  await hooks.decide(approvalId, verdict, 'Not on a Sunday.');
  const { stdout } = await ended;
  expect(JSON.parse(stdout)).toMatchObject(answer);
  expect(stdout.includes('Not on a Sunday.')).toBe(verdict === 'deny');
  const harmless = personWith({ 'shop/.claude/commands/mk.md': '!`git status`' });
  const other = hookInput('claude', 'user-prompt-submit', typed(harmless.cwd, 'mk'));
  expect(await hooks.run('claude', [], other, { HOME: harmless.HOME })).toMatchObject({ code: 0, stdout: '{}\n' });
});
