import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsIn, fieldsOf, writeWhole } from '../../connect/kept-file';

/** Whose JSON the output of a command is. */
export const costSources = ['claude', 'codex'] as const;

/** Whose JSON the output of a command is. */
export type CostSource = (typeof costSources)[number];

/** What a session has used since it began, resumed ones included; a cost that nobody knows is null, never 0. */
export type SessionUsage = {
  readonly sessionId: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: number | null;
  /** `reported` by the engine, or an `estimate` from our price table. */
  readonly basis: 'reported' | 'estimate' | 'unknown';
  readonly note?: string;
};

/** The longest line that is looked at, in characters: one result of an engine. */
const LONGEST_LINE = 8 * 1024 * 1024;

/** Hears the output of a command line by line and keeps what says what it cost. */
export function createCostReader(source: CostSource, model: string | undefined, prices: Prices) {
  let pending = '';
  let tooLong = false;
  let usage: SessionUsage | undefined;
  let thread = '';

  const take = (line: string): void => {
    const value = line.trimStart().startsWith('{') ? fieldsIn(line) : {};
    if (source === 'claude') usage = claudeUsage(value) ?? usage;
    else if (value['type'] === 'thread.started') thread = text(value['thread_id']) ?? '';
    else if (value['type'] === 'turn.completed') usage = codexUsage(value, thread, model, prices) ?? usage;
  };
  return {
    hear(chunk: string): void {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines)
        if (!tooLong) take(line);
        else tooLong = false;
      if (pending.length > LONGEST_LINE) {
        pending = '';
        tooLong = true;
      }
    },
    /** What the session has used, once the output is over; undefined when it did not say. */
    usage(): SessionUsage | undefined {
      if (!tooLong) take(pending);
      pending = '';
      return usage;
    },
  };
}

/** The result of `claude --output-format json`; its totals are of the whole session with its sub-agents (spec/integrations.md). */
export function claudeUsage(value: Fields): SessionUsage | undefined {
  const sessionId = text(value['session_id']);
  if (value['type'] !== 'result' || sessionId === undefined) return undefined;
  const models = Object.values(fieldsOf(value['modelUsage'])).map(fieldsOf);
  const sum = (...names: string[]) =>
    models.reduce((total, model) => total + names.reduce((part, name) => part + count(model[name]), 0), 0);
  const cost = value['total_cost_usd'];
  const isUnknown = [value, ...models].some((one) => one['costBasis'] === 'unknown') || typeof cost !== 'number';
  return {
    sessionId,
    promptTokens: sum('inputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens'),
    completionTokens: sum('outputTokens'),
    ...(isUnknown
      ? { costUsd: null, basis: 'unknown', note: 'Claude Code does not know what this cost' }
      : { costUsd: cost, basis: 'reported' }),
  };
}

/** An event of `codex exec --json`; its usage is of the whole thread, resumed ones included (openai/codex#17539). */
function codexUsage(
  value: Fields,
  thread: string,
  model: string | undefined,
  prices: Prices,
): SessionUsage | undefined {
  if (thread === '') return undefined;
  const usage = fieldsOf(value['usage']);
  const input = count(usage['input_tokens']);
  const cachedInput = Math.min(input, count(usage['cached_input_tokens']));
  const output = count(usage['output_tokens']);
  const cost = costUsd(prices, model, { input, cachedInput, output });
  return {
    sessionId: thread,
    promptTokens: input,
    completionTokens: output,
    ...(cost === undefined
      ? { costUsd: null, basis: 'unknown', note: `no price is known for ${model ?? 'the model, which nobody named'}` }
      : { costUsd: cost, basis: 'estimate', note: `an estimate by the prices of ${pricesAsOf}` }),
  };
}

/** What of a session has not been charged yet. */
export type UsageToCharge = Omit<SessionUsage, 'sessionId'>;

type Mark = { readonly prompt_tokens: number; readonly completion_tokens: number; readonly cost_usd: number };

const nothing: Mark = { prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 };

/** How much a session was charged up to now: a high-water mark in the data folder, because totals survive a resume. */
export function usageMark(home: string, source: CostSource, sessionId: string) {
  const name = createHash('sha256').update(sessionId).digest('hex').slice(0, 32);
  const path = join(home, 'cost-marks', `${source}-${name}.json`);
  const mark = readMark(path);
  return {
    /** The part above the mark; a total below it charges nothing. */
    above(usage: SessionUsage): UsageToCharge {
      const { sessionId: _, ...rest } = usage;
      return {
        ...rest,
        promptTokens: Math.max(0, usage.promptTokens - mark.prompt_tokens),
        completionTokens: Math.max(0, usage.completionTokens - mark.completion_tokens),
        costUsd: usage.costUsd === null ? null : Math.max(0, usage.costUsd - mark.cost_usd),
      };
    },
    raise(usage: SessionUsage): void {
      const raised: Mark = {
        prompt_tokens: Math.max(mark.prompt_tokens, usage.promptTokens),
        completion_tokens: Math.max(mark.completion_tokens, usage.completionTokens),
        cost_usd: Math.max(mark.cost_usd, usage.costUsd ?? 0),
      };
      writeWhole(path, `${JSON.stringify(raised)}\n`);
    },
  };
}

function readMark(path: string): Mark {
  try {
    return { ...nothing, ...(JSON.parse(readFileSync(path, 'utf8')) as Mark) };
  } catch {
    return nothing;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

/** What a million tokens cost in dollars. */
type Price = { readonly input: number; readonly cachedInput: number; readonly output: number };

/** Prices by the name of the model. */
export type Prices = Readonly<Record<string, Price>>;

/** When the table below was looked up; every cost that comes of it is an estimate and says so. */
const pricesAsOf = '2026-04';

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
