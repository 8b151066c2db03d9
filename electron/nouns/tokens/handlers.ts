import { isOwnSource } from '../../../shared/kernel/actor';
import { refused, succeeded } from '../../../shared/kernel/errors';
import type { CommandHandlers, QueryHandlers } from '../../kernel/handler';
import { enrol, makeToken, revokeToken } from './effects';

/** token.create, token.revoke and the note of a token's last use (spec/api.md section 1). */
export const tokenCommands: CommandHandlers<'token.create' | 'token.revoke' | 'tokens.noteUse'> = {
  'token.create'(context, { kind, name, agentId, parentAgentId }) {
    if ((kind === 'agent') !== (agentId !== undefined)) {
      return refused('VALIDATION_FAILED', {
        issues: [{ path: 'agent_id', message: 'is needed for an agent token, and for no other' }],
      });
    }
    if (kind === 'engine' && isOwnSource(name)) {
      const message = 'is kept for what Gatehouse itself does; choose another name';
      return refused('VALIDATION_FAILED', { issues: [{ path: 'name', message }] });
    }
    if (agentId === undefined) {
      if (parentAgentId === undefined) return succeeded(makeToken(context, { kind, name }));
      return refused('VALIDATION_FAILED', {
        issues: [{ path: 'parent_agent_id', message: 'is for an agent token only' }],
      });
    }
    return enrol(context, { name, agentId }, parentAgentId);
  },

  'token.revoke'({ store, now, emit }, { tokenId }) {
    const token = store.tokens.find(tokenId);
    if (token === undefined) return refused('TOKEN_NOT_FOUND');
    if (token.revokedAtMs === undefined) revokeToken({ store, now, emit }, token);
    return succeeded({ token: { ...token, revokedAtMs: token.revokedAtMs ?? now } });
  },

  'tokens.noteUse'({ store }, { tokenId, agentId, usedAtMs }) {
    // A launcher's token is kept nowhere; nothing is touched then.
    store.tokens.touch(tokenId, usedAtMs);
    const agent = agentId === undefined ? undefined : store.agents.find(agentId);
    if (agent !== undefined && agent.lastSeenAtMs < usedAtMs) store.agents.save({ ...agent, lastSeenAtMs: usedAtMs });
    return succeeded({});
  },
};

/** tokens.list. */
export const tokenQueries: QueryHandlers<'tokens.list'> = {
  'tokens.list': ({ store }) => succeeded({ tokens: [...store.tokens.list()] }),
};
