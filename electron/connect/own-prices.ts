import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf, type JsonObject } from '../../shared/kernel/fields';
import type { Price, Prices } from '../../shared/prices';
import { fieldsIn } from './kept-file';

/**
 * The operator's own prices, which go before the list's, in dollars a million tokens:
 * `{"model": {"input": 1, "cached_input": 0.1, "cache_write": 1.25, "output": 10}}` in `prices.json` of the data folder. A cache price
 * that is not said is that of the input; what is no price is left out.
 */
export function readOwnPrices(home: string): Prices {
  let text: string;
  try {
    text = readFileSync(join(home, 'prices.json'), 'utf8');
  } catch {
    return {};
  }
  const usable = Object.entries(fieldsIn(text)).flatMap(([model, said]) => {
    const price = priceIn(fieldsOf(said));
    return price === undefined ? [] : [[model, price] as const];
  });
  return Object.fromEntries(usable);
}

function priceIn(said: JsonObject): Price | undefined {
  const { input, cached_input: cacheRead = input, cache_write: cacheWrite = input, output } = said;
  if (!isPrice(input) || !isPrice(cacheRead) || !isPrice(cacheWrite) || !isPrice(output)) return undefined;
  return { inputTokens: input, cacheReadTokens: cacheRead, cacheWriteTokens: cacheWrite, outputTokens: output };
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
