/** A goal as it was measured: a line of the table. */
export type Row = {
  readonly goal: string;
  readonly what: string;
  readonly value: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly wanted: string;
  readonly isMet: boolean;
};

/** The middle of these; of an even number, the upper one of the two. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value that this share of the values is below. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** How long it takes, in milliseconds. */
export async function timed(run: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

/** Fewest rounds of which a median is taken. */
export const ROUNDS = 7;

/**
 * Takes each side's figure in turn, round after round, so that whatever else the machine does meets all alike. The first round
 * only warms up.
 */
export async function interleaved<Side extends string>(
  sides: { readonly [S in Side]: () => number | Promise<number> },
  rounds = ROUNDS,
): Promise<Record<Side, number[]>> {
  const names = Object.keys(sides) as Side[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as unknown as Record<Side, number[]>;
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      globalThis.gc?.();
      const figure = await sides[name]();
      if (round >= 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** What is compared: the figures of each round, and what they are. */
export type Comparison = {
  readonly goal: string;
  readonly what: string;
  readonly value: readonly number[];
  readonly baseline: readonly number[];
  readonly unit: string;
};

/** Tells the table that a figure should be at least so many times its baseline, by the median of the rounds' ratios. */
export function tellAtLeast(comparison: Comparison, times: number): void {
  const ratio = ratioOf(comparison.value, comparison.baseline);
  tell(comparison, ratio, `>= ${times}x`, ratio >= times);
}

/** Tells the table that a figure should be at most so many times its baseline, by the median of the rounds' ratios. */
export function tellAtMost(comparison: Comparison, times: number): void {
  const ratio = ratioOf(comparison.value, comparison.baseline);
  tell(comparison, ratio, `<= ${times}x`, ratio <= times);
}

/** Tells the table of a figure that has a limit of its own; the baseline shows what the machine does by itself. */
export function tellLimit(comparison: Comparison, limit: number): void {
  const { value, baseline, unit } = comparison;
  tell(comparison, ratioOf(value, baseline), `<= ${limit} ${unit}`, median(value) <= limit);
}

/** As `tellLimit`, for the figure that 95 of 100 are below. */
export function tellLimitOfMost(comparison: Comparison, limit: number): void {
  const most = (figures: readonly number[]) => [percentile(figures, 0.95)];
  tellLimit({ ...comparison, value: most(comparison.value), baseline: most(comparison.baseline) }, limit);
}

/** Tells the table what the least would be that a row beside it can come to: by what is done anyway, without anything of ours. */
export function tellFloor(comparison: Comparison): void {
  tell(comparison, ratioOf(comparison.value, comparison.baseline), 'floor', true);
}

/** Tells the table what was counted, with its limit where it has one. */
export function tellCount(
  { goal, what, value, unit }: Omit<Comparison, 'value' | 'baseline'> & { readonly value: number },
  limit = Number.POSITIVE_INFINITY,
): void {
  const wanted = limit === Number.POSITIVE_INFINITY ? 'counted' : `<= ${limit} ${unit}`;
  send({ goal, what, value: `${shown(value)} ${unit}`, baseline: '', ratio: '', wanted, isMet: value <= limit });
}

function ratioOf(value: readonly number[], baseline: readonly number[]): number {
  return median(value.map((figure, round) => figure / (baseline[round] ?? Number.NaN)));
}

function tell({ goal, what, value, baseline, unit }: Comparison, ratio: number, wanted: string, isMet: boolean): void {
  const withUnit = (figures: readonly number[]) => `${shown(median(figures))} ${unit}`;
  const row = { goal, what, value: withUnit(value), baseline: withUnit(baseline), ratio: `${shown(ratio)}x` };
  send({ ...row, wanted, isMet });
}

function shown(figure: number): string {
  if (figure >= 100) return Math.round(figure).toLocaleString('en');
  return figure >= 10 ? figure.toFixed(1) : figure.toPrecision(2);
}

function send(row: Row): void {
  if (process.send === undefined) console.log(row);
  else process.send(row);
}

/** Whether a goal was picked for this process. */
export function isWanted(goal: string): boolean {
  const goals = process.argv.slice(2);
  return goals.length === 0 || goals.includes(goal);
}
