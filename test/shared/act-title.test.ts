import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actTitle } from '../../shared/act/act-title';
import { approvalTitle, placedTitle, reasonOf } from '../../shared/act/approval-title';
import { visiblePieces } from '../../shared/kernel/visible-text';
import { approvalRecord } from '../support/approvals';

const cwd = '/home/olga/shop';
const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join('');

const patch = `*** Begin Patch
*** Update File: src/a.ts
@@ class Cart
 one
-two
+deux
+trois
*** Delete File: src/old.ts
*** Add File: src/new.ts
+one
*** Update File: src/b.ts
*** Move to: src/c.ts
@@
-x
+y
*** End Patch
`;

describe('the title of an act', () => {
  test('says of more than anybody reads that it is huge, and counts nothing', () => {
    const [before, after] = ['a\n'.repeat(150_000), 'b\n'.repeat(150_000)];
    expect(actTitle({ toolName: 'Edit', action: { file_path: 'a.ts', old_string: before, new_string: after } })).toBe(
      'Edit a.ts, a huge change',
    );
    const endless = `*** Begin Patch\n*** Update File: a.ts\n${'+x\n'.repeat(150_000)}*** End Patch`;
    expect(actTitle({ toolName: 'apply_patch', action: { input: endless } })).toMatch(
      /^apply_patch: \*\*\* Begin Patch/,
    );
  });

  test.each([
    [
      'Edit',
      { file_path: `${cwd}/src/cart/store.ts`, old_string: 'a\nb', new_string: 'a\nc\nd' },
      'Edit src/cart/store.ts +2 −1',
    ],
    [
      'Edit',
      { file_path: `${cwd}/a.ts`, old_string: 'a', new_string: 'b', replace_all: true },
      'Edit a.ts +1 −1, at every place',
    ],
    ['Edit', { file_path: `${cwd}/../bank/a.ts`, old_string: 'a', new_string: 'b' }, `Edit ${cwd}/../bank/a.ts +1 −1`],
    ['Edit', { file_path: '/etc/hosts', old_string: 'a', new_string: 'b' }, 'Edit /etc/hosts +1 −1'],
    [
      'MultiEdit',
      {
        file_path: `${cwd}/a.ts`,
        edits: [
          { old_string: 'a', new_string: 'b' },
          { old_string: 'c', new_string: 'd\ne' },
        ],
      },
      'Edit a.ts +3 −2',
    ],
    ['edit', { filePath: `${cwd}/a.ts`, oldString: 'a', newString: 'b' }, 'Edit a.ts +1 −1'],
    [
      'replace',
      { file_path: `${cwd}/a.ts`, old_string: 'a', new_string: '', instruction: 'Take it out' },
      'Edit a.ts +0 −1',
    ],
    ['Write', { file_path: `${cwd}/src/bus.ts`, content: lines(1396, 'line') }, 'Write src/bus.ts (1,396 lines)'],
    ['write', { filePath: `${cwd}/a.ts`, content: 'one' }, 'Write a.ts (1 line)'],
    [
      'NotebookEdit',
      { notebook_path: `${cwd}/nb.ipynb`, cell_id: 'c1', new_source: 'print(2)' },
      'Edit nb.ipynb, cell c1 (1 line)',
    ],
    [
      'NotebookEdit',
      { notebook_path: `${cwd}/nb.ipynb`, cell_id: 'c1', edit_mode: 'delete', new_source: '' },
      'Delete cell c1 of nb.ipynb',
    ],
    [
      'apply_patch',
      { command: patch },
      'Delete src/old.ts; move src/b.ts to src/c.ts; edit src/a.ts; write src/new.ts +4 −2',
    ],
    ['patch', { patchText: '*** Begin Patch\n*** Delete File: a.ts\n*** End Patch' }, 'Delete a.ts'],
    ['apply_patch', { input: 'not a patch' }, 'apply_patch: not a patch'],
    ['Bash', { command: 'npm test', description: 'Runs the tests' }, 'Run npm test'],
    ['Bash', { command: 'cd a\nrm -rf b' }, 'Run cd a ⏎ rm -rf b'],
    ['shell', { command: ['bash', '-lc', 'npm test'] }, 'Run npm test'],
    ['shell', { command: ['rm', '-rf', 'my files'] }, "Run rm -rf 'my files'"],
    ['run_shell_command', { command: 'ls' }, 'Run ls'],
    ['git push', { command: 'git push origin main' }, 'Run git push origin main'],
    ['delete_all', { command: 'ls' }, 'delete_all: ls'],
    ['Read', { file_path: `${cwd}/.env.production` }, 'Read .env.production'],
    ['Grep', { pattern: 'TODO', path: `${cwd}/src` }, 'Search for TODO in src'],
    ['Glob', { pattern: '**/*.ts' }, 'List **/*.ts'],
    ['WebFetch', { url: 'https://docs.stripe.com/', prompt: 'What?' }, 'Fetch docs.stripe.com'],
    ['WebFetch', { url: 'https://docs.stripe.com@evil.example/x' }, 'Fetch evil.example/x'],
    ['WebFetch', { url: 'http://127.0.0.1:4893/page' }, 'Fetch http://127.0.0.1:4893/page'],
    ['web_fetch', { prompt: 'Read https://a.example/x and https://b.example' }, 'Fetch a.example/x and 1 more'],
    ['WebSearch', { query: 'electron 33' }, 'Search the web for electron 33'],
    ['mcp__linear__create_issue', { title: 'LCP is 4.8 s', team: 'Web' }, 'create_issue on linear: LCP is 4.8 s'],
    ['mcp_tracker_create_issue', { title: 'Cart is wrong' }, 'create_issue on tracker: Cart is wrong'],
    ['mcp__db__query', { name: 'harmless', sql: 'DROP TABLE invoices' }, 'query on db: DROP TABLE invoices'],
    [
      'Agent',
      { description: 'Make a file', prompt: 'Make it.', subagent_type: 'reviewer' },
      'Start agent reviewer: Make a file',
    ],
    ['spawn_agent', { message: 'Look at this.\nThen that.' }, 'Start agent: Look at this. …'],
    ['ExitPlanMode', { plan: '# Move the till\n\n1. First' }, 'Carry out the plan: Move the till …'],
    ['AskUserQuestion', { questions: [{ question: 'Which database?' }] }, 'Ask you: Which database?'],
    ['Bash', undefined, 'Use Bash'],
  ])('of %s %o', (toolName, action, title) => {
    expect(actTitle({ toolName, action, cwd })).toBe(title);
  });

  test('is the same for a call in a wrapping, whose name does not stand for a tool that is known', () => {
    const action = { command: 'npm test' };
    expect(actTitle({ toolName: 'Bash', action: { tool_name: 'TodoWrite', tool_input: action } })).toBe('Run npm test');
    expect(actTitle({ toolName: 'call', action: { tool_name: 'Bash', tool_input: action } })).toBe('Run npm test');
    expect(actTitle({ toolName: 'call', action: { type: 'tool_use', id: 'c1', name: 'Bash', input: action } })).toBe(
      'Run npm test',
    );
  });

  test('is one line of bounded length without hidden characters, whatever is sent; what is cut says so', () => {
    const toolNames = [
      'Bash',
      'Edit',
      'MultiEdit',
      'Write',
      'apply_patch',
      'WebFetch',
      'Agent',
      'Read',
      'Grep',
      'mcp__a__b',
      'x',
    ];
    const fields = [
      'command',
      'file_path',
      'old_string',
      'new_string',
      'content',
      'edits',
      'url',
      'prompt',
      'questions',
      'tool_input',
      'input',
      'name',
      'patch',
    ];
    const action = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue())),
    );
    fc.assert(
      fc.property(fc.constantFrom(...toolNames), action, fc.integer({ min: 30, max: 200 }), (toolName, given, most) => {
        const title = actTitle({ toolName, action: given, cwd }, most);
        expect([...title].length).toBeLessThanOrEqual(most);
        expect(visiblePieces(title).some(({ isHidden }) => isHidden)).toBe(false);
        expect(title).not.toMatch(/\n/);
        expect(title.trim()).not.toBe('');
      }),
    );
    const command = `ls ${'x'.repeat(300)}; rm -rf /`;
    expect(actTitle({ toolName: 'Bash', action: { command } })).toMatch(/…$/);
    const path = `/etc/${'x'.repeat(300)}/passwd`;
    expect(actTitle({ toolName: 'Read', action: { file_path: path } })).toMatch(/^Read \/etc\/x+…x+\/passwd$/);
  });

  test('comes from what the engines really send, and names no tool that is known', () => {
    for (const engine of ['claude', 'codex', 'gemini', 'opencode']) {
      const recorded = readFileSync(`test/cli/fixtures/hooks/recorded/${engine}.jsonl`, 'utf8').trim().split('\n');
      for (const line of recorded) {
        const { input = {} } = JSON.parse(line) as { input?: Record<string, unknown> };
        const toolName = input['tool_name'];
        if (typeof toolName !== 'string') continue;
        const title = actTitle({ toolName, action: input['tool_input'], cwd: String(input['cwd']) });
        expect(title).not.toMatch(/^(?:Bash|Edit|Write|Read|apply_patch|replace|write_file|run_shell_command)\b:/);
      }
    }
  });
});

