import { expect, test } from 'vitest';
import type { Api } from '../../../electron/edges/http/server';
import { defaultLimits } from '../../../shared/contract/limits';
import { HOUR_MS } from '../../../shared/kernel/time';
import { call } from '../../support/api-client';
import { addRun, setLimits } from '../../support/automations';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, START } from '../../support/world';

const V2 = '/automations/v2';

/** An automation as the reference's clients send it: in camelCase, with fields of their own. */
const clientSpec = {
  name: 'Nightly report',
  description: 'Reads and writes.',
  schedule: { type: 'interval', intervalSeconds: 60, timezone: 'UTC', misfirePolicy: 'run_once' },
  knowledge: { enabled: true, reuseMode: 'preflight' },
  agents: [
    {
      agentId: 'scout',
      displayName: 'Scout',
      skills: ['read'],
      toolPolicy: { allowlist: ['read'], denylist: [] },
      mcpPolicy: { allowedServers: ['github'], allowedTools: ['search'] },
      approvalPolicy: 'auto',
    },
  ],
  flow: { nodes: [{ nodeId: 'n1', agentId: 'scout', objective: 'Look', dependsOn: [], timeoutMs: 5 }] },
  execution: { maxParallelAgents: 2 },
  outputTargets: ['file://report.md'],
  workspaceRoot: '/workspace',
  metadata: { someKey: { innerKey: 1 } },
};

/** The same on the wire: known names in snake_case, everything else as it was sent. */
const storedSpec = {
  name: 'Nightly report',
  description: 'Reads and writes.',
  schedule: { type: 'interval', intervalSeconds: 60, timezone: 'UTC', misfirePolicy: 'run_once' },
  knowledge: { enabled: true, reuseMode: 'preflight' },
  agents: [
    {
      agent_id: 'scout',
      display_name: 'Scout',
      skills: ['read'],
      tool_policy: { allowlist: ['read'], denylist: [] },
      mcp_policy: { allowed_servers: ['github'], allowedTools: ['search'] },
      approvalPolicy: 'auto',
    },
  ],
  flow: { nodes: [{ node_id: 'n1', agent_id: 'scout', objective: 'Look', depends_on: [], timeoutMs: 5 }] },
  execution: { maxParallelAgents: 2 },
  output_targets: ['file://report.md'],
  workspace_root: '/workspace',
  metadata: { someKey: { innerKey: 1 } },
};

const asOperator = { token: OPERATOR_TOKEN };

async function created(api: Api, who: { token?: string; agent?: string }, body: object = { name: 'N' }) {
  const answer = await call(api, 'POST', V2, { token: ENGINE_TOKEN, ...who, body });
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.automation as { readonly automation_id: string } & Readonly<Record<string, unknown>>;
}

test('what a client of the reference sends in camelCase comes back by the wire’s names, unknown fields kept [api-2.camel-case, api-2.unknown-fields]', async () => {
  const api = await createWorld().startApi();
  const automation = await created(api, asOperator, clientSpec);
  const { automation_id: id } = automation;
  expect(automation).toEqual({
    ...storedSpec,
    automation_id: id,
    status: 'draft',
    creator_id: 'olga',
    created_at_ms: START,
    updated_at_ms: START,
  });
  expect((await call(api, 'GET', `${V2}/${id}`)).body).toEqual({ automation });
  expect((await call(api, 'GET', V2)).body).toEqual({ automations: [automation], count: 1 });
  // The same in snake_case is the same.
  const { automation_id: _, ...again } = await created(api, asOperator, storedSpec);
  expect({ ...again, automation_id: id }).toEqual(automation);
});

test('an id, a status and capabilities may be given, in either spelling [3.id, api-2.capabilities]', async () => {
  const api = await createWorld().startApi();
  for (const body of [
    { name: 'N', automationId: 'one', status: 'active', capabilities: { createsAgents: true } },
    { name: 'N', automation_id: 'two', status: 'active', capabilities: { creates_agents: true } },
  ]) {
    expect(await created(api, asOperator, body)).toEqual({
      automation_id: body.automationId ?? body.automation_id,
      name: 'N',
      status: 'active',
      creator_id: 'olga',
      metadata: { capabilities: { creates_agents: true, modifies_grants: false } },
      created_at_ms: START,
      updated_at_ms: START,
    });
  }
  const twice = await call(api, 'POST', V2, { ...asOperator, body: { name: 'N', automationId: 'one' } });
  expect(twice).toMatchObject({ status: 409, body: { code: 'AUTOMATION_V2_ALREADY_EXISTS' } });
});

