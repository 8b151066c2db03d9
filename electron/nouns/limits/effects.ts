import { type Limits, limitsSchema } from '../../../shared/contract/limits';
import type { PayloadOf } from '../../../shared/events';
import { encodeWire } from '../../../shared/kernel/wire';
import type { CommandContext } from '../../kernel/handler';
import { liftEndedSpendPauses } from '../spend/pause';

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
export function changesOf(before: unknown, after: unknown): Changes | undefined {
  const from = before as Changes['before'];
  const to = after as Changes['before'];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => from[name] !== to[name]);
  if (names.length === 0) return undefined;
  const pick = (values: Changes['before']) => Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
  return { before: pick(from), after: pick(to) };
}