test('a request is called by its act and its project, or by a sentence; a reason that only names the tool is none', () => {
  const hook = approvalRecord({
    targetResource: { type: 'tool', id: 'Edit' },
    action: { file_path: `${cwd}/a.ts`, old_string: 'a', new_string: 'b' },
    context: { engine: 'claude', session_id: 's1', cwd },
    rationale: 'Claude Code wants to use Edit.',
  });
  expect(placedTitle(hook)).toBe('shop: Edit a.ts +1 −1');
  expect(reasonOf(hook)).toBeUndefined();
  expect(reasonOf({ ...hook, rationale: 'Because.' })).toBe('Because.');
  expect(reasonOf({ ...hook, context: {} })).toBe(hook.rationale);
  expect(placedTitle({ ...hook, context: {} })).toBe(`scout: Edit ${cwd}/a.ts +1 −1`);
  expect(approvalTitle({ ...hook, requestType: 'depth_override' })).toBe(
    'scout asks for a deeper lineage for tool Edit',
  );
});

describe('an ellipsis', () => {
  const word = fc
    .string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', 'b', 'c', '.', '/', '-', ' ') })
    .filter((text) => text.trim() !== '');
  const call = fc.oneof(
    fc.record({ toolName: fc.constantFrom('Read', 'Edit', 'Write', 'Grep'), field: fc.constant('file_path') }),
    fc.record({
      toolName: fc.constantFrom('Bash', 'mcp__linear__create_issue', 'a-tool-of-a-very-long-name-indeed'),
      field: fc.constantFrom('command', 'title', 'path'),
    }),
  );

  test('stands in a title only where something is left out, because the whole has no room', () => {
    fc.assert(
      fc.property(call, word, fc.integer({ min: 30, max: 90 }), ({ toolName, field }, text, longest) => {
        const action = { [field]: text, old_string: 'a', new_string: 'b', content: 'c', pattern: 'd' };
        const whole = actTitle({ toolName, action }, Number.POSITIVE_INFINITY);
        const title = actTitle({ toolName, action }, longest);
        expect(whole).not.toContain('…');
        if (whole.length <= longest) expect(title).toBe(whole);
        else expect(title).toContain('…');
        expect([...title].length).toBeLessThanOrEqual(longest);
      }),
    );
  });

  test('stands in a sentence about a request only then', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 60, max: 160 }), (who, id, longest) => {
        const asked = approvalRecord({
          requestType: 'capability_request',
          requestedBy: { kind: 'agent', actorId: who },
          targetResource: { type: 'tool', id },
        });
        const whole = approvalTitle(asked, Number.POSITIVE_INFINITY);
        if (whole.length <= longest) expect(approvalTitle(asked, longest)).toBe(whole);
      }),
    );
  });
});
