import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claudeUsage, costUsd, createCostReader, modelIn, readPrices, usageMark } from '../../electron/cli/run/cost';
import { keepReport, sendKept } from '../../electron/cli/run/outbox';
import { membersOf, parseProcesses } from '../../electron/cli/run/process-group';
import { frames, type StreamedEvent } from '../../electron/cli/run/watch';
import { Unreachable } from '../../electron/client/failure';
import { putAutomation, runOf, startRun } from '../support/runs';
import { createWorld, ENGINE_TOKEN, temporaryHome } from '../support/world';

test('events are heard whole however they arrive; comments and what is half there are not', () => {
  const heard: StreamedEvent[] = [];
  const take = frames((event) => heard.push(event));
  const frame = 'id: 7\nevent: run.paused\ndata: {"payload":{"run_id":"r"}}\n\n';
  for (const part of [
    ': connected\n\n',
    frame.slice(0, 9),
    frame.slice(9, 30),
    frame.slice(30),
    ': still here\n\nid: 8\n',
  ]) {
    take(part);
  }
  expect(heard).toEqual([{ seq: 7, name: 'run.paused', payload: { run_id: 'r' } }]);
});

const table = `
    1     0     1 Ss   Sun Nov 22 10:00:00 2026
   10     1    10 S    Sun Nov 22 11:00:00 2026
   11    10    10 S+   Sun Nov 22 11:00:01 2026
   12    11    12 Ss   Sun Nov 22 11:00:02 2026
   13     1    13 S    Sun Nov 22 11:00:03 2026
   14    10    10 Z    Sun Nov 22 11:00:04 2026
   99     1    99 S    Sun Nov 22 11:00:05 2026
`;

test('an event that is no JSON is left out, and those behind it are heard', () => {
  const heard: number[] = [];
  const take = frames(({ seq }) => heard.push(seq));
  take('id: 1\nevent: run.paused\ndata: {"pay\n\nid: 2\nevent: run.paused\ndata: {"payload":{}}\n\n');
  expect(heard).toEqual([2]);
});

test('the processes of a group are all that are in it, that they started, and that were known before', () => {
  const all = parseProcesses(table);
  expect(all).toHaveLength(7);
  expect(all.find(({ pid }) => pid === 14)).toMatchObject({ isZombie: true });
  const pids = (known: typeof all = []) => membersOf(all, 10, known).map(({ pid }) => pid);
  expect(pids()).toEqual([10, 11, 14, 12]);
  // 13 has lost its parent, and was seen with it; another process that got the id of one that was seen is none of it.
  const before = (startedAt: string) => [{ pid: 13, parent: 12, group: 13, isZombie: false, startedAt }];
  expect(pids(before('Sun Nov 22 11:00:03 2026'))).toContain(13);
  expect(pids(before('Sun Nov 22 09:00:00 2026'))).not.toContain(13);
});

test('what Claude Code does not know is unknown, never nothing', () => {
  const usage = {
    type: 'result',
    session_id: 's',
    total_cost_usd: 0,
    costBasis: 'unknown',
    modelUsage: { m: { inputTokens: 5 } },
  };
  expect(claudeUsage(usage)).toMatchObject({ costUsd: null, basis: 'unknown', promptTokens: 5 });
  expect(claudeUsage({ type: 'result', session_id: 's' })).toMatchObject({ costUsd: null });
  expect(claudeUsage({ type: 'assistant', session_id: 's', total_cost_usd: 1 })).toBe(undefined);
});

const turn = (input: number, cached: number, output: number) =>
  `${JSON.stringify({ type: 'turn.completed', usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output } })}\n`;

test('Codex’s last turn has the total of its thread, priced as an estimate; without a price the cost is unknown', () => {
  const prices = readPrices(temporaryHome());
  const read = (model: string | undefined) => {
    const reader = createCostReader('codex', model, prices);
    const output = `{"type":"thread.started","thread_id":"t"}\nno json\n${turn(1_000, 0, 10)}${turn(1_000_000, 500_000, 100_000)}`;
    for (let at = 0; at < output.length; at += 7) reader.hear(output.slice(at, at + 7));
    return reader.usage();
  };
  expect(read('gpt-5.4')).toMatchObject({ sessionId: 't', promptTokens: 1_000_000, basis: 'estimate', costUsd: 2.875 });
  expect(read('gpt-5.4')?.note).toContain('2026-04');
  expect(read('gpt-unheard-of')).toMatchObject({ costUsd: null, basis: 'unknown' });
  expect(read(undefined)).toMatchObject({ costUsd: null, basis: 'unknown' });
  expect(createCostReader('codex', undefined, prices).usage()).toBe(undefined);
});

