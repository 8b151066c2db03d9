// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { capLine } from '../../renderer/spend/day-chart';
import { csvOf, exactUsd } from '../../renderer/spend/spend-export';
import { defaultLimits } from '../../shared/contract/limits';
import type { AgentSpend, SpendChart } from '../../shared/contract/spend';
import { succeeded } from '../../shared/kernel/errors';
import { MAX_NANOS, nanosOfUsd } from '../../shared/kernel/money';
import { Gatehouse, START_MS } from './gatehouse';
import { click, installTestClock, openWindow, pass } from './window';

installTestClock();

const DAY_MS = 86_400_000;
const none = Array.from({ length: 30 }, () => 0);
const lastDay = (usd: number) => [...none.slice(1), nanosOfUsd(usd)];

const chart: SpendChart = {
  dayStartsMs: none.map((_, index) => Date.UTC(2026, 9, 24) + index * DAY_MS),
  series: [
    { agentId: 'scout\u202E', costsNanos: lastDay(4) },
    { agentId: 'ledger', costsNanos: lastDay(3) },
  ],
  others: { agentCount: 2, costsNanos: lastDay(1) },
  byPeople: none,
  weeklyCap: { kind: 'none' },
  totalNanos: nanosOfUsd(8),
  totalTokens: 10,
  estimatedNanos: nanosOfUsd(2),
  thisWeekNanos: nanosOfUsd(8),
  todayNanos: nanosOfUsd(8),
  unknownRuns: 1_000,
};

const amount = (usd: number) => ({ costNanos: nanosOfUsd(usd), totalTokens: 5 });
const agent: AgentSpend = {
  agentId: 'ledger',
  daily: amount(3),
  weekly: amount(3),
  monthly: amount(3),
  lifetime: amount(3),
  reservedNanos: 0,
  weeklyCapNanos: null,
  pace: { kind: 'uncapped', projectedNanos: nanosOfUsd(4) },
  isPaused: false,
  isSpendPaused: false,
};

async function openSpend(
  different: Partial<SpendChart> = {},
  agents: readonly AgentSpend[] = [agent],
  gatehouse = new Gatehouse(),
) {
  gatehouse.answers.set('spend.chart', () => succeeded({ ...chart, ...different }));
  gatehouse.answers.set('spend.byAgent', () => succeeded({ agents }));
  gatehouse.answers.set('limits.get', () => succeeded({ limits: defaultLimits }));
  gatehouse.answers.set('spend.byRun', () =>
    succeeded({
      runs: [0, 5].map((usd, index) => ({
        runId: `run-${index}`,
        automationId: 'a',
        triggerType: 'manual',
        status: 'completed',
        createdAtMs: START_MS,
        totalTokens: 0,
        costNanos: nanosOfUsd(usd),
        hasEstimate: usd > 0,
      })),
    }),
  );
  const { actions } = await openWindow(gatehouse);
  act(() => actions.show('spend'));
  await pass(50);
  return gatehouse;
}

