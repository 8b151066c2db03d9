import { succeeded } from '../../../shared/kernel/errors';
import type { PayloadOf } from '../../../shared/events';
import { effectiveLimits, type Limits, limitsSchema, type Overrides, overridesSchema } from '../../../shared/contract/limits';
import { encodeWire } from '../../../shared/kernel/wire';
import { newAgent } from '../agents/store';
import type { CommandContext, CommandHandlers, QueryHandlers } from '../../kernel/handler';
import { limitImpact } from './impact-facts';
import { liftEndedSpendPauses } from '../spend/pause';

/** limits.update and agent.setLimits (spec/governance.md section 2, Limits and Per-agent limits). */
export const limitsCommands: CommandHandlers<'limits.update' | 'agent.setLimits'> = {
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
};

/** limits.get, and what a limit would have stopped. */
export const limitsQueries: QueryHandlers<'limits.get' | 'limits.impact'> = {
  'limits.get': ({ store }) => succeeded({ limits: store.limits.current() }),
  'limits.impact': ({ store, now }, { candidate }) => succeeded({ impact: limitImpact(store, candidate, now) }),
};

/** Puts limits in force, tells what changed, and ends the spend pauses that hold no longer. The same limits change nothing. */
export function changeLimits(context: CommandContext, limits: Limits): Limits {
  const { store, emit } = context;
  const changes = changesOf(encodeWire(limitsSchema, store.limits.current()), encodeWire(limitsSchema, limits));
  // Limits that cannot be read are set anew by the operator's word, and by nothing else.
  const payload = changes ?? (store.limits.areUnreadable() ? { before: {}, after: {} } : undefined);
  if (payload === undefined) return limits;
  store.limits.save(limits);
  emit({ name: 'limits.updated', payload });
  liftEndedSpendPauses(context);
  return limits;
}

type Changes = Omit<PayloadOf<'limits.updated'>, 'agentId'>;

/** What is different, before and after, null where there was or is nothing; undefined when nothing is. */
function changesOf(before: unknown, after: unknown): Changes | undefined {
  const from = before as Changes['before'];
  const to = after as Changes['before'];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => from[name] !== to[name]);
  if (names.length === 0) return undefined;
  const pick = (values: Changes['before']) => Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
  return { before: pick(from), after: pick(to) };
}
