import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { judge } from '../../electron/judgement/here';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { allows, judgedCall, patternProblem } from '../../electron/nouns/tool-rules/matching';
import { isLive, type RuleScope, ruleEnd } from '../../electron/nouns/tool-rules/rules';
import { suggestedPatterns } from '../../electron/nouns/tool-rules/suggestions';
import type { ApprovalRecord } from '../../shared/contract/approval';
import { requestTypes } from '../../shared/contract/request-kinds';
import { type ToolRule, toolPatternSchema } from '../../shared/contract/tool-rule';
import { HOUR_MS } from '../../shared/kernel/time';
import { approvalRecord } from '../support/approvals';
import { START } from '../support/world';
import { readCases } from './cases';

await loadShellGrammar();

/** Whether a rule allows a call as it is judged now. */
const isAllowed = (rule: RuleScope, call: ApprovalRecord) => allows(rule, judgedCall(call, judge.request));

const caseSchema = z.strictObject({
  name: z.string(),
  pattern: toolPatternSchema,
  workspace: z.string().optional(),
  session: z.string().optional(),
  tool: z.string().default('Bash'),
  tool_of_rule: z.string().optional(),
  target: z.string().default('tool'),
  type: z.enum(requestTypes).default('tool_call'),
  by: z.string().default('scout'),
  ancestors: z.array(z.string()).default([]),
  command: z.string().optional(),
  action: z.unknown().optional(),
  hash: z.string().default('h'),
  context: z.unknown().default({}),
  isAllowed: z.boolean(),
});
const cases = readCases('tool-rules.json', caseSchema);

/** A request to use a tool. */
function callOf(different: Partial<ApprovalRecord>): ApprovalRecord {
  return approvalRecord({ action: { command: 'npm test' }, ...different });
}

test.each(cases.map((given) => [given.name, given] as const))('%s', (_name, given) => {
  const { pattern, workspace, session, command, tool } = given;
  const rule: RuleScope = {
    agentId: 'scout',
    toolName: given.tool_of_rule ?? tool,
    pattern,
    ...(workspace !== undefined && { workspace }),
    ...(session !== undefined && { session }),
  };
  const call = callOf({
    requestType: given.type,
    requestedBy: { kind: 'agent', actorId: given.by },
    ancestorIds: given.ancestors,
    targetResource: { type: given.target, id: tool },
    context: given.context,
    action: command === undefined ? given.action : { command },
    actionHash: given.hash,
  });
  expect(isAllowed(rule, call)).toBe(given.isAllowed);
});

// Everything that a shell gives a meaning to, and what hides or turns what is read.
const tricks = [
  ';',
  '&',
  '&&',
  '|',
  '$(x)',
  '`x`',
  '$X',
  '>',
  '<',
  '\n',
  '\r',
  '\t',
  '"',
  "'",
  '\\',
  '{',
  '*',
  '?',
  '~',
  '!',
  '#',
  '(',
  '\u202e',
  '\u200b',
  '\u00a0',
  '\0',
  '%',
  '^',
  '[',
  '  ',
  'A=b',
  '=x',
];
const anyWord = fc.oneof(
  fc.constantFrom('npm', 'test', 'testx', 'unit', '-v', '--run=a', 'src/a.ts', 'A=b', 'git', 'status'),
  fc.constantFrom(...tricks),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const anyCommand = fc
  .tuple(
    fc.constantFrom('npm test', 'npm test ', 'npm', 'git status '),
    fc.array(anyWord, { maxLength: 5 }),
    fc.constantFrom(' ', ' ', ''),
  )
  .map(([start, words, glue]) => start + words.join(glue));

/** What no rule of this file covers, and is not only a look. */
const others = [
  'touch a',
  'node evil.js',
  'cp a b',
  'evil',
  './evil.sh',
  'rm -rf src',
  'git push',
  'git commit -m x',
  'npm install x',
];
/** Where a second command can stand; `C` is the covered one. */
const places = [
  'C; X',
  'C && X',
  'C || X',
  'X | C',
  'C | X',
  'C & X',
  'C\nX',
  'X\nC',
  'C $(X)',
  'C `X`',
  'C <(X)',
  '(X); C',
  '{ X; C; }',
  'if X; then C; fi',
  'C > >(X)',
  'f() { X; }; f; C',
  'npm() { X; }; C',
  'bash -c "X"; C',
  'timeout 5 X && C',
  'C -- "$(X)"',
  'C <<EOF\n$(X)\nEOF',
  'trap "X" EXIT; C',
  'alias npm="X"; C',
  'export PATH=.; C',
];
const allowing = [
  { kind: 'command_prefix', prefix: 'npm test' },
  { kind: 'bundle', bundle: 'checks' },
  { kind: 'bundle', bundle: 'looks' },
] as const;

test('a rule covers a command only if each simple command in it is covered or only looks [judgement-6.covers-all]', () => {
  const allowed = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(...allowing),
      fc.constantFrom('npm test', 'npm test -- unit', 'git status'),
      fc.array(fc.constantFrom(...places), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...others, 'ls', 'git diff'),
      (pattern, covered, nested, other) => {
        const command = nested.reduce((inner, place) => place.replaceAll('C', inner), covered).replaceAll('X', other);
        const rule = { agentId: 'scout', toolName: 'Bash', pattern };
        if (!isAllowed(rule, callOf({ action: { command } }))) return;
        allowed.add(command);
        expect(others, command).not.toContain(other);
      },
    ),
    { numRuns: 2_000 },
  );
  // The law would say nothing if nothing were ever allowed.
  expect(allowed.size).toBeGreaterThan(20);
});

