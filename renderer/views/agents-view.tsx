import { AgentList } from '../components/agent-list';
import { AgentPage } from '../components/agent-page';
import { useDesk } from '../state/desk-context';

/** Agents: all of them, or the one that is open. */
export function AgentsView() {
  const agentId = useDesk(({ place }) => place.subject);
  return agentId === undefined ? <AgentList /> : <AgentPage key={agentId} agentId={agentId} />;
}
