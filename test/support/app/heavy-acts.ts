const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const words = (index: number) => ((index * 7_919) % 4_096).toString(36);

/**
 * Acts that were made to hold whoever reads them up, each of a size that the entrance takes: what they are, the tool, and what it is
 * asked to do.
 */
export const heavyActs: readonly (readonly [what: string, tool: string, action: Readonly<Record<string, unknown>>])[] =
  [
    ['quotes in quotes', 'Task', { prompt: '>'.repeat(19_900) }],
    ['lists in quotes', 'Task', { prompt: '> - '.repeat(2_900) }],
    ['emphasis in emphasis', 'ExitPlanMode', { plan: '_*'.repeat(5_900) }],
    ['a prompt of 900 kB', 'Task', { prompt: '# '.repeat(450_000) }],
    ['a plan of empty lines', 'ExitPlanMode', { plan: '\n'.repeat(440_000) }],
    [
      'a patch of 6,000 files',
      'apply_patch',
      {
        input: `*** Begin Patch\n${lines(6_000, (index) => `*** Update File: src/f${index}.ts\n@@\n-a${index}\n+b`)}\n*** End Patch`,
      },
    ],
    [
      'a patch of 12,000 places',
      'apply_patch',
      {
        input: `*** Begin Patch\n*** Update File: src/f.ts\n${lines(12_000, (index) => `@@\n-a${index}\n+b`)}\n*** End Patch`,
      },
    ],
    [
      'a patch of 900 kB',
      'apply_patch',
      { input: `*** Begin Patch\n${lines(40_000, (index) => `*** Delete File: f${index}`)}\n*** End Patch` },
    ],
    [
      '2,500 edits',
      'MultiEdit',
      {
        file_path: 'a.ts',
        edits: Array.from({ length: 2_500 }, (_, edit) => ({
          old_string: lines(25, (line) => words(edit + line)),
          new_string: lines(25, (line) => words(edit * line + 1)),
        })),
      },
    ],
    [
      '40 large edits',
      'MultiEdit',
      {
        file_path: 'a.ts',
        edits: Array.from({ length: 40 }, (_, edit) => ({
          old_string: lines(2_000, (line) => words(edit + line)),
          new_string: lines(2_000, (line) => words(edit * line + line ** 2)),
        })),
      },
    ],
    [
      'an edit of 150,000 lines',
      'Edit',
      {
        file_path: 'a.ts',
        old_string: lines(150_000, (index) => (index % 320 === 0 ? `x${index}` : 'a')),
        new_string: lines(150_000, (index) => (index % 320 === 0 ? `y${index}` : 'a')),
      },
    ],
    ['a line of 900 kB', 'Write', { file_path: 'a.json', content: '['.repeat(900_000) }],
    ['900,000 hidden characters', 'Bash', { command: `echo ${'\u202Ea'.repeat(150_000)}` }],
    [
      '19,000 fields',
      'mcp__a__b',
      Object.fromEntries(Array.from({ length: 19_000 }, (_, index) => [`f${index}`, 'rm'])),
    ],
  ];