describe('spend', () => {
  it('says in words all that its chart shows, with what an agent hides in its name', async () => {
    await openSpend();
    const rows = screen.getAllByRole('row', { hidden: true }).map((row) => row.textContent);
    expect(rows).toContain('Day (UTC)Totalscout⟨U+202E⟩ledger2 other agents');
    expect(rows).toContain('Nov 22$8.00$4.00$3.00$1.00');
    expect(rows).toContain('Nov 21––––');
  });

  it('says of runs without a cost that it is unknown, and marks what was estimated', async () => {
    await openSpend();
    expect(screen.getByText('1,000 or more')).toBeTruthy();
    expect(screen.getByText('$2.00 of it estimated')).toBeTruthy();
    await act(async () => screen.getByRole('tab', { name: 'By run' }).click());
    await pass(50);
    const rows = screen.getAllByRole('row').map((row) => row.textContent);
    expect(rows.some((row) => row.startsWith('run-0') && row.endsWith('unknown'))).toBe(true);
    expect(rows.some((row) => row.startsWith('run-1') && row.endsWith('$5.00est.'))).toBe(true);
    expect(document.body.textContent).not.toContain('$0.00');
  });

  it('says how much of a plan is used beside the money, and warns near the end of its window', async () => {
    const quota = { engine: 'claude', atMs: START_MS, resetsAtMs: START_MS + 3_600_000 } as const;
    const gatehouse = new Gatehouse();
    gatehouse.answers.set('quotas.list', () =>
      succeeded({
        quotas: [
          { ...quota, agentId: 'claude-code', windowMinutes: 300, usedPercent: 62.4, isNearEnd: false },
          { ...quota, agentId: 'codex', windowMinutes: 10_080, usedPercent: 91, isNearEnd: true },
        ],
      }),
    );
    await openSpend({}, [agent], gatehouse);
    const figures = screen.getByLabelText('What is used of plans').textContent;
    expect(figures).toContain('Plan of claude-code, 5 hours62 % used');
    expect(figures).toContain('Plan of codex, 7 days91 % used');
    const warnings = screen.getAllByText(/has used/).map(({ textContent }) => textContent);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('codex has used 91 % of its plan’s 7 days; the window ends');
  });

  it('says by how much a cap can be passed [8.overshoot-said]', async () => {
    await openSpend();
    expect(
      screen.getByText(
        /passes its cap by the error of one step at most; one that does not, by all that it reports at once/,
      ),
    ).toBeTruthy();
  });

  it('draws the weekly cap of those it shows across their days, a day’s part of it, where it can be seen', () => {
    const cost = fc.integer({ min: 0, max: 50 }).map(nanosOfUsd);
    const cap = fc.integer({ min: 1, max: 2_000 }).map(nanosOfUsd);
    fc.assert(
      fc.property(fc.array(cost, { minLength: 1, maxLength: 8 }), cap, (costs, nanos) => {
        const series = costs.map((each, index) => ({
          ...{ key: String(index), name: '', label: '', colour: index },
          costsNanos: [0, each],
        }));
        const day = costs.reduce((sum, each) => sum + each, 0);
        expect(capLine({ kind: 'all', nanos }, series).line?.atNanos).toBe(
          nanos / 7 <= 4 * day ? nanos / 7 : undefined,
        );
        expect(capLine({ kind: 'some' }, series).line).toBeUndefined();
      }),
    );
  });

  it('says in words what the line of its caps is', async () => {
    const weeklyCap = { kind: 'all', nanos: nanosOfUsd(42) } as const;
    await openSpend({ weeklyCap, others: { agentCount: 0, costsNanos: none } });
    const figure = screen.getByRole('figure', { name: 'By day and agent' }).textContent;
    expect(figure).toContain('Weekly caps ÷ 7$6.00');
    expect(figure).toContain('$6.00 a day: the weekly caps of these agents together, $42.00');
  });

  it('says where the line of caps is, where there are more agents than can have one together', async () => {
    await openSpend({ weeklyCap: { kind: 'some' }, others: { agentCount: 3, costsNanos: none } });
    expect(screen.getByRole('figure', { name: 'By day and agent' }).textContent).toContain(
      'choose one above to see its own',
    );
  });

  it('with nothing spent says what will be here', async () => {
    await openSpend({ totalNanos: 0, unknownRuns: 0, series: [], others: { agentCount: 0, costsNanos: none } }, []);
    expect(screen.getByText('Nothing was spent yet')).toBeTruthy();
  });

  it('hands the days to main to be saved, and says why they were not', async () => {
    const gatehouse = await openSpend();
    const day = { agentId: '=cmd', dayStartMs: START_MS, totalTokens: 9, ownCostNanos: 0, estimatedNanos: 0 };
    gatehouse.answers.set('spend.days', () => succeeded({ days: [{ ...day, costNanos: 0 }], isCut: false }));
    gatehouse.answers.set('desk.saveText', () => succeeded({ isSaved: false, problem: 'the disk is full' }));
    await click('Export days as CSV');
    await pass(50);
    const [saved] = gatehouse.inputsOf('desk.saveText') as { readonly text: string }[];
    expect(saved?.text.split('\r\n')[1]).toBe("2026-11-22,'=cmd,,,,9");
    expect(screen.getByRole('alert').textContent).toContain('the disk is full');
  });
});

test('a cell of a CSV file is quoted where it must be, and is never a formula', () => {
  expect(csvOf([['a,b', 'say "x"', '+1', '-', '@x', 'plain', 7]])).toBe(`"a,b","say ""x""",'+1,'-,'@x,plain,7\r\n`);
});

test('an amount is written exactly', () => {
  expect([0, 1, 300_000_000, 1_000_000_000, MAX_NANOS].map(exactUsd)).toEqual([
    '0',
    '0.000000001',
    '0.3',
    '1',
    '9007199.254740991',
  ]);
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e12 }), (nanos) => nanosOfUsd(Number(exactUsd(nanos))) === nanos));
});
