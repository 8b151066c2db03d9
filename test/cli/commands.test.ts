import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setLimits } from '../support/automations';
import { commandProgram, runCommand } from '../support/command-line';
import { putAutomation, spend, startRun } from '../support/runs';
import { referenceState } from '../support/state-file';
import { agent, createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, operator as olga } from '../support/world';

async function governed() {
  const world = createWorld();
  const api = await world.startApi();
  const with_ = (token: string) => ({ GATEHOUSE_HOME: world.home, GATEHOUSE_URL: api.url, GATEHOUSE_TOKEN: token });
  return { world, api, engine: with_(ENGINE_TOKEN), operator: with_(OPERATOR_TOKEN) };
}

test('status says what waits, what was spent against the cap, and what is paused [api-4.status]', async () => {
  const { world, engine } = await governed();
  setLimits(world, { weeklySpendCapNanos: 1_000_000_000 });
  putAutomation(world);
  await spend(world, await startRun(world), 1.5);
  await world.execute(agent('scout'), 'approval.request', {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'Bash\u001b[2J' },
    rationale: 'please\u202e',
  });
  const ended = await runCommand(['status'], engine);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain('Waiting: 2\n');
  expect(ended.stdout).toContain('  scout: Use Bash⟨U+001B⟩[2J\n');
  expect(ended.stdout).toContain('Spent this week by scout: $1.50 of $1.00 · paused by its spend cap\n');
  // oxlint-disable-next-line no-control-regex -- nothing that a terminal would obey
  expect(ended.stdout).not.toMatch(/[\u001b\u202e]/);
  const asJson = JSON.parse((await runCommand(['status', '--json'], engine)).stdout) as object;
  expect(asJson).toMatchObject({
    healthy: true,
    waiting_count: 2,
    weekly_spend_cap_usd: 1,
    spend: [{ agent_id: 'scout' }],
  });
});

test('status without a token, or with a wrong one, still says that Gatehouse runs', async () => {
  const { engine } = await governed();
  const none = await runCommand(['status'], { ...engine, GATEHOUSE_TOKEN: '' });
  expect(none).toMatchObject({ code: 0 });
  expect(none.stdout).toMatch(/runs; its API is at .*\nNo token\. /);
  const wrong = await runCommand(['status', '--json'], { ...engine, GATEHOUSE_TOKEN: 'wrong' });
  expect(JSON.parse(wrong.stdout)).toMatchObject({ healthy: true, note: expect.stringContaining('token') as string });
});

test('spend reports once for a usage id, sets aside, and shows what was spent; no cost is no 0 [api-4.spend]', async () => {
  const { world, engine } = await governed();
  putAutomation(world);
  const runId = await startRun(world);
  const report = ['spend', '--run', runId, '--cost', '0.42', '--input', '12', '--output', '3', '--usage-id', 'step'];
  expect(await runCommand([...report, '--reserve'], engine)).toMatchObject({ code: 0, stdout: 'Set aside: $0.42.\n' });
  for (let time = 0; time < 2; time++) {
    expect(await runCommand(report, engine)).toMatchObject({ code: 0, stdout: 'Reported: $0.42.\n' });
  }
  const shown = await runCommand(['spend'], engine);
  expect(shown.stdout).toBe('scout: $0.42 today, $0.42 this week, $0.42 this month, $0.42 ever\n');
  const withoutCost = await runCommand(['spend', '--run', runId, '--input', '1'], engine);
  expect(withoutCost).toMatchObject({ code: 64 });
  expect(withoutCost.stderr).toContain('An unknown cost is not 0');
});

test('what an agent is called does nothing to the terminal', async () => {
  const { world, engine } = await governed();
  putAutomation(world, { creator: { kind: 'agent', actorId: 'scout\u001b[2J\u202e' } });
  const runId = await startRun(world);
  await spend(world, runId, 1.5);
  const shown = await runCommand(['spend'], engine);
  expect(shown.stdout).toMatch(/^scout \[2J: \$1\.50 today/);
});

test('audit verify asks Gatehouse as the operator, and says how to become one otherwise [api-4.audit-verify]', async () => {
  const { world, engine, operator } = await governed();
  await world.execute(olga, 'automation.create', { automationId: 'auto', name: 'Auto', status: 'active' });
  await startRun(world);
  const ended = await runCommand(['audit', 'verify'], operator);
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^HOLDS: \d+ rows/) as string });
  const refused = await runCommand(['audit', 'verify'], engine);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('operator token');
});

