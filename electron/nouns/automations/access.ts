import type { Automation } from '../../../shared/contract/automation';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import { type DenialFacts, denialFacts, type EventOf } from '../../../shared/events';
import type { Actor, Caller } from '../../../shared/kernel/actor';
import { type ErrorCode, type Refused, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import type { JsonObject } from '../../../shared/kernel/fields';
import { encodeWire } from '../../../shared/kernel/wire';
import type { CommandContext, CommandOutcome } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { mutationDenial } from './rules-mutation';

/** The agent that the caller is; undefined when it is none. */
export function agentIdOf({ actor }: Pick<Caller, 'actor'>): string | undefined {
  return actor.kind === 'agent' ? actor.actorId : undefined;
}

/** An automation that is not deleted, if the caller may see it; to an agent the others do not exist (spec/api.md section 2). */
export function findVisible(
  { store, caller }: { readonly store: ReadStore; readonly caller: Caller },
  automationId: string,
): Result<Automation> {
  const found = store.automations.find(automationId);
  const agentId = agentIdOf(caller);
  if (found === undefined || found.deletion !== undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  const isVisible = agentId === undefined || store.automations.isVisibleTo(automationId, agentId);
  return isVisible ? succeeded(found.automation) : refused('AUTOMATION_V2_NOT_FOUND');
}

/** A refusal that is told in the audit log. */
export type Denied = Refused & { readonly denial: EventOf<'denied'> };

/** A refusal by a rule, with the facts that decided it, for the caller and for the audit log (section 3). */
export function denied(
  actor: Actor,
  code: ErrorCode,
  facts: DenialFacts,
  about: { readonly action?: string; readonly automationId?: string; readonly approvalId?: string },
): Denied {
  const isAgent = actor.kind === 'agent' && actor.actorId !== undefined;
  return {
    ...refused(code, { details: encodeWire(denialFacts, facts) as JsonObject }),
    denial: {
      name: 'denied',
      payload: { code, ...about, ...facts },
      ...(isAgent && { agentIds: [actor.actorId] }),
    },
  };
}

/**
 * An automation that the caller may change or delete, with its custody record, by the rules of spec/governance.md section 5. To change what it may not
 * see answers an agent as the rules say (spec/api.md section 2).
 */
export function findChangeable(
  context: CommandContext,
  automationId: string,
  action: string,
): CommandOutcome<{ readonly automation: Automation; readonly record: GovernanceRecord }> {
  const { store, caller } = context;
  const found = store.automations.find(automationId);
  if (found === undefined || found.deletion !== undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  const record = store.records.find(automationId);
  const agentId = agentIdOf(caller);
  const code = mutationDenial({
    actor: caller.actor,
    isDelete: action === 'automation.delete',
    record,
    hasModifyGrant: agentId !== undefined && store.grants.findModify(automationId, agentId) !== undefined,
  });
  if (code !== undefined) return denied(caller.actor, code, {}, { action, automationId });
  if (record === undefined) return refused('AUTOMATION_V2_GOVERNANCE_MISSING');
  return succeeded({ automation: found.automation, record });
}
