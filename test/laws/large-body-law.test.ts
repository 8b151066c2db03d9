import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Api } from '../../electron/edges/http/server';
import { type ContractName, contract, contractEntry } from '../../shared/contract/contract';
import { requestBounds } from '../../shared/kernel/json-text';
import { acceptCamelCase, toWireSchema } from '../../shared/kernel/wire';
import { endpointCalls } from '../support/endpoint-calls';
import { fuzzRounds } from '../support/fuzz-rounds';
import { counted, partCount } from '../support/looks';
import { agent, createWorld, ENGINE_TOKEN, engine, OPERATOR_TOKEN, type World } from '../support/world';

/**
 * No request keeps everybody else waiting (spec/api.md section 1). How long that takes is measured by the benchmark R1; what must
 * hold for it is counted here: from the parsed body to the answer nobody walks over it more often than so, and what is wrong
 * with it is not told of each part.
 */

/**
 * Looks at one part of a body, at most. A walk over it takes one to three, one more for a list that is empty: an act of thousands
 * of `[[]]` takes the most, nineteen.
 */
const MOST_LOOKS_AT_A_PART = 26;

/** Looks besides: at the fields that a schema names, and until it is known that an input is large. */
const MOST_OTHER_LOOKS = 8_000;

/** Issues that a body is given at most: those of a list or a hundred entries of a record, and of fields beside it. */
const MOST_ISSUES = 200;

const LARGEST_BYTES = 1024 * 1024;

type JsonObject = { readonly [name: string]: Json };
type Json = null | boolean | number | string | readonly Json[] | JsonObject;

const isObject = (part: Json): part is JsonObject => typeof part === 'object' && part !== null && !Array.isArray(part);

/** A route with a body that it takes. */
type Route = { readonly method: string; readonly path: string; readonly body: Json };

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'law', version: '1' } },
};

const routes: readonly Route[] = [
  ...endpointCalls
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body }) => ({ method, path, body: (body ?? {}) as Json })),
  { method: 'POST', path: '/governance/connections', body: { name: 'x' } },
  { method: 'POST', path: '/mcp', body: initialize },
];

const names = [
  ...new Set((Object.keys(contract) as ContractName[]).flatMap((name) => Object.keys(contractEntry(name).input.shape))),
];
const items: readonly Json[] = [
  ...[0, 'x', null, true, {}, [], [[]]],
  ...[{ a: 1 }, { agentId: 'a' }, { node_id: 'n', dependsOn: ['x', 'y'] }, 'a text of some forty letters, or so it is'],
];

/** A value of as many parts, or as long a text, as a body may have. */
const large: fc.Arbitrary<Json> = fc
  .record({
    parts: fc.integer({ min: 2_000, max: requestBounds.maxParts - 100 }),
    item: fc.constantFrom(...items),
    form: fc.constantFrom('list', 'list', 'object', 'object', 'lists', 'text'),
    spelling: fc.constantFrom('k', 'aB', 'a_b', '', 'k'.repeat(40), 'k'.repeat(201)),
    letter: fc.constantFrom('x', '\n', 'é', 'rm -rf /a ', ' ', '"'),
  })
  .map(({ parts, item, form, spelling, letter }): Json => {
    if (form === 'text') return letter.repeat(Math.floor((parts * 40) / letter.length));
    if (form === 'lists') return Array.from({ length: 100 }, () => Array.from({ length: parts / 101 }, () => 0));
    const length = Math.floor(parts / (1 + partCount(item)));
    if (form === 'list') return Array.from({ length }, () => item);
    return Object.fromEntries(Array.from({ length }, (_, index) => [`${spelling}${index * 7}`, item]));
  });

/** The bodies that have the large value in one place of theirs: in that of a field, beside the fields, or as many fields. */
function placed(body: Json, value: Json, at: number, name: string): Json {
  const places = placesIn(body);
  const place = places[at % places.length] ?? [];
  const into = (part: Json, [key, ...rest]: readonly string[]): Json => {
    if (Array.isArray(part)) {
      const list: readonly Json[] = part;
      const more: readonly Json[] = Array.isArray(value) ? value : [value];
      if (key === undefined) return [...list, ...more];
      return list.map((item, index) => (String(index) === key ? into(item, rest) : item));
    }
    if (!isObject(part)) return value;
    if (key !== undefined) return { ...part, [key]: into(part[key] ?? null, rest) };
    return isObject(value) && at % 2 === 0 ? { ...part, ...value } : { ...part, [name]: value };
  };
  return into(body, place);
}

function placesIn(body: Json): readonly (readonly string[])[] {
  if (typeof body !== 'object' || body === null) return [[]];
  const parts: readonly (readonly [string, Json])[] = Object.entries(body);
  return [[], ...parts.flatMap(([name, part]) => placesIn(part).map((rest) => [name, ...rest]))];
}

const requestsTo = (some: readonly Route[]): fc.Arbitrary<Route> =>
  fc
    .record({ route: fc.constantFrom(...some), value: large, at: fc.nat(1_000), name: fc.constantFrom(...names, 'aB') })
    .map(({ route, value, at, name }) => ({ ...route, body: placed(route.body, value, at, name) }))
    .filter(({ body }) => JSON.stringify(body).length < LARGEST_BYTES && partCount(body) <= requestBounds.maxParts);

