import { isOwnSource } from '../../../shared/actor';
import { refused, succeeded } from '../../../shared/errors';
import type { Token } from '../../../shared/token';
import { newAgent } from '../../store/agents';
import { createSecret, hashSecret } from '../../store/tokens';
import { fingerprintOf } from '../facts';
import type { CommandContext, CommandHandlers, QueryHandlers } from '../handler';

/** Sub-agents of one parent that become known by being named alone; the others do when they ask for something. */
const MOST_NAMED_SUB_AGENTS = 1_000;

/** token.create, token.revoke and the note of a token's last use (spec/api.md section 1). */
export const tokenCommands: CommandHandlers<'token.create' | 'token.revoke' | 'tokens.noteUse'> = {
  'token.create'({ store, now, ids, emit }, { kind, name, agentId }) {
    if ((kind === 'agent') !== (agentId !== undefined)) {
      return refused('VALIDATION_FAILED', {
        issues: [{ path: 'agent_id', message: 'is needed for an agent token, and for no other' }],
      });
    }
    if (kind === 'engine' && isOwnSource(name)) {
      const message = 'is kept for what Gatehouse itself does; choose another name';
      return refused('VALIDATION_FAILED', { issues: [{ path: 'name', message }] });
    }
    return succeeded(makeToken({ store, now, ids, emit }, { kind, name, ...(agentId !== undefined && { agentId }) }));
  },

  'token.revoke'({ store, now, emit }, { tokenId }) {
    const token = store.tokens.find(tokenId);
    if (token === undefined) return refused('TOKEN_NOT_FOUND');
    if (token.revokedAtMs === undefined) revokeToken({ store, now, emit }, token);
    return succeeded({ token: { ...token, revokedAtMs: token.revokedAtMs ?? now } });
  },

  'tokens.noteUse'({ store }, { tokenId, agentId, ancestorIds, usedAtMs }) {
    // A launcher's token is kept nowhere; nothing is touched then.
    store.tokens.touch(tokenId, usedAtMs);
    const agent = agentId === undefined ? undefined : store.agents.find(agentId);
    if (agent !== undefined && agent.lastSeenAtMs < usedAtMs) store.agents.save({ ...agent, lastSeenAtMs: usedAtMs });
    const parentId = ancestorIds?.at(-1);
    if (agent === undefined && agentId !== undefined && parentId !== undefined) {
      const siblings = store.agents.childrenOf(parentId, MOST_NAMED_SUB_AGENTS);
      const isNoted = siblings.length < MOST_NAMED_SUB_AGENTS;
      if (isNoted) store.agents.save({ ...newAgent(agentId, usedAtMs), ancestorIds: ancestorIds ?? [] });
    }
    return succeeded({});
  },
};

/** Makes a token that is valid at once: audit `agent.enrolled`. The secret is in the answer and nowhere else. */
export function makeToken(
  { store, now, ids, emit }: Pick<CommandContext, 'store' | 'now' | 'ids' | 'emit'>,
  what: Pick<Token, 'kind' | 'name' | 'agentId'>,
): { readonly token: Token; readonly secret: string } {
  const token: Token = { tokenId: `tok_${ids.uuid().replaceAll('-', '')}`, ...what, createdAtMs: now };
  const secret = createSecret();
  const secretHash = hashSecret(secret);
  store.tokens.insert(token, secretHash);
  emit({
    name: 'agent.enrolled',
    payload: { ...payloadOf(token), fingerprint: fingerprintOf(secretHash) },
    subjects: subjectsOf(token),
  });
  return { token, secret };
}

/** Revokes a token that is not revoked: audit `agent.token_revoked`. */
export function revokeToken({ store, now, emit }: Pick<CommandContext, 'store' | 'now' | 'emit'>, token: Token): void {
  store.tokens.revoke(token.tokenId, now);
  emit({ name: 'agent.token_revoked', payload: payloadOf(token), subjects: subjectsOf(token) });
}

/** tokens.list. */
export const tokenQueries: QueryHandlers<'tokens.list'> = {
  'tokens.list': ({ store }) => succeeded({ tokens: [...store.tokens.list()] }),
};

function payloadOf(token: Token) {
  return {
    token_id: token.tokenId,
    kind: token.kind,
    name: token.name,
    ...(token.agentId !== undefined && { agent_id: token.agentId }),
  };
}

function subjectsOf(token: Token) {
  return token.agentId === undefined ? {} : { agentIds: [token.agentId] };
}
