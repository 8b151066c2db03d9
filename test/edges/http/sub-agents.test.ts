import { describe, expect, test } from 'vitest';
import { contract } from '../../../shared/contract/contract';
import type { ContractEntry } from '../../../shared/contract/contract-entry';
import { apiOfAgent, askBody, call } from '../../support/api-client';
import { definition } from '../../support/automations';
import { insertAgent } from '../../support/governed';
import { agent, ENGINE_TOKEN, OPERATOR_TOKEN, operator } from '../../support/world';

const LIST = '/governance/approvals';

async function worldWithAgent(agentId = 'claude-code') {
  const { world, api, token } = await apiOfAgent(agentId);
  const request = (name: string, rationale = 'The tests pass.') =>
    call(api, 'POST', LIST, { token, agent: name, body: askBody({ rationale }) });
  return { world, api, token, request };
}

describe('a sub-agent over the token of its agent', () => {
  test.each([
    ['claude-code/reviewer-1a2b', ['claude-code']],
    ['claude-code/a/b', ['claude-code', 'claude-code/a']],
  ])('%s asks as itself, below %j [3.lineage-stated]', async (name, parents) => {
    const { world, request } = await worldWithAgent();
    const { status, body } = await request(name);
    expect(status).toBe(200);
    expect(body.approval).toMatchObject({ requested_by: { kind: 'agent', actor_id: name }, ancestor_ids: parents });
    expect(world.store.read.agents.find(name)?.ancestorIds).toEqual(parents);
    const tree = world.query(operator, 'lineage.tree', {});
    expect(tree).toMatchObject({ ok: true, value: { agents: [{ agentId: name, ancestorIds: parents }] } });
  });

  test.each([
    'claude-codeX/reviewer',
    'claude-code-2',
    'other/reviewer',
    'other',
    'claude-code/',
    'claude-code//',
    'claude-code//a',
    'claude-code/a/',
    'claude-code/..',
    'claude-code/../other',
    'claude-code/./a',
    'claude-code/a b',
    'claude-code/a,other',
    'Claude-Code/a',
    '/claude-code/a',
    `claude-code/${'a/'.repeat(8)}a`,
  ])('may not be called %j', async (name) => {
    const { world, request } = await worldWithAgent();
    expect(await request(name)).toMatchObject({ status: 403, body: { code: 'AGENT_IDENTITY_MISMATCH' } });
    expect(world.store.read.approvals.waitingCount()).toBe(0);
  });

  test('may not have an id of more than 200 characters', async () => {
    const { request } = await worldWithAgent();
    expect(await request(`claude-code/${'x'.repeat(188)}`)).toMatchObject({ status: 200 });
    expect(await request(`claude-code/${'x'.repeat(189)}`)).toMatchObject({ status: 400 });
  });

  test('is below its agent whatever it claims, and below what is recorded of that one', async () => {
    const { world, api, token } = await worldWithAgent();
    insertAgent(world, 'claude-code', { ancestorIds: ['chief'] });
    const headers = { 'x-tandem-agent-ancestor-ids': 'nobody,else,at,all' };
    const answer = await call(api, 'POST', LIST, { token, agent: 'claude-code/a', headers, body: askBody() });
    expect(answer.body.approval.ancestor_ids).toEqual(['chief', 'claude-code']);
  });

  test('uses and withdraws only what it asked for itself', async () => {
    const { world, api, token, request } = await worldWithAgent();
    const { body } = await request('claude-code/a');
    const path = `${LIST}/${body.approval.approval_id}`;
    for (const name of ['claude-code/b', 'claude-code']) {
      expect(await call(api, 'GET', path, { token, agent: name })).toMatchObject({ status: 404 });
      expect(await call(api, 'POST', `${path}/cancel`, { token, agent: name, body: {} })).toMatchObject({
        status: 404,
      });
    }
    await world.execute(operator, 'approval.approve', { approvalId: body.approval.approval_id });
    const consume = { token, agent: 'claude-code/a', body: { action: askBody().action } };
    expect(await call(api, 'POST', `${path}/consume`, consume)).toMatchObject({ status: 200 });
    const withdrawn = await request('claude-code/a', 'another');
    const cancel = `${LIST}/${withdrawn.body.approval.approval_id}/cancel`;
    const answer = await call(api, 'POST', cancel, { token, agent: 'claude-code/a', body: {} });
    expect(answer).toMatchObject({ status: 200, body: { approval: { status: 'cancelled' } } });
  });

  test('decides nothing', async () => {
    const { api, token, request } = await worldWithAgent();
    const { body } = await request('claude-code/a');
    const path = `${LIST}/${body.approval.approval_id}/approve`;
    const answer = await call(api, 'POST', path, { token, agent: 'claude-code/b', body: {} });
    expect(answer).toMatchObject({ status: 403, body: { code: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN' } });
  });

  test('creates and changes nothing, so that its agent has one quota', async () => {
    const { world, api, token } = await worldWithAgent();
    const mine = await call(api, 'POST', '/automations/v2', { token, body: definition() });
    expect(mine.status).toBe(200);
    const id = mine.body.automation.automation_id as string;
    const attempts: readonly (readonly [string, string, object?])[] = [
      ['POST', '/automations/v2', definition()],
      ['GET', '/automations/v2'],
      ['PATCH', `/automations/v2/${id}`, { name: 'x' }],
      ['DELETE', `/automations/v2/${id}`],
      ['POST', `/automations/v2/${id}/run_now`, {}],
      ['GET', '/governance/events'],
    ];
    for (const [method, path, body] of attempts) {
      const answer = await call(api, method, path, { token, agent: 'claude-code/a', ...(body && { body }) });
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'AGENT_IDENTITY_MISMATCH']);
    }
    expect(world.query(agent('claude-code'), 'automations.list', {})).toMatchObject({ value: { count: 1 } });
  });

  test('reads what it may still do', async () => {
    const { api, token } = await worldWithAgent();
    const options = { token, agent: 'claude-code/a' };
    const own = '/governance/agents/claude-code%2Fa';
    expect(await call(api, 'GET', `${own}/allowance`, options)).toMatchObject({ status: 200 });
    expect(await call(api, 'GET', `${own}/spend`, options)).toMatchObject({ body: { code: 'AGENT_SPEND_NOT_FOUND' } });
  });

  test('is known with its parents as soon as it is named', async () => {
    const { world, api, token } = await worldWithAgent();
    await call(api, 'GET', LIST, { token, agent: 'claude-code/a' });
    await expect.poll(() => world.store.read.agents.find('claude-code/a')?.ancestorIds).toEqual(['claude-code']);
  });

  test('shares the 50 requests that may wait with its agent and its siblings', async () => {
    const { request } = await worldWithAgent();
    for (let index = 0; index < 50; index += 1) {
      const name = index % 2 === 0 ? 'claude-code' : `claude-code/n${index}`;
      expect((await request(name, `question ${index}`)).status).toBe(200);
    }
    for (const name of ['claude-code', 'claude-code/n1', 'claude-code/new', 'claude-code/new/deeper']) {
      const answer = await request(name, 'one too many');
      expect([name, answer.status, answer.body.code]).toEqual([name, 429, 'GOVERNANCE_APPROVAL_BACKLOG']);
    }
  });

  test('does not share them with an agent whose id only begins alike', async () => {
    const { api, request } = await worldWithAgent();
    for (let index = 0; index < 50; index += 1) await request('claude-code/a', `question ${index}`);
    for (const name of ['claude-code0', 'claude-code-2', 'claude-cod', 'claude-code.']) {
      expect(await call(api, 'POST', LIST, { agent: name, body: askBody() })).toMatchObject({ status: 200 });
    }
  });
});

test.each([ENGINE_TOKEN, OPERATOR_TOKEN])(
  'an engine and the operator name any agent, with what they claim',
  async (token) => {
    const { api } = await worldWithAgent();
    const headers = { 'x-tandem-agent-ancestor-ids': 'chief' };
    const answer = await call(api, 'POST', LIST, { token, agent: 'claude-code/a', headers, body: askBody() });
    expect(answer.body.approval).toMatchObject({
      requested_by: { kind: 'agent', actor_id: 'claude-code/a' },
      ancestor_ids: ['chief'],
    });
  },
);

test('nothing that creates, changes, runs or decides is open to sub-agents', () => {
  const open = Object.entries(contract as Record<string, ContractEntry>).filter(
    ([, row]) => row.isForSubAgents === true,
  );
  expect(open.map(([name]) => name).sort()).toEqual([
    'agent.allowance',
    'approval.cancel',
    'approval.consume',
    'approval.request',
    'approvals.get',
    'approvals.list',
    'session.decide',
    'session.tell',
    'session.tellCalls',
    'spend.get',
    'spend.list',
  ]);
});
