import type { Actor } from '../kernel/actor';
import { agentName } from './sub-agent';

/** What an actor is called: its id or source, else what it is. The rules that ask by themselves are Gatehouse to the operator. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'human':
      return actor.actorId ?? 'the operator';
    case 'agent':
      return actor.actorId === undefined ? 'an agent without a name' : agentName(actor.actorId);
    case 'system':
      // No engine can have such a name: see isOwnSource.
      if (actor.source?.startsWith('automation_')) return 'Gatehouse';
      return actor.source ?? actor.actorId ?? 'Gatehouse';
  }
}
