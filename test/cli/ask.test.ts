import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ApprovalStatus } from '../../shared/contract/request-kinds';
import { ask } from '../support/approvals';
import { runCommand, startCommand } from '../support/command-line';
import { until } from '../support/desktop/process';
import { startFindableApi } from '../support/findable-api';
import { createWorld, operator, temporaryHome, type World } from '../support/world';

async function governed() {
  const world = createWorld();
  // Requests that expire or wait are about the real time, which the command has too.
  world.clock.now = () => Date.now();
  return { world, ...(await startFindableApi(world)) };
}

const push = ['ask', 'All tests pass', '--agent', 'scout', '--command', 'git push'];

const approvals = (world: World, status?: ApprovalStatus) => {
  const result = world.query(operator, 'approvals.list', status === undefined ? {} : { status });
  return result.ok ? result.value.approvals : [];
};

const waiting = (world: World) => until('a request', () => approvals(world, 'pending')[0]);

async function decide(world: World, verdict: 'approve' | 'deny', notes?: string): Promise<void> {
  const { approvalId } = await waiting(world);
  const input = { approvalId, ...(notes !== undefined && { notes }) };
  await world.execute(operator, `approval.${verdict}`, input);
}

test('approved ends with 0, and the approval is used up by the act that was given [api-4.ask]', async () => {
  const { world, environment } = await governed();
  const command = await startCommand(push, environment);
  expect(await waiting(world)).toMatchObject({
    requestType: 'tool_call',
    requestedBy: { actorId: 'scout' },
    targetResource: { type: 'tool', id: 'shell' },
    rationale: 'All tests pass',
    action: { command: 'git push' },
  });
  await decide(world, 'approve', 'Only main.');
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toBe('approved: The operator approved this. The operator says: Only main.\n');
  expect(approvals(world, 'approved')[0]).toHaveProperty('consumedAtMs');
});

test('denied ends with 1 and says why [api-4.ask]', async () => {
  const { world, environment } = await governed();
  const command = await startCommand([...push, '--json'], environment);
  await decide(world, 'deny', 'Not on a Sunday.');
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    approval: { status: 'denied', guidance: { sentence: expect.stringContaining('Not on a Sunday.') as string } },
  });
});

test('nobody decided in the time of --wait ends with 2, and the request is withdrawn', async () => {
  const { world, environment } = await governed();
  const ended = await runCommand([...push, '--wait', '0.2'], environment);
  expect(ended).toMatchObject({ code: 2 });
  expect(ended.stdout).toContain('cancelled: ');
  expect(approvals(world)[0]).toMatchObject({ status: 'cancelled', cancelReason: 'nobody decided within 0.2 s' });
});

test('a request that expires ends with 2 and is told from a denial [api-4.ask]', async () => {
  const { world, environment } = await governed();
  const command = await startCommand([...push, '--expires', '60'], environment);
  await waiting(world);
  world.clock.now = () => Date.now() + 61_000;
  await world.execute(
    { role: 'gatehouse', actor: { kind: 'system', source: 'test' }, ancestorIds: [] },
    'approvals.expireDue',
    {},
  );
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 2 });
  expect(ended.stdout).toMatch(/^expired: .*not a refusal/);
});

test('Ctrl-C withdraws the request', async () => {
  const { world, environment } = await governed();
  const command = await startCommand(push, environment);
  await until('the notice', () => command.stderr().includes('Waiting'));
  command.child.kill('SIGINT');
  expect(await command.ended).toMatchObject({ code: 2 });
  expect(approvals(world)[0]).toMatchObject({ status: 'cancelled', cancelReason: 'the one who asked was stopped' });
});

test('Ctrl-C while the request is on its way withdraws it, and is no mistake', async () => {
  const { world, environment } = await governed();
  const api = await world.startApi();
  let pass: (() => void) | undefined;
  const gate = createServer((request, response) => {
    const { method, url: path } = request;
    const go = () => {
      const headers = { ...request.headers, host: `127.0.0.1:${api.port}` };
      const onward = httpRequest({ host: '127.0.0.1', port: api.port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    };
    if (path !== '/governance/approvals') return go();
    pass = go;
  });
  onTestFinished(() => void gate.close());
  await new Promise<void>((resolve) => void gate.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  const command = await startCommand([...push, '--json'], { ...environment, GATEHOUSE_URL: url });
  const go = await until('the request', () => pass);
  command.child.kill('SIGINT');
  go();
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 2, stderr: '' });
  expect(approvals(world)[0]).toMatchObject({ status: 'cancelled' });
});

test('a restart of Gatehouse is waited out, and never taken for a decision', async () => {
  const { world, environment, away, back } = await governed();
  const command = await startCommand(push, environment);
  await until('the notice', () => command.stderr().includes('Waiting'));
  await away();
  await until('the notice', () => command.stderr().includes('Still waiting'));
  expect(command.child.exitCode).toBe(null);
  await back();
  await decide(world, 'approve');
  expect(await command.ended).toMatchObject({ code: 0 });
});

test('what was approved for one act is not used for another, or twice', async () => {
  const { world, environment } = await governed();
  // The same request that waits already is answered, not doubled: both wait for one approval.
  const both = await Promise.all([startCommand(push, environment), startCommand(push, environment)]);
  await Promise.all(both.map((one) => until('the notice', () => one.stderr().includes('Waiting'))));
  expect(approvals(world, 'pending')).toHaveLength(1);
  await decide(world, 'approve');
  const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code ?? -1);
  expect(codes.toSorted((one, other) => one - other)).toEqual([0, 1]);
});

