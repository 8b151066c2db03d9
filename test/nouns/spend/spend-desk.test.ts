import { expect, test } from 'vitest';
import { CHART_AGENTS, DEAREST_SIZE } from '../../../shared/contract/spend';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { setLimits } from '../../support/automations';
import { insertAgent } from '../../support/governed';
import { gatehouse, putAutomation, reserve, spend, startRun } from '../../support/runs';
import { createWorld, engine, operator, START, type World } from '../../support/world';

const DAY_MS = 24 * HOUR_MS;

function chartOf(world: World, days: 30 | 90 = 30) {
  return world.told(operator, 'spend.chart', { days });
}

function byRun(world: World, days: 30 | 90 = 30) {
  return world.told(operator, 'spend.byRun', { days }).runs;
}

function byAutomation(world: World, days: 30 | 90 = 30) {
  return world.told(operator, 'spend.byAutomation', { days });
}

test('the chart has each run once, whoever else was charged for it, and what people made on its own', async () => {
  const world = createWorld();
  world.clock.at = START - 3 * DAY_MS;
  putAutomation(world, { automationId: 'child', ancestorIds: ['root'] });
  putAutomation(world, { automationId: 'top', creator: { kind: 'agent', actorId: 'root' } });
  putAutomation(world, { automationId: 'kims', creator: operator.actor });
  await spend(world, await startRun(world, 'child'), 2);
  world.clock.at = START;
  await spend(world, await startRun(world, 'child'), 1);
  await spend(world, await startRun(world, 'top'), 5);
  await spend(world, await startRun(world, 'kims'), 7);
  await startRun(world, 'kims');
  const chart = chartOf(world);
  expect(chart.dayStartsMs).toHaveLength(30);
  expect(chart.dayStartsMs.at(-1)).toBe(Date.UTC(2026, 10, 22));
  const dollars = (costs: readonly number[]) => costs.slice(-4).map((nanos) => nanos / 1e9);
  expect(chart.series.map(({ agentId, costsNanos }) => [agentId, dollars(costsNanos)])).toEqual([
    ['root', [0, 0, 0, 5]],
    ['scout', [2, 0, 0, 1]],
  ]);
  expect(dollars(chart.byPeople)).toEqual([0, 0, 0, 7]);
  expect(chart.others).toMatchObject({ agentCount: 0 });
  expect(chart).toMatchObject({
    totalNanos: nanosOfUsd(15),
    todayNanos: nanosOfUsd(13),
    thisWeekNanos: nanosOfUsd(15),
    estimatedNanos: 0,
    totalTokens: 60,
    unknownRuns: 1,
  });
});

test('the chart has what its agents may spend together: of nested caps those that bind, and nothing where one has no cap', async () => {
  const world = createWorld();
  const capped = async () => {
    for (const automationId of ['child', 'top']) await spend(world, await startRun(world, automationId), 1);
    return chartOf(world).weeklyCap;
  };
  putAutomation(world, { automationId: 'child', ancestorIds: ['root'] });
  putAutomation(world, { automationId: 'top', creator: { kind: 'agent', actorId: 'root' } });
  setLimits(world, { weeklySpendCapNanos: null });
  expect(await capped()).toEqual({ kind: 'none' });
  insertAgent(world, 'scout', { ancestorIds: ['root'], overrides: { weeklySpendCapNanos: nanosOfUsd(7) } });
  expect(await capped()).toEqual({ kind: 'some' });
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(70) });
  expect(await capped()).toEqual({ kind: 'all', nanos: nanosOfUsd(70) });
});

test('more agents than the chart names are one series, so that nothing is left out', async () => {
  const world = createWorld();
  for (let index = 1; index <= CHART_AGENTS + 3; index += 1) {
    const automationId = `auto-${index}`;
    putAutomation(world, { automationId, creator: { kind: 'agent', actorId: `agent-${index}` } });
    await spend(world, await startRun(world, automationId), index);
  }
  const { series, others, totalNanos } = chartOf(world, 90);
  expect(series.map(({ agentId }) => agentId)).toEqual([11, 10, 9, 8, 7, 6, 5, 4].map((index) => `agent-${index}`));
  expect(others.agentCount).toBe(3);
  expect(others.costsNanos.at(-1)).toBe(nanosOfUsd(1 + 2 + 3));
  expect(totalNanos).toBe(nanosOfUsd(66));
});

