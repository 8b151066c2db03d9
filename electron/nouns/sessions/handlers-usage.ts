import type { ModelUsage } from '../../../shared/contract/session-usage';
import { refused, succeeded } from '../../../shared/kernel/errors';
import type { CommandHandlers, QueryContext, QueryHandlers } from '../../kernel/handler';
import { stateOwnLineage } from '../lineage/effects';
import { automationIdOf, ownerOf } from './effects';
import { takeUses } from './effects-usage';
import { usedTokens } from './rules-usage';

/** session.use and session.tellUse (spec/sessions.md section 4). */
export const sessionUsageCommands: CommandHandlers<'session.use' | 'session.tellUse'> = {
  'session.use'(context, input) {
    const unkept = stateOwnLineage(context);
    if (unkept !== undefined) return unkept;
    const taken = takeUses(context, input);
    if (taken.ok && input.place !== undefined) context.store.sessionUsage.setPlace(input.place, context.now);
    return taken;
  },

  'session.tellUse'(context, { engine, uses }) {
    return stateOwnLineage(context) ?? takeUses(context, { engine, source: 'transcript', uses });
  },
};

/** sessions.usage (spec/sessions.md section 4). */
export const sessionUsageQueries: QueryHandlers<'sessions.usage'> = {
  'sessions.usage'(context, { runId }) {
    const { caller, store } = context;
    const run = store.runs.find(runId);
    const isOwn = caller.actor.kind !== 'agent' || run?.automationId === automationIdOf(ownerOf(context).agentId);
    if (run?.session === undefined || !isOwn) return refused('AUTOMATION_V2_NOT_FOUND');
    return succeeded({ models: store.sessionUsage.models(runId).map((model) => chargedFor(context, runId, model)) });
  },
};

function chargedFor({ store }: QueryContext, sessionKey: string, model: string): ModelUsage {
  const used = usedTokens(store.sessionUsage.said(sessionKey, model));
  const charge = store.sessionUsage.charge(sessionKey, model);
  const { chargedNanos = 0, basis = 'unknown', unpricedTokens = 0 } = charge ?? {};
  const isUnknown = chargedNanos === 0 && basis === 'unknown';
  return { model, ...used, costNanos: isUnknown ? null : chargedNanos, basis, unpricedTokens };
}
