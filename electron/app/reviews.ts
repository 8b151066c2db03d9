import { newAgent } from '../store/agents';
import type { CommandContext } from './handler';

/** Counts a creation by an agent (spec/governance.md section 6, Creation). */
export function countCreation(context: CommandContext, agentId: string, _automationId: string): void {
  const { store, now } = context;
  const agent = store.agents.find(agentId) ?? newAgent(agentId, now);
  const before = agent.review ?? { agentId, createdSinceReview: 0, reviewRequired: false };
  const review = { ...before, createdSinceReview: before.createdSinceReview + 1, updatedAtMs: now };
  store.agents.save({ ...agent, review });
}
