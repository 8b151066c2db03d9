import { expect, test } from 'vitest';
import { usageTokenOf } from '../../../electron/engines/usage-token';
import { agent, createWorld, engine, operator } from '../../support/world';

test.each([
  ['an agent', { kind: 'agent', name: 'Scout', agentId: 'scout' }, 'ok'],
  ['an engine', { kind: 'engine', name: 'Tandem' }, 'ok'],
  ['the operator', { kind: 'operator', name: 'My scripts' }, 'ok'],
  ['an agent without an id', { kind: 'agent', name: 'Scout' }, 'VALIDATION_FAILED'],
  ['an engine with an id', { kind: 'engine', name: 'Tandem', agentId: 'scout' }, 'VALIDATION_FAILED'],
  ['an engine that would pass for a guardrail', { kind: 'engine', name: 'automation_spend_cap' }, 'VALIDATION_FAILED'],
  ['an engine that would pass for Gatehouse', { kind: 'engine', name: ' Gatehouse' }, 'VALIDATION_FAILED'],
] as const)('a token for %s is answered by %s', async (_name, input, code) => {
  const world = createWorld();
  const result = await world.execute(operator, 'token.create', input);
  expect(result.ok ? 'ok' : result.refusal.code).toBe(code);
  expect(world.store.read.tokens.list()).toHaveLength(code === 'ok' ? 1 : 0);
  expect(world.store.read.audit.headSeq()).toBe(code === 'ok' ? 1 : 0);
});

test('a token is found by its secret until it is revoked, which is told once [api-1.token-secret]', async () => {
  const world = createWorld();
  const made = await world.done(operator, 'token.create', { kind: 'engine', name: 'Tandem' });
  const { secret, token } = made;
  expect(secret).toMatch(/^gth_[\w-]{43}$/);
  expect(world.store.read.tokens.findBySecret(secret)).toEqual(token);
  expect(world.store.read.tokens.findBySecret(`${secret} `)).toBeUndefined();
  for (let count = 0; count < 2; count++) await world.execute(operator, 'token.revoke', { tokenId: token.tokenId });
  expect(world.store.read.tokens.findBySecret(secret)).toBeUndefined();
  expect(world.store.read.audit.after(0, 10).map(({ eventType }) => eventType)).toEqual([
    'automation.governance.agent.enrolled',
    'automation.governance.agent.token_revoked',
  ]);
  const unknown = await world.execute(operator, 'token.revoke', { tokenId: 'tok_none' });
  expect(unknown).toMatchObject({ ok: false, refusal: { code: 'TOKEN_NOT_FOUND' } });
});

test('an agent’s token is found by the one that follows from it and tells usage, until it is revoked; no other kind has one [api-1.usage-token]', async () => {
  const world = createWorld();
  const { tokens } = world.store.read;
  const make = async (what: { readonly kind: 'agent' | 'engine' | 'operator'; readonly agentId?: string }) => {
    const made = await world.done(operator, 'token.create', { name: 'x', ...what });
    return { ...made, usage: usageTokenOf(made.secret) };
  };
  const [scout, other] = [await make({ kind: 'agent', agentId: 'scout' }), await make({ kind: 'agent', agentId: 'b' })];
  expect(tokens.findByUsageToken(scout.usage)).toEqual(scout.token);
  expect(tokens.findByUsageToken(other.usage)).toEqual(other.token);
  expect(tokens.findBySecret(scout.usage)).toBeUndefined();
  for (const kind of ['engine', 'operator'] as const) {
    expect(tokens.findByUsageToken((await make({ kind })).usage)).toBeUndefined();
  }
  // Whoever knows where one is found still has to prove it.
  const mixed = `${scout.usage.slice(0, 20)}${other.usage.slice(20)}`;
  for (const wrong of [mixed, `${scout.usage}x`, scout.usage.slice(0, -1), scout.secret, '']) {
    expect(tokens.findByUsageToken(wrong)).toBeUndefined();
  }
  await world.execute(operator, 'token.revoke', { tokenId: scout.token.tokenId });
  expect(tokens.findByUsageToken(scout.usage)).toBeUndefined();
});

test.each([
  ['an agent', agent('scout')],
  ['an engine', engine],
] as const)('%s can neither make, list nor revoke tokens', async (_name, caller) => {
  const world = createWorld();
  const answers = [
    await world.execute(caller, 'token.create', { kind: 'operator', name: 'mine' }),
    await world.execute(caller, 'token.revoke', { tokenId: 'x' }),
    await world.execute(caller, 'tokens.noteUses', { uses: [{ tokenId: 'x', usedAtMs: 1 }] }),
    world.query(caller, 'tokens.list', {}),
  ];
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, refusal: { code: 'FORBIDDEN' } });
});
