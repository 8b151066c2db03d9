import { describe, expect, test } from 'vitest';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { call } from '../../support/api-client';
import { setLimits } from '../../support/automations';
import { putAutomation } from '../../support/runs';
import { createWorld, OPERATOR_TOKEN } from '../../support/world';

async function running() {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(10) });
  putAutomation(world);
  const api = await world.startApi();
  const started = await call(api, 'POST', '/automations/v2/auto/run_now', { body: { trigger_type: 'cron' } });
  const runId = started.body.run.run_id as string;
  const run = `/automations/v2/runs/${runId}`;
  await call(api, 'PATCH', run, { body: { status: 'running', active_session_ids: ['s'] } });
  return { world, api, runId, run, started };
}

test('a run goes its way by the published names [api-2.engine-runs, api-2.report]', async () => {
  const { api, run, runId, started } = await running();
  const fits = ({ status }: { readonly status: number }) => expect(status).toBe(200);
  fits(started);
  expect(started.body).toMatchObject({
    ok: true,
    dry_run: false,
    run: { automation_id: 'auto', trigger_type: 'cron' },
  });
  fits(await call(api, 'GET', '/automations/v2/auto/runs?limit=5'));
  fits(await call(api, 'GET', run));
  fits(await call(api, 'POST', `${run}/pause`, { body: { reason: 'wait' } }));
  fits(await call(api, 'POST', `${run}/resume`));
  const reported = await call(api, 'PATCH', run, {
    body: { status: 'running', node_outputs: { aNode: { keptAsItIs: 1 } }, active_instance_ids: ['i'] },
  });
  fits(reported);
  expect(reported.body.run.checkpoint.node_outputs).toEqual({ aNode: { keptAsItIs: 1 } });
  fits(await call(api, 'POST', `${run}/reserve`, { body: { usage_id: 'u', cost_usd: 0.5 } }));
  fits(await call(api, 'POST', `${run}/spend`, { body: usage({ usage_id: 'u', cost_usd: 0.1 }) }));
  fits(await call(api, 'GET', '/governance/spend'));
  fits(await call(api, 'GET', '/governance/agents/scout/spend'));
  const cancelled = await call(api, 'POST', `${run}/cancel`);
  fits(cancelled);
  expect(cancelled.body).toMatchObject({
    ok: true,
    run: { run_id: runId, status: 'cancelled', stop_kind: 'cancelled' },
  });
});

const usage = (different: Readonly<Record<string, unknown>> = {}) => ({
  prompt_tokens: 1,
  completion_tokens: 2,
  cost_usd: 0.1,
  ...different,
});

test('0.1 and 0.2 dollars are 0.3 dollars', async () => {
  const { api, run } = await running();
  await call(api, 'POST', `${run}/spend`, { body: usage({ cost_usd: 0.1 }) });
  const second = await call(api, 'POST', `${run}/spend`, { body: usage({ cost_usd: 0.2 }) });
  expect(second.body.run.cost_usd).toBe(0.3);
  const { body } = await call(api, 'GET', '/governance/agents/scout/spend');
  expect(body.spend.weekly).toMatchObject({ cost_usd: 0.3, prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 });
});

describe('a usage report over the wire', () => {
  test.each([
    ['a negative cost', { cost_usd: -0.1 }],
    ['an infinite cost', '{"prompt_tokens":1,"completion_tokens":1,"cost_usd":1e999}'],
    ['negative tokens', { total_tokens: -1 }],
    ['a cost that is no number', { cost_usd: 'much' }],
  ])('with %s is GOVERNANCE_SPEND_INVALID [8.invalid]', async (_name, wrong) => {
    const { api, run } = await running();
    const body = typeof wrong === 'string' ? wrong : usage(wrong);
    const answer = await call(api, 'POST', `${run}/spend`, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'GOVERNANCE_SPEND_INVALID' } });
    expect((await call(api, 'GET', '/governance/agents/scout/spend')).status).toBe(404);
  });

  test('with more tokens than are exact saturates', async () => {
    const { api, run } = await running();
    const answer = await call(api, 'POST', `${run}/spend`, { body: usage({ prompt_tokens: 1e30 }) });
    expect(answer.body.run).toMatchObject({ prompt_tokens: Number.MAX_SAFE_INTEGER });
  });

  test('with something that is not in the schema is refused by that, not as invalid spend', async () => {
    const { api, run } = await running();
    const answer = await call(api, 'POST', `${run}/spend`, { body: usage({ extra: 1, cost_usd: -1 }) });
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });
});

test('a reservation that does not fit says what is left, in dollars [api-2.reserve]', async () => {
  const { api, run } = await running();
  const first = await call(api, 'POST', `${run}/reserve`, { body: { usage_id: 'a', cost_usd: 9.7 } });
  expect(first.body).toEqual({ reserved_usd: 9.7, left_usd: { scout: 0.3 } });
  const second = await call(api, 'POST', `${run}/reserve`, { body: { usage_id: 'b', cost_usd: 0.4 } });
  expect(second).toMatchObject({
    status: 429,
    body: { code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED', agent_ids: ['scout'], left_usd: { scout: 0.3 } },
  });
  const { body } = await call(api, 'GET', '/governance/approvals?request_type=quota_override');
  expect(body.approvals).toMatchObject([{ target_resource: { type: 'agent', id: 'scout' }, status: 'pending' }]);
});

test('the operator neither reports on runs nor charges them', async () => {
  const { api, run } = await running();
  const token = OPERATOR_TOKEN;
  for (const [method, path, body] of [
    ['PATCH', run, { status: 'completed' }],
    ['POST', `${run}/reserve`, { usage_id: 'u', cost_usd: 1 }],
    ['POST', `${run}/spend`, usage()],
  ] as const) {
    expect(await call(api, method, path, { token, body })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  }
  expect((await call(api, 'POST', `${run}/pause`, { token, body: { reason: 'look' } })).status).toBe(200);
});

test('a usage_id that would be stored as another one is refused', async () => {
  const { api, run } = await running();
  for (const usage_id of ['u\0x', 'u\ud800']) {
    const refused = await call(api, 'POST', `${run}/reserve`, { body: { usage_id, cost_usd: 0.1 } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  }
});
