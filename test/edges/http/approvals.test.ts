import { expect, test } from 'vitest';
import { HOUR_MS } from '../../../shared/kernel/time';
import { ask, askBody, call } from '../../support/api-client';
import { agent, createWorld, OPERATOR_TOKEN, START } from '../../support/world';

const LIST = '/governance/approvals';

test('a client that waits hears the decision, with its notes [api-2.wait]', async () => {
  const api = await createWorld().startApi();
  const { approval_id } = await ask(api, 'scout');
  const waiting = call(api, 'GET', `${LIST}/${approval_id}?wait_ms=30000`, { agent: 'scout' });
  const decided = await call(api, 'POST', `${LIST}/${approval_id}/approve`, {
    token: OPERATOR_TOKEN,
    body: { notes: 'go on', expires_at_ms: START + 5 },
  });
  expect(decided.status).toBe(200);
  // How dangerous it was is for the operator alone.
  const { risk, ...heard } = decided.body.approval;
  expect((await waiting).body.approval).toEqual(heard);
  expect(risk).toBeDefined();
  expect(decided.body.approval).toMatchObject({
    status: 'approved',
    revision: 2,
    review_notes: 'go on',
    expires_at_ms: START + 5,
    guidance: { can_ask_again: false, sentence: 'The operator approved this. The operator says: go on' },
  });
});

test('a wait that is over answers pending, and a client that leaves leaves nothing behind [api-2.wait]', async () => {
  const api = await createWorld().startApi();
  const { approval_id } = await ask(api, 'scout');
  const over = await call(api, 'GET', `${LIST}/${approval_id}?wait_ms=20`);
  expect(over.body.approval.status).toBe('pending');
  const leaving = new AbortController();
  const left = call(api, 'GET', `${LIST}/${approval_id}?wait_ms=30000`, { signal: leaving.signal });
  leaving.abort();
  await expect(left).rejects.toThrow();
  expect(await call(api, 'GET', `${LIST}/${approval_id}?wait_ms=60001`)).toMatchObject({ status: 400 });
});

test('a hundred clients that wait for one approval all hear', async () => {
  const api = await createWorld().startApi();
  const { approval_id } = await ask(api, 'scout');
  const waits = Array.from({ length: 100 }, () => call(api, 'GET', `${LIST}/${approval_id}?wait_ms=30000`));
  await call(api, 'GET', `${LIST}/${approval_id}`);
  await call(api, 'POST', `${LIST}/${approval_id}/deny`, { token: OPERATOR_TOKEN });
  const statuses = (await Promise.all(waits)).map(({ body }) => body.approval.status as string);
  expect(new Set(statuses)).toEqual(new Set(['denied']));
});

test('waits are answered, not cut off, when the API closes', async () => {
  const api = await createWorld().startApi();
  const { approval_id } = await ask(api, 'scout');
  const waiting = call(api, 'GET', `${LIST}/${approval_id}?wait_ms=30000`);
  await call(api, 'GET', `${LIST}/${approval_id}`);
  await api.close();
  expect(await waiting).toMatchObject({ status: 200, body: { approval: { status: 'pending' } } });
});

test('the second decision answers the first one unchanged', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const { approval_id } = await ask(api, 'scout');
  const first = await call(api, 'POST', `${LIST}/${approval_id}/deny`, {
    token: OPERATOR_TOKEN,
    body: { notes: 'no' },
  });
  const second = await call(api, 'POST', `${LIST}/${approval_id}/approve`, { token: OPERATOR_TOKEN });
  expect(second).toMatchObject({ status: 200, body: first.body });
  expect(world.store.read.audit.headSeq()).toBe(2);
});

test.each([
  ['cancel', 'agent'],
  ['consume', 'agent'],
  ['approve', 'operator'],
  ['deny', 'operator'],
])('%s of an unknown approval is 404', async (verb, who) => {
  const api = await createWorld().startApi();
  const body = verb === 'consume' ? { action: {} } : {};
  const answer = await call(api, 'POST', `${LIST}/apr_0/${verb}`, {
    ...(who === 'agent' ? { agent: 'scout' } : { token: OPERATOR_TOKEN }),
    body,
  });
  expect(answer).toMatchObject({ status: 404, body: { code: 'GOVERNANCE_APPROVAL_NOT_FOUND' } });
});

test('the operator does not withdraw or use: it decides', async () => {
  const api = await createWorld().startApi();
  const { approval_id } = await ask(api, 'scout');
  for (const [verb, body] of [
    ['cancel', {}],
    ['consume', { action: {} }],
  ] as const) {
    const answer = await call(api, 'POST', `${LIST}/${approval_id}/${verb}`, { token: OPERATOR_TOKEN, body });
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  }
});

test('a withdrawn request is cancelled, not denied, and says so to who waits [7.not-denied]', async () => {
  const api = await createWorld().startApi();
  const { approval_id } = await ask(api, 'scout');
  const waiting = call(api, 'GET', `${LIST}/${approval_id}?wait_ms=30000`);
  await call(api, 'GET', LIST);
  await call(api, 'POST', `${LIST}/${approval_id}/cancel`, {
    agent: 'scout',
    body: { reason: 'answered in the terminal' },
  });
  const { approval } = (await waiting).body;
  expect(approval).toMatchObject({ status: 'cancelled', guidance: { can_ask_again: true } });
  expect(approval.guidance.sentence).toContain('not a refusal');
  const late = await call(api, 'POST', `${LIST}/${approval_id}/approve`, { token: OPERATOR_TOKEN });
  expect(late).toMatchObject({ status: 409, body: { code: 'GOVERNANCE_APPROVAL_CANCELLED' } });
});

