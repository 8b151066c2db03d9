import { expect, test } from 'vitest';
import { apiOfAgent, call } from '../../support/api-client';
import { START } from '../../support/world';

const use = {
  session_id: 'ses_1',
  mark: 'prt_1',
  model: 'scripted/scripted',
  part: 'conversation',
  input_tokens: 600,
  cache_read_tokens: 400,
  cache_write_tokens: 0,
  output_tokens: 50,
  cost_usd: 0.25,
  at_ms: START,
};

test("an adapter's word of an answer is charged once, and it can say neither prices nor that something was read [sessions-4.one-source]", async () => {
  const { world, api, token } = await apiOfAgent('opencode');
  const say = (more: object = {}) =>
    call(api, 'POST', '/governance/sessions/uses', {
      token,
      body: { engine: 'opencode', uses: [use], ...more },
    });
  for (const more of [
    { place: { file: 'f', offset: 1_000_000, state: '{}' } },
    {
      own_prices: {
        'scripted/scripted': { input_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: 0 },
      },
    },
    { source: 'final' },
  ]) {
    expect(await say(more)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  }
  expect(await say()).toMatchObject({ status: 200, body: { charged_usd: 0.25, charged_tokens: 1_050 } });
  expect(await say()).toMatchObject({ status: 200, body: { charged_usd: 0, charged_tokens: 0 } });
  expect(world.store.read.runs.find('opencode-ses_1')).toMatchObject({ totalTokens: 1_050 });
});