test('audit verify verifies an export without Gatehouse, and finds one that was changed [api-4.audit-verify]', async () => {
  const { world, api } = await governed();
  putAutomation(world);
  await startRun(world);
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
  const text = await (await fetch(`${api.url}/governance/audit/export`, { headers })).text();
  const file = join(world.home, 'export.jsonl');
  writeFileSync(file, text);
  const nowhere = { GATEHOUSE_HOME: join(world.home, 'nowhere') };
  const holds = await runCommand(['audit', 'verify', file], nowhere);
  expect(holds).toMatchObject({ code: 0, stdout: expect.stringContaining('HOLDS') as string });
  writeFileSync(file, text.replace('"triggerType":"manual"', '"triggerType":"manuel"'));
  const changed = await runCommand(['audit', 'verify', file, '--json'], nowhere);
  expect(changed.code).toBe(1);
  expect(JSON.parse(changed.stdout)).toMatchObject({ ok: false });
  const missing = await runCommand(['audit', 'verify', join(world.home, 'none')], nowhere);
  expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Cannot verify') as string });
});

test('a state is exported for its owner only, and imported elsewhere; conflicts are listed until it is said what becomes of them [api-4.state]', async () => {
  const { world, operator, engine } = await governed();
  putAutomation(world);
  const file = join(world.home, 'state.json');
  expect(await runCommand(['export', file], operator)).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await runCommand(['export', file], operator)).stderr).toContain('--force');
  chmodSync(file, 0o644);
  expect(await runCommand(['export', file, '--force'], operator)).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await runCommand(['export'], operator)).stdout).toBe(readFileSync(file, 'utf8').replace(/\n?$/, '\n'));
  const conflicts = await runCommand(['import', file], operator);
  expect(conflicts.code).toBe(1);
  expect(conflicts.stderr).toMatch(/auto: exists already\n[\s\S]*--on-conflict skip or replace/);
  expect(await runCommand(['import', file, '--on-conflict', 'skip'], operator)).toMatchObject({ code: 0 });
  const other = await governed();
  expect(await runCommand(['import', '-'], other.operator, readFileSync(file, 'utf8'))).toMatchObject({ code: 0 });
  expect((await runCommand(['import', file], engine)).stderr).toContain('Only the operator may import a state');
});

test('an import lists every problem with its JSON path, and writes nothing', async () => {
  const { world, operator } = await governed();
  const state = referenceState() as unknown as { records: { nightly: Record<string, unknown> } };
  state.records.nightly['created_at_ms'] = 'yesterday';
  state.records.nightly['review_required'] = 7;
  const file = join(world.home, 'broken.json');
  writeFileSync(file, JSON.stringify(state));
  const ended = await runCommand(['import', file], operator);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/records\.nightly\.created_at_ms: /);
  expect(ended.stderr).toMatch(/records\.nightly\.review_required: /);
  expect(world.store.read.records.find('nightly')).toBe(undefined);
  expect((await runCommand(['import', join(world.home, 'none')], operator)).code).toBe(64);
});

test('a state larger than other bodies may be is imported', async () => {
  const { world, operator } = await governed();
  const file = join(world.home, 'large.json');
  writeFileSync(file, JSON.stringify({ records: {}, something: 'x'.repeat(2 * 1024 * 1024) }));
  const ended = await runCommand(['import', file], operator);
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/kept aside: .*something/) as string });
});

test('the completion of the shell knows commands, options and their choices', async () => {
  const complete = async (...words: readonly string[]) =>
    (await runCommand(['complete', '--', ...words], {})).stdout.split('\n').map((line) => line.split('\t')[0]);
  expect(await complete('')).toEqual(
    expect.arrayContaining(['status', 'ask', 'run', 'spend', 'audit', 'import', 'export']),
  );
  expect(await complete('ask', '--ty')).toContain('--type');
  expect(await complete('ask', '--type', '')).toContain('external_post');
  expect(await complete('audit', '')).toContain('verify');
});

test.each(['bash', 'zsh', 'fish'])('there is a script for %s, and bash has nothing against its own', async (shell) => {
  const { code, stdout } = await runCommand(['completion', shell], {});
  expect(code).toBe(0);
  expect(stdout).toContain('gatehouse');
  if (shell === 'bash') expect(spawnSync('bash', ['-n'], { input: stdout }).status).toBe(0);
});

test('help says everything with examples, on each command', async () => {
  const main = await runCommand(['--help'], {});
  expect(main.stdout).toContain('Exit codes:');
  for (const name of ['ask', 'run', 'spend', 'import', 'export', 'status']) {
    expect(main.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect((await runCommand([name, '--help'], {})).stdout).toContain('Examples:');
  }
  expect((await runCommand(['audit', 'verify', '--help'], {})).stdout).toContain('Examples:');
  expect(await commandProgram()).toMatch(/gatehouse\.js$/);
});

test('there is no command that decides [api-4.none-decides]', async () => {
  for (const name of ['approve', 'deny', 'decide']) {
    expect(await runCommand([name, 'apr_1'], {})).toMatchObject({ code: 64 });
  }
});