test('an approved act is used once over HTTP [api-2.consume]', async () => {
  const api = await createWorld().startApi();
  const { approval_id } = await ask(api, 'scout');
  const consume = (action: unknown) =>
    call(api, 'POST', `${LIST}/${approval_id}/consume`, { agent: 'scout', body: { action } });
  const statusAndCode = async (action: unknown) => {
    const { status, body } = await consume(action);
    return [status, body.code as string | undefined];
  };
  expect(await statusAndCode({ command: 'git push' })).toEqual([409, 'GOVERNANCE_APPROVAL_NOT_APPROVED']);
  await call(api, 'POST', `${LIST}/${approval_id}/approve`, { token: OPERATOR_TOKEN });
  expect(await statusAndCode({ command: 'rm' })).toEqual([409, 'GOVERNANCE_ACTION_MISMATCH']);
  expect(await statusAndCode({ command: 'git push' })).toEqual([200, undefined]);
  expect(await statusAndCode({ command: 'git push' })).toEqual([409, 'GOVERNANCE_APPROVAL_CONSUMED']);
});

test("the 51st pending request of an agent is refused with 429, other agents' are not [api-1.backlog]", async () => {
  const api = await createWorld().startApi();
  for (let count = 0; count < 50; count++) await ask(api, 'scout', { rationale: `number ${count}` });
  const next = await call(api, 'POST', LIST, { agent: 'scout', body: askBody() });
  expect(next).toMatchObject({ status: 429, body: { code: 'GOVERNANCE_APPROVAL_BACKLOG', retryable: true } });
  expect((await ask(api, 'scout', { rationale: 'number 7' })).status).toBe('pending');
  expect((await ask(api, 'other')).status).toBe('pending');
});

test('a list takes filters and goes on where its cursor says [7.list, api-2.lists, api-2.approvals]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  for (let count = 0; count < 5; count++) {
    world.clock.at += 1;
    await ask(api, 'scout', { rationale: `number ${count}`, request_type: count < 2 ? 'tool_call' : 'external_post' });
  }
  const first = await call(api, 'GET', `${LIST}?request_type=external_post&status=pending&limit=2`, { agent: 'scout' });
  expect(first.body.approvals.map(({ rationale }: { rationale: string }) => rationale)).toEqual([
    'number 4',
    'number 3',
  ]);
  expect(first.body.count).toBe(2);
  const rest = await call(api, 'GET', `${LIST}?request_type=external_post&limit=2&cursor=${first.body.next_cursor}`);
  expect(rest.body.approvals.map(({ rationale }: { rationale: string }) => rationale)).toEqual(['number 2']);
  expect(rest.body.next_cursor).toBeUndefined();
  for (const query of ['limit=0', 'limit=501', 'limit=x', 'status=open', 'cursor=x']) {
    expect(await call(api, 'GET', `${LIST}?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  }
});

test('context and action come back exactly as they were sent [7.approved-post]', async () => {
  const api = await createWorld().startApi();
  const context = { camelCase: 1, snake_case: [null, 1.5, 'ü‮'], nested: { someKey: true } };
  const { approval_id } = await ask(api, 'scout', { context, action: context });
  const { approval } = (await call(api, 'GET', `${LIST}/${approval_id}`)).body;
  expect(approval.context).toEqual(context);
  expect(approval.action).toEqual(context);
});

test('a lineage that was claimed is on the request [2.approval-ancestors, api-1.ancestor-ids]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  await call(api, 'POST', LIST, {
    agent: 'scout',
    body: askBody(),
    headers: { 'x-tandem-agent-ancestor-ids': ' root , ,planner' },
  });
  expect(world.query(agent('scout'), 'approvals.list', {})).toMatchObject({
    value: { approvals: [{ ancestorIds: ['root', 'planner'] }] },
  });
});

test('health tells whether the database can be used, and everything else is 503 without it [api-2.health]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  expect((await call(api, 'GET', '/global/health', { token: undefined })).body).toEqual({
    ready: true,
    healthy: true,
    version: '0.0.0-test',
  });
  world.holder.close();
  expect((await call(api, 'GET', '/global/health', { token: undefined })).body).toMatchObject({
    ready: false,
    healthy: false,
  });
  for (const path of [LIST, '/governance/events']) {
    expect(await call(api, 'GET', path)).toMatchObject({
      status: 503,
      body: { code: 'STORE_UNAVAILABLE', retryable: true },
    });
  }
  expect(await call(api, 'POST', LIST, { body: askBody() })).toMatchObject({ status: 503 });
});

test('an instant in the query of a request is not one of its fields', async () => {
  const api = await createWorld().startApi();
  const asked = await call(api, 'POST', `${LIST}?expires_at_ms=soon&waiting_until_ms=1`, {
    agent: 'scout',
    body: askBody(),
  });
  expect(asked.status).toBe(200);
  expect(asked.body.approval.expires_at_ms).toBe(START + 72 * HOUR_MS);
  expect(asked.body.approval).not.toHaveProperty('waiting_until_ms');
});

test.each([
  ['a rationale of which the operator would see half', askBody({ rationale: 'read\0 and delete' })],
  ['a target that is stored as another one', askBody({ target_resource: { type: 'agent', id: 'x\ud800' } })],
  ['an act with a number that JSON cannot write', '{"a":1e999}'],
])('%s is not valid', async (_name, given) => {
  const api = await createWorld().startApi();
  const body = typeof given === 'string' ? JSON.stringify(askBody({ action: 'act' })).replace('"act"', given) : given;
  const refused = await call(api, 'POST', LIST, { agent: 'scout', body });
  expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
});
