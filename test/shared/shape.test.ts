import { expect, test } from 'vitest';
import { shapeOf } from '../../shared/act/shape';

const shapes = (calls: readonly (readonly [string, unknown])[]) =>
  calls.map(([toolName, action]) => shapeOf({ toolName, action }));

test.each([
  [
    'commands with the same first words',
    [
      ['Bash', { command: 'npm test' }],
      ['Bash', { command: 'npm test -- cart' }],
    ],
  ],
  [
    'files in one folder',
    [
      ['Edit', { file_path: '/a/b.ts', old_string: 'a', new_string: 'b' }],
      ['Edit', { file_path: '/a/c.ts', old_string: 'c', new_string: 'd' }],
    ],
  ],
  [
    'pages of one host',
    [
      ['WebFetch', { url: 'https://a.example/x' }],
      ['WebFetch', { url: 'https://a.example/y' }],
    ],
  ],
] as const)('%s are alike', (_name, calls) => {
  const [one, other] = shapes(calls);
  expect(one).toBeDefined();
  expect(one).toBe(other);
});

test.each([
  ['other first words', ['Bash', { command: 'npm test' }], ['Bash', { command: 'npm publish' }]],
  [
    'other tools',
    ['Edit', { file_path: '/a/b', old_string: 'a', new_string: 'b' }],
    ['Write', { file_path: '/a/b', content: 'x' }],
  ],
  ['other folders', ['Read', { file_path: '/a/b' }], ['Read', { file_path: '/etc/b' }]],
  ['other hosts', ['WebFetch', { url: 'https://a.example' }], ['WebFetch', { url: 'https://b.example' }]],
] as const)('%s are not alike', (_name, one, other) => {
  const [first, second] = shapes([one, other]);
  expect(first).not.toBe(second);
});

test.each([
  ['several commands', 'Bash', { command: 'npm test && rm -rf /' }],
  ['a command put together', 'Bash', { command: 'npm $(cat x)' }],
  ['several lines', 'Bash', { command: 'npm test\nrm -rf /' }],
  [
    'several files',
    'apply_patch',
    { command: '*** Begin Patch\n*** Add File: a\n+x\n*** Add File: b\n+y\n*** End Patch' },
  ],
  ['a file that goes', 'apply_patch', { command: '*** Begin Patch\n*** Delete File: a\n*** End Patch' }],
  ['no act', 'Bash', undefined],
])('%s is like no other', (_name, toolName, action) => {
  expect(shapeOf({ toolName, action })).toBeUndefined();
});
