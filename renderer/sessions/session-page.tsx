import { Button, Flex, Text } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { useState } from 'react';
import { engineNames } from '../../shared/contract/engine';
import { isTerminal } from '../../shared/contract/run';
import type { DeskSession, SessionLine } from '../../shared/contract/session-desk';
import { resumeCommand } from '../../shared/resume-command';
import { formatCompact, formatNumber } from '../format';
import { Figures } from '../spend/amounts';
import { useAnswer, usePages } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { ProjectMark } from '../ui/act-marks';
import { ConfirmCommand } from '../ui/confirm';
import { CopyButton } from '../ui/fields';
import { ListView, Loaded } from '../ui/list-view';
import { AgentText } from '../ui/names';
import { EmptyState, filling, TabView, ViewPage } from '../ui/page';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { SessionDetails } from './session-details';
import { sessionTopics, useSessionColumns } from './session-list';
import { isSubAgent, SessionCost, SessionMark, sessionName, sessionProject, spokenName } from './session-marks';
import { SessionTimeline } from './session-timeline';
import { sessionStrings } from './strings-sessions';

const words = sessionStrings.tabs;

type Tab = 'timeline' | 'subAgents' | 'details';

/** One session, followed as it goes on: how it stands, every call of it, its sub-agents, and what can be done about it. */
export function SessionPage({ runId }: { readonly runId: string }) {
  const [tab, setTab] = useState<Tab>('timeline');
  const answer = useAnswer('sessions.details', { runId }, sessionTopics);
  const session = answer.value?.session;
  const tabs: readonly Tab[] =
    session !== undefined && session.subAgentCount > 0 ? ['timeline', 'subAgents', 'details'] : ['timeline', 'details'];
  return (
    <ViewPage
      isDetail
      title={session === undefined ? sessionStrings.columns.session : <AgentText text={sessionName(session)} />}
      subtitle={session === undefined ? '\u00a0' : <Standing session={session} />}
      actions={session !== undefined && <SessionActions session={session} />}
    >
      <Loaded answer={answer} height="100%">
        {({ session: shown }) => (
          <div className={ui['detail']}>
            <SessionFigures session={shown} />
            <TabView
              label={words.label}
              classNames={filling}
              tabs={tabs}
              tab={tab}
              onChange={setTab}
              renderName={(each) =>
                each === 'subAgents' ? `${words[each]} (${formatNumber(shown.subAgentCount)})` : words[each]
              }
            >
              {(each) => {
                if (each === 'timeline') return <SessionTimeline session={shown} />;
                return each === 'details' ? <SessionDetails session={shown} /> : <SubAgents session={shown} />;
              }}
            </TabView>
          </div>
        )}
      </Loaded>
    </ViewPage>
  );
}

/** How it stands, where it works and by what. */
function Standing({ session }: { readonly session: SessionLine }) {
  const { branch, engine, startedAtMs } = session;
  return (
    <Flex component="span" display="inline-flex" wrap="wrap" align="center" gap="2px 14px">
      <SessionMark session={session} />
      <span className={ui['path']}>
        <ProjectMark folder={sessionProject(session)} />
        {branch !== undefined && (
          <>
            {' · '}
            <AgentText text={branch} />
          </>
        )}
      </span>
      <span>{engineNames[engine]}</span>
      <span>
        {sessionStrings.since} <Instant atMs={startedAtMs} />
      </span>
    </Flex>
  );
}

const figureWords = sessionStrings.figures;

function SessionFigures({ session }: { readonly session: SessionLine }) {
  const { counts, totalTokens } = session;
  const count = (value: number) => formatNumber(value);
  return (
    <Figures
      label={figureWords.label}
      figures={[
        { label: figureWords.calls, value: count(counts.calls) },
        { label: figureWords.asked, value: count(counts.asked) },
        { label: figureWords.stopped, value: count(counts.denied) },
        { label: figureWords.failed, value: count(counts.failed) },
        { label: figureWords.tokens, value: totalTokens === 0 ? '–' : formatCompact(totalTokens) },
        { label: figureWords.cost, value: <SessionCost {...session} /> },
      ]}
    />
  );
}

/** What the operator can do about a session: decide what waits, stop it alone or with its agent, go on with it in a terminal. */
function SessionActions({ session }: { readonly session: DeskSession }) {
  const { actions } = useDeskParts();
  const { waitingCount, waitingId } = session;
  const command = isSubAgent(session) ? undefined : resumeCommand(session);
  return (
    <>
      {waitingId !== undefined && (
        <Button
          variant="filled"
          leftSection={<IconHandStop size={16} aria-hidden />}
          onClick={() => void actions.open(waitingId)}
        >
          {sessionStrings.decide(waitingCount)}
        </Button>
      )}
      <PauseActions session={session} />
      {command !== undefined && <CopyButton text={command} label={sessionStrings.resumeCommand} />}
    </>
  );
}

const { pause, resume, pauseAgent, resumeAgent } = sessionStrings;

/** Pauses and resumes the session or its agent; what is stopped with its agent is resumed with it. */
function PauseActions({ session }: { readonly session: SessionLine }) {
  const { runId, agentId, status } = session;
  const agent = useAnswer('agent.details', { agentId }, ['agents', 'runs']).value;
  const isAgentPaused = agent?.pausedAtMs !== undefined;
  const isPaused = status === 'paused';
  const who = (
    <Text fw={600}>
      <AgentText text={agentId} />
    </Text>
  );
  return (
    <Button.Group>
      <ConfirmCommand
        {...pause}
        reasonLabel={pause.reason}
        command="run.pause"
        input={{ runId }}
        isOffered={!isTerminal(status) && !isPaused}
      >
        <Text>{pause.words}</Text>
      </ConfirmCommand>
      <ConfirmCommand
        {...resume}
        reasonLabel={pause.reason}
        command="run.resume"
        input={{ runId }}
        isOffered={isPaused && !isAgentPaused}
      >
        <Text>{resume.words}</Text>
      </ConfirmCommand>
      <ConfirmCommand
        label={pauseAgent.label}
        title={`${pauseAgent.label}?`}
        reasonLabel={pause.reason}
        command="agent.pause"
        input={{ agentId }}
        isOffered={agent !== undefined && !isAgentPaused}
      >
        {who}
        <Text>{pauseAgent.words}</Text>
      </ConfirmCommand>
      <ConfirmCommand
        label={resumeAgent.label}
        title={`${resumeAgent.label}?`}
        reasonLabel={pause.reason}
        command="agent.resume"
        input={{ agentId }}
        isOffered={isAgentPaused}
      >
        {who}
        <Text>{resumeAgent.words}</Text>
      </ConfirmCommand>
    </Button.Group>
  );
}

/** The sub-agents of a session, over or not. */
function SubAgents({ session: { runId } }: { readonly session: SessionLine }) {
  const { actions } = useDeskParts();
  const pages = usePages('sessions.subAgents', { runId }, sessionTopics, 'subAgents');
  const columns = useSessionColumns();
  return (
    <ListView
      pages={pages}
      label={words.subAgents}
      columns={columns}
      keyOf={(each) => each.runId}
      nameOf={spokenName}
      onOpen={(each) => actions.show('sessions', each.runId)}
      empty={<EmptyState icon={IconHandStop} {...sessionStrings.none} />}
    />
  );
}
