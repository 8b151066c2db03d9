import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a million tokens cost in dollars. */
export type Price = { readonly input: number; readonly cachedInput: number; readonly output: number };

/** Prices by the name of the model. */
export type Prices = Readonly<Record<string, Price>>;

/** When the table below was looked up; every cost that comes of it is an estimate and says so. */
export const pricesAsOf = '2026-04';

const price = (input: number, cachedInput: number, output: number): Price => ({ input, cachedInput, output });

/** OpenAI's list prices of the models that Codex runs; `prices.json` in the data folder adds to them and goes first. */
const listPrices: Prices = {
  'gpt-5': price(1.25, 0.125, 10),
  'gpt-5-codex': price(1.25, 0.125, 10),
  'gpt-5-mini': price(0.25, 0.025, 2),
  'gpt-5.1': price(1.25, 0.125, 10),
  'gpt-5.1-codex': price(1.25, 0.125, 10),
  'gpt-5.1-codex-mini': price(0.25, 0.025, 2),
  'gpt-5.2': price(1.75, 0.175, 14),
  'gpt-5.2-codex': price(1.75, 0.175, 14),
  'gpt-5.4': price(2.5, 0.25, 15),
  'gpt-5.4-mini': price(0.75, 0.075, 4.5),
  'gpt-5.4-nano': price(0.2, 0.02, 1.25),
};

/** The list prices, with those of `prices.json`: `{"model": {"input": 1, "cached_input": 0.1, "output": 10}}`, dollars a million. */
export function readPrices(home: string): Prices {
  let own: Record<string, Record<string, unknown>>;
  try {
    own = JSON.parse(readFileSync(join(home, 'prices.json'), 'utf8')) as typeof own;
  } catch {
    return listPrices;
  }
  const usable = Object.entries(own).flatMap(([model, { input, cached_input: cachedInput = input, output }]) =>
    isPrice(input) && isPrice(cachedInput) && isPrice(output) ? [[model, { input, cachedInput, output }] as const] : [],
  );
  return { ...listPrices, ...Object.fromEntries(usable) };
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** What these tokens cost in dollars, cached ones being a part of the input; undefined for a model without a price. */
export function costUsd(
  prices: Prices,
  model: string | undefined,
  tokens: { readonly input: number; readonly cachedInput: number; readonly output: number },
): number | undefined {
  const known = model === undefined || !Object.hasOwn(prices, model) ? undefined : prices[model];
  if (known === undefined) return undefined;
  const { input, cachedInput, output } = tokens;
  return ((input - cachedInput) * known.input + cachedInput * known.cachedInput + output * known.output) / 1_000_000;
}

/** The model that a command line of Codex names with -m or --model. */
export function modelIn(args: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === '--') return undefined;
    if (arg === '-m' || arg === '--model') return args[index + 1];
    if (arg.startsWith('--model=')) return arg.slice('--model='.length);
  }
  return undefined;
}
