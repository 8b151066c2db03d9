import { expect, test } from 'vitest';
import { call } from '../../support/api-client';
import { createWorld, operator, START } from '../../support/world';

test('sessions, what they did and what they used are answered as published, to an agent its own alone [api-2.sessions]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const tokenOf = async (agentId: string) => {
    return (await world.done(operator, 'token.create', { kind: 'agent', name: agentId, agentId })).secret;
  };
  const [claude, codex] = [await tokenOf('claude-code'), await tokenOf('my-codex')];
  for (const [token, engine] of [
    [claude, 'claude'],
    [codex, 'codex'],
  ] as const) {
    const session = { engine, session_id: 's1', workspace: '/home/me/project' };
    for (const command of ['ls', 'npm test']) {
      const told = await call(api, 'POST', '/governance/tool_calls/decide', {
        token,
        body: { session, call: { tool_name: 'Bash', action: { command }, engine_asks: 'never' } },
      });
      expect(told).toMatchObject({
        status: 200,
        body: { run_id: `${engine}-s1`, answer: 'nothing', ends_turn: false },
      });
    }
  }
  const tokens = { input_tokens: 1_000, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: 0 };
  const use = { session_id: 's1', mark: 'm', model: 'claude-opus-4-8', part: 'conversation', ...tokens, at_ms: START };
  await call(api, 'POST', '/governance/sessions/uses', { token: claude, body: { engine: 'claude', uses: [use] } });

  const own = (await call(api, 'GET', '/governance/sessions', { token: claude })).body;
  expect(own).toMatchObject({ count: 1, sessions: [{ run_id: 'claude-s1', engine: 'claude' }] });
  expect(
    (await call(api, 'GET', '/governance/sessions?workspace=/home/me/project&state=under_way')).body,
  ).toMatchObject({
    count: 2,
  });
  expect((await call(api, 'GET', '/governance/sessions?engine=codex&limit=1')).body).toMatchObject({ count: 1 });
  expect((await call(api, 'GET', '/governance/sessions/claude-s1', { token: claude })).body).toMatchObject({
    session: { run_id: 'claude-s1', counts: { calls: 2 } },
  });
  const first = (await call(api, 'GET', '/governance/sessions/claude-s1/calls?limit=1', { token: claude })).body;
  expect(first).toMatchObject({ calls: [{ title: 'Run npm test' }], next_cursor: expect.any(String) });
  const cursor = encodeURIComponent((first as { next_cursor: string }).next_cursor);
  const second = await call(api, 'GET', `/governance/sessions/claude-s1/calls?limit=1&cursor=${cursor}`, {
    token: claude,
  });
  expect(second.body).toEqual({ calls: [expect.objectContaining({ title: 'Run ls' })] });
  expect((await call(api, 'GET', '/governance/sessions/claude-s1/usage', { token: claude })).body).toEqual({
    models: [{ model: 'claude-opus-4-8', ...tokens, cost_usd: 0.005, basis: 'estimate', unpriced_tokens: 0 }],
  });
  for (const path of ['claude-s1', 'claude-s1/calls', 'claude-s1/usage']) {
    expect(await call(api, 'GET', `/governance/sessions/${path}`, { token: codex })).toMatchObject({ status: 404 });
  }
});
