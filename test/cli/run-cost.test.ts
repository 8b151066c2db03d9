import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCostReader } from '../../electron/cli/run/cost';
import { type CostEngine, type CostPlace, modelIn } from '../../electron/cli/run/said-cost';
import { readOwnPrices } from '../../electron/connect/own-prices';
import { noTokens, priceOf } from '../../shared/prices';
import { temporaryHome } from '../support/world';

const NOW = Date.UTC(2026, 10, 22, 12);

type Given = Partial<Omit<CostPlace, 'version'>> & { readonly version?: string };

/** What is understood of an output, in parts of any size. */
function read(engine: CostEngine, output: string, { version, ...given }: Given = {}) {
  const reader = createCostReader(engine, {
    ...{ args: [], environment: { HOME: '/nowhere' }, model: undefined, prices: {}, now: () => NOW },
    ...given,
    version: () => Promise.resolve(version),
  });
  for (let at = 0; at < output.length; at += 7) reader.hear(output.slice(at, at + 7));
  return reader.said();
}

const result = (more: object = {}, usage: object = {}) => ({
  type: 'result',
  session_id: 's',
  uuid: 'u1',
  total_cost_usd: 0.01,
  modelUsage: {
    'claude-opus-4-8': {
      inputTokens: 600,
      cacheReadInputTokens: 400,
      cacheCreationInputTokens: 7,
      outputTokens: 50,
      costUSD: 0.01,
      ...usage,
    },
  },
  ...more,
});

const OLD = '2.1.197 (Claude Code)';
const NEW = '2.1.277 (Claude Code)';

describe('what Claude Code says at its end', () => {
  test.each([
    ['a line', `words\n${JSON.stringify(result())}\n`],
    ['a list, as with --verbose', `${JSON.stringify([{ type: 'system', subtype: 'init' }, result()])}\n`],
    ['many lines', `words\n${JSON.stringify(result(), null, 2)}`],
    ['the last of several', `${JSON.stringify(result({ total_cost_usd: 0.001 }))}\n${JSON.stringify(result())}`],
  ])('is found in %s', async (_, output) => {
    expect(await read('claude', output, { version: OLD })).toEqual({
      sessionId: 's',
      source: 'final',
      costUsd: 0.01,
      basis: 'reported',
      uses: [
        {
          mark: 'process u1 claude-opus-4-8',
          model: 'claude-opus-4-8',
          part: 'whole',
          input_tokens: 600,
          cache_read_tokens: 400,
          cache_write_tokens: 7,
          output_tokens: 50,
          cost_usd: 0.01,
          at_ms: NOW,
        },
      ],
    });
  });

  test('is unknown where it does not know, and never $0 [sessions-4.unknown-price]', async () => {
    const unknown = { costUsd: null, basis: 'unknown' };
    const said = (value: object) => read('claude', JSON.stringify(value), { version: OLD });
    expect(await said(result({ total_cost_usd: 0 }, { costUSD: 0 }))).toMatchObject(unknown);
    expect(await said(result({ costBasis: 'unknown' }))).toMatchObject(unknown);
    expect(await said(result({}, { costBasis: 'unknown' }))).toMatchObject(unknown);
    expect(await said({ type: 'result', session_id: 's' })).toMatchObject(unknown);
    expect(await said({ type: 'assistant', session_id: 's', total_cost_usd: 1 })).toBe(undefined);
    expect(await said({ type: 'result', total_cost_usd: 1 })).toBe(undefined);
  });

  test.each([
    ['a resumed session', ['--resume', 's'], OLD, 'process u1 claude-opus-4-8'],
    ['a resumed session', ['-c'], NEW, 'session s claude-opus-4-8'],
    ['a new session', [], NEW, 'session s claude-opus-4-8'],
    ['a fork', ['--resume', 's', '--fork-session'], OLD, 'process u1 claude-opus-4-8'],
    ['a fork', ['--resume', 's', '--fork-session'], NEW, undefined],
    ['a resumed session', ['-r', 's'], undefined, undefined],
    ['a new session', ['-p', 'x'], undefined, 'session s claude-opus-4-8'],
  ] as const)('of %s (%j, version %s) counts as %s [sessions-4.forks]', async (_, args, version, mark) => {
    const said = await read('claude', JSON.stringify(result()), { args, ...(version !== undefined && { version }) });
    expect(said?.uses.map((use) => use.mark)).toEqual(mark === undefined ? [] : [mark]);
    expect(said).toMatchObject(mark === undefined ? { costUsd: null, basis: 'unknown' } : { costUsd: 0.01 });
  });
});

const turn = (input: number, cached: number, output: number) =>
  `${JSON.stringify({ type: 'turn.completed', usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output } })}\n`;
const thread = '{"type":"thread.started","thread_id":"t"}\nno json\n';