/** The route's path with ids of things that are there. */
async function filledIn({ execute }: World, path: string): Promise<string> {
  if (!path.includes('{')) return path;
  const scout = agent('scout');
  const made = await execute(engine, 'automation.create', {
    name: 'N',
    status: 'active',
    agents: [{ agentId: 'scout' }],
  });
  const automationId = made.ok ? made.value.automation.automationId : '';
  const run = await execute(engine, 'automation.run', { automationId });
  const asked = await execute(scout, 'approval.request', {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: automationId },
    rationale: 'r',
  });
  return path
    .replace('{automation_id}', automationId)
    .replace('{run_id}', run.ok ? run.value.run.runId : '')
    .replace('{approval_id}', asked.ok ? asked.value.approval.approvalId : '')
    .replaceAll(/\{\w+\}/g, 'x');
}

const parse = JSON.parse;
afterEach(() => vi.restoreAllMocks());

/** Sends a body; answers how often its parts were looked at, and what came of it. */
async function looksAt(world: World, api: Api, { method, path, body }: Route) {
  const text = JSON.stringify(body);
  let lookCount = () => 0;
  vi.spyOn(JSON, 'parse').mockImplementation((given: string, reviver?: Parameters<typeof parse>[1]) => {
    const value: unknown = parse(given, reviver);
    if (given !== text) return value;
    const counting = counted(value);
    ({ lookCount } = counting);
    return counting.view;
  });
  const isOfOperator = endpointCalls.some((one) => one.path === path && one.method === method && one.as === 'operator');
  const answer = await fetch(api.url + (await filledIn(world, path)), {
    method,
    headers: {
      authorization: `Bearer ${isOfOperator ? OPERATOR_TOKEN : ENGINE_TOKEN}`,
      'content-type': 'application/json',
      ...(path === '/mcp' && { accept: 'application/json, text/event-stream' }),
    },
    body: text,
  });
  const length = (await answer.text()).length;
  vi.restoreAllMocks();
  return { looks: lookCount(), status: answer.status, length };
}

async function expectFewLooks(world: World, api: Api, route: Route, mostAtAPart = MOST_LOOKS_AT_A_PART): Promise<void> {
  const { looks, status, length } = await looksAt(world, api, route);
  expect(looks, `${route.method} ${route.path}`).toBeLessThanOrEqual(
    mostAtAPart * partCount(route.body) + MOST_OTHER_LOOKS,
  );
  expect(status).toBeLessThan(500);
  if (status >= 400) expect(length).toBeLessThan(20_000);
  expect(world.logger.errors).toEqual([]);
}

const manyFields = (length: number) => Object.fromEntries(Array.from({ length }, (_, index) => [`aB${index}`, 1]));
const asked = { request_type: 'tool_call', target_resource: { type: 'tool', id: 'Bash' }, rationale: 'r' };
const automations = '/automations/v2';
const approvals = '/governance/approvals';

test.each<[string, most: number, string, Json]>([
  ['an act of 19,900 keys', 15, approvals, { ...asked, action: manyFields(19_900) }],
  ['a context of 19,900 texts', 6, approvals, { ...asked, context: Array.from({ length: 19_900 }, () => 'x') }],
  [
    '19,900 unknown fields',
    5,
    automations,
    { automationId: 'a', approval_id: 'apr_a', name: 'n', ...manyFields(19_900) },
  ],
  [
    '19,900 wrong items',
    5,
    automations,
    { name: 'n', agents: [{ agent_id: 'a', mcp_policy: { allowed_servers: Array(19_900).fill(1) } }] },
  ],
])(
  '%s are looked at %i times each, from the body to the answer [api-1.json-bounds]',
  async (_name, most, path, body) => {
    const world = createWorld();
    await expectFewLooks(world, await world.startApi(), { method: 'POST', path, body }, most);
  },
);

test('whatever large body is sent to whatever route, each part of it is looked at a few times [api-1.json-bounds]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  await fc.assert(
    fc.asyncProperty(requestsTo(routes), (route) => expectFewLooks(world, api, route)),
    { numRuns: fuzzRounds(30), endOnFailure: true },
  );
});

/** What the contract takes of a route; MCP and the connections have schemas of their own. */
function inputOf({ method, path }: Route): z.ZodType | undefined {
  const name = (Object.keys(contract) as ContractName[]).find((one) => {
    const { http } = contractEntry(one);
    return http?.method === method && http.path.replaceAll(/\{\w+\}/g, '*') === path.replaceAll(/\{\w+\}/g, '*');
  });
  return name === undefined ? undefined : contractEntry(name).input;
}

const withLists = routes.filter(
  (route) => inputOf(route) !== undefined && /[[]|_outputs/.test(JSON.stringify(route.body)),
);

test('however much of a large body is wrong, no more issues are made of it than of a small one [api-1.issues]', () => {
  let wrongCount = 0;
  fc.assert(
    fc.property(requestsTo(withLists), (route) => {
      const input = inputOf(route) ?? z.never();
      const { error } = toWireSchema(input).safeParse(acceptCamelCase(input, route.body));
      expect(error?.issues.length ?? 0).toBeLessThan(MOST_ISSUES);
      if (error !== undefined) wrongCount += 1;
    }),
    { numRuns: fuzzRounds(200), endOnFailure: true },
  );
  expect(wrongCount).toBeGreaterThan(0);
});
