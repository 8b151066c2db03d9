import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { request } from '../support/approvals';
import { runCommand } from '../support/command-line';
import { agent, createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, operator as olga, temporaryHome } from '../support/world';

async function governed() {
  const world = createWorld();
  const api = await world.startApi();
  const with_ = (token: string) => ({ GATEHOUSE_HOME: world.home, GATEHOUSE_URL: api.url, GATEHOUSE_TOKEN: token });
  return { world, engine: with_(ENGINE_TOKEN), operator: with_(OPERATOR_TOKEN) };
}

function fileWith(text: string): string {
  const file = join(temporaryHome(), 'rules.yaml');
  writeFileSync(file, text);
  return file;
}

const rules = `
rules:
  - deny: { command: git push main }
    because: Only people push to main.
    match: [git push origin HEAD:main, { tool: Bash, action: { command: git push -f origin main } }]
    not_match: [git push origin fix]
  - deny: { files: '.env*' }
  - allow: { bundle: checks }
    in: /srv/work/shop
    agent: claude-code
  - allow: { host: docs.stripe.com }
    engine: claude
    until: today
`;

test('a file of rules is tried, loaded once, and comes out as it went in', async () => {
  const { world, operator } = await governed();
  await world.execute(
    agent('scout'),
    'approval.request',
    request({ action: { command: 'git push origin main' }, context: { cwd: '/srv/work/shop' } }),
  );
  const file = fileWith(rules);
  const tried = await runCommand(['rules', 'try', file], operator);
  expect(tried).toMatchObject({ code: 0, stderr: '' });
  expect(tried.stdout).toContain('Of the 1 requests');
  expect(tried.stdout).toContain('denied 1, of which you approved 0');
  expect(world.told(olga, 'toolRules.list', { state: 'live' }).count).toBe(0);

  const loaded = await runCommand(['rules', 'load', file], operator);
  expect(loaded).toMatchObject({ code: 0, stdout: '4 rules hold. They have decided 1 requests that waited.\n' });
  const first = await runCommand(['rules', 'export'], operator);
  const again = await runCommand(['rules', 'load', fileWith(first.stdout)], operator);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('4 rules hold') as string });
  expect(world.told(olga, 'toolRules.list', { state: 'live' }).count).toBe(4);
  expect((await runCommand(['rules', 'export'], operator)).stdout).toBe(first.stdout);
});

test.each([
  ['no YAML', 'rules: [', 'is not YAML'],
  ['an unknown word', 'rules:\n  - deny: { comand: x }', 'rules[0].deny'],
  ['neither allow nor deny', 'rules:\n  - because: x', 'rules[0] needs either allow or deny'],
  ['two things at once', 'rules:\n  - deny: { command: x, host: y }', 'needs one of command'],
])('a file with %s is refused with its place, and nothing is sent', async (_name, text, sentence) => {
  const ended = await runCommand(['rules', 'load', fileWith(text)], { GATEHOUSE_HOME: temporaryHome() });
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain(sentence);
});

test('an example that does not hold is named, and no rule of the file is made', async () => {
  const { world, operator } = await governed();
  const file = fileWith(`${rules}  - allow: { command: npm test }\n    match: [npm run build]\n`);
  const ended = await runCommand(['rules', 'load', file], operator);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain('rules[4].match[0] is not covered by this rule');
  expect(world.told(olga, 'toolRules.list', { state: 'live' }).count).toBe(0);
});

test('only an operator’s token makes rules', async () => {
  const { engine } = await governed();
  const ended = await runCommand(['rules', 'load', fileWith(rules)], engine);
  expect(ended).toMatchObject({ code: 1 });
  expect(ended.stderr).toContain('Only the operator may');
});

test('explain says the risk, what was read, and what would become of it [judgement-7.explain]', async () => {
  const { operator, engine } = await governed();
  await runCommand(['rules', 'load', fileWith(rules)], operator);
  const told = await runCommand(['explain', '--cwd', '/srv/work/shop', 'npm test && git push origin main'], operator);
  expect(told).toMatchObject({ code: 1, stderr: '' });
  expect(told.stdout).toMatch(/^high risk in \/srv\/work\/shop\n {2}sends: pushes commits to a remote\n/);
  expect(told.stdout).toContain('  high   git push origin main\n');
  expect(told.stdout).toMatch(/It would be denied\. By the standing rule rule_\w+\.\n$/);
  const asked = ['explain', '--json', '--agent', 'claude-code', '--cwd', '/srv/work/shop', '--', 'npm', 'test'];
  expect(JSON.parse((await runCommand(asked, operator)).stdout)).toMatchObject({ would: 'allow' });
  // Whoever is no operator, or where nothing runs, hears the risk alone.
  for (const environment of [engine, { GATEHOUSE_HOME: temporaryHome() }]) {
    const alone = await runCommand(['explain', '--', 'git', 'commit', '-m', 'two words'], environment);
    expect(alone).toMatchObject({ code: 0, stdout: expect.stringContaining('normal risk') as string });
    expect(alone.stdout).toContain('Standing rules were not looked at');
  }
});
