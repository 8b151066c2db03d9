import type { Token } from '../../../shared/contract/token';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext, CommandOutcome } from '../../kernel/handler';
import { fingerprintOf } from '../audit/facts';
import { circleIn, longestChain, stateLineage } from '../lineage/effects';
import { hashSecret } from './secret';
import { createSecret } from './store';

/** A token that was made, with its secret. */
type Enrolled = { readonly token: Token; readonly secret: string };

/**
 * Makes an agent's token, below a parent where the operator names one: that one and all above it are recorded as the agent's
 * lineage (spec/governance.md section 3, Who states a lineage).
 */
export function enrol(
  context: CommandContext,
  { name, agentId }: { readonly name: string; readonly agentId: string },
  parentAgentId: string | undefined,
): CommandOutcome<Enrolled> {
  const what = { kind: 'agent', name, agentId } as const;
  if (parentAgentId === undefined) return succeeded(makeToken(context, what));
  const { store, caller } = context;
  const chain = [...longestChain(store, parentAgentId), parentAgentId];
  const circle = circleIn(store, agentId, chain);
  if (circle !== undefined) {
    const sentence = `${parentAgentId} cannot be above ${agentId}: ${circle}.`;
    return refused('VALIDATION_FAILED', { sentence, issues: [{ path: 'parent_agent_id', message: circle }] });
  }
  const unkept = stateLineage(context, agentId, chain, caller.actor);
  return unkept ?? succeeded(makeToken(context, what, parentAgentId));
}

/** Makes a token that is valid at once: audit `agent.enrolled`. The secret is in the answer and nowhere else. */
export function makeToken(
  { store, now, ids, emit }: Pick<CommandContext, 'store' | 'now' | 'ids' | 'emit'>,
  what: Pick<Token, 'kind' | 'name' | 'agentId'>,
  parentAgentId?: string,
): Enrolled {
  const token: Token = { tokenId: `tok_${ids.uuid().replaceAll('-', '')}`, ...what, createdAtMs: now };
  const secret = createSecret();
  const secretHash = hashSecret(secret);
  store.tokens.insert(token, secretHash);
  const parent = parentAgentId === undefined ? {} : { parentAgentId };
  emit({
    name: 'agent.enrolled',
    payload: { ...payloadOf(token), ...parent, fingerprint: fingerprintOf(secretHash) },
    ...agentsOf(token),
  });
  return { token, secret };
}

/** Revokes a token that is not revoked: audit `agent.token_revoked`. */
export function revokeToken({ store, now, emit }: Pick<CommandContext, 'store' | 'now' | 'emit'>, token: Token): void {
  store.tokens.revoke(token.tokenId, now);
  emit({ name: 'agent.token_revoked', payload: payloadOf(token), ...agentsOf(token) });
}

function payloadOf({ tokenId, kind, name, agentId }: Token) {
  return { tokenId, kind, name, ...defined({ agentId }) };
}

function agentsOf({ agentId }: Token) {
  return agentId === undefined ? {} : { agentIds: [agentId] };
}
