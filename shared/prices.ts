import { MAX_NANOS } from './kernel/money';

/** Tokens by what they cost: no token is in two of these. */
export type TokenCounts = {
  /** Of the prompt, and neither read from a cache nor written to one. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** What the model wrote, its thoughts with it. */
  readonly outputTokens: number;
};

/** The kinds of tokens, in the order of a price. */
export const tokenKinds = ['inputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'outputTokens'] as const;

/** No tokens at all. */
export const noTokens: TokenCounts = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };

/** What a million tokens of each kind cost, in dollars. */
export type Price = TokenCounts;

/** Prices by the name of the model. */
export type Prices = Readonly<Record<string, Price>>;

/** When the list below was looked up; every cost that comes of it is an estimate and says so. */
export const pricesAsOf = '2026-09';

const price = (
  inputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
  outputTokens: number,
): Price => ({
  inputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  outputTokens,
});

/** Anthropic and newer models of OpenAI take a quarter more for what is written to their cache, and a tenth for what is read from it. */
const cached = (input: number, output: number) => price(input, input / 10, input * 1.25, output);

/** Google and older models of OpenAI take nothing more for what is written to a cache. */
const written = (input: number, output: number) => price(input, input / 10, input, output);

/**
 * The vendors' list prices of the models that the engines run, in dollars a million (models.dev). Those of fast modes and of very long
 * prompts are not in it, nor those of the day.
 */
const listPrices: Prices = {
  'claude-haiku-4-5': cached(1, 5),
  'claude-sonnet-4': cached(3, 15),
  'claude-sonnet-4-5': cached(3, 15),
  'claude-sonnet-4-6': cached(3, 15),
  'claude-sonnet-5': cached(2, 10),
  'claude-opus-4': cached(15, 75),
  'claude-opus-4-1': cached(15, 75),
  'claude-opus-4-5': cached(5, 25),
  'claude-opus-4-6': cached(5, 25),
  'claude-opus-4-7': cached(5, 25),
  'claude-opus-4-8': cached(5, 25),
  'claude-opus-5': cached(5, 25),
  'claude-opus-5-5': price(4, 0.2, 5, 20),
  'claude-fable-5': cached(10, 50),
  'claude-fable-5-1': price(10, 0.25, 12.5, 50),
  'gpt-5': written(1.25, 10),
  'gpt-5-codex': written(1.25, 10),
  'gpt-5-mini': written(0.25, 2),
  'gpt-5-nano': written(0.05, 0.4),
  'gpt-5.1': written(1.25, 10),
  'gpt-5.1-codex': written(1.25, 10),
  'gpt-5.1-codex-mini': written(0.25, 2),
  'gpt-5.2': written(1.75, 14),
  'gpt-5.2-codex': written(1.75, 14),
  'gpt-5.3-codex': written(1.75, 14),
  'gpt-5.4': written(2.5, 15),
  'gpt-5.4-mini': written(0.75, 4.5),
  'gpt-5.4-nano': written(0.2, 1.25),
  'gpt-5.5': written(5, 30),
  'gpt-5.6': cached(4, 20),
  'gpt-5.6-sol': cached(4, 20),
  'gpt-5.6-terra': cached(2, 12),
  'gpt-5.6-luna': cached(0.2, 1.2),
  'gpt-6-astra': cached(10, 50),
  'gpt-6-sol': cached(2, 10),
  'gpt-6-luna': cached(0.1, 0.5),
  'gemini-2.5-pro': written(1.25, 10),
  'gemini-2.5-flash': written(0.3, 2.5),
  'gemini-2.5-flash-lite': written(0.1, 0.4),
  'gemini-3-flash-preview': written(0.5, 3),
  'gemini-3.1-flash-lite': written(0.25, 1.5),
  'gemini-3.1-pro-preview': written(2, 12),
  'gemini-3.5-flash': written(1.5, 9),
  'gemini-3.5-flash-lite': written(0.3, 2.5),
  'gemini-3.6-flash': written(0.75, 3.75),
  'gemini-3.7-flash': written(0.75, 3.75),
  'gemini-3.8-flash': written(0.75, 3.75),
};

/** The price of a model: an own one before the list's. Undefined for a model that neither has. */
export function priceOf(model: string, own: Prices = {}): Price | undefined {
  const named = modelName(model);
  for (const [prices, name] of [
    [own, model],
    [own, named],
    [listPrices, model],
    [listPrices, named],
  ] as const) {
    if (Object.hasOwn(prices, name)) return prices[name];
  }
  return undefined;
}

/** A model's name as price lists have it: without the size of its window, its date, and the cloud that it runs in. */
export function modelName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^(?:[a-z-]+\.)?anthropic\.|^models\//, '')
    .replace(/\[[^[\]]*\]$/, '')
    .replace(/[-@]20\d{6}(?:-v\d+(?::\d+)?)?$/, '');
}

/** What tokens cost at a price, in nano-dollars, rounded to the nearest. */
export function costNanosOf(tokens: TokenCounts, dollars: Price): number {
  // A dollar for a million tokens is a thousand nano-dollars for one.
  const nanos = tokenKinds.reduce((sum, kind) => sum + tokens[kind] * dollars[kind] * 1_000, 0);
  return Math.min(MAX_NANOS, Math.round(nanos));
}
