import { Button } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import type { SessionLine } from '../../shared/contract/session-desk';
import { SessionList, sessionTopics } from '../sessions/session-list';
import { SessionCost, SessionMark, sessionName, sessionProject } from '../sessions/session-marks';
import { sessionStrings } from '../sessions/strings-sessions';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { ProjectMark } from '../ui/act-marks';
import { AgentText, TextButton } from '../ui/names';
import { EmptyState, Panel } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { Distance } from '../ui/times';
import { agentStrings } from './strings-agents';

/** The sessions of an agent; of a sub-agent, its part in those of the agent above it. */
export function AgentSessions({ agentId }: { readonly agentId: string }) {
  return (
    <SessionList
      filter={{ agentId }}
      keptAs={`sessions of ${agentId}`}
      empty={<EmptyState icon={IconTerminal2} {...sessionStrings.none} />}
    />
  );
}

/** Sessions that the overview of an agent shows. */
const MOST_SHOWN = 5;

const words = agentStrings.sessions;
const headers = sessionStrings.columns;

/** The newest sessions of an agent; nothing for one that has none, for it is not an engine's. */
export function AgentLatestSessions({ agentId, onAll }: { readonly agentId: string; readonly onAll: () => void }) {
  const { value } = useAnswer('sessions.overview', { agentId, limit: MOST_SHOWN }, sessionTopics);
  if (value === undefined || value.sessions.length === 0) return null;
  return (
    <Panel title={words.title} actions={<Button onClick={onAll}>{words.all}</Button>}>
      <SmallTable
        label={words.title}
        columns={columns}
        rows={value.sessions}
        keyOf={({ runId }) => runId}
        isFramed={false}
      />
    </Panel>
  );
}

const columns = [
  { header: headers.session, cell: (session: SessionLine) => <SessionLink session={session} /> },
  { header: sessionStrings.project, cell: (session: SessionLine) => <ProjectMark folder={sessionProject(session)} /> },
  { header: headers.state, cell: (session: SessionLine) => <SessionMark session={session} /> },
  { header: headers.calls, isNumber: true, cell: ({ counts }: SessionLine) => counts.calls },
  { header: headers.cost, isNumber: true, cell: (session: SessionLine) => <SessionCost {...session} /> },
  { header: sessionStrings.details.started, cell: ({ startedAtMs }: SessionLine) => <Distance atMs={startedAtMs} /> },
];

function SessionLink({ session }: { readonly session: SessionLine }) {
  const { actions } = useDeskParts();
  return (
    <TextButton onClick={() => actions.show('sessions', session.runId)}>
      <AgentText text={sessionName(session)} />
    </TextButton>
  );
}
