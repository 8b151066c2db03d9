import { effectiveLimits, type Overrides, overridesSchema } from '../../../shared/contract/limits';
import { succeeded } from '../../../shared/kernel/errors';
import { encodeWire } from '../../../shared/kernel/wire';
import type { SomeCommands, SomeQueries } from '../../kernel/handler';
import { newAgent } from '../agents/known-agent';
import { liftEndedSpendPauses } from '../spend/pause';
import { changeLimits, changesOf } from './effects';
import { limitImpact } from './impact-facts';

/** limits.update and agent.setLimits (spec/governance.md section 2, Limits and Per-agent limits). */
export const limitsCommands = {
  'limits.update'(context, changes) {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    return succeeded({ limits: changeLimits(context, { ...context.store.limits.current(), ...given }) });
  },

  'agent.setLimits'(context, { agentId, ...changes }) {
    const { store, now, emit } = context;
    const agent = store.agents.find(agentId) ?? newAgent(agentId, now);
    const merged = Object.entries({ ...agent.overrides, ...changes }).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    const overrides: Overrides = overridesSchema.parse(Object.fromEntries(merged));
    const payload = changesOf(encodeWire(overridesSchema, agent.overrides), encodeWire(overridesSchema, overrides));
    if (payload !== undefined) {
      store.agents.save({ ...agent, overrides });
      emit({
        name: 'limits.updated',
        payload: { agentId, ...payload },
        agentIds: [agentId],
      });
      liftEndedSpendPauses(context);
    }
    return succeeded({ agentId, overrides, effective: effectiveLimits(store.limits.current(), overrides) });
  },
} satisfies SomeCommands;

/** limits.get, and what a limit would have stopped. */
export const limitsQueries = {
  'limits.get': ({ store }) => succeeded({ limits: store.limits.current() }),
  'limits.impact': ({ store, now }, { candidate }) => succeeded({ impact: limitImpact(store, candidate, now) }),
} satisfies SomeQueries;
