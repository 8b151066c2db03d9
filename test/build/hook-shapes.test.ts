import { expect, test } from 'vitest';
import { differences, missingEvents, shapeOf } from '../engines/shapes';

const before = {
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  cwd: '/x',
  effort: { level: 'high' },
  tool_input: { a: 1 },
};
const recorded = shapeOf([before, { ...before, agent_id: 'a1' }, { hook_event_name: 'Stop', cwd: '/x' }]);

test.each([
  ['the same', before, []],
  ['the same with a field that only some had', { ...before, agent_id: 'a2' }, []],
  ['another input of the tool', { ...before, tool_input: { b: [] } }, []],
  ['a field more', { ...before, turn_id: 't' }, ['PreToolUse Bash: turn_id came']],
  ['a field more inside', { ...before, effort: { level: 'low', by: 'user' } }, ['PreToolUse Bash: effort.by came']],
  ['a field of another kind', { ...before, cwd: null }, ['PreToolUse Bash: cwd is null, and was string']],
  ['another tool', { ...before, tool_name: 'Write' }, ['PreToolUse Write: not recorded so far']],
])('%s', (_name, now, said) => {
  expect(differences(recorded, shapeOf([now]))).toEqual(said);
});

test('a field that every recording has and nothing has now', () => {
  const { cwd: _cwd, effort: _effort, ...now } = before;
  expect(differences(recorded, shapeOf([now]))).toEqual([
    'PreToolUse Bash: cwd went',
    'PreToolUse Bash: effort went',
    'PreToolUse Bash: effort.level went',
  ]);
});

test('an event that nothing was written of', () => {
  expect(missingEvents(['PreToolUse', 'Stop'], shapeOf([before]))).toEqual(['Stop']);
});