test('what a prefix allows is never of high risk, and each command in it that does more than look begins with its words', () => {
  let allowed = 0;
  fc.assert(
    fc.property(anyCommand, fc.constantFrom('npm test', 'npm', 'git status', 'npm test unit'), (command, prefix) => {
      const rule = { agentId: 'scout', toolName: 'Bash', pattern: { kind: 'command_prefix', prefix } } as const;
      if (!isAllowed(rule, callOf({ action: { command } }))) return;
      allowed += 1;
      const { level, parts } = judge.request(callOf({ action: { command } }));
      expect(level).not.toBe('high');
      const wanted = prefix.split(' ');
      expect(parts.some(({ words }) => words.slice(0, wanted.length).join(' ') === prefix)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  // The law would say nothing if nothing were ever allowed.
  expect(allowed).toBeGreaterThan(50);
});

const anyPart = fc.oneof(
  fc.constantFrom('src', 'lib', 'a.ts', '..', '.', '.git', '', 'SRC', '~', 'a\\b', '\uff0e\uff0e', '[id]', 'my file'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

test('what a folder allows lies below it, letter by letter, and nothing on the way is hidden or leads elsewhere', () => {
  let allowed = 0;
  fc.assert(
    fc.property(
      fc.array(anyPart, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('/srv/app/src', 'src'),
      (parts, folder) => {
        const path = `${folder}/${parts.join('/')}`;
        const workspace = '/srv/app';
        const rule = { agentId: 'scout', toolName: 'Write', pattern: { kind: 'path', folder }, workspace } as const;
        const targetResource = { type: 'tool', id: 'Write' };
        const context = { cwd: workspace };
        if (!isAllowed(rule, callOf({ targetResource, context, action: { file_path: path } }))) return;
        allowed += 1;
        const rest = path.slice(folder.length + 1).split('/');
        expect(rest.every((part) => part !== '' && !part.startsWith('.') && !/[\\\p{Cc}\p{Cf}]/u.test(part))).toBe(
          true,
        );
        expect(new URL(`file:///x/${path}`).pathname.startsWith(new URL(`file:///x/${folder}/`).pathname)).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(allowed).toBeGreaterThan(50);
});

test.each([
  ['npm test', undefined],
  ['ls', undefined],
  ['node build.mjs', undefined],
  ['python3 -m pytest', undefined],
  ['node', 'programs'],
  ['node -e', 'programs'],
  ['python3 -m', 'programs'],
  ['sh build.sh', 'programs'],
  ['/bin/bash build', 'programs'],
  ['env', 'programs'],
  ['sudo ls', 'programs'],
  ['A=b npm test', 'programs'],
  ['flock x.lock', 'programs'],
  ['strace -f', 'programs'],
  ['awk -f', 'programs'],
  ['npm run', 'programs'],
  ['npm run build', undefined],
  ['uv run', 'programs'],
  ['pnpm exec --', 'programs'],
  ['cargo run', 'programs'],
  ['docker exec web', 'programs'],
  ['docker ps', undefined],
  ['npm test;', 'plain words'],
  ['npm  test', 'plain words'],
  [' npm', 'plain words'],
] as const)('a rule for “%s …” is refused: %s', (prefix, problem) => {
  const found = patternProblem({ kind: 'command_prefix', prefix });
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem === 'programs' ? /runs others/ : /plain words/);
});

test.each([
  ['/srv/app', true],
  ['/home/olga/work', true],
  ['src', true],
  ['src/lib', true],
  ['/', false],
  ['/srv', false],
  ['/home/olga', false],
  ['/Users/olga', false],
  ['/home/olga/.ssh', false],
  ['/proc/self', false],
  ['/dev/shm/x', false],
  ['/usr/local/bin', false],
  ['/usr/bin/x', false],
  ['/etc/cron.d', false],
  ['/usr/src/app', true],
  ['..', false],
  ['../x', false],
  ['.', false],
  ['/srv/app/', false],
  ['/srv//app', false],
  ['~/work', false],
  ['C:\\work', false],
  ['\\\\server\\share', false],
])('the folder %s can be trusted by a rule: %s', (folder, isGood) => {
  expect(patternProblem({ kind: 'path', folder }) === undefined).toBe(isGood);
});

test('the patterns that are suggested allow the request itself, the narrowest first', () => {
  const cwd = '/home/olga/shop';
  const targetResource = { type: 'tool', id: 'Edit' };
  const kinds = (different: Partial<ApprovalRecord>) =>
    suggestedPatterns(judgedCall(callOf(different), judge.request)).map((pattern) => {
      if (pattern.kind === 'bundle') return pattern.bundle;
      if (pattern.kind === 'command_prefix') return pattern.prefix;
      return pattern.kind === 'path' ? pattern.folder : pattern.kind;
    });
  expect(kinds({ action: { command: 'npm test -- unit' }, context: { cwd } })).toEqual([
    'exact',
    'npm test -- unit',
    'npm test',
    'checks',
  ]);
  expect(kinds({ action: { command: 'ls' } })).toEqual(['exact', 'ls', 'looks']);
  expect(kinds({ action: { command: 'npm run a && npm run b' } })).toEqual(['exact']);
  expect(kinds({ targetResource, action: { file_path: `${cwd}/src/lib/a.ts` }, context: { cwd } })).toEqual([
    'exact',
    `${cwd}/src/lib`,
    `${cwd}/src`,
    cwd,
    'edits',
  ]);
  expect(kinds({ targetResource, action: { file_path: `${cwd}/.env.local` }, context: { cwd } })).toEqual([]);
  expect(kinds({ action: { command: 'rm -rf src' }, context: { cwd } })).toEqual([]);
  expect(kinds({ action: { command: 'npm test' }, context: { cwd: '/home/olga' } })).toEqual([]);
  expect(kinds({ action: { command: 'npm test' }, context: { cwd, risk: 'high' } })).toEqual([]);
});

test('a rule ends with its time, and for good', () => {
  expect(ruleEnd('run', START, START + 5)).toBe(START + 24 * HOUR_MS);
  expect(ruleEnd('hour', START, START + 5)).toBe(START + HOUR_MS);
  expect(ruleEnd('today', START, START + 5)).toBe(START + 5);
  expect(ruleEnd('until_revoked', START, START + 5)).toBeUndefined();
  const rule = { expiresAtMs: START + HOUR_MS } as ToolRule;
  expect(isLive(rule, START + HOUR_MS - 1)).toBe(true);
  expect(isLive(rule, START + HOUR_MS)).toBe(false);
  expect(isLive({ revokedAtMs: START } as ToolRule, START)).toBe(false);
});