test('the operator’s own prices go first; what is no price is left out', () => {
  const home = temporaryHome();
  writeFileSync(
    join(home, 'prices.json'),
    JSON.stringify({
      'gpt-5.4': { input: 1, output: 1 },
      mine: { input: 2, cached_input: 1, output: 4 },
      bad: { input: 'x' },
    }),
  );
  const prices = readPrices(home);
  const tokens = { input: 1_000_000, cachedInput: 500_000, output: 1_000_000 };
  expect(costUsd(prices, 'gpt-5.4', tokens)).toBe(2);
  expect(costUsd(prices, 'mine', tokens)).toBe(5.5);
  expect(costUsd(prices, 'bad', tokens)).toBe(undefined);
  expect(costUsd(prices, 'toString', tokens)).toBe(undefined);
});

test.each([
  [['exec', '-m', 'a', 'do it'], 'a'],
  [['--model=b'], 'b'],
  [['exec', '--', '-m', 'c'], undefined],
])('the model in %j', (args, model) => {
  expect(modelIn(args)).toBe(model);
});

test('a session is charged above its mark only, and a smaller total takes nothing back', () => {
  const home = temporaryHome();
  const usage = (costUsd: number | null, promptTokens: number) =>
    ({ sessionId: 's', promptTokens, completionTokens: 0, costUsd, basis: 'reported' }) as const;
  const charge = (costUsd: number | null, promptTokens: number) => {
    const mark = usageMark(home, 'claude', 's');
    const toCharge = mark.above(usage(costUsd, promptTokens));
    mark.raise(usage(costUsd, promptTokens));
    return [toCharge.costUsd, toCharge.promptTokens];
  };
  expect(charge(0.5, 100)).toEqual([0.5, 100]);
  expect(charge(0.75, 150)).toEqual([0.25, 50]);
  expect(charge(0.25, 10)).toEqual([0, 0]);
  expect(charge(null, 160)).toEqual([null, 10]);
  expect(charge(1, 160)).toEqual([0.25, 0]);
});

async function outboxOf(detail: string, runId?: string) {
  const world = createWorld();
  putAutomation(world);
  const api = await world.startApi();
  const started = runId ?? (await startRun(world));
  const report = { run_id: started, automation_id: 'auto', report: { status: 'completed', detail } } as const;
  const path = keepReport(world.home, report);
  const said: string[] = [];
  const send = (token = ENGINE_TOKEN) =>
    sendKept(
      world.home,
      () => ({ url: api.url, token }),
      (line) => said.push(line),
    );
  return { world, runId: started, path, send, said, names: () => readdirSync(join(world.home, 'outbox')) };
}

test('a kept report is sent once, and not lost while nobody may send it or Gatehouse is away', async () => {
  const { world, runId, send, said, names } = await outboxOf('done');
  await sendKept(
    world.home,
    () => {
      throw new Unreachable('away');
    },
    () => {},
  );
  expect(names()).toHaveLength(1);
  await send('wrong');
  expect(said).toEqual([expect.stringContaining('could not be reported yet')]);
  expect(names()).toHaveLength(1);
  await Promise.all([send(), send()]);
  expect(runOf(world, runId)).toMatchObject({ status: 'completed', detail: 'done' });
  expect(names()).toEqual([]);
});

test('a report whose sender was killed is taken up; one that makes no sense is put aside and told of', async () => {
  const { path, send, said, names } = await outboxOf('x'.repeat(30_000));
  // No process has this id: ids are below 2^22.
  renameSync(path, `${path}.99999999`);
  await send();
  expect(said).toEqual([expect.stringContaining('could not be reported: ')]);
  expect(names()).toEqual([expect.stringMatching(/\.refused$/)]);
});

test.each(['', 'null', '{"run_id":"x"}'])(
  'a report that a crash has left as %j is put aside, and those behind it are sent',
  async (text) => {
    const { world, runId, send, said, names } = await outboxOf('done');
    writeFileSync(join(world.home, 'outbox', '1-first.json'), text);
    await send();
    expect(runOf(world, runId)).toMatchObject({ status: 'completed' });
    expect(names()).toEqual(['1-first.json.refused']);
    expect(said).toEqual([expect.stringContaining('cannot be read')]);
  },
);

test('a run that has ended otherwise meanwhile keeps that end, and gets the rest', async () => {
  const { world, runId, send, names } = await outboxOf('exit code 0');
  await world.execute({ role: 'engine', actor: { kind: 'system', source: 't' }, ancestorIds: [] }, 'run.report', {
    runId,
    status: 'cancelled',
  });
  await send();
  expect(runOf(world, runId)).toMatchObject({ status: 'cancelled', detail: 'exit code 0' });
  expect(names()).toEqual([]);
});
