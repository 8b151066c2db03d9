import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Api } from '../../../electron/edges/http/server';
import { type ContractName, contract, contractEntry } from '../../../shared/contract/contract';
import { ask, askBody, call } from '../../support/api-client';
import { fuzzRounds } from '../../support/fuzz-rounds';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, type World } from '../../support/world';

/** Each route that reads a body, MCP's too, with some id in its path. */
const routes: readonly (readonly [method: string, path: string])[] = [
  ...(Object.keys(contract) as ContractName[]).flatMap((name) => {
    const { http } = contractEntry(name);
    if (http === undefined || http.method === 'GET') return [];
    return [[http.method, http.path.replaceAll(/\{\w+\}/g, 'x')] as const];
  }),
  ['POST', '/mcp'],
  ['POST', '/governance/connections'],
];

const inSomething = (json: string) => `{"a":[{"b":${json}}]}`;

async function refusedAt(
  api: Api,
  method: string,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<unknown> {
  const token = path === '/mcp' ? ENGINE_TOKEN : OPERATOR_TOKEN;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(api.url + path, { method, headers, body });
  const { code, issues } = (await answer.json()) as { code?: string; issues?: readonly unknown[] };
  return [answer.status, code, issues?.[0]];
}

test.each([
  ['a number that does not survive', inSomething('9007199254740993'), 'a[0].b', 'cannot be kept'],
  ['a number that is nothing', inSomething('1e-400'), 'a[0].b', 'cannot be kept'],
  ['a number that is too large', inSomething('1e400'), 'a[0].b', 'too large'],
  ['a key twice', inSomething('{"c":1,"\\u0063":2}'), 'a[0].b.c', 'twice'],
  ['what nests too deep', inSomething('['.repeat(5_000) + ']'.repeat(5_000)), 'a', 'nested over 64 deep'],
  ['too many items', inSomething(JSON.stringify(Array.from({ length: 20_000 }, () => 0))), '', 'more than 20,000'],
  ['bytes that are no characters', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), '', 'not valid JSON'],
  ['a prototype', '{"__proto__":{}}', '', 'not valid JSON'],
])(
  '%s is refused by every route with its place, and nothing happens [api-1.json-bounds]',
  async (_name, body, path, message) => {
    const world = createWorld();
    const api = await world.startApi();
    for (const [method, route] of routes) {
      expect([method, route, ...((await refusedAt(api, method, route, body)) as unknown[])]).toEqual([
        ...[method, route, 400, 'VALIDATION_FAILED'],
        { path, message: expect.stringContaining(message) as unknown },
      ]);
    }
    expect(world.store.read.audit.headSeq()).toBe(0);
    expect(world.logger.errors).toEqual([]);
  },
);

test('two acts that have one hash are one and the same text but for spaces, the order of keys and how a number is written [7.exact-json]', async () => {
  const api = await createWorld().startApi();
  const hashOf = async (action: string, tool: string) => {
    const body = JSON.stringify(askBody({ target_resource: { type: 'tool', id: tool } })).replace(
      '{"command":"git push"}',
      action,
    );
    const { status, body: answer } = await call(api, 'POST', '/governance/approvals', { agent: tool, body });
    return status === 200 ? (answer.approval.action_hash as string) : status;
  };
  expect(await hashOf('{"a":9007199254740992}', 'a')).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashOf('{"a":9007199254740993}', 'b')).toBe(400);
  expect(await hashOf('{"a":"safe","a":"evil"}', 'c')).toBe(400);
  expect(await hashOf('{"b":[1.10],"a":1e2}', 'd')).toBe(await hashOf('{ "a": 100, "b": [1.1] }', 'e'));
});

test.each([
  [
    'wrong items',
    { agents: [{ agent_id: 'a', mcp_policy: { allowed_servers: Array.from({ length: 15_000 }, () => 1) } }] },
  ],
  [
    'wrong items of many kinds',
    { agents: Array.from({ length: 400 }, () => ({})), flow: { nodes: [1, 2] }, status: 'x' },
  ],
  ['a long name of a field', { [`a${'b'.repeat(500_000)}`]: 1, name: 5 }],
])(
  'however much is wrong, an answer lists at most 20 issues and 2 kB of them: %s [api-1.issues]',
  async (_name, given) => {
    const api = await createWorld().startApi();
    const answer = await call(api, 'POST', '/automations/v2', { body: { name: 'n', ...given } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    const issues = answer.body.issues as readonly { path: string; message: string }[];
    expect(issues.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(answer.body).length).toBeLessThan(4_000);
    if (issues.length === 20) expect(issues.at(-1)).toEqual({ path: '', message: 'and more' });
  },
);

test('unknown fields with long names do not make a long answer', async () => {
  const api = await createWorld().startApi();
  const body = askBody({ ['x'.repeat(300_000)]: 1, ['y'.repeat(300_000)]: 2 });
  const answer = await call(api, 'POST', '/governance/approvals', { agent: 'scout', body });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body).length).toBeLessThan(4_000);
});