test('the most expensive runs of a period come first, and one that nobody reported is last, without a cost', async () => {
  const world = createWorld();
  putAutomation(world);
  world.clock.at = START - 40 * DAY_MS;
  const old = await startRun(world);
  await spend(world, old, 100);
  world.clock.at = START - 29 * DAY_MS;
  const first = await startRun(world);
  await spend(world, first, 3);
  world.clock.at = START;
  const silent = await startRun(world);
  const cheap = await startRun(world);
  await spend(world, cheap, 1);
  // Queued and never begun: nothing about its cost can be unknown.
  await world.execute(engine, 'automation.run', { automationId: 'auto' });
  expect(byRun(world).map(({ runId, costNanos }) => [runId, costNanos])).toEqual([
    [first, nanosOfUsd(3)],
    [cheap, nanosOfUsd(1)],
    [silent, 0],
  ]);
  expect(byRun(world, 90)[0]).toMatchObject({ runId: old, automationName: 'Nightly', hasEstimate: false });
  expect(chartOf(world).unknownRuns).toBe(1);
  for (let index = 0; index < DEAREST_SIZE; index += 1) await startRun(world);
  expect(byRun(world)).toHaveLength(DEAREST_SIZE);
});

test('what was charged because nobody reported is marked wherever it is counted', async () => {
  const world = createWorld();
  putAutomation(world, { ancestorIds: ['root'] });
  const runId = await startRun(world);
  await reserve(world, runId, 4, 'step');
  await spend(world, runId, 1);
  expect(world.query(operator, 'spend.byAgent', {})).toMatchObject({
    value: { agents: [{ agentId: 'scout', reservedNanos: nanosOfUsd(4) }, { agentId: 'root' }] },
  });
  world.clock.at = START + HOUR_MS;
  await world.execute(gatehouse, 'reservations.chargeDue', {});
  const estimated = { costNanos: nanosOfUsd(5), estimatedNanos: nanosOfUsd(4) };
  expect(chartOf(world)).toMatchObject({ totalNanos: nanosOfUsd(5), estimatedNanos: nanosOfUsd(4) });
  expect(byAutomation(world)).toMatchObject({ automations: [{ automationId: 'auto', ...estimated }], count: 1 });
  expect(byRun(world)).toMatchObject([{ runId, hasEstimate: true, costNanos: nanosOfUsd(5) }]);
  expect(world.query(operator, 'spend.days', {})).toMatchObject({
    value: {
      days: [
        { agentId: 'root', ...estimated, ownCostNanos: 0 },
        { agentId: 'scout', ...estimated, ownCostNanos: nanosOfUsd(5) },
      ],
    },
  });
});

test('the table by agent has the cap that holds for each, its pace and its pauses', async () => {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(10) });
  insertAgent(world, 'root', { overrides: { weeklySpendCapNanos: nanosOfUsd(1) }, pausedAtMs: START });
  putAutomation(world, { ancestorIds: ['root'] });
  // On Sunday noon the week is 156 of 168 hours old.
  insertAgent(world, 'root', { overrides: { weeklySpendCapNanos: nanosOfUsd(1) } });
  const runId = await startRun(world);
  await spend(world, runId, 6.5);
  const result = world.told(operator, 'spend.byAgent', {});
  expect(result.agents).toMatchObject([
    {
      agentId: 'scout',
      weekly: { costNanos: nanosOfUsd(6.5), totalTokens: 15 },
      weeklyCapNanos: nanosOfUsd(10),
      pace: { kind: 'below', projectedNanos: nanosOfUsd(7) },
      isSpendPaused: false,
    },
    { agentId: 'root', weeklyCapNanos: nanosOfUsd(1), pace: { kind: 'reached' }, isSpendPaused: true },
  ]);
});

test('days of automations survive the purge of their runs, and are made again when runs are imported', async () => {
  const world = createWorld();
  putAutomation(world);
  insertAgent(world, 'scout', {});
  await spend(world, await startRun(world), 2);
  const exported = world.told(operator, 'state.export', {});
  world.store.transaction(({ runs }) => runs.removeOf('auto'));
  expect(byAutomation(world).automations).toMatchObject([{ costNanos: nanosOfUsd(2) }]);
  expect(byRun(world)).toEqual([]);
  const other = createWorld();
  const imported = await other.execute(operator, 'state.import', { text: exported.text });
  expect(imported.ok).toBe(true);
  expect(byAutomation(other).automations).toMatchObject([{ automationId: 'auto', costNanos: nanosOfUsd(2) }]);
  expect(chartOf(other)).toMatchObject({ totalNanos: nanosOfUsd(2), byPeople: expect.not.arrayContaining([2e9]) });
});
