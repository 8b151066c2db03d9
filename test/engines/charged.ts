import { engineTable } from '../../electron/engines/table';
import type { Engine } from '../../shared/contract/engine';
import { nanosOfUsd } from '../../shared/kernel/money';
import { costNanosOf, priceOf, type TokenCounts } from '../../shared/prices';
import { until } from '../support/desktop/process';
import { type Lab, scriptedPrices } from './lab';

/** Whose spend is looked at. */
export type Charged = { readonly engine: Engine };

/** What the model was told that it has used, by the prices, also of what was asked beside a conversation. */
export function usedOf(lab: Lab): { readonly tokens: number; readonly nanos: number } {
  let [tokens, nanos] = [0, 0];
  for (const { model, usage } of lab.model.used()) {
    const price = scriptedPrices[model] ?? priceOf(model);
    if (price === undefined) throw new Error(`${model} has no price`);
    const counted: TokenCounts = {
      inputTokens: usage.input - usage.cached,
      cacheReadTokens: usage.cached,
      cacheWriteTokens: 0,
      outputTokens: usage.output,
    };
    tokens += usage.input + usage.output;
    nanos += costNanosOf(counted, price);
  }
  return { tokens, nanos };
}

/** What the agent of an engine was charged this week. */
export async function chargedOf(lab: Lab, { engine }: Charged) {
  const path = `/governance/agents/${engineTable[engine].agentId}/spend`;
  const { body } = await lab.app.api('GET', path, { as: 'operator' });
  const spend = body['spend'] as { readonly weekly: { readonly total_tokens: number; readonly cost_usd: number } };
  return spend === undefined
    ? { tokens: 0, nanos: 0 }
    : { tokens: spend.weekly.total_tokens, nanos: nanosOfUsd(spend.weekly.cost_usd) };
}

/** Waits until all that was used is charged; fails where more is. */
export async function settled(lab: Lab, given: Charged): Promise<void> {
  let last = '';
  await until(
    'everything to be charged',
    async () => {
      const [used, charged] = [usedOf(lab), await chargedOf(lab, given)];
      last = JSON.stringify({ used, charged });
      if (charged.tokens > used.tokens) throw new Error(`more is charged than was used: ${last}`);
      return charged.tokens === used.tokens && charged.nanos === used.nanos;
    },
    30_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${last} ${JSON.stringify(lab.model.used())}`);
  });
}
