import { useDesk } from '../state/desk-context';
import { AgentList } from './agent-list';
import { AgentPage } from './agent-page';

/** Agents: all of them, or the one that is open. */
export function AgentsView() {
  const agentId = useDesk(({ place }) => place.subject);
  return agentId === undefined ? <AgentList /> : <AgentPage key={agentId} agentId={agentId} />;
}