test.each([
  [{}, 'name'],
  [{ name: ' ' }, 'name'],
  [{ name: 'N', status: 'running' }, 'status'],
  [{ name: 'N', agents: [{ displayName: 'x' }] }, 'agents[0].agent_id'],
  [
    { name: 'N', agents: [{ agentId: 'a', mcpPolicy: { allowedServers: 'all' } }] },
    'agents[0].mcp_policy.allowed_servers',
  ],
  [{ name: 'N', automationId: 'x'.repeat(201) }, 'automation_id'],
  [{ name: 'N', automationId: 'runs' }, 'automation_id'],
  [{ name: 'N', capabilities: { createsAgents: 'yes' } }, 'capabilities.creates_agents'],
])('%j is not an automation [1.automation, api-2.automation-form]', async (body, path) => {
  const api = await createWorld().startApi();
  const answer = await call(api, 'POST', V2, { ...asOperator, body });
  expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', issues: [{ path }] } });
});

test('a client creates, gets, lists, changes, pauses, resumes and deletes as the reference lets it', async () => {
  const api = await createWorld().startApi();
  const send = (method: string, path: string, body?: object) =>
    call(api, method, V2 + path, {
      ...asOperator,
      headers: { 'content-type': 'application/json' },
      ...(body && { body }),
    });
  const made = await send('POST', '', clientSpec);
  expect(made.status).toBe(200);
  const id = made.body.automation.automation_id as string;
  expect((await send('GET', `/${id}`)).status).toBe(200);
  expect((await send('GET', '')).status).toBe(200);
  const changed = await send('PATCH', `/${id}`, { description: 'new', workspaceRoot: null, automationId: 'other' });
  expect(changed.status).toBe(200);
  expect(changed.body.automation).toMatchObject({ automation_id: id, description: 'new', workspace_root: null });
  const paused = await send('POST', `/${id}/pause`, { reason: '' });
  expect(paused.status).toBe(200);
  expect(paused.body).toMatchObject({ ok: true, automation: { status: 'paused' } });
  const resumed = await send('POST', `/${id}/resume`, {});
  expect(resumed.status).toBe(200);
  expect(resumed.body).toMatchObject({ ok: true, automation: { status: 'active' } });
  const deleted = await send('DELETE', `/${id}`);
  expect(deleted).toMatchObject({ status: 200, body: { ok: true, deleted: true } });
  expect(deleted.body).toEqual({ ok: true, deleted: true });
  for (const [method, path, body] of [
    ['GET', `/${id}`],
    ['PATCH', `/${id}`, {}],
    ['DELETE', `/${id}`],
    ['POST', `/${id}/pause`, {}],
    ['POST', `/${id}/resume`, {}],
    ['GET', `/${id}/governance`],
    ['GET', `/${id}/grants`],
    ['POST', `/${id}/grants`, { granted_to_agent_id: 'x' }],
    ['POST', `/${id}/retire`, {}],
    ['POST', `/${id}/extend`, {}],
  ] as const) {
    expect(await send(method, path, body)).toMatchObject({ status: 404, body: { code: 'AUTOMATION_V2_NOT_FOUND' } });
  }
  const restored = await send('POST', `/${id}/restore`);
  expect(restored.status).toBe(200);
  expect(restored.body.automation).toMatchObject({ automation_id: id, status: 'paused' });
  expect(await send('POST', `/${id}/restore`)).toMatchObject({
    status: 404,
    body: { code: 'AUTOMATION_V2_RESTORE_NOT_FOUND' },
  });
});