test.each([
  [
    'whose agent was paused meanwhile',
    (world: World): unknown => world.execute(operator, 'agent.pause', { agentId: 'scout' }),
    /paused this agent, or one above it/,
  ],
  [
    'whose time is over',
    (world: World): unknown => (world.clock.now = () => Date.now() + 61_000),
    /This was approved, but its time was over before it was used/,
  ],
] as const)('what was approved, but %s, ends with 2 and is told from a denial', async (_name, meanwhile, told) => {
  const { world, environment } = await governed();
  // Between the decision and the use: the decision is what the command waits for.
  world.feed.subscribe((commit) => {
    if (commit.some(({ name }) => name === 'approval.approved')) meanwhile(world);
  });
  const command = await startCommand([...push, '--expires', '60'], environment);
  await decide(world, 'approve');
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(told);
  expect(ended.stderr).not.toMatch(/denied/i);
  expect(approvals(world, 'approved')[0]).not.toHaveProperty('consumedAtMs');
});

test('an approval that stands until it expires needs no using up', async () => {
  const { world, environment } = await governed();
  const args = [
    'ask',
    'three parts',
    '--agent',
    'planner',
    '--type',
    'capability_request',
    '--target',
    'agent:planner',
  ];
  const command = await startCommand(
    [...args, '--context', '{"capability_key":"creates_agents"}', '--action', '{}'],
    environment,
  );
  await decide(world, 'approve');
  expect(await command.ended).toMatchObject({ code: 0 });
});

test('without Gatehouse it ends with 3, never with a decision [api-4.ask]', async () => {
  const { environment, away } = await governed();
  await away();
  expect(await runCommand(push, environment)).toMatchObject({ code: 3, stdout: '' });
});

test.each([
  [['ask', 'why'], '--target TYPE:ID'],
  [['ask', 'why', '--target', 'tool:x', '--action', '{'], '--action is not JSON'],
  [['ask', 'why', '--target', 'tool:x', '--action', '{"a":{"b":1,"b":2}}'], '--action: a.b is there twice'],
  [
    ['ask', 'why', '--target', 'tool:x', '--context', '{"a":[9007199254740993]}'],
    '--context: a.0 is a number that cannot',
  ],
  [['ask', 'why', '--command', 'a', '--action', '{}'], 'not both'],
  [['ask', 'why', '--type', 'approve_me'], 'Allowed choices are tool_call'],
  [['ask', 'why', '--command', 'a', '--wait', '-1'], 'number of seconds'],
  [['ask'], "missing required argument 'why'"],
])('%j is wrong usage', async (args, sentence) => {
  const ended = await runCommand(args, { GATEHOUSE_TOKEN: 't', GATEHOUSE_URL: 'http://127.0.0.1:1' });
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain(sentence);
});

test('a refusal to ask is told with its code', async () => {
  const { world, environment } = await governed();
  for (let count = 0; count < 50; count++) {
    await ask(world, { rationale: `request ${count}` });
  }
  const ended = await runCommand([...push, '--json'], environment);
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stderr)).toMatchObject({ code: 'GOVERNANCE_APPROVAL_BACKLOG' });
});

test('a Gatehouse that cannot reach its data has denied nothing: it ends with 3', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(503).end(JSON.stringify({ error: 'Not now.', code: 'STORE_UNAVAILABLE' }));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const GATEHOUSE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { GATEHOUSE_HOME: temporaryHome(), GATEHOUSE_TOKEN: 't', GATEHOUSE_URL };
  const ended = await runCommand([...push, '--json'], environment);
  expect(ended).toMatchObject({ code: 3, stdout: '' });
  expect(JSON.parse(ended.stderr)).toEqual({ error: 'Not now.', code: 'STORE_UNAVAILABLE' });
});
