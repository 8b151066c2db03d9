import { engineNames } from '../../../shared/contract/engine';
import { succeeded } from '../../../shared/kernel/errors';
import type { CommandHandlers } from '../../kernel/handler';
import { enrol } from './effects';

/** connection.accept and connection.refuse: what the operator answers to `gatehouse connect` (decision 0020). */
export const connectionCommands: CommandHandlers<'connection.accept' | 'connection.refuse'> = {
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
};