test('retire, extend, grants, governance and allowance answer as published [api-2.allowance, api-2.governance, api-2.grants, api-2.absent-fields]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const { automation_id: id } = await created(api, { agent: 'scout' });
  const granted = await call(api, 'POST', `${V2}/${id}/grants`, {
    ...asOperator,
    body: { grantedToAgentId: 'helper', reason: 'for a while' },
  });
  expect(granted.status).toBe(200);
  const { grant } = granted.body;
  expect(grant).toMatchObject({
    automation_id: id,
    grant_kind: 'modify',
    granted_to: { kind: 'agent', actor_id: 'helper' },
    granted_by: { kind: 'human', actor_id: 'olga' },
    reason: 'for a while',
  });
  const grants = await call(api, 'GET', `${V2}/${id}/grants`, { agent: 'helper' });
  expect(grants.status).toBe(200);
  expect(grants.body).toEqual({ automationID: id, modify_grants: [grant], capability_grants: [], count: 1 });

  const governance = await call(api, 'GET', `${V2}/${id}/governance`, asOperator);
  expect(governance.status).toBe(200);
  expect(governance.body).toMatchObject({
    governance: {
      automation_id: id,
      provenance: { depth: 1 },
      modify_grants: [grant],
      grant_count: 1,
      capability_grant_count: 0,
    },
    agent_review: { agent_id: 'scout', created_since_review: 1 },
    lifecycle: { review_required: false, expires_at_ms: START + defaultLimits.defaultExpiresAfterMs },
    spend: { weekly_spend_cap_usd: null, warning_threshold_ratio: 0.8, agents: [] },
  });
  setLimits(world, { weeklySpendCapNanos: 300_000_000 });
  expect((await call(api, 'GET', `${V2}/${id}/governance`)).body.spend.weekly_spend_cap_usd).toBe(0.3);

  const revoked = await call(api, 'DELETE', `${V2}/${id}/grants/${grant.grant_id}`, {
    ...asOperator,
    body: { reason: 'over' },
  });
  expect(revoked.status).toBe(200);
  expect(revoked.body.grant).toMatchObject({ revoked_at_ms: START, revoke_reason: 'over' });
  expect(await call(api, 'DELETE', `${V2}/${id}/grants/${grant.grant_id}`, asOperator)).toMatchObject({
    status: 404,
    body: { code: 'AUTOMATION_GOVERNANCE_GRANT_NOT_FOUND' },
  });

  const retired = await call(api, 'POST', `${V2}/${id}/retire`, { ...asOperator, body: { reason: 'done' } });
  expect(retired.status).toBe(200);
  expect(retired.body.automation.status).toBe('paused');
  expect(await call(api, 'POST', `${V2}/${id}/resume`, { ...asOperator, body: {} })).toMatchObject({
    status: 409,
    body: { code: 'AUTOMATION_V2_LIFECYCLE_BLOCKED' },
  });
  const late = await call(api, 'POST', `${V2}/${id}/extend`, { ...asOperator, body: { expires_at_ms: START } });
  expect(late).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', issues: [{ path: 'expires_at_ms' }] } });
  const extended = await call(api, 'POST', `${V2}/${id}/extend`, {
    ...asOperator,
    body: { expires_at_ms: START + HOUR_MS },
  });
  expect(extended.status).toBe(200);
  expect(extended.body.automation.status).toBe('active');

  const allowance = await call(api, 'GET', '/governance/agents/scout/allowance', { agent: 'scout' });
  expect(allowance.status).toBe(200);
  expect(allowance.body).toMatchObject({ agent_id: 'scout', can_create: true, code: null });
  expect(allowance.body.rules).toContainEqual({
    rule: 'per_agent_daily_creation_limit',
    code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED',
    value: 1,
    limit: 10,
    is_met: true,
  });
  expect(await call(api, 'GET', '/governance/agents/scout/allowance', { agent: 'other' })).toMatchObject({
    status: 404,
    body: { code: 'AGENT_NOT_FOUND' },
  });
});

