import { engineNames } from '../../../shared/contract/engine';
import { invalid, refused, succeeded } from '../../../shared/kernel/errors';
import { isOwnSource } from '../../../shared/kernel/own-source';
import type { SomeCommands, SomeQueries } from '../../kernel/handler';
import { enrol, makeToken, revokeToken } from './effects';

/** token.create, token.revoke and the notes of when tokens were used (spec/api.md section 1). */
export const tokenCommands = {
  'token.create'(context, { kind, name, agentId, parentAgentId }) {
    if ((kind === 'agent') !== (agentId !== undefined)) {
      return invalid('agent_id', 'is needed for an agent token, and for no other');
    }
    if (kind === 'engine' && isOwnSource(name)) {
      return invalid('name', 'is kept for what Gatehouse itself does; choose another name');
    }
    if (agentId === undefined) {
      if (parentAgentId === undefined) return succeeded(makeToken(context, { kind, name }));
      return invalid('parent_agent_id', 'is for an agent token only');
    }
    return enrol(context, { name, agentId }, parentAgentId);
  },

  'token.revoke'({ store, now, emit }, { tokenId }) {
    const token = store.tokens.find(tokenId);
    if (token === undefined) return refused('TOKEN_NOT_FOUND');
    if (token.revokedAtMs === undefined) revokeToken({ store, now, emit }, token);
    return succeeded({ token: { ...token, revokedAtMs: token.revokedAtMs ?? now } });
  },

  'tokens.noteUses'({ store }, { uses }) {
    for (const { tokenId, agentId, usedAtMs } of uses) {
      // A launcher's token is kept nowhere; nothing is touched then.
      store.tokens.touch(tokenId, usedAtMs);
      const agent = agentId === undefined ? undefined : store.agents.find(agentId);
      if (agent !== undefined && agent.lastSeenAtMs < usedAtMs) store.agents.save({ ...agent, lastSeenAtMs: usedAtMs });
    }
    return succeeded({});
  },

  'connection.note'({ emit }, { engine, agentId, reason }) {
    if (reason === undefined) emit({ name: 'connection.guarded', payload: { engine, agentId }, agentIds: [agentId] });
    else emit({ name: 'connection.unguarded', payload: { engine, agentId, reason }, agentIds: [agentId] });
    return succeeded({});
  },
} satisfies SomeCommands;

/** tokens.list. */
export const tokenQueries = {
  'tokens.list': ({ store }) => succeeded({ tokens: [...store.tokens.list()] }),
} satisfies SomeQueries;

/** What the operator answers to `gatehouse connect` (decision 0020), and what the app sees of who is connected (decision 0033). */
export const connectionCommands = {
  'connection.accept'(context, { engine, agentId, parentAgentId }) {
    const made = enrol(context, { name: engineNames[engine], agentId }, parentAgentId);
    if (!made.ok) return made;
    context.emit({
      name: 'connection.accepted',
      payload: { engine, agentId, tokenId: made.value.token.tokenId },
      agentIds: [agentId],
    });
    return made;
  },

  'connection.refuse'({ emit }, { engine, agentId }) {
    // No agent sees it: whoever asked is not known to be that agent.
    emit({ name: 'connection.refused', payload: { engine, agentId } });
    return succeeded({});
  },
} satisfies SomeCommands;
