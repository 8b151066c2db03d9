import { expect, test } from 'vitest';
import { MAX_PENDING_PER_TOKEN } from '../../../shared/contract/approval';
import type { Caller } from '../../../shared/kernel/actor';
import { codeOf } from '../../support/answers';
import { request } from '../../support/approvals';
import { headSeq } from '../../support/audit';
import { agent, createWorld, ENGINE_TOKEN, engine, operator, type World } from '../../support/world';

const withToken = (caller: Caller, tokenKey: string): Caller => ({ ...caller, tokenKey });
const ask = (world: World, caller: Caller, rationale: string) =>
  world.execute(caller, 'approval.request', request({ rationale }));

async function fill(world: World, callerOf: (index: number) => Caller, count: number): Promise<void> {
  const asked = await Promise.all(Array.from({ length: count }, (_, index) => ask(world, callerOf(index), `${index}`)));
  expect(new Set(asked.map(codeOf))).toEqual(new Set(['ok']));
}

test.each([
  ['without an agent', () => withToken(engine, 't1')],
  ['under ever new names', (index: number) => withToken(agent(`invented-${index}`), 't1')],
  ['under both', (index: number) => withToken(index % 2 === 0 ? engine : agent(`n-${index}`), 't1')],
] as const)('one token has at most 200 requests waiting, %s [api-1.backlog-token]', async (_name, callerOf) => {
  const world = createWorld();
  await fill(world, callerOf, MAX_PENDING_PER_TOKEN);
  const seq = headSeq(world);
  for (const caller of [withToken(engine, 't1'), withToken(agent('fresh'), 't1')]) {
    const refused = await ask(world, caller, 'more');
    expect(refused).toMatchObject({ refusal: { code: 'GOVERNANCE_APPROVAL_BACKLOG' } });
    expect(refused.ok ? '' : refused.refusal.sentence).toContain('With this token 200 approvals');
  }
  expect(headSeq(world)).toBe(seq);
  expect(codeOf(await ask(world, withToken(engine, 't2'), 'another token'))).toBe('ok');
  const [first] = world.store.read.approvals.waiting(1);
  await world.execute(operator, 'approval.deny', { approvalId: first?.approvalId ?? '' });
  expect(codeOf(await ask(world, withToken(agent('fresh'), 't1'), 'one less'))).toBe('ok');
  expect(codeOf(await ask(world, withToken(agent('fresh'), 't1'), 'and full again'))).toBe(
    'GOVERNANCE_APPROVAL_BACKLOG',
  );
});

test('what waits counts against its token also after a restart, and what comes without a token against none', async () => {
  const world = createWorld();
  await fill(world, () => withToken(engine, 'launcher engine'), MAX_PENDING_PER_TOKEN);
  world.holder.close();
  const again = createWorld({ home: world.home, ids: world.ids });
  expect(again.store.read.approvals.pendingCountOfToken('launcher engine')).toBe(MAX_PENDING_PER_TOKEN);
  expect(codeOf(await ask(again, withToken(agent('x'), 'launcher engine'), 'more'))).toBe(
    'GOVERNANCE_APPROVAL_BACKLOG',
  );
  expect(codeOf(await ask(again, agent('x'), 'more'))).toBe('ok');
});

test('the API counts by the token that a request came with', async () => {
  const world = createWorld();
  const api = await world.startApi();
  await fill(world, (index) => withToken(agent(`n-${index}`), 'launcher engine'), MAX_PENDING_PER_TOKEN);
  const post = (headers: { readonly 'x-tandem-agent-id'?: string }) =>
    fetch(`${api.url}/governance/approvals`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ENGINE_TOKEN}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        request_type: 'tool_call',
        target_resource: { type: 'tool', id: 'Bash' },
        rationale: 'w',
      }),
    });
  for (const headers of [{}, { 'x-tandem-agent-id': 'brand-new' }]) {
    const answer = await post(headers);
    expect([answer.status, await answer.json()]).toMatchObject([429, { code: 'GOVERNANCE_APPROVAL_BACKLOG' }]);
  }
});

test('an engine that asks the same again without naming an agent gets the one that waits', async () => {
  const world = createWorld();
  const first = await ask(world, withToken(engine, 't1'), 'the same');
  const again = await ask(world, withToken(engine, 't1'), 'the same');
  expect(again).toEqual(first);
  const approvalId = first.ok ? first.value.approval.approvalId : '';
  const other: Caller = { ...engine, actor: { kind: 'system', source: 'another' }, tokenKey: 't2' };
  const others = await ask(world, other, 'the same');
  expect(others.ok && others.value.approval.approvalId).not.toBe(approvalId);
  await world.execute(engine, 'approval.cancel', { approvalId });
  const fresh = await ask(world, withToken(engine, 't1'), 'the same');
  expect(fresh.ok && fresh.value.approval.approvalId).not.toBe(approvalId);
  expect(headSeq(world)).toBe(4);
});