test('each endpoint refuses who may not send it, by the code that the rules name [api-2.forbidden]', async () => {
  const api = await createWorld().startApi();
  const { automation_id: id } = await created(api, { agent: 'scout' });
  const codes = async (method: string, path: string, body: object = {}) =>
    Promise.all(
      [{ agent: 'scout' }, {}].map(async (who) => {
        const answer = await call(api, method, `${V2}/${id}${path}`, { ...who, body });
        return [answer.status, answer.body.code as string];
      }),
    );
  const both = (code: string) => [
    [403, code],
    [403, code],
  ];
  expect(await codes('POST', '/grants', { granted_to_agent_id: 'x' })).toEqual(
    both('AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN'),
  );
  expect(await codes('DELETE', '/grants/grant-0')).toEqual(both('AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN'));
  expect(await codes('POST', '/retire')).toEqual(both('FORBIDDEN'));
  expect(await codes('POST', '/extend')).toEqual(both('FORBIDDEN'));
  expect(await codes('POST', '/restore')).toEqual(both('FORBIDDEN'));
  // An operator that names an agent is that agent.
  const asAgent = await call(api, 'POST', `${V2}/${id}/retire`, { ...asOperator, agent: 'scout', body: {} });
  expect(asAgent).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
});

test('sixty creations at once over HTTP against a quota of ten create ten [3.one-transaction]', async () => {
  const world = createWorld();
  setLimits(world, { perAgentCreationReviewThreshold: 0 });
  const api = await world.startApi();
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      call(api, 'POST', V2, { agent: 'scout', body: { name: `number ${index}` } }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(50);
  expect(answers.find(({ status }) => status === 429)?.body).toEqual({
    error: expect.any(String) as string,
    code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED',
    retryable: true,
    rule: 'per_agent_daily_creation_limit',
    value: 10,
    limit: 10,
  });
  expect((await call(api, 'GET', V2, { agent: 'scout' })).body.count).toBe(10);
});

test('an agent sees what it created, descends to, takes part in or was granted, and nothing else [api-2.sees-only]', async () => {
  const api = await createWorld().startApi();
  const ids: Record<string, string> = {};
  const add = async (name: string, who: { token?: string; agent?: string }, body: object = {}, ancestors?: string) => {
    const answer = await call(api, 'POST', V2, {
      token: ENGINE_TOKEN,
      ...who,
      body: { name, ...body },
      ...(ancestors !== undefined && { headers: { 'x-tandem-agent-ancestor-ids': ancestors } }),
    });
    ids[name] = answer.body.automation.automation_id as string;
  };
  await add('created', { agent: 'scout' });
  await add('descendant', { agent: 'child' }, {}, 'root,scout');
  await add('in the agents', asOperator, { agents: [{ agentId: 'scout' }] });
  await add('in the flow', asOperator, { flow: { nodes: [{ nodeId: 'n', agentId: 'scout' }] } });
  await add('granted', asOperator);
  await add('revoked', asOperator);
  await add("a human's", asOperator);
  await add("an engine's", {});
  await add("another agent's", { agent: 'other' });
  for (const name of ['granted', 'revoked']) {
    const path = `${V2}/${ids[name]}/grants`;
    const { body } = await call(api, 'POST', path, { ...asOperator, body: { granted_to_agent_id: 'scout' } });
    if (name === 'revoked') await call(api, 'DELETE', `${path}/${body.grant.grant_id}`, asOperator);
  }
  const seen = ['created', 'descendant', 'in the agents', 'in the flow', 'granted'];
  const list = await call(api, 'GET', V2, { agent: 'scout' });
  expect(list.body.automations.map(({ name }: { name: string }) => name).sort()).toEqual([...seen].sort());
  for (const [name, id] of Object.entries(ids)) {
    const status = seen.includes(name) ? 200 : 404;
    for (const path of ['', '/governance', '/grants']) {
      expect([name, path, (await call(api, 'GET', `${V2}/${id}${path}`, { agent: 'scout' })).status]).toEqual([
        name,
        path,
        status,
      ]);
      expect((await call(api, 'GET', `${V2}/${id}${path}`)).status).toBe(200);
    }
  }
  const change = (name: string, agent: string) =>
    call(api, 'PATCH', `${V2}/${ids[name]}`, { agent, body: { description: 'x' } });
  expect(await change("a human's", 'scout')).toMatchObject({
    status: 403,
    body: { code: 'AUTOMATION_V2_MODIFY_FORBIDDEN' },
  });
  expect(await change('in the flow', 'scout')).toMatchObject({
    status: 403,
    body: { code: 'AUTOMATION_V2_MODIFY_FORBIDDEN' },
  });
  expect(await change('granted', 'scout')).toMatchObject({ status: 200 });
});

test('a list goes on where its cursor says, and a bad cursor is refused [api-2.lists]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  for (let count = 0; count < 5; count++) {
    if (count > 2) world.clock.at += 1;
    await created(api, asOperator, { name: `number ${count}`, automation_id: `id.${count}/ü` });
  }
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await call(api, 'GET', `${V2}?limit=2${from}`, asOperator);
    names.push(...body.automations.map(({ name }: { name: string }) => name));
    expect(body.automations).toHaveLength(body.count);
    cursor = body.next_cursor as string | undefined;
  } while (cursor !== undefined);
  expect(names).toEqual(['number 4', 'number 3', 'number 2', 'number 1', 'number 0']);
  const one = await call(api, 'GET', `${V2}/${encodeURIComponent('id.3/ü')}`, asOperator);
  expect(one.body.automation.name).toBe('number 3');
  for (const query of ['limit=0', 'limit=501', 'cursor=x', 'cursor=5']) {
    expect(await call(api, 'GET', `${V2}?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  }
});

test('taking an MCP server away over HTTP stops the sessions that the event stream names [10.told-to-stop, api-2.events-obeyed]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const { automation_id: id } = await created(api, { agent: 'scout' }, { ...clientSpec, status: 'active' });
  addRun(world, id);
  const agents = [{ ...clientSpec.agents[0], mcpPolicy: { allowedServers: [] } }];
  const { body } = await call(api, 'PATCH', `${V2}/${id}`, { agent: 'scout', body: { agents } });
  expect(body.automation).toMatchObject({ status: 'paused', agents: [{ mcp_policy: { allowed_servers: [] } }] });
  const paused = world.store.read.audit.after(0, 99).find(({ eventType }) => eventType.endsWith('run.paused'));
  expect(paused?.payload).toMatchObject({ sessionIDs: ['session-1'], instanceIDs: ['instance-1'] });
  expect(await call(api, 'POST', `${V2}/${id}/resume`, { agent: 'scout', body: {} })).toMatchObject({
    status: 403,
    body: { code: 'AUTOMATION_V2_LIFECYCLE_PAUSED' },
  });
  expect(await call(api, 'POST', `${V2}/${id}/resume`, { ...asOperator, body: {} })).toMatchObject({
    status: 200,
    body: { ok: true, automation: { status: 'active' } },
  });
});

test('nothing is taken from the query of a request with a body, where no schema looks at it', async () => {
  const api = await createWorld().startApi();
  await created(api, { agent: 'scout' }, { name: 'N', automation_id: 'a' });
  const queried = await call(api, 'POST', `${V2}?metadata=abc&workspace_root=x`, {
    agent: 'scout',
    body: { name: 'N', automation_id: 'b' },
  });
  expect(queried.status).toBe(200);
  expect(queried.body.automation).not.toHaveProperty('metadata');
  expect(queried.body.automation).not.toHaveProperty('workspace_root');
  await call(api, 'PATCH', `${V2}/a?agents=abc`, { agent: 'scout', body: { description: 'd' } });
  expect((await call(api, 'GET', V2, asOperator)).body.count).toBe(2);
});

test.each([
  ['an id with a NUL', { automation_id: 'a\0b' }, 'automation_id'],
  ['an id with half a character', { automation_id: 'a\ud800' }, 'automation_id'],
  ['an agent with a NUL', { agents: [{ agent_id: 'scout\0x' }] }, 'agents[0].agent_id'],
  ['a node with half a character', { flow: { nodes: [{ agent_id: '\udc00' }] } }, 'flow.nodes[0].agent_id'],
])('%s is refused, for no pause would find its runs', async (_name, different, path) => {
  const api = await createWorld().startApi();
  const refused = await call(api, 'POST', V2, { agent: 'scout', body: { name: 'N', ...different } });
  expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', issues: [{ path }] } });
});
