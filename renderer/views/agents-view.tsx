import { AgentList } from '../components/agent-list';
import { AgentPage } from '../components/agent-page';
import { useDesk } from '../state/desk-context';
import { useKept } from '../state/use-kept';

/** Agents: all of them, or the one that is open. The search stays while the operator is elsewhere. */
export function AgentsView() {
  const agentId = useDesk(({ place }) => place.subject);
  const [search, setSearch] = useKept('agents search', '');
  if (agentId !== undefined) return <AgentPage key={agentId} agentId={agentId} />;
  return <AgentList search={search} onSearch={setSearch} />;
}