/** The rows of the log since a place, without what ids and times make of them. */
const citedIn = ({ store }: World, after: number) =>
  store.read.audit
    .after(after, 100)
    .map(({ eventType, payload }) => [eventType.split('.').at(-1), payload['citedApprovalID']]);

const actions: readonly [string, string, string, Record<string, unknown>][] = [
  ['POST', '/automations/v2', 'created', { name: 'N' }],
  ['POST', '/governance/approvals', 'requested', askBody()],
  ['POST', '/automations/v2/{automation}/run_now', 'started', {}],
  ['PATCH', '/automations/v2/runs/{run}', 'paused', { status: 'paused' }],
  ['PATCH', '/automations/v2/{automation}', 'updated', { description: 'D' }],
  ['POST', '/automations/v2/{automation}/pause', 'updated', {}],
  ['POST', '/governance/approvals/{approval}/cancel', 'cancelled', {}],
  ['DELETE', '/automations/v2/{automation}', 'deleted', {}],
];

test.each(actions)(
  '%s %s takes the approval that it acts on, in its body or its header, and the log keeps it',
  async (method, template, event, body) => {
    for (const way of ['body', 'header', 'both'] as const) {
      const world = createWorld();
      const api = await world.startApi();
      const as = { agent: 'scout' };
      const made = await call(api, 'POST', '/automations/v2', { ...as, body: { name: 'First', status: 'active' } });
      const { automation_id } = made.body.automation as { automation_id: string };
      const run = await call(api, 'POST', `/automations/v2/${automation_id}/run_now`, { ...as, body: {} });
      const { approval_id } = await ask(api, 'scout', { rationale: 'Another' });
      const path = template
        .replace('{automation}', automation_id)
        .replace('{run}', run.body.run.run_id as string)
        .replace('{approval}', approval_id);
      const before = world.store.read.audit.headSeq();
      const answer = await call(api, method, path, {
        ...as,
        body: way === 'header' ? body : { ...body, approval_id: 'apr_cited' },
        headers: way === 'body' ? {} : { 'x-tandem-approval-id': way === 'both' ? 'apr_other' : 'apr_cited' },
      });
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).not.toContain('apr_cited');
      const cited = citedIn(world, before);
      expect(cited.length).toBeGreaterThan(0);
      expect(cited).toEqual(cited.map(([name]) => [name, 'apr_cited']));
      expect(cited.map(([name]) => name)).toContain(event);
      const stored = world.store.read.automations.find(automation_id)?.automation;
      expect(Object.keys(stored ?? {})).not.toContain('approval_id');
    }
  },
);

test('a denial keeps the approval that was cited, and what is no id of one is refused [api-1.cited-approval]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  await call(api, 'POST', '/automations/v2', { agent: 'scout', body: { automation_id: 'a', name: 'N' } });
  const before = world.store.read.audit.headSeq();
  const headers = { 'x-tandem-approval-id': 'apr_cited' };
  const denied = await call(api, 'PATCH', '/automations/v2/a', { agent: 'other', body: { name: 'M' }, headers });
  expect(denied.status).toBe(403);
  expect(citedIn(world, before)).toEqual([['denied', 'apr_cited']]);
  for (const approval_id of ['', 5, 'x'.repeat(101), { a: 1 }]) {
    const refused = await call(api, 'POST', '/automations/v2', { agent: 'scout', body: { name: 'N', approval_id } });
    expect(refused).toMatchObject({ status: 400, body: { issues: [{ path: 'approval_id' }] } });
  }
  expect(
    (await call(api, 'POST', '/automations/v2', { agent: 'scout', body: { name: 'N', approval_id: null } })).status,
  ).toBe(200);
});

test('no body makes the API fail or fall silent: each is answered, and none with an error of its own', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const chaos = fc.oneof(
    fc.json({ maxDepth: 6 }),
    fc.string({ unit: 'binary' }),
    fc.integer({ min: 1, max: 3_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
    fc.integer({ min: 1, max: 30_000 }).map((length) => JSON.stringify(Array.from({ length }, () => 0))),
    fc
      .dictionary(fc.constantFrom('name', 'agents', 'action', 'context', 'params', 'approval_id'), fc.jsonValue())
      .map((body) => JSON.stringify(body)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), chaos, async ([method, path], body) => {
      const token = path === '/mcp' ? ENGINE_TOKEN : OPERATOR_TOKEN;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(api.url + path, { method, headers, body });
      expect((await answer.text()).length).toBeLessThan(20_000);
      expect(answer.status).toBeLessThan(500);
      expect(world.logger.errors).toEqual([]);
    }),
    { numRuns: fuzzRounds(150) },
  );
});