describe('what Codex says at its end', () => {
  test('is the total of its thread, priced as an estimate; without a price it is unknown', async () => {
    const said = (model: string | undefined) =>
      read('codex', thread + turn(1_000, 0, 10) + turn(1_000_000, 500_000, 100_000), { model });
    expect(await said('gpt-5.4')).toMatchObject({
      sessionId: 't',
      source: 'final',
      basis: 'estimate',
      costUsd: 2.875,
      uses: [{ mark: 'thread t', input_tokens: 500_000, cache_read_tokens: 500_000, output_tokens: 100_000 }],
    });
    expect((await said('gpt-5.4'))?.note).toContain('2026-09');
    expect(await said('gpt-unheard-of')).toMatchObject({ costUsd: null, basis: 'unknown' });
    expect(await said(undefined)).toMatchObject({ costUsd: null, note: expect.stringContaining('nobody named') });
    expect(await read('codex', '')).toBe(undefined);
    expect(await read('codex', thread)).toBe(undefined);
  });

  test('is read in what it wrote of the thread and its sub-agents, where it did [sessions-4.sub-agents]', async () => {
    const home = temporaryHome();
    const write = (name: string, meta: object, totals: readonly number[]) => {
      const path = join(home, '.codex', 'sessions', '2026', '11', '22', name);
      mkdirSync(dirname(path), { recursive: true });
      const lines = [
        { type: 'session_meta', payload: meta },
        { type: 'turn_context', payload: { turn_id: `turn of ${name}`, model: 'gpt-5.4' } },
        ...totals.map((total, index) => ({
          timestamp: new Date(NOW).toISOString(),
          type: 'event_msg',
          payload: {
            type: 'token_count',
            info: {
              total_token_usage: { input_tokens: total },
              last_token_usage: { input_tokens: total - (totals[index - 1] ?? 0) },
            },
          },
        })),
      ];
      writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    };
    const startedBy = (id: string) => ({ source: { subagent: { thread_spawn: { parent_thread_id: id } } } });
    write('rollout-1-t.jsonl', { id: 't' }, [1_000, 1_000, 3_000]);
    write('rollout-2-a.jsonl', { id: 'a', ...startedBy('t') }, [500]);
    write('rollout-3-b.jsonl', { id: 'b', ...startedBy('a') }, [70]);
    write('rollout-4-c.jsonl', { id: 'c', ...startedBy('somebody') }, [9_000]);
    const said = await read('codex', thread + turn(3_000, 0, 0), { environment: { HOME: home } });
    expect(said).toMatchObject({ source: 'transcript', basis: 'estimate' });
    expect(said?.uses.map((use) => use.input_tokens)).toEqual([1_000, 2_000, 500, 70]);
  });
});

describe('what Gemini CLI says at its end', () => {
  test('is of every model, thoughts and what it asked beside with it [sessions-4.sources]', async () => {
    const tokens = { input: 600, prompt: 1_000, candidates: 50, total: 1_065, cached: 400, thoughts: 15, tool: 3 };
    const models = { 'gemini-2.5-pro': { api: {}, tokens }, 'gemini-x': { tokens: {} } };
    const output = JSON.stringify({ session_id: 's', response: 'DONE', stats: { models } }, null, 2);
    const said = await read('gemini', `a warning\n${output}\n`);
    expect(said).toMatchObject({ sessionId: 's', basis: 'estimate' });
    expect(said?.uses[0]).toMatchObject({
      input_tokens: 603,
      cache_read_tokens: 400,
      output_tokens: 65,
      part: 'whole',
    });
  });
});

describe('what opencode says as it goes', () => {
  const step = (id: string, cost: number, tokens: object = {}) =>
    `${JSON.stringify({
      type: 'step_finish',
      sessionID: 's',
      part: { id, type: 'step-finish', cost, tokens: { input: 600, output: 40, reasoning: 10, ...tokens } },
    })}\n`;

  test('is the sum of its answers in its own dollars, each under the mark that its plugin has for it [sessions-4.sources]', async () => {
    const output = `{"type":"step_start"}\n${step('p1', 0.25, { cache: { read: 400, write: 7 } })}words\n${step('p2', 0.5)}`;
    const said = await read('opencode', output, { model: 'a/b' });
    expect(said).toMatchObject({ sessionId: 's', source: 'transcript', costUsd: 0.75, basis: 'reported' });
    expect(said?.uses).toMatchObject([
      { mark: 'p1', model: 'a/b', input_tokens: 600, cache_read_tokens: 400, cache_write_tokens: 7, output_tokens: 50 },
      { mark: 'p2', cost_usd: 0.5 },
    ]);
  });

  test('is unknown where opencode knows no price and neither does the list, and never $0 [sessions-4.unknown-price]', async () => {
    expect(await read('opencode', step('p1', 0))).toMatchObject({ costUsd: null, basis: 'unknown' });
    expect(await read('opencode', step('p1', 0), { model: 'gpt-5.4' })).toMatchObject({ basis: 'estimate' });
    expect(await read('opencode', '{"type":"text","sessionID":"s"}\n')).toBe(undefined);
  });
});

test('the operator’s own prices go first; what is no price is left out', () => {
  const home = temporaryHome();
  expect(readOwnPrices(home)).toEqual({});
  writeFileSync(
    join(home, 'prices.json'),
    JSON.stringify({
      'gpt-5.4': { input: 1, output: 1 },
      mine: { input: 2, cached_input: 1, cache_write: 3, output: 4 },
      bad: { input: 'x' },
    }),
  );
  const own = readOwnPrices(home);
  expect(priceOf('gpt-5.4', own)).toEqual({
    ...noTokens,
    inputTokens: 1,
    cacheReadTokens: 1,
    cacheWriteTokens: 1,
    outputTokens: 1,
  });
  expect(priceOf('mine', own)).toMatchObject({ cacheReadTokens: 1, cacheWriteTokens: 3 });
  expect(priceOf('bad', own)).toBe(undefined);
  expect(priceOf('toString', own)).toBe(undefined);
});

test.each([
  ['claude-opus-4-8[1m]', 5],
  ['claude-haiku-4-5-20251001', 1],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 3],
  ['claude-opus-4-20250514', 15],
  ['gpt-5.4', 2.5],
  ['gpt-5.4-unheard-of', undefined],
])('%s has the price of its model', (model, input) => {
  expect(priceOf(model)?.inputTokens).toBe(input);
});

test.each([
  [['exec', '-m', 'a', 'do it'], 'a'],
  [['--model=b'], 'b'],
  [['exec', '--', '-m', 'c'], undefined],
])('the model in %j', (args, model) => {
  expect(modelIn(args)).toBe(model);
});
