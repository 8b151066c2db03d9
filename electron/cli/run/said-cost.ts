import type { Engine } from '../../../shared/contract/engine';
import type { Prices } from '../../../shared/prices';
import type { Environment, SaidUse } from '../../engines/engine';

/** The engines whose output says what it cost. */
export const costEngines = ['claude', 'codex', 'gemini', 'opencode'] as const satisfies readonly Engine[];

/** An engine whose output says what it cost. */
export type CostEngine = (typeof costEngines)[number];

/** What an engine's output says that a session used, before Gatehouse takes off what was charged for it already. */
export type SaidCost = {
  readonly sessionId: string;
  /** Whether the engine's final words say so, or what it wrote of the session. */
  readonly source: 'transcript' | 'final';
  readonly uses: readonly SaidUse[];
  /** Dollars of all of it; null where nobody knows. */
  readonly costUsd: number | null;
  /** `reported` by the engine, or an `estimate` from the list of prices. */
  readonly basis: 'reported' | 'estimate' | 'unknown';
  readonly note?: string;
};

/** How the command was started that says it. */
export type CostPlace = {
  readonly args: readonly string[];
  readonly environment: Environment;
  /** The model that the person named; the engine's own word goes first. */
  readonly model: string | undefined;
  /** The version of the engine, where it can be found out. */
  readonly version: () => Promise<string | undefined>;
  /** The operator's own prices, which go before the list's. */
  readonly prices: Prices;
  readonly now: () => number;
};

/** The model that a command line names with -m or --model. */
export function modelIn(args: readonly string[]): string | undefined {
  return optionIn(args, ['-m', '--model']);
}

/** What an option of a command line says; empty where it stands without a value, undefined where it does not stand there. */
export function optionIn(args: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === '--') return undefined;
    if (names.includes(arg)) return args[index + 1] ?? '';
    const [name = '', ...value] = arg.split('=');
    if (value.length > 0 && names.includes(name)) return value.join('=');
  }
  return undefined;
}
