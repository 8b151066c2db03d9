import { useState } from 'react';
import { AgentList } from '../components/agent-list';
import { AgentPage } from '../components/agent-page';
import { useDesk } from '../state/desk-context';

/** Agents: all of them, or the one that is open. The search stays while one is looked at. */
export function AgentsView() {
  const agentId = useDesk(({ place }) => place.subject);
  const [search, setSearch] = useState('');
  if (agentId !== undefined) return <AgentPage key={agentId} agentId={agentId} />;
  return <AgentList search={search} onSearch={setSearch} />;
}
